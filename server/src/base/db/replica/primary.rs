//! Where the primary's log ends, asked on a connection of its own; by the way it is noticed that the primary is gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use super::proofs::Proofs;
use super::{Position, System, Tip};
use crate::base::clock::Clock;
use crate::base::db::{Db, on_the_wire};

/// A primary that takes longer for this small question is looked for anew.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const CONNECTS_WITHIN: Duration = Duration::from_secs(2);
/// Asked also when nobody reads, so that a loss is noticed before the next request.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Connections that end as soon as they are made.
const TRIES_IN_A_ROW: u32 = 4;

/// What is flushed holds every commit that anyone was told of, unless commits are not waited for. Empty where a
/// position says nothing, so that everything is read from the primary.
const END_OF_LOG: &str = "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('synchronous_commit') = 'off' THEN NULL
         ELSE (pg_current_wal_flush_lsn() - '0/0')::bigint END";

/// Which database it is.
const SYSTEM: &str = "SELECT system_identifier FROM pg_control_system()";

type Asked = oneshot::Sender<Tip>;

/// The primary, as the reader of replicas sees it.
pub(super) struct Primary {
    asking: mpsc::UnboundedSender<Asked>,
    gone: watch::Receiver<bool>,
    system: watch::Receiver<Option<System>>,
}

/// The task's side.
struct Follower {
    url: String,
    db: Db,
    clock: Clock,
    proofs: Arc<Proofs>,
    asked: mpsc::UnboundedReceiver<Asked>,
    waiting: Vec<Asked>,
    gone: watch::Sender<bool>,
    system: watch::Sender<Option<System>>,
    warned: bool,
}

impl Primary {
    pub(super) fn follow((url, db): (String, Db), clock: Clock, proofs: Arc<Proofs>) -> Self {
        let (asking, asked) = mpsc::unbounded_channel();
        let ((gone, told), (system, known)) = (watch::channel(false), watch::channel(None));
        let url = on_the_wire(&url);
        let follower = Follower { url, db, clock, proofs, asked, waiting: Vec::new(), gone, system, warned: false };
        tokio::spawn(follower.run());
        Self { asking, gone: told, system: known }
    }

    /// Where the log ends; every commit before this call lies before it.
    pub(super) async fn tip(&self) -> Tip {
        if self.is_gone() {
            return Tip::Gone;
        }
        let (answer, answered) = oneshot::channel();
        match self.asking.send(answer) {
            Ok(()) => answered.await.unwrap_or(Tip::Unknown),
            Err(_) => Tip::Unknown,
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        *self.gone.borrow()
    }

    /// Which database it is; none before it was ever seen.
    pub(super) fn system(&self) -> Option<System> {
        *self.system.borrow()
    }

    /// Waits until the primary is gone.
    pub(super) async fn gone(&self) {
        if self.gone.clone().wait_for(|gone| *gone).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Follower {
    async fn run(mut self) {
        let mut in_a_row = 0;
        loop {
            match timeout(CONNECTS_WITHIN, tokio_postgres::connect(&self.url, NoTls)).await {
                Ok(Ok((client, connection))) => {
                    let mut talking = tokio::spawn(connection);
                    let since = Instant::now();
                    let wanted = tokio::select! {
                        biased;
                        // Heard at once, and not only when something is asked.
                        _ = &mut talking => Some(()),
                        wanted = self.answer(&client) => wanted,
                    };
                    talking.abort();
                    if wanted.is_none() {
                        return;
                    }
                    // Once more at once, before anyone is told that it is gone; but not round and round.
                    in_a_row = if since.elapsed() > RETRY_AFTER { 0 } else { in_a_row + 1 };
                    if in_a_row < TRIES_IN_A_ROW {
                        continue;
                    }
                    self.tell(Tip::Unknown);
                }
                // Every connection is taken, so somebody is there.
                Ok(Err(error)) if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => self.tell(Tip::Unknown),
                Ok(Err(error)) => self.lost(&error.to_string()),
                Err(_) => self.lost("no answer"),
            }
            if !self.pause().await {
                return;
            }
        }
    }

    /// Answers until the connection fails; None when nobody can ask any more.
    async fn answer(&mut self, client: &Client) -> Option<()> {
        let Ok(Ok(row)) = timeout(ANSWERS_WITHIN, client.query_one(SYSTEM, &[])).await else { return Some(()) };
        let Ok(system) = row.try_get(0) else { return Some(()) };
        self.system.send_replace(Some(system));
        self.found();
        loop {
            // What the last connection could not answer comes first.
            if self.waiting.is_empty() {
                tokio::select! {
                    asked = self.asked.recv() => self.waiting.push(asked?),
                    () = tokio::time::sleep(LOOKS_EVERY) => {}
                }
            }
            // Whoever waits by now is answered by a question that is put from now on.
            while let Ok(asked) = self.asked.try_recv() {
                self.waiting.push(asked);
            }
            let before = self.clock.now();
            let Ok(Ok(row)) = timeout(ANSWERS_WITHIN, client.query_one(END_OF_LOG, &[])).await else { return Some(()) };
            let Ok(end) = row.try_get::<_, Option<i64>>(0) else { return Some(()) };
            if let Some(end) = end {
                self.proofs.saw(Position(end), before);
            } else if !self.warned {
                self.warned = true;
                tracing::warn!("replicas are not read from: --database-url leads to a replica, or synchronous_commit is off");
            }
            self.tell(end.map_or(Tip::Unknown, |end| Tip::At(system, Position(end))));
        }
    }

    /// For a while nobody is connected; whoever asks meanwhile is told what is known.
    async fn pause(&mut self) -> bool {
        let over = Instant::now() + RETRY_AFTER;
        loop {
            match tokio::time::timeout_at(over, self.asked.recv()).await {
                Err(_) => return true,
                Ok(None) => return false,
                Ok(Some(asked)) => {
                    let _ = asked.send(if *self.gone.borrow() { Tip::Gone } else { Tip::Unknown });
                }
            }
        }
    }

    fn tell(&mut self, tip: Tip) {
        for asked in self.waiting.drain(..) {
            // A request that was given up meanwhile does not hear it.
            let _ = asked.send(tip);
        }
    }

    fn found(&mut self) {
        // What the pool still holds led to the primary as it was before.
        self.db.forget_idle();
        metrics::gauge!("banyan_primary_gone").set(0.0);
        if self.gone.send_replace(false) {
            tracing::info!("the primary is back: queries are fresh again, and writes are taken");
        }
    }

    fn lost(&mut self, error: &str) {
        metrics::gauge!("banyan_primary_gone").set(1.0);
        if !self.gone.send_replace(true) {
            metrics::counter!("banyan_replica_switches_total", "to" => "stale").increment(1);
            tracing::error!(error, "the primary is gone: queries are read from a replica and marked stale, writes are refused");
        }
        self.tell(Tip::Gone);
    }
}
