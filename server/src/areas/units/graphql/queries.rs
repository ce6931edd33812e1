//! Queries about units.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::super::model::UnitFilter as Filter;
use super::super::store;
use super::Unit;
use crate::access::Permission;
use crate::areas::organizations::span_under;
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Reach, Total, connection};

connection! {
    /// Units, page by page.
    UnitConnection UnitEdge Unit
}

/// Which units (C01).
#[derive(InputObject, Default)]
pub struct UnitFilter {
    /// A part of the name.
    name: Option<String>,
    /// Code of `unit_kind`, or the beginning of some.
    kind: Option<String>,
    /// Only legal persons, or only others.
    legal_person: Option<bool>,
    /// Only those that an organization within the viewer's reach is set up in, or only others.
    has_organization: Option<bool>,
}

impl UnitFilter {
    fn checked(self) -> Filter {
        let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let kind = text(self.kind).map(|kind| kind.replace(['%', '_', '\\'], "?"));
        Filter { name: text(self.name), kind, legal_person: self.legal_person, linked: self.has_organization }
    }
}

/// Queries of this area.
#[derive(Default)]
pub struct UnitQuery;

#[Object]
impl UnitQuery {
    /// Units that are kept by an organization and those below it, by name (C01).
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which units.")] filter: Option<UnitFilter>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<UnitConnection> {
        const LIST: &str = "units/name";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ReadOrganizations, under.as_ref(), reach).await?;
        let filter = filter.unwrap_or_default().checked();
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::page(&cx, &span, &filter, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::key);
        let total = Total::by(move || {
            let (cx, span, filter) = (cx.clone(), span.clone(), filter.clone());
            Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
        });
        Ok(UnitConnection::of(listed, total, Unit))
    }
}
