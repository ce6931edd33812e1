//! Security events in the schema.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::types::Account;
use crate::access::{Permission, SignInMethod};
use crate::areas::accounts::events::{self, EventById, EventRow, EventsWanted};
use crate::areas::accounts::{AccountById, SecurityEventKind};
use crate::base::db::Span;
use crate::base::error::Failure;
use crate::base::ids::{AccountId, Id, SecurityEventId};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Total, connection};

/// A security event, and whether its reason may be told.
#[derive(Clone)]
pub struct SecurityEvent(EventRow, bool);

/// A sign-in, or what else happened to an account (SEC-B11).
#[Object]
impl SecurityEvent {
    /// Global id.
    pub async fn id(&self) -> ID {
        SecurityEventId(self.0.id).global().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// What.
    async fn kind(&self) -> Result<SecurityEventKind> {
        let unknown = || crate::base::error::Failure::Internal(anyhow::anyhow!("a security event of an unknown kind"));
        Ok(SecurityEventKind::parse(&self.0.kind).ok_or_else(unknown)?)
    }

    /// How it was signed in, or tried.
    async fn method(&self) -> Option<SignInMethod> {
        self.0.method.as_deref().map(SignInMethod::parse)
    }

    /// The account, within the viewer's reach.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountById>(AccountId(self.0.account_id)).await?.map(Account))
    }

    /// Name of the account at the time.
    async fn account_name(&self) -> &str {
        &self.0.account_name
    }

    /// Where it came from.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The browser, as it names itself.
    async fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    /// Why it failed, or was done; told to those who read the log, not to the account itself.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref().filter(|_| self.1)
    }
}

/// The event with this id: its reason is for those who read the log there.
///
/// # Errors
/// When the database fails.
pub async fn event_by_id(cx: &Cx, id: SecurityEventId) -> Result<Option<SecurityEvent>, Failure> {
    let viewer = cx.viewer()?;
    let found = cx.load::<EventById>(id).await?;
    Ok(found.map(|row| {
        let tells = viewer.may(Permission::ReadJournal, &row.path);
        SecurityEvent(row, tells)
    }))
}

connection! {
    /// Security events, page by page, newest first.
    SecurityEventConnection SecurityEventEdge SecurityEvent
}

/// A page of what happened to accounts.
pub(super) async fn page(ctx: &Context<'_>, wanted: EventsWanted, paging: Paging) -> Result<SecurityEventConnection> {
    const LIST: &str = "securityEvents";
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, LIST)?;
    let tells_reasons = wanted.account.is_none();
    let rows = events::page(&cx, &wanted, &page).await?;
    let listed = Listed::of(rows, &page, &cx.secrets, LIST, events::key);
    let total = Total::by(move || {
        let (cx, wanted) = (cx.clone(), wanted.clone());
        Box::pin(async move { events::count(&cx, &wanted, COUNT_LIMIT).await })
    });
    Ok(SecurityEventConnection::of(listed, total, |row| SecurityEvent(row, tells_reasons)))
}

/// What happened to the viewer's own account.
///
/// # Errors
/// `BAD_PAGE`, `BAD_CURSOR`, or when the database fails.
pub async fn own_events(ctx: &Context<'_>, paging: Paging) -> Result<SecurityEventConnection> {
    let account = Cx::of(ctx).viewer()?.account;
    page(ctx, EventsWanted { span: Span::subtree(""), kinds: Vec::new(), account: Some(account) }, paging).await
}
