//! Edit a person, with the history of changed values (D06).

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use futures_util::future::try_join;

use super::super::{PersonRow, figures, rules, store};
use super::{change_of, facts_of, group_of, identity, native_place, permit_for, with_unique_identity, wrong_dates};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::organizations::keep_leaders;
use crate::base::error::{Failure, stale};
use crate::base::ids::{PartyGroupId, PersonId};
use crate::base::mistakes::Mistakes;
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
/// `NOT_FOUND`, `FORBIDDEN`, `STALE_VERSION`, or every mistake of the form.
pub async fn edit(cx: &Cx, input: EditPerson) -> Result<PersonRow, Failure> {
    let (permit, before) = permit_for(cx, Permission::EditPerson, input.id).await?;
    if before.version != input.version {
        return Err(stale(before.version, before));
    }
    let mut mistakes = Mistakes::new();
    let mut row = before.clone();
    let said = |field: &Option<String>, check: fn(&str) -> Result<String, Problem>| field.as_deref().map(check);
    for (place, given) in [
        (&mut row.name, said(&input.name, |name| text::required(name, "name", NAME_LIMIT))),
        (&mut row.sex, said(&input.sex, |sex| rules::code("sex", sex, "sex"))),
        (&mut row.ethnic_group, said(&input.ethnic_group, |code| rules::code("ethnic_group", code, "ethnicGroup"))),
        (&mut row.education, said(&input.education, |code| rules::code("education", code, "education"))),
    ] {
        if let Some(value) = given.and_then(|checked| mistakes.field(checked)) {
            *place = value;
        }
    }
    row.birth_date = input.birth_date.unwrap_or(row.birth_date);
    set_identity(cx, &mut mistakes, &before, &mut row, (input.identity_number.as_deref(), input.sex.as_deref())).await?;
    if !input.job_category.is_undefined() {
        let code = input.job_category.take();
        let code = mistakes.field(rules::optional_code("job_category", code.as_deref(), "jobCategory"));
        row.job_category = code.flatten();
    }
    if !input.native_place.is_undefined() {
        let code = input.native_place.take();
        row.native_place = mistakes.found(native_place(cx, code.as_deref()).await)?.flatten();
    }
    mistakes.field(set_sealed(cx, &mut row.phone, input.phone, "phone", 40));
    match input.email {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => row.email = None,
        MaybeUndefined::Value(email) => {
            if let Some(email) = mistakes.field(rules::email(Some(&email))) {
                row.email = email.map(|email| cx.secrets.seal(&email));
            }
        }
    }
    mistakes.field(set_sealed(cx, &mut row.address, input.address, "address", REMARK_LIMIT));
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
        row.party_group_id = mistakes.found(group_of(cx, &permit, input.party_group.take()).await)?.flatten();
        if row.party_group_id != before.party_group_id {
            mistakes.found(keep_leaders(cx, &[before.id], row.party_group_id, "partyGroupId").await)?;
        }
    }
    mistakes.among(wrong_dates(&row, cx.clock.today()));
    mistakes.end()?;

    let (old, new) = Facts::differences(&facts_of(cx, &before).await?, &facts_of(cx, &row).await?);
    if old.is_empty() && new.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let row = with_unique_identity(store::update(cx, &permit, input.id, &change_of(cx, &row, before.version + 1)).await)?;
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
    try_join(figures::change(cx, &permit, Some(&before), Some(&row)), journal::record(cx, &permit, subject)).await?;
    Ok(row)
}

/// A new number, or the old one against a new birth date or sex (D31). What was flagged as given with 15 digits is
/// cleared by the full number (U80).
async fn set_identity(
    cx: &Cx,
    mistakes: &mut Mistakes,
    before: &PersonRow,
    row: &mut PersonRow,
    (given, sex): (Option<&str>, Option<&str>),
) -> Result<(), Failure> {
    let sex = sex.unwrap_or(&row.sex).to_owned();
    if let Some(text) = given {
        let facts = (row.birth_date, sex.as_str());
        if let Some(number) = identity(cx, mistakes, text, facts, Some(before.key())).await? {
            if before.identity_index.as_ref() != Some(&number.index) {
                (row.identity_index, row.identity_number) = (Some(number.index), Some(number.sealed));
                row.no_identity_reason = None;
            }
            row.identity_converted = number.converted;
        }
    } else if let Some(kept) = &before.identity_number
        && (row.birth_date != before.birth_date || sex != before.sex)
    {
        let kept = cx.secrets.open(kept)?;
        if let Some(number) = mistakes.field(rules::identity_number(&kept)) {
            mistakes.among(rules::disagreements(&number, row.birth_date, &sex));
        }
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
