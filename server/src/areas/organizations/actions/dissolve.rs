//! Dissolve (B10): logical, with date and reason; the history stays.

use chrono::NaiveDate;

use super::super::{OrganizationRow, loaders, model, rules, store, versions};
use super::{change_of, fresh};
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::mistakes::Mistakes;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// From when, why and by which document.
#[derive(Debug)]
pub struct DissolveOrganization {
    pub id: OrganizationId,
    pub version: i32,
    pub on: NaiveDate,
    pub reason: String,
    pub document: Option<String>,
}

/// Dissolves an organization that has no people, no subordinates and nothing that waits for a decision.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `STALE_VERSION`, or everything that stands in the way.
pub async fn dissolve(cx: &Cx, input: DissolveOrganization) -> Result<OrganizationRow, Failure> {
    let viewer = cx.viewer()?;
    let permit = viewer.permit(cx.session()?, Permission::DissolveOrganization, input.id).await?;
    // The lock keeps out whoever would add a person or a child meanwhile: they hold a shared one.
    let before = store::lock(cx, &permit).await?;
    fresh(&before, input.version)?;
    if viewer.is_own_root(Permission::DissolveOrganization, &before.path) {
        return Err(Problem::new(Code::OrganizationIsOwnRoot, "id").into());
    }
    rules::active(&before, "id")?;
    let children = cx.load::<loaders::ActiveChildren>(input.id).await?.unwrap_or_default();
    let (members, applicants) = store::count_people(cx, input.id).await?;
    let to_dos = store::count_to_dos(cx, input.id).await?;
    let mut mistakes = Mistakes::new();
    mistakes.among(rules::Hindrances { children, members, applicants, to_dos }.problems());
    let on = input.on;
    if mistakes.field(rules::past_day(on, cx.clock.today(), "on")).is_some() {
        mistakes.found(versions::not_before(cx, input.id, on).await)?;
    }
    let reason = mistakes.field(text::required(&input.reason, "reason", REMARK_LIMIT)).unwrap_or_default();
    let document = mistakes.field(text::optional(input.document.as_deref(), "document", REMARK_LIMIT)).flatten();
    mistakes.end()?;
    let summary = Summary::new(format!("撤销「{}」", before.name), format!("Dissolve {}", before.name));
    cx.confirm(&permit, summary.with("日期", "Date", on).with("原因", "Reason", &reason))?;

    let row = OrganizationRow {
        status: model::DISSOLVED.to_owned(),
        dissolved_on: Some(on),
        dissolved_reason: Some(reason.clone()),
        ..before
    };
    let row = store::update(cx, &permit, &change_of(cx, &row)).await?;
    versions::begin(cx, &row, on, versions::change::DISSOLVED, document.as_deref()).await?;
    let subject = Subject {
        event: Event::OrganizationDissolved,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: Facts::default(),
        after: Facts::default().day("dissolvedOn", Some(on)).text("document", document.as_deref()),
        reason: Some(&reason),
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}
