//! Add a person to a branch (D04).

use chrono::NaiveDate;
use futures_util::future::try_join3;

use super::super::{PersonRow, Stage, figures, rules, store};
use super::{change_of, facts_of, group_of, identity, is_branch, native_place, with_unique_identity, wrong_dates};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, PartyGroupId, PersonId};
use crate::base::mistakes::Mistakes;
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
/// `NOT_FOUND`, `FORBIDDEN`, or every mistake of the form.
pub async fn add(cx: &Cx, input: AddPerson) -> Result<PersonRow, Failure> {
    let (today, now) = (cx.clock.today(), cx.clock.now());
    let permit = cx.viewer()?.permit(cx.session()?, Permission::AddPerson, input.organization).await?;
    let mut mistakes = Mistakes::new();
    mistakes.field(is_branch(&permit));
    if input.stage == Stage::Left {
        mistakes.note(Problem::new(Code::StageNotAllowed, "stage"));
    }
    let name = mistakes.field(text::required(&input.name, "name", NAME_LIMIT));
    let sex = mistakes.field(rules::code("sex", &input.sex, "sex"));
    let ethnic_group = mistakes.field(rules::code("ethnic_group", &input.ethnic_group, "ethnicGroup"));
    let facts = (input.birth_date, input.sex.as_str());
    let reason = text::optional(input.no_identity_reason.as_deref(), "noIdentityNumberReason", REMARK_LIMIT);
    let no_identity_reason = mistakes.field(reason);
    let given = no_identity_reason.as_ref().and_then(|reason| {
        mistakes.field(rules::number_or_reason(input.identity_number.as_deref(), reason.as_deref())).flatten()
    });
    let number = match given {
        Some(text) => identity(cx, &mut mistakes, text, facts, None).await?,
        None => None,
    };
    let education = mistakes.field(rules::code("education", &input.education, "education"));
    let job_category = mistakes.field(rules::optional_code("job_category", input.job_category.as_deref(), "jobCategory"));
    let native_place = mistakes.found(native_place(cx, input.native_place.as_deref()).await)?;
    let phone = mistakes.field(text::optional(input.phone.as_deref(), "phone", 40)).flatten();
    let email = mistakes.field(rules::email(input.email.as_deref())).flatten();
    let address = mistakes.field(text::optional(input.address.as_deref(), "address", REMARK_LIMIT)).flatten();
    let party_group = mistakes.found(group_of(cx, &permit, input.party_group).await)?;
    let sealed = |value: Option<String>| value.map(|value| cx.secrets.seal(&value));
    let row = PersonRow {
        id: PersonId::new().0,
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        party_group_id: party_group.flatten(),
        stage: input.stage.as_str().to_owned(),
        name: name.unwrap_or_default(),
        name_key: String::new(),
        sex: sex.unwrap_or_default(),
        ethnic_group: ethnic_group.unwrap_or_default(),
        birth_date: input.birth_date,
        identity_converted: number.as_ref().is_some_and(|number| number.converted),
        identity_index: number.as_ref().map(|number| number.index.clone()),
        identity_number: number.map(|number| number.sealed),
        no_identity_reason: no_identity_reason.flatten(),
        education: education.unwrap_or_default(),
        job_category: job_category.flatten(),
        native_place: native_place.flatten(),
        phone: sealed(phone),
        email: sealed(email),
        address: sealed(address),
        applied_on: input.applied_on,
        joined_on: input.joined_on,
        confirmed_on: input.confirmed_on,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    mistakes.among(wrong_dates(&row, today));
    mistakes.end()?;

    let row = with_unique_identity(store::insert(cx, &permit, row.key(), &change_of(cx, &row, 1)).await)?;
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
    let entered =
        async { if row.stage().is_member() { figures::enter(cx, &permit, row.id, today, "entered", 1).await } else { Ok(()) } };
    // Sent one behind the other and waited for together; the first that fails is the first that is told.
    try_join3(figures::change(cx, &permit, None, Some(&row)), entered, journal::record(cx, &permit, subject)).await?;
    Ok(row)
}
