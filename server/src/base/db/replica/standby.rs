//! One replica: how far it has replayed, and the connections on which it is read.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};
use tokio_postgres::{Client, NoTls};

use super::{Position, Reach, System};
use crate::base::db::{Db, on_the_wire};

/// A replica that takes longer for this small question is not read from.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const CONNECTS_WITHIN: Duration = Duration::from_secs(2);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A query waits no longer for a replica to catch up.
const CATCHES_UP_WITHIN: Duration = Duration::from_millis(100);
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// While a query waits.
const LOOKS_SOON: Duration = Duration::from_millis(2);
/// While it lags and no query waits for it.
const LOOKS_AGAIN: Duration = Duration::from_millis(50);
/// A shorter lag is nobody's concern.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// Which server this is, so that no connection of the pool leads to another one behind the same address.
const IDENTITY: &str = "SELECT extract(epoch FROM pg_postmaster_start_time())::text, system_identifier FROM pg_control_system()";

/// The time of the last checkpoint stands in for that of the last transaction after a start without any.
const STATE: &str = "SELECT pg_is_in_recovery(), coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0),
       coalesce(pg_last_xact_replay_timestamp(), (SELECT checkpoint_time FROM pg_control_checkpoint()))";

/// A replica, whether it is there or not.
pub(super) struct Replica {
    line: watch::Receiver<Option<Arc<Line>>>,
}

/// A replica as long as it is there: until the connection that watches it is lost, and with it all others.
pub struct Line {
    db: Db,
    system: System,
    replayed: watch::Sender<Position>,
    wanted: watch::Sender<Position>,
    until: watch::Sender<DateTime<Utc>>,
    lags: AtomicBool,
    follows: AtomicBool,
    doubted: Notify,
    ended: watch::Sender<bool>,
}

impl Replica {
    pub(super) fn follow(url: String, number: usize, reach: Reach) -> Self {
        let (told, line) = watch::channel(None);
        let url = on_the_wire(&url);
        tokio::spawn(async move {
            let mut is_first = true;
            while !told.is_closed() {
                let ended = watch_over(&url, number, reach, &told).await;
                let line = told.send_replace(None);
                if let Some(line) = &line {
                    line.ended.send_replace(true);
                }
                metrics::gauge!("banyan_replica_there", "replica" => number.to_string()).set(0.0);
                if line.is_some() || is_first {
                    is_first = false;
                    metrics::counter!("banyan_replica_switches_total", "to" => "primary").increment(1);
                    let error = format!("{ended:#}");
                    tracing::warn!(replica = number, error, "the replica is not there: queries are read from the primary");
                }
                tokio::time::sleep(RETRY_AFTER).await;
            }
        });
        Self { line }
    }

    pub(super) fn line(&self) -> Option<Arc<Line>> {
        self.line.borrow().clone()
    }
}

impl Line {
    /// The pool of its connections.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Something on it failed: it is looked at now and not later.
    pub fn doubt(&self) {
        self.doubted.notify_one();
    }

