//! The sealer: chains what is new, signs, and writes the anchors. It works as the application, through
//! functions that give it hashes and never an entry.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Binary, Bool, Int4, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::Anchors;
use super::checkpoint::Checkpoint;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Db, Statement, begin_upkeep, end_upkeep};
use crate::base::error::Failure;
use crate::base::secret::Secrets;

/// How often and how much.
#[derive(Clone, Copy, Debug)]
pub struct Sealing {
    /// Between two looks.
    pub pause: Duration,
    /// Entries in one transaction.
    pub batch: i32,
    /// A checkpoint after so many links …
    pub sign_after: i64,
    /// … or after so long, if there is a new one.
    pub sign_every: Duration,
    /// A look that takes longer is given up, and its connection with it.
    pub longest: Duration,
}

impl Default for Sealing {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(2),
            batch: 500,
            sign_after: 500,
            sign_every: Duration::from_secs(60),
            longest: Duration::from_secs(60),
        }
    }
}

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Entries chained.
    pub entries: i64,
    /// Checkpoints signed.
    pub checkpoints: i64,
}

type Head = (Uuid, bool, i64, i64, Option<DateTime<Utc>>);
type HeadColumns = (SqlUuid, Bool, BigInt, BigInt, Nullable<Timestamptz>);
type CheckpointColumns = (BigInt, Binary, BigInt, Timestamptz, Int4, Binary);
type CheckpointRow = (i64, Vec<u8>, i64, DateTime<Utc>, i32, Vec<u8>);

/// What sealing needs.
#[derive(Clone)]
pub struct Sealer {
    /// As the application.
    pub db: Db,
    /// The clock of checkpoints.
    pub clock: Clock,
    /// The signing keys.
    pub secrets: Arc<Secrets>,
    /// The file beside the database; none writes none.
    pub anchors: Option<Anchors>,
    /// How often and how much.
    pub sealing: Sealing,
}

impl Sealer {
    /// Seals until it is told to stop, then once more, so that a server in rest leaves nothing unsigned.
    #[must_use]
    pub fn start(self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                let stopping = *stopped.borrow();
                if let Err(error) = seal_once(&self, stopping).await {
                    tracing::error!(error = format!("{error:#}"), "the journal is not being sealed");
                }
                if stopping {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(self.sealing.pause) => {}
                    _ = stopped.wait_for(|stop| *stop) => {}
                }
            }
        });
        Running { stop, task }
    }
}

/// A sealer at work; it ends with this value.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Seals and signs what is left, then ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// One look at every tenant. With `finish`, what is chained is signed however little it is.
///
/// # Errors
/// When the database fails or the anchors cannot be written.
pub async fn seal_once(sealer: &Sealer, finish: bool) -> anyhow::Result<Sealed> {
    tokio::time::timeout(sealer.sealing.longest, look(sealer, finish)).await.context("a look took too long")?
}

async fn look(sealer: &Sealer, finish: bool) -> anyhow::Result<Sealed> {
    let told = |failure: Failure| anyhow::anyhow!("{failure:?}");
    let mut underway = begin_upkeep(&sealer.db, sealer.sealing.longest).await.map_err(told)?;
    let connection = underway.conn().map_err(told)?;
    let mut done = Sealed::default();
    let heads: Vec<Head> = Statement::<HeadColumns>::new("SELECT * FROM journal_heads()").load(connection).await?;
    let mut failed = None;
    for head in &heads {
        // What is wrong in one tenant does not keep the others from being sealed.
        if let Err(error) = seal_tenant(sealer, connection, head, finish, &mut done).await {
            failed.get_or_insert(error.context(format!("tenant {}", head.0)));
        }
    }
    if let Some(anchors) = &sealer.anchors {
        anchor(connection, anchors, &heads).await?;
    }
    end_upkeep(underway).await.map_err(told)?;
    failed.map_or(Ok(done), Err)
}

async fn seal_tenant(
    sealer: &Sealer,
    connection: &mut AsyncPgConnection,
    (tenant, waiting, head, signed, signed_at): &Head,
    finish: bool,
    done: &mut Sealed,
) -> anyhow::Result<()> {
    let (mut waiting, mut open) = (*waiting, head - signed);
    loop {
        if waiting {
            let sealed: i32 = Statement::<Int4>::new("SELECT journal_seal($1, $2)")
                .bind(*tenant)
                .bind(sealer.sealing.batch)
                .get_result(connection)
                .await?;
            done.entries += i64::from(sealed);
            open += i64::from(sealed);
            waiting = sealed >= sealer.sealing.batch;
        }
        let now = sealer.clock.now();
        // Also when the clock was set back.
        let long_ago = signed_at.is_none_or(|at| (now - at).abs().to_std().is_ok_and(|since| since >= sealer.sealing.sign_every));
        if open >= sealer.sealing.sign_after || open > 0 && !waiting && (long_ago || finish) {
            done.checkpoints += i64::from(sign(sealer, connection, *tenant, now).await?);
            open = 0;
        }
        if !waiting {
            return Ok(());
        }
    }
}

async fn sign(sealer: &Sealer, connection: &mut AsyncPgConnection, tenant: Uuid, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let end: Option<(i64, Vec<u8>, i64)> = Statement::<(BigInt, Binary, BigInt)>::new("SELECT * FROM journal_head($1)")
        .bind(tenant)
        .get_result(connection)
        .await
        .optional()?;
    let Some((seq, link, previous)) = end.filter(|(seq, _, previous)| seq > previous) else { return Ok(false) };
    let it = Checkpoint::sign(&sealer.secrets, tenant, seq, previous, link, now.timestamp_micros());
    // No when another server signed this end meanwhile.
    Ok(Statement::<Bool>::new("SELECT journal_checkpoint($1, $2, $3, $4, $5, $6, $7)")
        .bind(tenant)
        .bind(it.seq)
        .bind(it.link)
        .bind(it.previous)
        .bind(DateTime::from_timestamp_micros(it.at).unwrap_or(now))
        .bind(it.key)
        .bind(it.signature)
        .get_result(connection)
        .await?)
}

/// Writes the checkpoints of all servers that the file does not have yet: also those before a crash between
/// the commit and the file.
async fn anchor(connection: &mut AsyncPgConnection, anchors: &Anchors, heads: &[Head]) -> anyhow::Result<()> {
    for (tenant, _, head, ..) in heads {
        let mut behind = anchors.last(*tenant)?;
        if behind > *head {
            // The head was read before this look sealed anything, so it may be behind a little; never for long.
            tracing::error!(%tenant, anchored = behind, head, "the journal's chain is shorter than its anchors: run `banyan audit verify`");
        }
        loop {
            let rows: Vec<CheckpointRow> = Statement::<CheckpointColumns>::new("SELECT * FROM journal_checkpoints_after($1, $2)")
                .bind(*tenant)
                .bind(behind)
                .load(connection)
                .await?;
            let fresh: Vec<Checkpoint> = rows
                .into_iter()
                .map(|(seq, link, previous, at, key, signature)| Checkpoint {
                    tenant: *tenant,
                    seq,
                    previous,
                    link,
                    at: at.timestamp_micros(),
                    key,
                    signature,
                })
                .collect();
            let Some(end) = fresh.last() else { break };
            behind = end.seq;
            anchors.append(&fresh)?;
        }
    }
    Ok(())
}
