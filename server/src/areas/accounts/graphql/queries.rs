//! Queries about accounts.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::credentials::{ClaimCode, Invitation, InvitationConnection};
use super::events::{SecurityEventConnection, page as event_page};
use super::policy::Policy;
use super::roster::{RosterConnection, RosterEntry};
use super::types::{Account, AccountKind, AccountState};
use crate::access::Permission;
use crate::areas::accounts::events::EventsWanted;
use crate::areas::accounts::store::{self, AccountFilter as Filter};
use crate::areas::accounts::{SecurityEventKind, claims, find_policy, invitations};
use crate::areas::organizations::{OrganizationById, span_under};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, PersonId};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Reach, Total, connection, parse_id};

connection! {
    /// Accounts, page by page.
    AccountConnection AccountEdge Account
}

/// Which accounts.
#[derive(InputObject, Default)]
pub struct AccountFilter {
    /// In one of these states; closed ones only when they are asked for.
    states: Option<Vec<AccountState>>,
    /// Of one kind.
    kind: Option<AccountKind>,
    /// Only those that were never used, share their name with another, or whose person has no identity number (A13).
    #[graphql(default)]
    flagged: bool,
}

impl AccountFilter {
    fn of(self, search: Option<String>) -> Filter {
        Filter {
            search: search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            states: self.states.map(|states| states.into_iter().map(AccountState::as_str).collect()),
            kind: self.kind.map(AccountKind::as_str),
            flagged: self.flagged,
        }
    }
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
        #[graphql(desc = "The beginning of the account's name or login name.")] search: Option<String>,
        #[graphql(desc = "Which accounts.")] filter: Option<AccountFilter>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<AccountConnection> {
        const LIST: &str = "accounts";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ReadGrants, under.as_ref(), reach).await?;
        let filter = filter.unwrap_or_default().of(search);
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::page(&cx, &span, &filter, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::key);
        let total = Total::by(move || {
            let (cx, span, filter) = (cx.clone(), span.clone(), filter.clone());
            Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
        });
        Ok(AccountConnection::of(listed, total, Account))
    }

    /// Sign-ins and what else happened to accounts under an organization, newest first; for those who read the log.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn security_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Of these kinds.")] kinds: Option<Vec<SecurityEventKind>>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<SecurityEventConnection> {
        let span = span_under(&Cx::of(ctx), Permission::ReadJournal, under.as_ref(), reach).await?;
        let wanted = EventsWanted { span, kinds: kinds.unwrap_or_default(), account: None };
        event_page(ctx, wanted, Paging { first, after, last, before }).await
    }

    /// Invitations to enrol a key that stand, under an organization.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<InvitationConnection> {
        const LIST: &str = "invitations";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ReadGrants, under.as_ref(), reach).await?;
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = invitations::page(&cx, &span, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, invitations::key);
        let total = Total::by(move || {
            let (cx, span) = (cx.clone(), span.clone());
            Box::pin(async move { invitations::count(&cx, &span, COUNT_LIMIT).await })
        });
        Ok(InvitationConnection::of(listed, total, Invitation))
    }

    /// The login names of the people of one organization, to be handed out (A14); no secrets.
    async fn account_roster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] organization: ID,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<RosterConnection> {
        const LIST: &str = "roster";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ManageAccounts, Some(&organization), Reach::Own).await?;
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::roster(&cx, &span, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::roster_key);
        let total = Total::by(move || {
            let (cx, span) = (cx.clone(), span.clone());
            Box::pin(async move { store::count_roster(&cx, &span, COUNT_LIMIT).await })
        });
        Ok(RosterConnection::of(listed, total, |row| RosterEntry(PersonId(row.id))))
    }

    /// The codes of one organization with which its members claim their records; at most 10 run.
    async fn claim_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] organization: ID,
    ) -> Result<Vec<ClaimCode>> {
        let cx = &Cx::of(ctx);
        let id: OrganizationId = parse_id(&organization)?;
        let viewer = cx.viewer()?;
        let row = cx.load::<OrganizationById>(id).await?.ok_or(Failure::NotFound)?;
        if !viewer.may(Permission::ManageAccounts, &row.path) {
            return Err(viewer.refusal(Permission::ManageAccounts).into());
        }
        let codes = claims::list(cx.session()?, viewer.tenant, id, cx.clock.now()).await?;
        Ok(codes.into_iter().map(ClaimCode).collect())
    }

    /// The policy of the viewer's tenant.
    async fn policy(&self, ctx: &Context<'_>) -> Result<Policy> {
        let cx = &Cx::of(ctx);
        Ok(find_policy(cx.session()?, cx.viewer()?.tenant).await?.into())
    }
}
