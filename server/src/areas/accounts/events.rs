//! What happens to accounts: sign-ins, failures, step-ups, changes of keys and passwords. The account is
//! told (SEC-B11), and those who read the log see the reason of a failure too.

use banyan_tables::security_events;
use uuid::Uuid;

use super::AccountRow;
use crate::access::SignInMethod;
use crate::base::db::Session;
use crate::base::db::prelude::*;
use crate::base::error::Failure;
use crate::base::ids::new_key;

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
    at: chrono::DateTime<chrono::Utc>,
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
