//! The roots that belong to no area: who is asking, and anything by id.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::node::{self, Node};
use crate::access::{Permission, Role, Viewer as Asker};
use crate::areas::accounts::graphql::{Account, AccountSession, SecurityEventConnection, own_events};
use crate::areas::accounts::{AccountById, running_sessions};
use crate::areas::organizations::graphql::Organization;
use crate::areas::organizations::{OrganizationById, OrganizationByPath};
use crate::areas::people::PersonById;
use crate::areas::people::graphql::{LookupConnection, Person, lookups_of_viewer};
use crate::areas::roles::GrantById;
use crate::areas::roles::graphql::Grant;
use crate::base::error::Failure;
use crate::gql::{Cx, Day, Paging, partial};

/// What the server says of itself.
#[derive(SimpleObject)]
struct Server {
    /// Version of the program.
    version: &'static str,
    /// Whether it runs with made-up people and open entries.
    demonstration: bool,
    /// The day in Chongqing that ages and deadlines mean.
    today: Day,
}

/// Who is asking.
struct Viewer(Asker);

/// The one who asks: account, rights and own record.
#[Object]
impl Viewer {
    /// The account.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let account = Cx::of(ctx).load::<AccountById>(self.0.account).await?;
        Ok(account.map(Account).ok_or(Failure::Unauthenticated)?)
    }

    /// The grants that run now.
    async fn grants(&self, ctx: &Context<'_>) -> Result<Vec<Grant>> {
        let cx = &Cx::of(ctx);
        let all = self.0.grants.iter().map(|grant| cx.load::<GrantById>(grant.id));
        Ok(futures_util::future::try_join_all(all).await?.into_iter().flatten().map(Grant).collect())
    }

    /// The outermost organizations that the viewer may read, in tree order; none for a plain member.
    async fn roots(&self, ctx: &Context<'_>) -> Result<Vec<Organization>> {
        let cx = &Cx::of(ctx);
        let scope = self.0.scope(Permission::ReadOrganizations);
        let roots = scope.roots().iter().map(|path| cx.load::<OrganizationByPath>(path.clone()));
        Ok(futures_util::future::try_join_all(roots).await?.into_iter().flatten().map(Organization).collect())
    }

    /// What the viewer may do somewhere.
    async fn permissions(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.0.grants.iter().any(|grant| grant.allows(*permission))).collect()
    }

    /// The viewer's own record.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person else { return Ok(None) };
        Ok(Cx::of(ctx).load::<PersonById>(person).await?.map(Person))
    }

    /// The viewer's own branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        let Some(branch) = self.0.branch else { return Ok(None) };
        Ok(Cx::of(ctx).load::<OrganizationById>(branch).await?.map(Organization))
    }

    /// The session that asks.
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<AccountSession>> {
        let sessions = running_sessions(&Cx::of(ctx), self.0.account).await?;
        Ok(sessions.into_iter().find(|session| session.id == self.0.session.0).map(AccountSession))
    }

    /// Whether the password must be changed before anything else (A09).
    async fn password_change_required(&self) -> bool {
        self.0.must_change
    }

    /// Whether nothing but the way to a key is open: the tenant wants one of its members, and the session was opened with
    /// a password alone (SEC-B01).
    async fn key_required(&self) -> bool {
        self.0.key_is_due()
    }

    /// Roles that sleep, because the session was opened with a password alone, and a key wakes them, or because they
    /// work at the administrators' own entrance only (A17).
    async fn sleeping(&self) -> Vec<Role> {
        let mut roles: Vec<Role> = Vec::new();
        for grant in &self.0.sleeping {
            if !roles.contains(&grant.role) {
                roles.push(grant.role);
            }
        }
        roles
    }

    /// Where the administrators' own entrance is, when roles sleep because this is not it (A04, A17).
    async fn administration(&self) -> Option<&str> {
        self.0.elsewhere()
    }

    /// What happened to the own account: sign-ins, failures, step-ups, changes of keys and passwords (SEC-B11).
    async fn security_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<SecurityEventConnection> {
        Box::pin(own_events(ctx, Paging { first, after, last, before })).await
    }

    /// Who read masked fields of the viewer's own record, when and what for, newest first (BEYOND19).
    async fn lookups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<LookupConnection> {
        Box::pin(lookups_of_viewer(ctx, Paging { first, after, last, before })).await
    }

    /// Whether the token may only read.
    async fn read_only(&self) -> bool {
        self.0.read_only
    }

    /// When the session or the token ends by itself.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
}

/// Queries that belong to no area.
#[derive(Default)]
pub struct RootQuery;

#[Object]
impl RootQuery {
    /// What the server says of itself; for strangers too.
    async fn server(&self, ctx: &Context<'_>) -> Server {
        let cx = &Cx::of(ctx);
        Server { version: env!("CARGO_PKG_VERSION"), demonstration: cx.demonstration, today: Day(cx.clock.today()) }
    }

    /// Who is asking; null for a stranger.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        Cx::of(ctx).viewer_if_any().cloned().map(Viewer)
    }

    /// Anything by its id; an error NOT_FOUND, the same for what is out of reach and what never was.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "A global id.")] id: ID) -> Result<Option<Node>> {
        partial(ctx, Box::pin(node::find(ctx, &id)).await)
    }
}
