//! Grants in the schema.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use chrono::{DateTime, Utc};

use super::store::{self, GrantFilter as Filter, GrantRow};
use super::{actions, rules};
use crate::access::{Permission, Role};
use crate::areas::accounts::AccountById;
use crate::areas::accounts::graphql::Account;
use crate::areas::organizations::graphql::Organization;
use crate::areas::organizations::{OrganizationById, span_under};
use crate::areas::reference::graphql::Code;
use crate::base::ids::{AccountId, GrantId, Id, OrganizationId};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Outcome, Paging, Reach, Total, connection, parse_id, parse_optional_id, payload};

/// A grant.
#[derive(Clone)]
pub struct Grant(pub GrantRow);

impl From<GrantRow> for Grant {
    fn from(row: GrantRow) -> Self {
        Self(row)
    }
}

/// A role that an account holds at an organization and below, from and until (R02).
#[Object]
impl Grant {
    /// Global id.
    pub async fn id(&self) -> ID {
        GrantId(self.0.id).global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Who holds it, within the viewer's reach.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountById>(AccountId(self.0.account_id)).await?.map(Account))
    }

    /// The role.
    async fn role(&self) -> Result<Role> {
        Ok(self.0.role()?)
    }

    /// Where.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// From when.
    async fn from(&self) -> DateTime<Utc> {
        self.0.valid_from
    }

    /// Until when; null for no end.
    async fn until(&self) -> Option<DateTime<Utc>> {
        self.0.valid_until
    }

    /// When it was ended before its time.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// Why it was given.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Whether it gives rights now.
    async fn running(&self, ctx: &Context<'_>) -> bool {
        self.0.runs_at(Cx::of(ctx).clock.now())
    }

    /// Who gave it.
    async fn given_by(&self) -> Option<&str> {
        self.0.given_by_name.as_deref()
    }

    /// Who lent the right; null for a grant of one's own (BEYOND4).
    async fn on_behalf_of(&self) -> Option<&str> {
        self.0.on_behalf_of_name.as_deref()
    }

    /// The post of the leadership that it goes with (`party_post`); null for a role that someone gave (A17).
    async fn post(&self) -> Result<Option<Code>> {
        Code::of_optional("party_post", self.0.post.as_deref())
    }

    /// What it allows: all of the role, or the part that was lent.
    async fn permissions(&self) -> Result<Vec<Permission>> {
        Ok(self.0.holding()?.permissions())
    }

    /// Whether it waits for a second person and gives no rights yet (SEC-A11).
    async fn pending(&self) -> bool {
        self.0.waits()
    }

    /// The second person who agreed.
    async fn approved_by(&self) -> Option<&str> {
        self.0.approved_by_name.as_deref()
    }

    /// When the second person agreed.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.0.approved_at
    }

    /// Whether the viewer may approve or refuse it now: a second person who holds all of it there.
    async fn may_settle(&self, ctx: &Context<'_>) -> Result<bool> {
        let cx = Cx::of(ctx);
        let viewer = cx.viewer()?;
        Ok(self.0.waits()
            && !viewer.read_only
            && viewer.may(Permission::GiveGrants, &self.0.path)
            && viewer.covers_all(&[self.0.holding()?])
            && rules::second_person(viewer.account.uuid(), &self.0).is_ok())
    }
}

connection! {
    /// Grants, page by page.
    GrantConnection GrantEdge Grant
}
payload! {
    /// What came of a change of a grant.
    GrantPayload grant: Grant
}

/// Which grants.
#[derive(InputObject)]
pub struct GrantFilter {
    /// Of one role.
    role: Option<Role>,
    /// Of one account.
    account: Option<ID>,
    /// Those that run now, unless said otherwise; null for all.
    #[graphql(default_with = "Some(true)")]
    running: Option<bool>,
    /// Those that wait for a second person, or those that do not; null for both.
    pending: Option<bool>,
}

/// Queries of this area.
#[derive(Default)]
pub struct GrantQuery;

#[Object]
impl GrantQuery {
    /// Grants at organizations under an organization (R02).
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which grants.")] filter: Option<GrantFilter>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<GrantConnection> {
        const LIST: &str = "grants";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::ReadGrants, under.as_ref(), reach).await?;
        let filter = match filter {
            Some(filter) => {
                let account = parse_optional_id(filter.account.as_ref())?;
                Filter { role: filter.role, account, running: filter.running, pending: filter.pending }
            }
            None => Filter { running: Some(true), ..Filter::default() },
        };
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::page(&cx, &span, &filter, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::key);
        let total = Total::by(move || {
            let (cx, span, filter) = (cx.clone(), span.clone(), filter.clone());
            Box::pin(async move { store::count(&cx, &span, &filter, COUNT_LIMIT).await })
        });
        Ok(GrantConnection::of(listed, total, Grant))
    }
}

