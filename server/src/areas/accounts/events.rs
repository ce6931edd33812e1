//! What happens to accounts: sign-ins, failures, step-ups, changes of keys and passwords. The account is
//! told (SEC-B11), and those who read the log see the reason of a failure too.

use banyan_tables::security_events;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::AccountRow;
use crate::access::SignInMethod;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, char_length};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, SecurityEventId, new_key};
use crate::gql::{Cx, answer_all, loader};

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum SecurityEventKind {
    /// Signed in.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// Signed out.
    SignedOut,
    /// A session was ended before its time.
    SessionEnded,
    /// A session opened with a password was raised with the key.
    Raised,
    /// A dangerous action was confirmed.
    StepUp,
    /// A confirmation failed.
    StepUpFailed,
    /// The password was changed.
    PasswordChanged,
    /// A new initial password was given.
    PasswordReset,
    /// A key was enrolled.
    KeyEnrolled,
    /// An enrolment failed.
    KeyEnrolmentFailed,
    /// A key was renamed.
    KeyRenamed,
    /// A key was removed.
    KeyRemoved,
    /// An invitation to enrol a key was made.
    Invited,
    /// The account was opened.
    AccountOpened,
    /// The account was disabled, enabled, renamed or closed.
    AccountChanged,
    /// Too many wrong passwords: the login name must wait.
    Locked,
    /// The account was opened by a claim of its record.
    Claimed,
}

impl SecurityEventKind {
    const ALL: [(Self, &'static str); 18] = [
        (Self::SignedIn, "signed_in"),
        (Self::SignInFailed, "sign_in_failed"),
        (Self::SignedOut, "signed_out"),
        (Self::SessionEnded, "session_ended"),
        (Self::Raised, "raised"),
        (Self::StepUp, "step_up"),
        (Self::StepUpFailed, "step_up_failed"),
        (Self::PasswordChanged, "password_changed"),
        (Self::PasswordReset, "password_reset"),
        (Self::KeyEnrolled, "key_enrolled"),
        (Self::KeyEnrolmentFailed, "key_enrolment_failed"),
        (Self::KeyRenamed, "key_renamed"),
        (Self::KeyRemoved, "key_removed"),
        (Self::Invited, "invited"),
        (Self::AccountOpened, "account_opened"),
        (Self::AccountChanged, "account_changed"),
        (Self::Locked, "locked"),
        (Self::Claimed, "claimed"),
    ];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("signed_in", |(_, text)| text)
    }

    /// Reads what [`SecurityEventKind::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == text).map(|(kind, _)| *kind)
    }
}

/// One that is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewEvent<'a> {
    pub kind: SecurityEventKind,
    pub method: Option<SignInMethod>,
    pub reason: Option<&'a str>,
    pub source: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub request_id: &'a str,
}

impl<'a> NewEvent<'a> {
    /// Without a method or a reason.
    pub(super) fn of(kind: SecurityEventKind, source: Option<&'a str>, request_id: &'a str) -> Self {
        Self { kind, method: None, reason: None, source, agent: None, request_id }
    }
}

/// Writes what happened to an account.
pub(super) async fn note(
    session: &Session,
    tenant: Uuid,
    account: &AccountRow,
    at: DateTime<Utc>,
    event: &NewEvent<'_>,
) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::insert_into(security_events::table)
        .values((
            security_events::tenant_id.eq(tenant),
            security_events::id.eq(new_key()),
            security_events::account_id.eq(account.id),
            security_events::organization_id.eq(account.organization_id),
            security_events::path.eq(&account.path),
            security_events::at.eq(at),
            security_events::kind.eq(event.kind.as_str()),
            security_events::method.eq(event.method.map(SignInMethod::as_str)),
            security_events::account_name.eq(&account.name),
            security_events::reason.eq(event.reason),
            security_events::source.eq(event.source),
            security_events::agent.eq(event.agent),
            security_events::request_id.eq(event.request_id),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// One that happened.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = security_events)]
pub struct EventRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub path: String,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub method: Option<String>,
    pub account_name: String,
    pub reason: Option<String>,
    pub source: Option<String>,
    pub agent: Option<String>,
}

/// Which ones: under an organization, or of one account wherever it stands.
#[derive(Clone, Debug)]
pub(super) struct EventsWanted {
    pub span: Span,
    pub kinds: Vec<SecurityEventKind>,
    pub account: Option<AccountId>,
}

type Boxed<'a> = security_events::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered(wanted: &EventsWanted) -> Boxed<'_> {
    let query = security_events::table.into_boxed();
    let mut query = match wanted.account {
        Some(account) => query.filter(security_events::account_id.eq(account.0)),
        None => query.filter(security_events::path.ge(&wanted.span.low)).filter(security_events::path.lt(&wanted.span.high)),
    };
    if let Some(length) = wanted.span.length.filter(|_| wanted.account.is_none()) {
        query = query.filter(char_length(security_events::path).eq(length));
    }
    if !wanted.kinds.is_empty() {
        let kinds: Vec<&str> = wanted.kinds.iter().map(|kind| kind.as_str()).collect();
        query = query.filter(security_events::kind.eq_any(kinds));
    }
    query
}

async fn list_by_ids(session: &Session, tenant: Uuid, keys: &[SecurityEventId]) -> Result<Vec<EventRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = security_events::table.filter(security_events::tenant_id.eq(tenant)).filter(security_events::id.eq_any(ids));
    Ok(query.select(EventRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Security events by id: those of the log within reach, and one's own.
    EventById: SecurityEventId => EventRow, |session, tenant, keys| {
        answer_all(keys, list_by_ids(session, tenant, keys).await, |row| SecurityEventId(row.id))
    }
}

/// A page, newest first.
pub(super) async fn page(cx: &Cx, wanted: &EventsWanted, page: &Page) -> Result<Vec<EventRow>, Failure> {
    let mut query = filtered(wanted);
    for bound in page.bounds("(security_events.id)", true) {
        query = query.filter(bound);
    }
    let query = if page.backward { query.order(security_events::id.asc()) } else { query.order(security_events::id.desc()) };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(EventRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, wanted: &EventsWanted, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(wanted).select(security_events::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of one in its list.
pub(super) fn key(row: &EventRow) -> Vec<KeyPart> {
    vec![KeyPart::Id(row.id)]
}
