//! Change the superior (B11): within the request, or as a job when too much goes along.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::moving::{self, Move};
use super::super::{OrganizationById, OrganizationRow, rules, store, versions};
use super::{fresh, with_unique_names};
use crate::access::{Permission, Permit};
use crate::areas::jobs::{self, JobKind, JobRow, Progress};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// Code of `org_change_kind`: moved to another superior.
const MOVED: &str = "8";

/// Another superior, from when and by which document.
#[derive(Debug)]
pub struct MoveOrganization {
    pub id: OrganizationId,
    pub version: i32,
    pub new_superior: OrganizationId,
    pub on: NaiveDate,
    pub document: Option<String>,
}

/// What a move came to: it was done, or it was ordered.
#[derive(Debug)]
pub struct Moved {
    pub organization: OrganizationRow,
    pub job: Option<JobRow>,
}

/// What a job keeps of a move that was ordered; its names are read by `move_in_the_way`, too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ordered {
    version: i32,
    new_superior: Uuid,
    on: NaiveDate,
    document: Option<String>,
    /// Taken when it was ordered: labels are never given twice.
    label: String,
}

/// Gives an organization another superior; everything below it and everyone in it follows.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn relocate(cx: &Cx, input: MoveOrganization) -> Result<Moved, Failure> {
    let viewer = cx.viewer()?;
    let permit = viewer.permit(cx.session()?, Permission::MoveOrganization, input.id).await?;
    let above = viewer.permit(cx.session()?, Permission::MoveOrganization, input.new_superior).await?;
    let moved = store::lock(cx, &permit).await?;
    fresh(&moved, input.version)?;
    if viewer.is_own_root(Permission::MoveOrganization, &moved.path) {
        return Err(Problem::new(Code::OrganizationIsOwnRoot, "id").into());
    }
    let on = rules::past_day(input.on, cx.clock.today(), "on")?;
    let document = text::optional(input.document.as_deref(), "document", REMARK_LIMIT)?;
    let superior = store::lock(cx, &above).await?;
    rules::may_move(Codes::builtin(), &moved, &superior)?;
    let (organizations, people) = moving::weigh(cx, &moved.path).await?;
    let is_large = rules::is_large_move(organizations, people, cx.moved_at_once);
    if moving::is_in_the_way(cx, &moved.path, &superior.path, is_large).await? {
        return Err(Problem::new(Code::OrganizationMoveRunning, "id").into());
    }

    if is_large {
        let ordered = Ordered { version: input.version, new_superior: superior.id, on, document, label: String::new() };
        let job = order(cx, (&permit, &above), (&moved, &superior), ordered, organizations).await?;
        return Ok(Moved { organization: moved, job: Some(job) });
    }
    cx.confirm(&permit, summary(cx, &moved, &superior, on).await?)?;
    let label = take_label(cx, &above).await?;
    let (place, _) = store::last_place(cx, &above, &superior).await?;
    with_unique_names(moving::at_once(cx, &moved, &above, &label, place).await, "id")?;
    let organization = settle(cx, &moved, &superior, on, document.as_deref()).await?;
    Ok(Moved { organization, job: None })
}

/// Records a move for a server to do: whatever would refuse it now refuses it now.
async fn order(
    cx: &Cx,
    (permit, above): (&Permit, &Permit),
    (moved, superior): (&OrganizationRow, &OrganizationRow),
    ordered: Ordered,
    organizations: i64,
) -> Result<JobRow, Failure> {
    let (name_taken, _) = store::find_taken(cx, Some(superior.id), (&moved.name, ""), Some(moved.id)).await?;
    if name_taken {
        return Err(Problem::new(Code::OrganizationSameName, "id").into());
    }
    versions::not_before(cx, moved.key(), ordered.on).await?;
    cx.confirm(permit, summary(cx, moved, superior, ordered.on).await?)?;
    let ordered = Ordered { label: take_label(cx, above).await?, ..ordered };
    // There is a place for it, or all are placed anew until there is.
    store::last_place(cx, above, superior).await?;
    let input = serde_json::to_value(&ordered).map_err(anyhow::Error::from)?;
    let total = i32::try_from(organizations).unwrap_or(i32::MAX);
    jobs::order(cx, permit, jobs::Order { kind: JobKind::OrganizationMove, input, total }).await
}

