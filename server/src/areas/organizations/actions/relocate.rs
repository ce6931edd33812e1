//! Change the superior (B11) and the order of siblings (B13).

use chrono::NaiveDate;

use super::super::{OrganizationRow, rules, store, versions};
use super::{fresh, with_unique_names};
use crate::access::Permission;
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

/// Gives an organization another superior; everything below it and everyone in it follows.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn relocate(cx: &Cx, input: MoveOrganization) -> Result<OrganizationRow, Failure> {
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
    let old_superior = match moved.parent_id {
        Some(parent) => cx.load::<super::super::OrganizationById>(OrganizationId(parent)).await?,
        None => None,
    };

    cx.confirm(&permit, summary(cx, &moved, &superior, on).await?)?;
    let label = store::take_label(cx, &above).await?.ok_or_else(|| Problem::new(Code::OrganizationFull, "newSuperiorId"))?;
    let (place, _) = store::last_place(cx, &above, &superior).await?;
    with_unique_names(store::relocate(cx, &moved, &above, &label, place).await, "id")?;
    let row = store::touch(cx, moved.key()).await?;
    versions::begin(cx, &row, on, MOVED, document.as_deref()).await?;

    let arrived = viewer.permit(cx.session()?, Permission::MoveOrganization, row.key()).await?;
    let subject = Subject {
        event: Event::OrganizationMoved,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: Facts::default().text("superior", old_superior.as_ref().map(|old| old.name.as_str())),
        after: Facts::default().text("superior", Some(&superior.name)).day("on", Some(on)).text("document", document.as_deref()),
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

/// Another place among the siblings.
#[derive(Debug)]
pub struct ReorderOrganization {
    pub id: OrganizationId,
    pub version: i32,
    pub after: Option<OrganizationId>,
}

/// Puts an organization behind a sibling, or first.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn reorder(cx: &Cx, input: ReorderOrganization) -> Result<OrganizationRow, Failure> {
    let viewer = cx.viewer()?;
    let permit = viewer.permit(cx.session()?, Permission::ReorderOrganizations, input.id).await?;
    // The order under a superior is the superior's: it is locked, so that two sorters wait for each other.
    let own_root = || Problem::new(Code::OrganizationIsOwnRoot, "id");
    let parent = cx.load::<super::super::OrganizationById>(input.id).await?.and_then(|row| row.parent_id).ok_or_else(own_root)?;
    if viewer.is_own_root(Permission::ReorderOrganizations, permit.path()) {
        return Err(own_root().into());
    }
    let above = viewer.permit(cx.session()?, Permission::ReorderOrganizations, OrganizationId(parent)).await?;
    store::lock(cx, &above).await?;
    let moved = store::lock(cx, &permit).await?;
    fresh(&moved, input.version)?;
    rules::active(&moved, "id")?;
    if let Some(after) = input.after {
        let anchor = cx.load::<super::super::OrganizationById>(after).await?.ok_or(Failure::NotFound)?;
        if anchor.parent_id != moved.parent_id || anchor.id == moved.id {
            return Err(Problem::new(Code::OrganizationNotSibling, "afterId").into());
        }
    }
    store::reorder(cx, &moved, input.after.map(|id| id.0)).await?;
    let row = store::touch(cx, moved.key()).await?;
    let subject = Subject {
        event: Event::OrganizationReordered,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: Facts::default().text("position", Some(&moved.sort_order.to_string())),
        after: Facts::default().text("position", Some(&row.sort_order.to_string())),
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}
