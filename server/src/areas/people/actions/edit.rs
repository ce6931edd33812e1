//! Edit a person, with the history of changed values (D06).

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;

use super::super::{PersonRow, figures, rules, store};
use super::{change_of, check, facts_of, free_identity, group_of, native_place, permit_for, with_unique_identity};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::organizations::keep_leaders;
use crate::base::error::{Failure, stale};
use crate::base::ids::{PartyGroupId, PersonId};
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// What is changed: what is absent stays, what is null is cleared.
#[derive(Debug)]
pub struct EditPerson {
    pub id: PersonId,
    pub version: i32,
    pub name: Option<String>,
    pub sex: Option<String>,
    pub ethnic_group: Option<String>,
    pub identity_number: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub education: Option<String>,
    pub native_place: MaybeUndefined<String>,
    pub job_category: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
    pub address: MaybeUndefined<String>,
    pub applied_on: MaybeUndefined<NaiveDate>,
    pub joined_on: MaybeUndefined<NaiveDate>,
    pub confirmed_on: MaybeUndefined<NaiveDate>,
    pub party_group: MaybeUndefined<PartyGroupId>,
}

/// Changes a person's data. The stage changes by the steps of development only.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn edit(cx: &Cx, input: EditPerson) -> Result<PersonRow, Failure> {
    let (permit, before) = permit_for(cx, Permission::EditPerson, input.id).await?;
    if before.version != input.version {
        return Err(stale(before.version));
    }
    let mut row = before.clone();
    if let Some(name) = &input.name {
        row.name = text::required(name, "name", NAME_LIMIT)?;
    }
    if let Some(sex) = &input.sex {
        row.sex = rules::code("sex", sex, "sex")?;
    }
    if let Some(ethnic_group) = &input.ethnic_group {
        row.ethnic_group = rules::code("ethnic_group", ethnic_group, "ethnicGroup")?;
    }
    if let Some(education) = &input.education {
        row.education = rules::code("education", education, "education")?;
    }
    row.birth_date = input.birth_date.unwrap_or(row.birth_date);
    identity(cx, &before, &mut row, input.identity_number.as_deref()).await?;
    match input.job_category {
        MaybeUndefined::Undefined => {}
        given => row.job_category = rules::optional_code("job_category", given.value().map(String::as_str), "jobCategory")?,
    }
    match input.native_place {
        MaybeUndefined::Undefined => {}
        given => row.native_place = native_place(cx, given.value().map(String::as_str)).await?,
    }
    set_sealed(cx, &mut row.phone, input.phone, "phone", 40)?;
    match input.email {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => row.email = None,
        MaybeUndefined::Value(email) => row.email = rules::email(Some(&email))?.map(|email| cx.secrets.seal(&email)),
    }
    set_sealed(cx, &mut row.address, input.address, "address", REMARK_LIMIT)?;
    for (place, given) in [
        (&mut row.applied_on, input.applied_on),
        (&mut row.joined_on, input.joined_on),
        (&mut row.confirmed_on, input.confirmed_on),
    ] {
        if !given.is_undefined() {
            *place = given.take();
        }
    }
    if !input.party_group.is_undefined() {
        row.party_group_id = group_of(cx, &permit, input.party_group.take()).await?;
        if row.party_group_id != before.party_group_id {
            keep_leaders(cx, &[before.id], row.party_group_id, "partyGroupId").await?;
        }
    }
    check(&row, cx.clock.today())?;

    let (old, new) = Facts::differences(&facts_of(cx, &before).await?, &facts_of(cx, &row).await?);
    if old.is_empty() && new.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let row = with_unique_identity(store::update(cx, &permit, input.id, &change_of(cx, &row, before.version + 1)).await)?;
    figures::change(cx, &permit, Some(&before), Some(&row)).await?;
    let subject = Subject {
        event: Event::PersonEdited,
        kind: SubjectKind::Person,
        id: row.id,
        name: &row.name,
        before: old,
        after: new,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}

/// A new number, or the old one against a new birth date or sex (D31).
async fn identity(cx: &Cx, before: &PersonRow, row: &mut PersonRow, given: Option<&str>) -> Result<(), Failure> {
    let touched = given.is_some() || row.birth_date != before.birth_date || row.sex != before.sex;
    if !touched {
        return Ok(());
    }
    let text = match (given, &before.identity_number) {
        (Some(text), _) => text.to_owned(),
        (None, Some(sealed)) => cx.secrets.open(sealed)?,
        (None, None) => return Ok(()),
    };
    let number = rules::identity_number(&text, row.birth_date, &row.sex)?;
    if before.identity_index.as_ref() != Some(&cx.secrets.index(number.as_str())) {
        row.identity_index = Some(free_identity(cx, &number, Some(before.key())).await?);
        row.identity_number = Some(cx.secrets.seal(number.as_str()));
        row.no_identity_reason = None;
    }
    Ok(())
}

fn set_sealed(
    cx: &Cx,
    place: &mut Option<Vec<u8>>,
    value: MaybeUndefined<String>,
    field: &'static str,
    limit: usize,
) -> Result<(), Problem> {
    match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *place = None,
        MaybeUndefined::Value(value) => *place = text::optional(Some(&value), field, limit)?.map(|value| cx.secrets.seal(&value)),
    }
    Ok(())
}
