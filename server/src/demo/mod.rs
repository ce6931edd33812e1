//! The demonstration: a whole municipality of made-up people in the real tree of places.
//!
//! Words: an *outline* is the list of places a tree is built over, a *branch* an organization
//! that holds people, an *entry* an account with which a visitor of the demonstration signs in.
//!
//! Invariants
//! - The same seed, number of people and day give the same rows, ids included; only the sealed
//!   columns differ, because their nonces must. Ids have the shape of UUIDv7: a millisecond
//!   counted on from 2026-01-01T00:00:00Z for each id, the rest from the seeded generator.
//! - Everything is loaded in one transaction, into tables without organizations.
//! - Every place of the outline has its organization, with or without people.
//! - Counts and tallies equal a recount.
//!
//! How people are spread: at sixteen people a village or more, every village has some, its share
//! drawn from a skewed distribution in which communities weigh more; with fewer people, only so
//! many villages have any, those of the first township before others. A branch with people has at
//! least three full members. Beyond 50 members a village becomes a general branch, from 100 on a
//! committee, with branches below (U51, U52). The second tenant comes in addition.

mod copy;
mod counts;
mod distributions;
mod entries;
mod leaders;
mod load;
mod names;
mod outline;
mod people;
mod population;
mod progress;
mod random;
mod rows;
mod schema;
mod sizes;
mod tree;

use std::time::Duration;

use chrono::NaiveDate;

pub use entries::entries;
pub use load::load;

/// What the demonstration needs of the secrets of the server.
pub trait Seal: Sync {
    /// Encrypts a value.
    fn seal(&self, plain: &str) -> Vec<u8>;
    /// The keyed hash of a value.
    fn index(&self, plain: &str) -> Vec<u8>;
}

/// What to load.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// People in the first tree, at least [`FEWEST_PEOPLE`]; the second tenant has 600 more.
    pub people: u64,
    /// The same seed gives the same rows.
    pub seed: u64,
    /// The day on which the demonstration is set: ages and dates end here.
    pub today: NaiveDate,
    /// Show a bar on a terminal, or log a line for every tenth.
    pub progress: bool,
}

/// So many people are needed for a branch with a secretary and a member.
pub const FEWEST_PEOPLE: u64 = 20;

/// What was loaded.
#[derive(Clone, Debug)]
pub struct DemoSummary {
    /// Organizations of both tenants.
    pub organizations: u64,
    /// People of all stages.
    pub people: u64,
    /// Probationary and full members.
    pub members: u64,
    /// Groups inside branches.
    pub party_groups: u64,
    /// How long it took.
    pub elapsed: Duration,
}
