//! The part of the tree that a list of what hangs on organizations goes through, in the order in which the tree is
//! read: each superior before its subordinates, siblings in their manual order (B13).

use async_graphql::ID;
use banyan_tables::organizations;
use uuid::Uuid;

use super::loaders::{OrganizationById, OrganizationByPath};
use super::{OrganizationRow, order, store};
use crate::access::{Permission, Viewer};
use crate::base::db::prelude::*;
use crate::base::db::{Span, char_length};
use crate::base::error::Failure;
use crate::gql::{Cx, Reach};

/// A part of the tree, twice: what is in it, and the order in which it is read.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The paths.
    pub paths: Span,
    /// The places of the same organizations. None where they are not all the viewer's to read, as for a lent right to
    /// read people alone: then there is no order of organizations to go by.
    pub places: Option<Span>,
}

impl Walk {
    /// A reach from an organization.
    #[must_use]
    pub fn of(viewer: &Viewer, row: &OrganizationRow, reach: Reach) -> Self {
        let places = match reach {
            Reach::Own => Span::own(&row.tree_order),
            Reach::Children => Span::next_level(&row.tree_order, order::WIDTH),
            Reach::Subtree => Span::subtree(&row.tree_order),
        };
        let is_read = viewer.may(Permission::ReadOrganizations, &row.path);
        Self { paths: store::span_of(&row.path, reach), places: is_read.then_some(places) }
    }
}

/// What [`store::span_under`] gives, with the places. Everything in scope goes from the first place of its roots to the
/// last of their ends; the guard takes out what lies between.
///
/// # Errors
/// As [`store::span_under`].
pub async fn walk_under(cx: &Cx, permission: Permission, under: Option<&ID>, reach: Reach) -> Result<Walk, Failure> {
    let viewer = cx.viewer()?;
    if let Some(under) = under {
        return Ok(Walk::of(viewer, &store::find_for(cx, permission, under).await?, reach));
    }
    let paths = store::span_under(cx, permission, None, reach).await?;
    let scope = viewer.scope(permission);
    if !scope.roots().iter().all(|root| viewer.may(Permission::ReadOrganizations, root)) {
        return Ok(Walk { paths, places: None });
    }
    let roots = scope.roots().iter().map(|root| cx.load::<OrganizationByPath>(root.clone()));
    let mut places: Vec<String> =
        futures_util::future::try_join_all(roots).await?.into_iter().flatten().map(|root| root.tree_order).collect();
    // The own record lies where it lies: between two roots it is in the list, as it is counted.
    if let Some(branch) = viewer.branch
        && let Some(own) = cx.load::<OrganizationById>(branch).await?
        && paths.low <= own.path
        && own.path < paths.high
    {
        places.push(own.tree_order);
    }
    // The end of the last is not that of the last place: the own branch may stand below a root.
    let high = places.iter().map(|place| Span::subtree(place).high).max();
    let places = places.into_iter().min().zip(high).map(Span::between);
    Ok(Walk { paths, places })
}

/// How many organizations stand at the places of a span, at most so many.
///
/// # Errors
/// When the database fails.
pub async fn count_places(cx: &Cx, places: &Span, most: i64) -> Result<i64, Failure> {
    let mut query = organizations::table
        .filter(organizations::tree_order.ge(&places.low))
        .filter(organizations::tree_order.lt(&places.high))
        .into_boxed();
    if let Some(length) = places.length {
        query = query.filter(char_length(organizations::tree_order).eq(length));
    }
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = query.select(organizations::id).limit(most).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}