/// Does a move that was ordered, with the rights of whoever did. Nothing but what moves is held until the last moment, and
/// nobody else waits for it: the new superior is looked at first and held at the end, when it must be as it was.
///
/// # Errors
/// As [`relocate`]; `CONFLICT` when somebody else's change came first.
pub async fn carry_out(cx: &Cx, job: &jobs::Taken, progress: &Progress) -> Result<(), Failure> {
    let ordered: Ordered = serde_json::from_value(job.input.clone()).map_err(anyhow::Error::from)?;
    let viewer = cx.viewer()?;
    let permit = viewer.permit(cx.session()?, Permission::MoveOrganization, job.organization).await?;
    let moved = store::lock(cx, &permit).await?;
    fresh(&moved, ordered.version)?;
    if viewer.is_own_root(Permission::MoveOrganization, &moved.path) {
        return Err(Problem::new(Code::OrganizationIsOwnRoot, "id").into());
    }
    let superior = OrganizationId(ordered.new_superior);
    let superior = store::find(cx.session()?, viewer, superior).await?.ok_or(Failure::NotFound)?;
    if !viewer.may(Permission::MoveOrganization, &superior.path) {
        return Err(Failure::Forbidden);
    }
    rules::may_move(Codes::builtin(), &moved, &superior)?;
    versions::not_before(cx, moved.key(), ordered.on).await?;

    let place = moving::last_place(cx, &superior, moved.id).await?.ok_or(Failure::Conflict)?;
    let to = Move { moved: &moved, superior: &superior, label: &ordered.label, place: &place };
    let steps = Steps { total: job.total, progress };
    let bounds = to.parts(cx).await?;
    let parts = bounds.len().saturating_sub(1);
    for (number, (low, high)) in bounds.iter().zip(bounds.iter().skip(1)).enumerate() {
        with_unique_names(to.part(cx, low, high).await, "id")?;
        steps.moved(number + 1, parts);
    }
    let tables = moving::tables(cx).await?;
    for (number, table) in tables.iter().enumerate() {
        moving::check_keys(cx, std::slice::from_ref(table)).await?;
        steps.checked(number + 1, tables.len());
    }
    to.rest(cx).await?;
    moving::check_keys(cx, &[moving::JOBS.to_owned()]).await?;
    let above = viewer.permit(cx.session()?, Permission::MoveOrganization, superior.key()).await?;
    let held = store::lock(cx, &above).await?;
    rules::may_move(Codes::builtin(), &moved, &held)?;
    let stayed = (&held.path, &held.tree_order) == (&superior.path, &superior.tree_order);
    if !stayed || !to.number(cx).await? {
        return Err(Failure::Conflict);
    }
    settle(cx, &moved, &superior, ordered.on, ordered.document.as_deref()).await?;
    Ok(())
}

/// How much of the time of a move is spent on moving, in hundredths; the rest is spent on checking keys, the less of it the
/// more people go along.
const MOVING: usize = 45;

/// The progress of a move, in organizations: it rises evenly with the time.
struct Steps<'a> {
    total: i32,
    progress: &'a Progress,
}

impl Steps<'_> {
    fn moved(&self, parts: usize, of: usize) {
        self.reach(parts * MOVING, of);
    }

    fn checked(&self, tables: usize, of: usize) {
        self.reach(of * MOVING + tables * (100 - MOVING), of);
    }

    fn reach(&self, hundredths: usize, of: usize) {
        let done = i64::try_from(hundredths).unwrap_or(i64::MAX).saturating_mul(i64::from(self.total));
        let done = done / i64::try_from(of.max(1) * 100).unwrap_or(i64::MAX);
        self.progress.reach(i32::try_from(done).unwrap_or(self.total));
    }
}

async fn take_label(cx: &Cx, above: &Permit) -> Result<String, Failure> {
    let label = store::take_label(cx, above).await?;
    Ok(label.ok_or_else(|| Problem::new(Code::OrganizationFull, "newSuperiorId"))?)
}

/// What is written of a move beside the paths: version, past and operation log.
async fn settle(
    cx: &Cx,
    moved: &OrganizationRow,
    superior: &OrganizationRow,
    on: NaiveDate,
    document: Option<&str>,
) -> Result<OrganizationRow, Failure> {
    let old_superior = match moved.parent_id {
        Some(parent) => cx.load::<OrganizationById>(OrganizationId(parent)).await?,
        None => None,
    };
    let row = store::touch(cx, moved.key()).await?;
    versions::begin(cx, &row, on, MOVED, document).await?;
    let arrived = cx.viewer()?.permit(cx.session()?, Permission::MoveOrganization, row.key()).await?;
    let subject = Subject {
        event: Event::OrganizationMoved,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: Facts::default().text("superior", old_superior.as_ref().map(|old| old.name.as_str())),
        after: Facts::default().text("superior", Some(&superior.name)).day("on", Some(on)).text("document", document),
        reason: None,
        moved_from: Some(&moved.path),
    };
    journal::record(cx, &arrived, subject).await?;
    Ok(row)
}

/// What is signed: what moves, where, and how much moves with it.
async fn summary(cx: &Cx, moved: &OrganizationRow, superior: &OrganizationRow, on: NaiveDate) -> Result<Summary, Failure> {
    let (organizations, members) = store::count_below(cx, &moved.path).await?;
    Ok(Summary::new(
        format!("将「{}」及其下级移到「{}」", moved.name, superior.name),
        format!("Move {} and everything below it to {}", moved.name, superior.name),
    )
    .with("组织数", "Organizations", organizations)
    .with("党员数", "Members", members)
    .with("日期", "Date", on))
}
