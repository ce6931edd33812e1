//! The order of siblings (B13).

use super::super::{OrganizationRow, rules, store};
use super::fresh;
use crate::access::Permission;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

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
