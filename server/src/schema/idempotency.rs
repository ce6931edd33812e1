//! Answers of mutations by the client's key (API29). In a module of its own, because diesel's
//! `execute` and the schema's are not to be seen together.

use data_encoding::BASE64;
use diesel::sql_types::{Bool, Text};

use crate::access::Viewer;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::{ErrorCode, Failure};
use crate::base::secret::Secrets;

/// What is known of a key.
pub(super) enum Recall {
    /// Not used before.
    New,
    /// The answer given then.
    Answered(String),
    /// Used for another request, or being worked on.
    Refused(ErrorCode),
}

/// Looks for the answer of the same key; holds the key until the end of the transaction.
pub(super) async fn recall(
    session: &Session,
    viewer: &Viewer,
    key: &str,
    body: &[u8],
    secrets: &Secrets,
) -> Result<Recall, Failure> {
    use banyan_tables::idempotency_keys as keys;
    let conn = session.conn().await?;
    let free: bool = Statement::<Bool>::new("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("{}/{key}", viewer.account.0))
        .get_result(&mut conn.get())
        .await?;
    if !free {
        return Ok(Recall::Refused(ErrorCode::IdempotencyInFlight));
    }
    let found: Option<(Vec<u8>, String)> = keys::table
        .find((viewer.tenant, viewer.account.0, key))
        .select((keys::body_hash, keys::answer))
        .first(&mut conn.get())
        .await
        .optional()?;
    Ok(match found {
        None => Recall::New,
        Some((hash, answer)) if hash == body => {
            let sealed = BASE64.decode(answer.as_bytes()).map_err(anyhow::Error::from)?;
            Recall::Answered(secrets.open(&sealed)?)
        }
        Some(_) => Recall::Refused(ErrorCode::IdempotencyConflict),
    })
}

/// Stores an answer, sealed: an initial password or an unmasked field may be in it.
pub(super) async fn remember(
    session: &Session,
    viewer: &Viewer,
    key: &str,
    body: Vec<u8>,
    answer: &str,
    around: (&Clock, &Secrets),
) -> Result<(), Failure> {
    let (clock, secrets) = around;
    let answer = BASE64.encode(&secrets.seal(answer));
    let conn = session.conn().await?;
    Statement::<Text>::new(
        "INSERT INTO idempotency_keys (tenant_id, account_id, key, body_hash, answer, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(viewer.tenant)
    .bind(viewer.account.0)
    .bind(key)
    .bind(body)
    .bind(answer)
    .bind(clock.now())
    .execute(&mut conn.get())
    .await?;
    Ok(())
}
