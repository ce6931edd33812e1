//! What people in offices do to the roll. Each function is one action in the transaction of its request.

mod add;
mod edit;
mod photo;
mod unmask;

pub use add::{AddPerson, add};
pub use edit::{EditPerson, edit};
pub use photo::set_photo;
pub use unmask::{UnmaskPerson, Unmasked, unmask};

use chrono::NaiveDate;

use super::model::PersonChange;
use super::{PersonRow, Stage, rules, store};
use crate::access::{Permission, Permit};
use crate::areas::journal::Facts;
use crate::areas::organizations::{OrganizationById, find_group};
use crate::areas::reference::{Codes, division_exists};
use crate::base::error::{Failure, OnViolation};
use crate::base::identity::IdentityNumber;
use crate::base::ids::{OrganizationId, PartyGroupId, PersonId};
use crate::base::mistakes::Mistakes;
use crate::base::names::NameKeys;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// The right to change a person, and the person as it was found.
async fn permit_for(cx: &Cx, permission: Permission, id: PersonId) -> Result<(Permit, PersonRow), Failure> {
    let viewer = cx.viewer()?;
    let found = store::find(cx, id).await?.ok_or(Failure::NotFound)?;
    // One's own record is visible without any right to change it.
    if !viewer.may(permission, &found.path) {
        return Err(if viewer.read_only { Failure::ReadOnly } else { viewer.refusal(permission) });
    }
    let permit = viewer.permit(cx.session()?, permission, OrganizationId(found.organization_id)).await?;
    let row = store::lock(cx, &permit, id).await?;
    if row.stage() == Stage::Left {
        return Err(Problem::new(Code::PersonLeft, "id").into());
    }
    Ok((permit, row))
}

/// Refuses an organization that people do not belong to directly (D03), or a dissolved one.
fn is_branch(permit: &Permit) -> Result<(), Problem> {
    const FIELD: &str = "organizationId";
    if permit.place().status != "active" {
        return Err(Problem::new(Code::OrganizationDissolved, FIELD));
    }
    let holds_members = Codes::builtin().organization_kind(&permit.place().kind).is_some_and(|kind| kind.holds_members);
    if holds_members { Ok(()) } else { Err(Problem::new(Code::PersonNotInBranch, FIELD)) }
}

/// Refuses an identity number that is on the roll already; says where if the viewer may see that (D04).
async fn free_identity(cx: &Cx, number: &IdentityNumber, except: Option<PersonId>) -> Result<Vec<u8>, Failure> {
    const FIELD: &str = "identityNumber";
    let index = cx.secrets.index(number.as_str());
    if store::is_identity_taken(cx, &index, except).await? {
        if let Some(branch) = store::find_branch_of_identity(cx, &index).await?
            && let Some(branch) = cx.load::<OrganizationById>(OrganizationId(branch)).await?
        {
            return Err(Problem::new(Code::IdentityNumberTakenAt, FIELD).with(branch.name).into());
        }
        return Err(Problem::new(Code::IdentityNumberTaken, FIELD).into());
    }
    Ok(index)
}

/// A number as it is kept.
struct Identity {
    sealed: Vec<u8>,
    index: Vec<u8>,
    converted: bool,
}

/// Reads a number, and notes how it disagrees with birth date and sex and that it is another one's (U80, D04).
async fn identity(
    cx: &Cx,
    mistakes: &mut Mistakes,
    text: &str,
    (birth_date, sex): (NaiveDate, &str),
    except: Option<PersonId>,
) -> Result<Option<Identity>, Failure> {
    let Some(number) = mistakes.field(rules::identity_number(text)) else { return Ok(None) };
    mistakes.among(rules::disagreements(&number, birth_date, sex));
    let index = mistakes.found(free_identity(cx, &number, except).await)?;
    Ok(index.map(|index| Identity { sealed: cx.secrets.seal(number.as_str()), index, converted: number.converted() }))
}

/// The constraint behind [`free_identity`], for the race that it cannot see.
fn with_unique_identity<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    result.on_violation("people_one_active_identity", Problem::new(Code::IdentityNumberTaken, "identityNumber"))
}

/// A group of the person's own branch.
async fn group_of(cx: &Cx, permit: &Permit, group: Option<PartyGroupId>) -> Result<Option<uuid::Uuid>, Failure> {
    const FIELD: &str = "partyGroupId";
    let Some(group) = group else { return Ok(None) };
    let row = find_group(cx, group).await?;
    if row.organization_id != permit.organization().0 {
        return Err(Problem::new(Code::PartyGroupOfAnotherBranch, FIELD).into());
    }
    if !row.active {
        return Err(Problem::new(Code::PartyGroupDissolved, FIELD).into());
    }
    Ok(Some(row.id))
}

/// The fields for the log, the group by its name.
async fn facts_of(cx: &Cx, row: &PersonRow) -> Result<Facts, Failure> {
    let group = match row.party_group_id {
        Some(group) => Some(find_group(cx, PartyGroupId(group)).await?.name),
        None => None,
    };
    Ok(row.facts(&cx.secrets).text("partyGroup", group.as_deref()))
}

/// A county or province that exists.
async fn native_place(cx: &Cx, code: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else { return Ok(None) };
    if division_exists(cx, code).await? {
        Ok(Some(code.to_owned()))
    } else {
        Err(Problem::new(Code::UnknownCode, "nativePlace").into())
    }
}

/// The row as a change.
fn change_of(cx: &Cx, row: &PersonRow, version: i32) -> PersonChange {
    let keys = NameKeys::of(&row.name);
    PersonChange {
        party_group_id: row.party_group_id,
        stage: row.stage.clone(),
        name: row.name.clone(),
        name_key: keys.key,
        name_initials: keys.initials,
        name_grams: keys.grams,
        sex: row.sex.clone(),
        ethnic_group: row.ethnic_group.clone(),
        birth_date: row.birth_date,
        identity_number: row.identity_number.clone(),
        identity_index: row.identity_index.clone(),
        no_identity_reason: row.no_identity_reason.clone(),
        identity_converted: row.identity_converted,
        education: row.education.clone(),
        job_category: row.job_category.clone(),
        native_place: row.native_place.clone(),
        phone: row.phone.clone(),
        email: row.email.clone(),
        address: row.address.clone(),
        applied_on: row.applied_on,
        joined_on: row.joined_on,
        confirmed_on: row.confirmed_on,
        version,
        updated_at: cx.clock.now(),
    }
}

/// What is wrong with the dates of a person.
fn wrong_dates(row: &PersonRow, today: NaiveDate) -> Vec<Problem> {
    rules::dates(row.stage(), row.birth_date, row.applied_on, row.joined_on, row.confirmed_on, today)
}