/// A role for an account.
#[derive(InputObject)]
pub struct GrantGiveInput {
    /// The account, within the giver's reach.
    account_id: ID,
    /// The role; the giver must hold all its rights there.
    role: Role,
    /// Where.
    organization_id: ID,
    /// From when; now without one.
    from: Option<DateTime<Utc>>,
    /// Until when; without an end if absent.
    until: Option<DateTime<Utc>>,
    /// Why.
    reason: Option<String>,
}

/// The end of a grant.
#[derive(InputObject)]
pub struct GrantEndInput {
    /// The grant.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Why.
    reason: Option<String>,
}

/// A part of a right of one's own for someone else.
#[derive(InputObject)]
pub struct GrantDelegateInput {
    /// The grant of one's own of which a part is lent.
    grant_id: ID,
    /// Who borrows it, within the lender's reach.
    account_id: ID,
    /// Where: the grant's organization or one below it.
    organization_id: ID,
    /// Which rights; all that can be lent without one.
    permissions: Option<Vec<Permission>>,
    /// Until when, not after the grant's own end.
    until: DateTime<Utc>,
    /// Why.
    reason: String,
}

/// Agreement to a grant that waits.
#[derive(InputObject)]
pub struct GrantApproveInput {
    /// The grant.
    id: ID,
    /// The version that was read: what changed since is read again first (SEC-A12).
    version: i32,
}

/// Refusal of a grant that waits.
#[derive(InputObject)]
pub struct GrantRefuseInput {
    /// The grant.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Why.
    reason: Option<String>,
}

/// A change of a grant that waits: what is absent stays, what is null is cleared.
#[derive(InputObject)]
pub struct GrantEditInput {
    /// The grant.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Until when.
    until: MaybeUndefined<DateTime<Utc>>,
    /// Why.
    reason: MaybeUndefined<String>,
}

/// Mutations of this area.
#[derive(Default)]
pub struct GrantMutation;

#[Object]
impl GrantMutation {
    /// Gives a role, never more than the giver holds (R01, R02).
    async fn grant_give(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is given.")] input: GrantGiveInput,
    ) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::GiveGrant {
            account: parse_id(&input.account_id)?,
            role: input.role,
            organization: parse_id(&input.organization_id)?,
            from: input.from,
            until: input.until,
            reason: input.reason,
        };
        Ok(Outcome::of(cx, actions::give(cx, wanted).await)?.into())
    }

    /// Ends a grant before its time; it takes effect with the next request (R01).
    async fn grant_end(&self, ctx: &Context<'_>, #[graphql(desc = "Which one.")] input: GrantEndInput) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        let ended = actions::end(cx, parse_id(&input.id)?, input.version, input.reason.as_deref()).await;
        Ok(Outcome::of(cx, ended)?.into())
    }

    /// Lends a part of one's own right for a time, with a reason; it gives rights only while that right runs (BEYOND4).
    async fn grant_delegate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is lent.")] input: GrantDelegateInput,
    ) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::DelegateGrant {
            source: parse_id(&input.grant_id)?,
            account: parse_id(&input.account_id)?,
            organization: parse_id(&input.organization_id)?,
            permissions: input.permissions,
            until: input.until,
            reason: input.reason,
        };
        Ok(Outcome::of(cx, actions::delegate(cx, wanted).await)?.into())
    }

    /// Agrees, as a second person, to a grant that waits (SEC-A11).
    async fn grant_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, as it was read.")] input: GrantApproveInput,
    ) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::approve(cx, parse_id(&input.id)?, input.version).await)?.into())
    }

    /// Refuses, as a second person, a grant that waits (SEC-A11).
    async fn grant_refuse(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: GrantRefuseInput,
    ) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        let refused = actions::refuse(cx, parse_id(&input.id)?, input.version, input.reason.as_deref()).await;
        Ok(Outcome::of(cx, refused)?.into())
    }

    /// Changes a grant that one gave and that still waits (SEC-A12).
    async fn grant_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is changed.")] input: GrantEditInput,
    ) -> Result<GrantPayload> {
        let cx = &Cx::of(ctx);
        let change =
            actions::EditGrant { id: parse_id(&input.id)?, version: input.version, until: input.until, reason: input.reason };
        Ok(Outcome::of(cx, actions::edit(cx, change).await)?.into())
    }
}
