//! Lists of people.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::super::loaders::{FirstPeople, FirstPeopleKey};
use super::super::model::PersonFilter;
use super::super::pages::{self, Order};
use super::super::store;
use super::types::Person;
use crate::areas::organizations::Walk;
use crate::base::db::Span;
use crate::base::ids::PartyGroupId;
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Total, connection};

connection! {
    /// People, page by page.
    PersonConnection PersonEdge Person
}

/// A page of the people of a part of the tree. The first page of a list by stage alone is loaded for all
/// organizations of an operation at once.
pub(super) async fn person_list(
    ctx: &Context<'_>,
    walk: Walk,
    filter: PersonFilter,
    order: Order,
    paging: Paging,
) -> Result<PersonConnection> {
    let cx = Cx::of(ctx);
    let order = if order == Order::Tree && walk.places.is_none() { Order::Path } else { order };
    let page = paging.page(&cx.secrets, order.list())?;
    let is_first = page.after.is_none() && page.before.is_none() && !page.backward;
    let at_once = is_first && order == Order::Tree && !filter.stages.is_empty() && filter.is_by_stage_only();
    let rows = match walk.places.as_ref().filter(|places| at_once && places.length.is_none()) {
        Some(places) => {
            let stages = filter.stages.iter().map(|stage| stage.as_str()).collect();
            let key = FirstPeopleKey { low: places.low.clone(), high: places.high.clone(), stages, limit: page.limit };
            cx.load::<FirstPeople>(key).await?.map(Arc::unwrap_or_clone).unwrap_or_default()
        }
        None => pages::page(&cx, &walk, &filter, order, &page).await?,
    };
    let listed = Listed::of(rows, &page, &cx.secrets, order.list(), |person| order.key(person));
    let total = Total::by(move || {
        let (cx, span, filter) = (cx.clone(), walk.paths.clone(), filter.clone());
        Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
    });
    Ok(PersonConnection::of(listed, total, |person| Person(person.row)))
}

/// The members of a part of the tree.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub async fn members_of(ctx: &Context<'_>, walk: Walk, paging: Paging) -> Result<PersonConnection> {
    person_list(ctx, walk, PersonFilter::members(), Order::Tree, paging).await
}

/// Those on the way to membership.
///
/// # Errors
/// As [`members_of`].
pub async fn applicants_of(ctx: &Context<'_>, walk: Walk, paging: Paging) -> Result<PersonConnection> {
    person_list(ctx, walk, PersonFilter::applicants(), Order::Tree, paging).await
}

/// The people of a party group.
///
/// # Errors
/// As [`members_of`].
pub async fn members_of_group(ctx: &Context<'_>, path: &str, group: PartyGroupId, paging: Paging) -> Result<PersonConnection> {
    let filter = PersonFilter { party_group: Some(group), ..PersonFilter::default() };
    let walk = Walk { paths: Span::own(path), places: None };
    person_list(ctx, walk, filter, Order::Name, paging).await
}
