//! When the primary was seen where: a replica that has replayed to a position is true up to the time at which the
//! primary stood there, also when nobody had written anything for hours.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::Position;

/// Proofs closer together than this tell nothing more.
const APART: TimeDelta = TimeDelta::milliseconds(250);
/// A replica that is further behind tells the time of its last transaction itself.
const KEPT: usize = 512;

/// Positions of the primary with times before which everything lay before them, in their order.
#[derive(Default)]
pub(super) struct Proofs {
    seen: Mutex<VecDeque<(Position, DateTime<Utc>)>>,
}

impl Proofs {
    /// At this time the primary's log ended here, or before.
    pub(super) fn saw(&self, position: Position, at: DateTime<Utc>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // After another database came in its place, what was seen of the former proves nothing.
        if seen.back().is_some_and(|(last, _)| *last > position) {
            seen.clear();
        }
        if seen.back().is_some_and(|(last, time)| *last != position && at - *time < APART) {
            return;
        }
        // The same place at a later time: nothing was written between.
        if seen.back().is_some_and(|(last, _)| *last == position) {
            seen.pop_back();
        }
        seen.push_back((position, at));
        if seen.len() > KEPT {
            seen.pop_front();
        }
    }

    /// The latest time up to which whoever has replayed to here knows everything.
    pub(super) fn held_at(&self, replayed: Position) -> Option<DateTime<Utc>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().rev().find(|(position, _)| *position <= replayed).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_700_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn a_replica_is_true_up_to_when_the_primary_stood_where_it_is_now() {
        let proofs = Proofs::default();
        assert_eq!(proofs.held_at(Position(10)), None);
        proofs.saw(Position(10), at(0));
        proofs.saw(Position(20), at(1_000));
        assert_eq!(proofs.held_at(Position(9)), None);
        assert_eq!(proofs.held_at(Position(19)), Some(at(0)));
        assert_eq!(proofs.held_at(Position(25)), Some(at(1_000)));
        // Nothing is written, and time passes.
        proofs.saw(Position(20), at(9_000));
        assert_eq!(proofs.held_at(Position(20)), Some(at(9_000)));
        // Too soon after the last to be worth a place.
        proofs.saw(Position(30), at(9_100));
        assert_eq!(proofs.held_at(Position(30)), Some(at(9_000)));
    }

    #[test]
    fn another_database_proves_itself_anew() {
        let proofs = Proofs::default();
        proofs.saw(Position(100), at(0));
        proofs.saw(Position(50), at(1_000));
        assert_eq!(proofs.held_at(Position(60)), Some(at(1_000)));
    }
}
