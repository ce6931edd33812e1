//! Browser sessions: opened, found by their token's hash, ended.

use chrono::{DateTime, Duration, Utc};
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Db, Statement};
use crate::base::error::Failure;
use crate::base::ids::new_key;
use crate::base::secret::{hash, new_token};

/// How long a session of the demonstration lasts.
const DEMONSTRATION_HOURS: i64 = 12;

/// A session that was opened.
#[derive(Debug)]
pub struct DemonstrationSession {
    /// The secret, for the cookie; only its hash is kept.
    pub token: String,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// Opens a session for an account of the demonstration. The caller has checked that the server runs it.
///
/// # Errors
/// `NOT_FOUND` when the account is gone or disabled.
pub async fn open_session(db: &Db, clock: &Clock, account: Uuid) -> Result<DemonstrationSession, Failure> {
    let (token, token_hash) = new_token();
    let now = clock.now();
    let expires_at = now + Duration::hours(DEMONSTRATION_HOURS);
    let mut conn = db.take().await?;
    let opened: bool = Statement::<Bool>::new("SELECT session_open($1, $2, $3, $4, $5)")
        .bind(account)
        .bind(new_key())
        .bind(token_hash)
        .bind(now)
        .bind(expires_at)
        .get_result(&mut *conn)
        .await?;
    if opened { Ok(DemonstrationSession { token, expires_at }) } else { Err(Failure::NotFound) }
}

/// Ends the session of a token; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn close_session(db: &Db, clock: &Clock, token: &str) -> Result<bool, Failure> {
    let mut conn = db.take().await?;
    let ended = Statement::<Bool>::new("SELECT session_end($1, $2)").bind(hash(token.as_bytes())).bind(clock.now());
    Ok(ended.get_result(&mut *conn).await?)
}
