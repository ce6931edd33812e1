//! Accounts in the schema.

use async_graphql::{Context, Enum, ID, Object, Result};

use super::store::{self, AccountRow};
use crate::access::Permission;
use crate::areas::organizations::graphql::Organization;
use crate::areas::organizations::{OrganizationById, span_under};
use crate::areas::people::PersonById;
use crate::areas::people::graphql::Person;
use crate::areas::roles::GrantsOf;
use crate::areas::roles::graphql::Grant;
use crate::base::ids::{AccountId, Id, OrganizationId, PersonId};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Reach, Total, connection};

/// What kind of account.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A member's own.
    Person,
    /// An administrator's.
    Administrator,
    /// A script's.
    Machine,
}

/// An account.
#[derive(Clone)]
pub struct Account(pub AccountRow);

/// Who signs in: a member, an administrator or a script.
#[Object]
impl Account {
    /// Global id.
    pub async fn id(&self) -> ID {
        AccountId(self.0.id).global().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What kind of account.
    async fn kind(&self) -> AccountKind {
        match self.0.kind.as_str() {
            "person" => AccountKind::Person,
            "machine" => AccountKind::Machine,
            _ => AccountKind::Administrator,
        }
    }

    /// Whether it can sign in.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The organization that keeps it.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// The person behind it, within the viewer's reach.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<PersonById>(PersonId(person)).await?.map(Person))
    }

    /// Its running grants within the viewer's reach; at most 20 run at a time.
    async fn grants(&self, ctx: &Context<'_>) -> Result<Vec<Grant>> {
        let cx = &Cx::of(ctx);
        let grants = cx.load::<GrantsOf>(AccountId(self.0.id)).await?.unwrap_or_default();
        Ok(grants.iter().filter(|grant| grant.runs_at(cx.clock.now())).cloned().map(Grant).collect())
    }
}

connection! {
    /// Accounts, page by page.
    AccountConnection AccountEdge Account
}

/// Queries of this area.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// Accounts kept by organizations under an organization.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "The beginning of the account's name.")] search: Option<String>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<AccountConnection> {
        const LIST: &str = "accounts";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ReadGrants, under.as_ref(), reach).await?;
        let search = search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::page(&cx, &span, search.as_deref(), &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::key);
        let total = Total::by(move || {
            let (cx, span, search) = (cx.clone(), span.clone(), search.clone());
            Box::pin(async move { store::count(&cx, &span, search.as_deref(), COUNT_LIMIT).await })
        });
        Ok(AccountConnection::of(listed, total, Account))
    }
}
