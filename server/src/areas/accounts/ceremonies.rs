//! Challenges that were given out. They lie in the database: any server can take the answer, and a restart
//! between question and answer is not noticed. Each is used once, whatever comes of it, within two minutes.

use chrono::{DateTime, Duration, Utc};
use diesel::sql_types::{Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::door::Someone;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;

/// How long a challenge can be answered.
pub const CEREMONY_LIFETIME: Duration = Duration::minutes(2);
/// Challenges of one source that wait at a time: an office that signs in at eight stands behind one address.
const MOST_OF_ONE_SOURCE: i32 = 100;

/// What a ceremony is for: an answer to one is none to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CeremonyKind {
    SignIn,
    PasswordAfterKey,
    Enrolment,
    Raise,
    StepUp,
}

impl CeremonyKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::PasswordAfterKey => "password_after_key",
            Self::Enrolment => "enrolment",
            Self::Raise => "raise",
            Self::StepUp => "step_up",
        }
    }
}

/// A ceremony that was taken.
pub(super) struct Taken<S> {
    pub(super) someone: Option<Someone>,
    pub(super) state: S,
}

/// Keeps a challenge until it is answered.
pub(super) async fn open<S: Serialize>(
    session: &Session,
    clock: &Clock,
    (id, kind): (Uuid, CeremonyKind),
    someone: Option<Someone>,
    state: &S,
) -> Result<(), Failure> {
    let now = clock.now();
    let state = serde_json::to_value(state).map_err(anyhow::Error::from)?;
    let conn = session.conn().await?;
    Statement::<Text>::new("SELECT ceremony_open($1, $2, $3, $4, $5, $6, $7)")
        .bind(id)
        .bind(kind.as_str())
        .bind(someone.map(|someone| someone.tenant))
        .bind(someone.map(|someone| someone.account))
        .bind(state)
        .bind(now)
        .bind(now + CEREMONY_LIFETIME)
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Keeps a challenge that a stranger asked for, unless too many of the same source wait: then, how long to wait.
pub(super) async fn begin<S: Serialize>(
    session: &Session,
    clock: &Clock,
    (id, kind): (Uuid, CeremonyKind),
    someone: Option<Someone>,
    state: &S,
    source: Vec<u8>,
) -> Result<Option<Duration>, Failure> {
    let now = clock.now();
    let state = serde_json::to_value(state).map_err(anyhow::Error::from)?;
    let conn = session.conn().await?;
    let free_at: Option<DateTime<Utc>> =
        Statement::<Nullable<Timestamptz>>::new("SELECT ceremony_begin($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(id)
            .bind(kind.as_str())
            .bind(someone.map(|someone| someone.tenant))
            .bind(someone.map(|someone| someone.account))
            .bind(state)
            .bind(now)
            .bind(now + CEREMONY_LIFETIME)
            .bind(source)
            .bind(MOST_OF_ONE_SOURCE)
            .get_result(&mut conn.get())
            .await?;
    Ok(free_at.map(|free_at| free_at - now))
}

/// Takes a challenge for its answer; None when it is unknown, used, of another kind or too old.
pub(super) async fn take<S: DeserializeOwned>(
    session: &Session,
    clock: &Clock,
    id: Uuid,
    kind: CeremonyKind,
) -> Result<Option<Taken<S>>, Failure> {
    let conn = session.conn().await?;
    let taken: Option<(Option<Uuid>, Option<Uuid>, serde_json::Value)> =
        Statement::<(Nullable<SqlUuid>, Nullable<SqlUuid>, Jsonb)>::new(
            "SELECT tenant_id, account_id, state FROM ceremony_take($1, $2, $3)",
        )
        .bind(id)
        .bind(kind.as_str())
        .bind(clock.now())
        .get_result(&mut conn.get())
        .await
        .optional()?;
    let Some((tenant, account, state)) = taken else { return Ok(None) };
    let someone = tenant.zip(account).map(|(tenant, account)| Someone { tenant, account });
    Ok(Some(Taken { someone, state: serde_json::from_value(state).map_err(anyhow::Error::from)? }))
}
