//! Lists of organizations.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::super::loaders::{ActiveChildren, FirstChildren};
use super::super::model::OrganizationFilter;
use super::super::store::{Browsed, Order};
use super::super::{OrganizationRow, store, versions};
use super::types::{Organization, OrganizationPastState};
use crate::base::db::KeyPart;
use crate::base::ids::OrganizationId;
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Total, connection};

connection! {
    /// Organizations, page by page.
    OrganizationConnection OrganizationEdge Organization
}
connection! {
    /// States of an organization, the present one first.
    OrganizationPastStateConnection OrganizationPastStateEdge OrganizationPastState
}

/// A page of the organizations of a span.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub(in super::super) async fn organization_list(
    ctx: &Context<'_>,
    browsed: Browsed,
    filter: OrganizationFilter,
    order: Order,
    paging: Paging,
) -> Result<OrganizationConnection> {
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, order.list())?;
    let rows = store::page(&cx, &browsed, &filter, order, &page).await?;
    let listed = Listed::of(rows, &page, &cx.secrets, order.list(), |row| order.key(row));
    let total = Total::by(move || {
        let (cx, browsed, filter) = (cx.clone(), browsed.clone(), filter.clone());
        Box::pin(async move { store::count(&cx, &browsed, &filter, COUNT_LIMIT).await })
    });
    Ok(OrganizationConnection::of(listed, total, Organization))
}

const CHILDREN: &str = "organizations/children";

fn child_key(row: &OrganizationRow) -> Vec<KeyPart> {
    vec![KeyPart::Number(row.sort_order), KeyPart::Id(row.id)]
}

/// A page of the active children. The first page is loaded for all organizations of a list at
/// once; a later one is asked for one organization at a time.
pub(super) async fn child_list(ctx: &Context<'_>, parent: OrganizationId, paging: Paging) -> Result<OrganizationConnection> {
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, CHILDREN)?;
    let rows = if page.after.is_none() && page.before.is_none() && !page.backward {
        let first = cx.load::<FirstChildren>((parent, page.limit)).await?;
        first.map(Arc::unwrap_or_clone).unwrap_or_default()
    } else {
        store::page_of_children(&cx, parent, &page).await?
    };
    let listed = Listed::of(rows, &page, &cx.secrets, CHILDREN, child_key);
    let total = Total::by(move || {
        let cx = cx.clone();
        Box::pin(async move { Ok(cx.load::<ActiveChildren>(parent).await?.unwrap_or_default()) })
    });
    Ok(OrganizationConnection::of(listed, total, Organization))
}

/// A page of the states of an organization.
pub(super) async fn past_state_list(
    ctx: &Context<'_>,
    id: OrganizationId,
    paging: Paging,
) -> Result<OrganizationPastStateConnection> {
    const LIST: &str = "organizations/past";
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, LIST)?;
    let rows = versions::page(&cx, id, &page).await?;
    let listed = Listed::of(rows, &page, &cx.secrets, LIST, versions::key);
    let total = Total::by(move || {
        let cx = cx.clone();
        Box::pin(async move { versions::count(&cx, id).await })
    });
    Ok(OrganizationPastStateConnection::of(listed, total, OrganizationPastState))
}
