//! Lists of people.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::super::loaders::{FirstPeople, FirstPeopleKey};
use super::super::model::PersonFilter;
use super::super::store::{self, Order};
use super::types::Person;
use crate::base::db::Span;
use crate::base::ids::PartyGroupId;
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Total, connection};

connection! {
    /// People, page by page.
    PersonConnection PersonEdge Person
}

/// A page of the people of a span. The first page of a list by stage alone is loaded for all
/// organizations of an operation at once.
pub(super) async fn person_list(
    ctx: &Context<'_>,
    span: Span,
    filter: PersonFilter,
    order: Order,
    paging: Paging,
) -> Result<PersonConnection> {
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, order.list())?;
    let is_first = page.after.is_none() && page.before.is_none() && !page.backward;
    let rows =
        if is_first && order == Order::Tree && span.length.is_none() && !filter.stages.is_empty() && filter.is_by_stage_only() {
            let stages = filter.stages.iter().map(|stage| stage.as_str()).collect();
            let key = FirstPeopleKey { low: span.low.clone(), high: span.high.clone(), stages, limit: page.limit };
            cx.load::<FirstPeople>(key).await?.map(Arc::unwrap_or_clone).unwrap_or_default()
        } else {
            store::page(&cx, &span, &filter, order, &page).await?
        };
    let listed = Listed::of(rows, &page, &cx.secrets, order.list(), |row| order.key(row));
    let total = Total::by(move || {
        let (cx, span, filter) = (cx.clone(), span.clone(), filter.clone());
        Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
    });
    Ok(PersonConnection::of(listed, total, Person))
}

/// The members of a span.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub async fn members_of(ctx: &Context<'_>, span: Span, paging: Paging) -> Result<PersonConnection> {
    person_list(ctx, span, PersonFilter::members(), Order::Tree, paging).await
}

/// Those on the way to membership.
///
/// # Errors
/// As [`members_of`].
pub async fn applicants_of(ctx: &Context<'_>, span: Span, paging: Paging) -> Result<PersonConnection> {
    person_list(ctx, span, PersonFilter::applicants(), Order::Tree, paging).await
}

/// The people of a party group.
///
/// # Errors
/// As [`members_of`].
pub async fn members_of_group(ctx: &Context<'_>, path: &str, group: PartyGroupId, paging: Paging) -> Result<PersonConnection> {
    let filter = PersonFilter { party_group: Some(group), ..PersonFilter::default() };
    person_list(ctx, Span::own(path), filter, Order::Name, paging).await
}
