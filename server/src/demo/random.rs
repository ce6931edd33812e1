//! Chance with a seed.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// 2026-01-01T00:00:00Z in milliseconds, the time inside the first id.
const FIRST_ID_AT: u64 = 1_767_225_600_000;

/// The one source of chance and of ids.
pub(super) struct Dice {
    rng: ChaCha8Rng,
    ids_made: u64,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), ids_made: 0 }
    }

    /// The next id: later ids are greater.
    pub(super) fn id(&mut self) -> Uuid {
        let mut random = [0; 10];
        self.rng.fill_bytes(&mut random);
        let at = FIRST_ID_AT + self.ids_made;
        self.ids_made += 1;
        Builder::from_unix_timestamp_millis(at, &random).into_uuid()
    }

    /// From 0 up to, not including, 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.rng.random()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        self.rng.random_range(low..=high.max(low))
    }

    /// A day from `low` to `high`, both included; `low` when they are in the wrong order.
    pub(super) fn day(&mut self, low: NaiveDate, high: NaiveDate) -> NaiveDate {
        let span = u32::try_from((high - low).num_days()).unwrap_or(0);
        low.checked_add_days(Days::new(u64::from(self.between(0, span)))).unwrap_or(low)
    }

    /// One of these, all as likely.
    pub(super) fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let last = u32::try_from(things.len()).ok()?.checked_sub(1)?;
        things.get(usize::try_from(self.between(0, last)).ok()?)
    }

    /// A skewed positive factor around 1: the logarithm is normal with this deviation.
    pub(super) fn skewed(&mut self, deviation: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let angle = std::f64::consts::TAU * self.unit();
        (deviation * radius * angle.cos()).exp()
    }

    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for place in (1..things.len()).rev() {
            let other = self.rng.random_range(0..=place);
            things.swap(place, other);
        }
    }
}

/// Things with weights.
#[derive(Clone, Debug)]
pub(super) struct Weighted<T> {
    things: Vec<T>,
    sums: Vec<f64>,
}

impl<T: Copy + Default> Weighted<T> {
    pub(super) fn new(pairs: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut found = Self { things: Vec::new(), sums: Vec::new() };
        let mut sum = 0.0;
        for (thing, weight) in pairs {
            if weight > 0.0 {
                sum += weight;
                found.things.push(thing);
                found.sums.push(sum);
            }
        }
        found
    }

    /// One of the things by weight; the default of the type when there are none.
    pub(super) fn pick(&self, dice: &mut Dice) -> T {
        let at = dice.unit() * self.sums.last().copied().unwrap_or_default();
        let place = self.sums.partition_point(|sum| *sum <= at);
        self.things.get(place).or(self.things.last()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_in_rising_order() {
        let ids = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.id()).collect::<Vec<_>>()
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
        assert!(ids(1).is_sorted());
        assert!(ids(1).iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn weights_are_followed() {
        let mut dice = Dice::new(1);
        let weighted = Weighted::new([('a', 1.0), ('b', 3.0), ('c', 0.0)]);
        let picked: String = (0..4000).map(|_| weighted.pick(&mut dice)).collect();
        let count = picked.matches('b').count();
        assert!((2850..3150).contains(&count), "{count}");
        assert!(!picked.contains('c'));
    }
}
