//! Queries of the tree.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};

use super::super::model::{self, OrganizationFilter as Filter};
use super::super::store::{self, Browsed, Order};
use super::super::warnings::WarningCode;
use super::lists::{OrganizationConnection, organization_list};
use super::types::OrganizationStatus;
use crate::access::Permission;
use crate::base::path;
use crate::gql::{Cx, Paging, Reach};

/// Orders of a list of organizations.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationOrder {
    /// As the tree is read: each superior before its subordinates, siblings in their manual order (B13).
    Tree,
    /// By pinyin.
    Name,
}

/// Which organizations (B03).
#[derive(InputObject, Default)]
pub struct OrganizationFilter {
    /// A part of the name in Chinese, or the beginning of its pinyin or initials.
    name: Option<String>,
    /// The beginning of the code.
    code: Option<String>,
    /// Codes of `org_kind`.
    kinds: Option<Vec<String>>,
    /// Levels of the tree, of which the tenant's top is 1 and each superior's subordinates are one below it.
    levels: Option<Vec<i32>>,
    /// Active ones unless said otherwise.
    #[graphql(default_with = "Some(OrganizationStatus::Active)")]
    status: Option<OrganizationStatus>,
    /// Only those with a secretary in their present term, or only those without (B02); for those who may read people there.
    has_secretary: Option<bool>,
    /// Only those with one of these warnings (U51, U52, U53, U63); with any that the viewer is told of, if none is named.
    /// Those about people (U63) are for viewers who may read people there.
    warnings: Option<Vec<WarningCode>>,
}

impl OrganizationFilter {
    /// Whether it asks about people: answered for those who may read them, wherever the list reaches.
    fn is_about_people(&self) -> bool {
        self.has_secretary.is_some() || self.warnings.iter().flatten().any(|code| code.is_about_people())
    }

    fn checked(self) -> Filter {
        let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Filter {
            name: text(self.name),
            code: text(self.code),
            kinds: self.kinds,
            lengths: self.levels.map(|levels| levels.into_iter().filter_map(path::length_of_level).collect()),
            has_secretary: self.has_secretary,
            warnings: self.warnings.map(|codes| {
                if codes.is_empty() { WarningCode::all().collect() } else { codes.iter().map(|code| code.as_str()).collect() }
            }),
            status: self.status.map(|status| match status {
                OrganizationStatus::Active => model::ACTIVE,
                OrganizationStatus::Dissolved => model::DISSOLVED,
            }),
        }
    }
}

/// Queries of this area.
#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// Organizations under an organization (B03).
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which organizations.")] filter: Option<OrganizationFilter>,
        #[graphql(desc = "In which order.", default_with = "OrganizationOrder::Tree")] order_by: OrganizationOrder,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<OrganizationConnection> {
        let cx = &Cx::of(ctx);
        let span = store::span_under(cx, Permission::ReadOrganizations, under.as_ref(), reach).await?;
        if filter.as_ref().is_some_and(OrganizationFilter::is_about_people) {
            store::demand_people(cx, &span)?;
        }
        let filter = match filter {
            Some(filter) => filter.checked(),
            None => Filter { status: Some(model::ACTIVE), ..Filter::default() },
        };
        let order = match order_by {
            OrganizationOrder::Tree if reach == Reach::Children && under.is_some() => Order::Manual,
            OrganizationOrder::Tree => Order::Tree,
            OrganizationOrder::Name => Order::Name,
        };
        let browsed = Browsed::of(cx, span, under.is_some(), order).await?;
        Box::pin(organization_list(ctx, browsed, filter, order, Paging { first, after, last, before })).await
    }
}