    /// Waits until it is there no longer.
    pub async fn lost(&self) {
        if self.ended.subscribe().wait_for(|ended| *ended).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub(super) fn system(&self) -> System {
        self.system
    }

    pub(super) fn replayed(&self) -> Position {
        *self.replayed.borrow()
    }

    /// The time of the last transaction that it replayed.
    pub(super) fn replayed_until(&self) -> DateTime<Utc> {
        *self.until.borrow()
    }

    /// Whether queries waited for it in vain, and it has not caught up since: nobody waits for it then.
    pub(super) fn lags(&self) -> bool {
        self.lags.load(Ordering::Relaxed)
    }

    /// Whether it still follows a primary; one that was promoted goes its own way.
    pub(super) fn follows(&self) -> bool {
        self.follows.load(Ordering::Relaxed)
    }

    /// Waits a moment until it has replayed to here.
    pub(super) async fn reaches(&self, position: Position) -> bool {
        let began = Instant::now();
        self.wanted.send_if_modified(|wanted| {
            let further = position > *wanted;
            if further {
                *wanted = position;
            }
            further
        });
        let mut replayed = self.replayed.subscribe();
        let reached = timeout(CATCHES_UP_WITHIN, replayed.wait_for(|replayed| *replayed >= position)).await.is_ok();
        metrics::histogram!("banyan_replica_wait_seconds").record(began.elapsed().as_secs_f64());
        if !reached {
            self.lags.store(true, Ordering::Relaxed);
        }
        reached
    }
}

/// Watches a replica until it is lost, and says how.
async fn watch_over(url: &str, number: usize, reach: Reach, told: &watch::Sender<Option<Arc<Line>>>) -> anyhow::Error {
    let connected = timeout(CONNECTS_WITHIN, tokio_postgres::connect(url, NoTls)).await.context("no answer");
    let (client, connection) = match connected {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return error.into(),
        Err(error) => return error,
    };
    let mut talking = tokio::spawn(connection);
    let watching = watched(&client, url, number, reach, told);
    let ended = tokio::select! {
        biased;
        // Heard at once, and not only when something is asked.
        _ = &mut talking => return anyhow::anyhow!("the connection ended"),
        ended = watching => ended,
    };
    talking.abort();
    match ended {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

async fn watched(
    client: &Client,
    url: &str,
    number: usize,
    reach: Reach,
    told: &watch::Sender<Option<Arc<Line>>>,
) -> anyhow::Result<Infallible> {
    let row = timeout(ANSWERS_WITHIN, client.query_one(IDENTITY, &[])).await.context("no answer")??;
    let line = Arc::new(Line {
        db: Db::of_one_server(url, reach.connections, reach.wait, row.try_get(0)?)?,
        system: row.try_get(1)?,
        replayed: watch::Sender::new(Position::default()),
        wanted: watch::Sender::new(Position::default()),
        until: watch::Sender::new(DateTime::UNIX_EPOCH),
        lags: AtomicBool::new(false),
        follows: AtomicBool::new(false),
        doubted: Notify::new(),
        ended: watch::Sender::new(false),
    });
    let mut wanted = line.wanted.subscribe();
    let label = number.to_string();
    let mut behind_since: Option<Instant> = None;
    loop {
        let row = timeout(ANSWERS_WITHIN, client.query_one(STATE, &[])).await.context("no answer")??;
        let (follows, replayed, until) =
            (row.try_get(0)?, Position(row.try_get(1)?), row.try_get::<_, Option<DateTime<Utc>>>(2)?);
        let Some(until) = until else { bail!("the replica does not say what it holds") };
        line.until.send_replace(until);
        line.replayed.send_replace(replayed);
        if line.follows.swap(follows, Ordering::Relaxed) && !follows {
            tracing::warn!(replica = number, "the replica was promoted: it is read from only while the primary is gone");
        }
        if told.borrow().is_none() {
            told.send_replace(Some(Arc::clone(&line)));
            metrics::gauge!("banyan_replica_there", "replica" => label.clone()).set(1.0);
            metrics::counter!("banyan_replica_switches_total", "to" => "replica").increment(1);
            tracing::info!(replica = number, "queries are read from the replica");
        }
        let short_of = line.wanted.borrow().0.saturating_sub(replayed.0).max(0);
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        metrics::gauge!("banyan_replica_lag_bytes", "replica" => label.clone()).set(short_of as f64);
        if short_of == 0 {
            line.lags.store(false, Ordering::Relaxed);
            if behind_since.take().is_some_and(|since| since.elapsed() > WORTH_SAYING) {
                tracing::info!(replica = number, "the replica has caught up: queries are read from it");
            }
        } else {
            let since = *behind_since.get_or_insert_with(Instant::now);
            // Said once, at the first look after that time.
            if since.elapsed() > WORTH_SAYING && since.elapsed() <= WORTH_SAYING + LOOKS_AGAIN * 2 {
                tracing::warn!(replica = number, bytes = short_of, "the replica lags: queries are read from the primary");
            }
        }
        let pause = match (short_of, line.lags()) {
            (0, _) => LOOKS_EVERY,
            (_, false) => LOOKS_SOON,
            (_, true) => LOOKS_AGAIN,
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = wanted.changed(), if short_of == 0 => {}
            // Should it still be there, then some connections to it are not.
            () = line.doubted.notified() => line.db.forget_idle(),
        }
    }
}
