//! Look behind the mask: with a purpose, confirmed, recorded, and not more often than the budget of the day (SEC-H02).

use chrono::{DateTime, Utc};

use super::super::watch::{self, MaskedField};
use super::super::{PersonRow, store};
use crate::access::Permission;
use crate::areas::accounts::find_policy;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::clock::start_of;
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, PersonId};
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// Which fields of whom, and what for.
#[derive(Debug)]
pub struct UnmaskPerson {
    pub id: PersonId,
    pub fields: Vec<MaskedField>,
    pub purpose: String,
}

/// What stood behind the mask.
#[derive(Debug)]
pub struct Unmasked {
    pub row: PersonRow,
    pub values: Vec<(MaskedField, Option<String>)>,
    pub left: i32,
}

/// Reads masked fields of a person. The person sees who did, when and what for.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn unmask(cx: &Cx, input: UnmaskPerson) -> Result<Unmasked, Failure> {
    let viewer = cx.viewer()?;
    let row = store::find(cx, input.id).await?.ok_or(Failure::NotFound)?;
    // One's own record is visible without any right over the branch.
    if !viewer.may(Permission::UnmaskPeople, &row.path) {
        return Err(if viewer.read_only { Failure::ReadOnly } else { Failure::Forbidden });
    }
    let permit = viewer.permit(cx.session()?, Permission::UnmaskPeople, OrganizationId(row.organization_id)).await?;
    let purpose = text::required(&input.purpose, "purpose", REMARK_LIMIT)?;
    let fields: Vec<MaskedField> = MaskedField::ALL.into_iter().filter(|field| input.fields.contains(field)).collect();
    if fields.is_empty() {
        return Err(Problem::new(Code::Required, "fields").into());
    }
    let budget = i64::from(find_policy(cx.session()?, viewer.tenant).await?.unmask_daily_budget);
    let today: DateTime<Utc> = start_of(cx.clock.today());
    let left = (budget - watch::own_lookups_since(cx, today).await?).max(0);
    if left == 0 {
        return Err(Problem::new(Code::UnmaskBudgetSpent, "id").with(left).into());
    }
    let named =
        |language: Language, between: &str| fields.iter().map(|field| field.name(language)).collect::<Vec<_>>().join(between);
    let summary = Summary::new(
        format!("查看「{}」的{}", row.name, named(Language::Zh, "、")),
        format!("Read of {}: {}", row.name, named(Language::En, ", ")),
    );
    cx.confirm(&permit, summary.with("用途", "Purpose", &purpose))?;
    let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    let subject = Subject {
        event: Event::PersonUnmasked,
        kind: SubjectKind::Person,
        id: row.id,
        name: &row.name,
        before: Facts::default(),
        after: Facts::default().text("fields", Some(&names.join(", "))),
        reason: Some(&purpose),
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    let open = |field: &MaskedField| -> Result<(MaskedField, Option<String>), Failure> {
        Ok((*field, field.sealed(&row).map(|sealed| cx.secrets.open(sealed)).transpose()?))
    };
    let values = fields.iter().map(open).collect::<Result<_, _>>()?;
    Ok(Unmasked { values, left: i32::try_from(left - 1).unwrap_or(i32::MAX), row })
}
