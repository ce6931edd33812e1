//! Add a person to a branch (D04).

use chrono::NaiveDate;

use super::super::{PersonRow, Stage, figures, rules, store};
use super::{change_of, check, facts_of, free_identity, group_of, is_branch, native_place, with_unique_identity};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, PartyGroupId, PersonId};
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// A new person, as filled in.
#[derive(Debug)]
pub struct AddPerson {
    pub organization: OrganizationId,
    pub stage: Stage,
    pub name: String,
    pub sex: String,
    pub ethnic_group: String,
    pub identity_number: Option<String>,
    pub no_identity_reason: Option<String>,
    pub birth_date: NaiveDate,
    pub education: String,
    pub native_place: Option<String>,
    pub job_category: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub applied_on: Option<NaiveDate>,
    pub joined_on: Option<NaiveDate>,
    pub confirmed_on: Option<NaiveDate>,
    pub party_group: Option<PartyGroupId>,
}

/// Adds a person to the roll of a branch. A member enters the ledger today: known to the system from
/// here on, not admitted today.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn add(cx: &Cx, input: AddPerson) -> Result<PersonRow, Failure> {
    let (today, now) = (cx.clock.today(), cx.clock.now());
    let permit = cx.viewer()?.permit(cx.session()?, Permission::AddPerson, input.organization).await?;
    is_branch(&permit)?;
    if input.stage == Stage::Left {
        return Err(Problem::new(Code::StageNotAllowed, "stage").into());
    }
    let name = text::required(&input.name, "name", NAME_LIMIT)?;
    let no_identity_reason = text::optional(input.no_identity_reason.as_deref(), "noIdentityNumberReason", REMARK_LIMIT)?;
    let given = rules::number_or_reason(input.identity_number.as_deref(), no_identity_reason.as_deref())?;
    let number = given.map(|number| rules::identity_number(number, input.birth_date, &input.sex)).transpose()?;
    let sealed = |value: Option<String>| value.map(|value| cx.secrets.seal(&value));
    let row = PersonRow {
        id: PersonId::new().0,
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        party_group_id: group_of(cx, &permit, input.party_group).await?,
        stage: input.stage.as_str().to_owned(),
        name,
        name_key: String::new(),
        sex: rules::code("sex", &input.sex, "sex")?,
        ethnic_group: rules::code("ethnic_group", &input.ethnic_group, "ethnicGroup")?,
        birth_date: input.birth_date,
        identity_number: number.as_ref().map(|number| cx.secrets.seal(number.as_str())),
        identity_index: match &number {
            Some(number) => Some(free_identity(cx, number, None).await?),
            None => None,
        },
        no_identity_reason,
        education: rules::code("education", &input.education, "education")?,
        job_category: rules::optional_code("job_category", input.job_category.as_deref(), "jobCategory")?,
        native_place: native_place(cx, input.native_place.as_deref()).await?,
        phone: sealed(text::optional(input.phone.as_deref(), "phone", 40)?),
        email: sealed(rules::email(input.email.as_deref())?),
        address: sealed(text::optional(input.address.as_deref(), "address", REMARK_LIMIT)?),
        applied_on: input.applied_on,
        joined_on: input.joined_on,
        confirmed_on: input.confirmed_on,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(&row, today)?;

    let row = with_unique_identity(store::insert(cx, &permit, row.key(), &change_of(cx, &row, 1)).await)?;
    figures::change(cx, &permit, None, Some(&row)).await?;
    if row.stage().is_member() {
        figures::enter(cx, &permit, row.id, today, "entered", 1).await?;
    }
    let subject = Subject {
        event: Event::PersonAdded,
        kind: SubjectKind::Person,
        id: row.id,
        name: &row.name,
        before: Facts::default(),
        after: facts_of(cx, &row).await?,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}
