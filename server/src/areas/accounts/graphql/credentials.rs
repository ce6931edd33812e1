//! Keys, sessions, invitations and claim codes in the schema.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Duration, Utc};

use super::types::Account;
use crate::access::SignInMethod;
use crate::areas::accounts::{AccountById, ClaimCodeRow, InvitationRow, KeyById, KeyRow, SessionRow};
use crate::base::ids::{AccountId, ClaimCodeId, Id, InvitationId, KeyId, SessionId};
use crate::gql::{Cx, connection};

/// A key.
#[derive(Clone)]
pub struct SecurityKey(pub KeyRow);

impl From<KeyRow> for SecurityKey {
    fn from(row: KeyRow) -> Self {
        Self(row)
    }
}

/// A security key or passkey of an account (A01, A02).
#[Object]
impl SecurityKey {
    /// Global id.
    pub async fn id(&self) -> ID {
        KeyId(self.0.id).global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The model, by its AAGUID, when an attestation told it.
    async fn model(&self) -> Option<String> {
        self.0.model.map(|model| model.to_string())
    }

    /// Whether it verifies its user by a PIN or a finger; the password is asked for as well where it does not.
    async fn verifies_user(&self) -> bool {
        self.0.verifies_user
    }

    /// Whether it is a passkey that is kept in more than one device.
    async fn backed_up(&self) -> bool {
        self.0.backed_up
    }

    /// Whether it opens the rights at the account's own organization only, and what was lent to the account (A02).
    async fn bound(&self) -> bool {
        self.0.bound
    }

    /// When it was enrolled.
    async fn enrolled_at(&self) -> DateTime<Utc> {
        self.0.enrolled_at
    }

    /// When it last answered.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}

/// A session.
#[derive(Clone)]
pub struct AccountSession(pub SessionRow);

/// A sign-in that lasts, in a browser or as a script's token.
#[Object]
impl AccountSession {
    /// Global id; not the secret.
    pub async fn id(&self) -> ID {
        SessionId(self.0.id).global().into()
    }

    /// How it was opened.
    async fn method(&self) -> SignInMethod {
        SignInMethod::parse(&self.0.method)
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last used, to the minute.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.last_used_at.unwrap_or(self.0.created_at)
    }

    /// When it ends by itself, unused from now on.
    async fn expires_at(&self) -> DateTime<Utc> {
        let used = self.0.last_used_at.unwrap_or(self.0.created_at);
        let idle = self.0.idle_seconds.map(|idle| used + Duration::seconds(i64::from(idle)));
        idle.map_or(self.0.expires_at, |idle| idle.min(self.0.expires_at))
    }

    /// Where it was opened from.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The browser, as it names itself.
    async fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    /// Whether it is the one that asks.
    async fn current(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Cx::of(ctx).viewer()?.session.0 == self.0.id)
    }

    /// Name of the key that opened it.
    async fn key_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(key) = self.0.key_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<KeyById>(KeyId(key)).await?.map(|key| key.name))
    }
}

/// An invitation.
#[derive(Clone)]
pub struct Invitation(pub InvitationRow);

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Self(row)
    }
}

/// A one-time code with which a key is enrolled; the code itself is shown once, when it is made.
#[Object]
impl Invitation {
    /// Global id.
    pub async fn id(&self) -> ID {
        InvitationId(self.0.id).global().into()
    }

    /// Whose key it enrols.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountById>(AccountId(self.0.account_id)).await?.map(Account))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Until when it stands.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Who made it.
    async fn created_by(&self) -> &str {
        &self.0.created_by_name
    }

    /// Whether the keys that there were have ended.
    async fn replaces(&self) -> bool {
        self.0.replaces
    }

    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}

connection! {
    /// Invitations, page by page.
    InvitationConnection InvitationEdge Invitation
}

/// A claim code.
#[derive(Clone)]
pub struct ClaimCode(pub ClaimCodeRow);

impl From<ClaimCodeRow> for ClaimCode {
    fn from(row: ClaimCodeRow) -> Self {
        Self(row)
    }
}

/// A code that a branch hands out, with which its members claim their record (A15); itself shown once.
#[Object]
impl ClaimCode {
    /// Global id.
    pub async fn id(&self) -> ID {
        ClaimCodeId(self.0.id).global().into()
    }

    /// When it was issued.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Until when it stands.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Who issued it.
    async fn created_by(&self) -> &str {
        &self.0.created_by_name
    }
}
