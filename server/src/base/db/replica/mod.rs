//! Read replicas: a query is read from a streaming replica and never shows less than the primary would.
//!
//! Words: the *primary* takes writes, a *replica* replays what the primary wrote, a *position* is a place in the
//! primary's log.
//!
//! - Before a query is read, the primary is asked how far its log has come ([`Primary::tip`]; one question serves all
//!   that wait for it). A replica that has replayed to there holds every commit that anyone had been told of, by
//!   whichever server: one's own writes, and rights that were ended, cannot be missed, and nothing has to be carried
//!   from one request to the next.
//! - A replica that is not there yet is waited for a moment, and the query is read from the primary otherwise.
//! - While the primary is gone, queries are read from the replica as it is, with the time up to which it is true.

mod primary;
mod proofs;
mod standby;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Db;
use crate::base::clock::Clock;
use primary::Primary;
use proofs::Proofs;
pub use standby::Line;

/// A place in the primary's log, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(i64);

/// Which database it is, as every copy of it says: positions of two are not to be compared.
type System = i64;

/// What the primary says of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tip {
    /// Everything that was committed before the question lies before this, in the log of this database.
    At(System, Position),
    /// The primary is there, and no replica can be compared with it at the moment.
    Unknown,
    /// The primary is not there.
    Gone,
}

/// From where a query is read.
#[derive(Clone)]
pub enum Source {
    /// The primary.
    Primary,
    /// A replica that holds all that the primary did when this was asked.
    Replica(Arc<Line>),
    /// A replica while the primary is gone, and the time up to which it is true.
    Stale(Arc<Line>, DateTime<Utc>),
}

/// How a replica is reached.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Connections for queries.
    pub connections: usize,
    /// How long a query waits for a free one.
    pub wait: Duration,
}

/// The primary with its replicas.
#[derive(Clone)]
pub struct Replicas {
    inner: Arc<Inner>,
}

struct Inner {
    primary: Primary,
    replicas: Vec<standby::Replica>,
    proofs: Arc<Proofs>,
    turn: AtomicUsize,
}

impl Replicas {
    /// Follows the primary, whose pool is cleared of dead connections when it comes back, and these replicas of it,
    /// until the program ends.
    #[must_use]
    pub fn follow(primary: (String, Db), urls: &[String], reach: Reach, clock: Clock) -> Self {
        let proofs = Arc::new(Proofs::default());
        let replicas =
            urls.iter().enumerate().map(|(number, url)| standby::Replica::follow(url.clone(), number, reach)).collect();
        let primary = Primary::follow(primary, clock, Arc::clone(&proofs));
        Self { inner: Arc::new(Inner { primary, replicas, proofs, turn: AtomicUsize::new(0) }) }
    }

    /// From where to read now; `avoided` is a replica that just failed.
    pub async fn source(&self, avoided: Option<&Arc<Line>>) -> Source {
        match self.inner.primary.tip().await {
            Tip::At(system, position) => self.reached(system, position, avoided).await.map_or(Source::Primary, Source::Replica),
            Tip::Unknown => Source::Primary,
            Tip::Gone => self.furthest(avoided).map_or(Source::Primary, |(line, as_of)| Source::Stale(line, as_of)),
        }
    }

    /// Waits until the primary is gone.
    pub async fn primary_gone(&self) {
        self.inner.primary.gone().await;
    }

    /// Whether the primary is gone.
    #[must_use]
    pub fn is_primary_gone(&self) -> bool {
        self.inner.primary.is_gone()
    }

    /// Whether a replica could be read from.
    #[must_use]
    pub fn can_read(&self) -> bool {
        self.inner.replicas.iter().any(|replica| replica.line().is_some())
    }

    /// A replica that has come so far, or does within a moment. Those that have are taken in turn.
    async fn reached(&self, system: System, position: Position, avoided: Option<&Arc<Line>>) -> Option<Arc<Line>> {
        let mut lines = self.lines(avoided);
        lines.retain(|line| line.follows() && line.system() == system);
        let turn = self.inner.turn.fetch_add(1, Ordering::Relaxed);
        if !lines.is_empty() {
            let first = turn % lines.len();
            lines.rotate_left(first);
        }
        if let Some(line) = lines.iter().find(|line| line.replayed() >= position) {
            return Some(Arc::clone(line));
        }
        let line = lines.iter().find(|line| !line.lags())?;
        line.reaches(position).await.then(|| Arc::clone(line))
    }

    /// The replica that has come furthest, and the time up to which it is true.
    fn furthest(&self, avoided: Option<&Arc<Line>>) -> Option<(Arc<Line>, DateTime<Utc>)> {
        let known = self.inner.primary.system();
        let same = |line: &Arc<Line>| known.is_none_or(|known| line.system() == known);
        let line = self.lines(avoided).into_iter().filter(same).max_by_key(|line| line.replayed())?;
        let as_of = self.as_of(&line);
        Some((line, as_of))
    }

    fn as_of(&self, line: &Line) -> DateTime<Utc> {
        let last = line.replayed_until();
        self.inner.proofs.held_at(line.replayed()).map_or(last, |proven| proven.max(last))
    }

    fn lines(&self, avoided: Option<&Arc<Line>>) -> Vec<Arc<Line>> {
        let lines = self.inner.replicas.iter().filter_map(standby::Replica::line);
        lines.filter(|line| avoided.is_none_or(|avoided| !Arc::ptr_eq(avoided, line))).collect()
    }
}
