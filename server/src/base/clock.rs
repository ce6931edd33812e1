//! The clock is a value, so that a test can set it: nothing else in the server asks the system for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, Utc};

/// Chongqing is so many hours ahead of UTC.
const HOURS_EAST: i32 = 8;

/// When a day begins in Chongqing.
#[must_use]
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() - Duration::hours(i64::from(HOURS_EAST))
}

/// A moment as a clock in Chongqing shows it, for people: `2026-03-01 08:30`.
#[must_use]
pub fn shown(at: DateTime<Utc>) -> String {
    let local = at + Duration::hours(i64::from(HOURS_EAST));
    local.format("%Y-%m-%d %H:%M").to_string()
}

/// Tells the time; a test may move it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
        let system = Utc::now();
        system + Duration::seconds(self.shift_seconds.load(Ordering::Relaxed))
    }

    /// Today in Chongqing: the day that forms, ages and deadlines mean (UTC+8, no summer time).
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        match FixedOffset::east_opt(HOURS_EAST * 3600) {
            Some(zone) => self.now().with_timezone(&zone).date_naive(),
            None => self.now().date_naive(),
        }
    }

    /// Moves the clock by so many seconds, for tests.
    pub fn shift(&self, seconds: i64) {
        self.shift_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}
