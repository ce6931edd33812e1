//! An account in the schema.

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::credentials::{AccountSession, Invitation, SecurityKey};
use crate::areas::accounts::loaders::{HasPassword, Namesakes, ThrottledUntil, WithoutIdentityNumber};
use crate::areas::accounts::{AccountRow, InvitationsOf, KeysOf, running_sessions, throttle};
use crate::areas::organizations::OrganizationById;
use crate::areas::organizations::graphql::Organization;
use crate::areas::people::PersonById;
use crate::areas::people::graphql::Person;
use crate::areas::roles::GrantsOf;
use crate::areas::roles::graphql::Grant;
use crate::base::error::Failure;
use crate::base::ids::{AccountId, Id, OrganizationId, PersonId};
use crate::gql::Cx;

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

impl AccountKind {
    /// As it stands in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Administrator => "administrator",
            Self::Machine => "machine",
        }
    }
}

/// Where an account stands in its life (V.7). Waiting after wrong passwords is not a state: it passes by itself.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Opened, and not used yet.
    Provisioned,
    /// In use.
    Active,
    /// Cannot sign in.
    Disabled,
    /// Gone; its login name is not given again.
    Closed,
}

impl AccountState {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioned => "provisioned",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Closed => "closed",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        [Self::Provisioned, Self::Disabled, Self::Closed].into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Active)
    }
}

/// Why someone may be unable to sign in (A13).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountFlag {
    /// Someone else within reach has the same name, so the login name is a longer one.
    DuplicateName,
    /// The person's record has no identity number, so it cannot be claimed.
    NoIdentityNumber,
    /// Opened and never used.
    NeverActivated,
    /// Neither a password nor a key nor an open invitation.
    NoAccountSecret,
    /// Waiting after too many wrong passwords.
    Locked,
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

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The name to sign in with; null for one that has none.
    async fn user_name(&self) -> Option<&str> {
        self.0.user_name.as_deref()
    }

    /// Where it stands in its life (V.7).
    async fn state(&self) -> AccountState {
        AccountState::parse(&self.0.state)
    }

    /// Until when it must wait after wrong passwords; null when it need not.
    async fn locked_until(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.waits_until(&Cx::of(ctx)).await?)
    }

    /// Why it may be unable to sign in (A13).
    async fn flags(&self, ctx: &Context<'_>) -> Result<Vec<AccountFlag>> {
        Ok(self.flags_in(&Cx::of(ctx)).await?)
    }

    /// Whether it has a password. Nobody can read it.
    async fn has_password(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Cx::of(ctx).load::<HasPassword>(AccountId(self.0.id)).await?.unwrap_or_default())
    }

    /// When it was last signed in.
    async fn last_signed_in_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_signed_in_at
    }

    /// Its keys that were not removed, oldest first; at most 10.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<SecurityKey>> {
        let keys = Cx::of(ctx).load::<KeysOf>(AccountId(self.0.id)).await?.unwrap_or_default();
        Ok(keys.iter().cloned().map(SecurityKey).collect())
    }

    /// Its running sessions, newest first; at most 50.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<AccountSession>> {
        Ok(running_sessions(&Cx::of(ctx), AccountId(self.0.id)).await?.into_iter().take(50).map(AccountSession).collect())
    }

    /// Invitations to enrol a key that stand; at most one.
    async fn invitations(&self, ctx: &Context<'_>) -> Result<Vec<Invitation>> {
        let cx = &Cx::of(ctx);
        let now = cx.clock.now();
        let open = cx.load::<InvitationsOf>(AccountId(self.0.id)).await?.unwrap_or_default();
        Ok(open.iter().filter(|invitation| invitation.expires_at > now).cloned().map(Invitation).collect())
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

impl Account {
    /// Why it may be unable to sign in.
    pub(super) async fn flags_in(&self, cx: &Cx) -> Result<Vec<AccountFlag>, Failure> {
        let mut flags = Vec::new();
        if self.0.kind == "person" && cx.load::<Namesakes>(self.0.name.clone()).await?.is_some_and(|count| count > 1) {
            flags.push(AccountFlag::DuplicateName);
        }
        if let Some(person) = self.0.person_id
            && cx.load::<WithoutIdentityNumber>(PersonId(person)).await?.is_some()
        {
            flags.push(AccountFlag::NoIdentityNumber);
        }
        if self.0.state == "provisioned" {
            flags.push(AccountFlag::NeverActivated);
        }
        if self.0.kind != "machine" && !self.can_be_opened(cx).await? {
            flags.push(AccountFlag::NoAccountSecret);
        }
        if self.waits_until(cx).await?.is_some() {
            flags.push(AccountFlag::Locked);
        }
        Ok(flags)
    }

    async fn waits_until(&self, cx: &Cx) -> Result<Option<DateTime<Utc>>, Failure> {
        let Some(name) = &self.0.user_name else { return Ok(None) };
        cx.load::<ThrottledUntil>((throttle::subject(&cx.secrets, "name", name), cx.clock.now())).await
    }

    async fn can_be_opened(&self, cx: &Cx) -> Result<bool, Failure> {
        let id = AccountId(self.0.id);
        let now = cx.clock.now();
        Ok(cx.load::<HasPassword>(id).await?.unwrap_or_default()
            || cx.load::<KeysOf>(id).await?.is_some_and(|keys| !keys.is_empty())
            || cx.load::<InvitationsOf>(id).await?.is_some_and(|open| open.iter().any(|invitation| invitation.expires_at > now)))
    }
}
