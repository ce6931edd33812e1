//! Units: who employs, houses or educates people, and which organizations are set up in them (C, B19).
//!
//! Words: a unit is *kept* by one organization, where it is seen and changed from; it is *linked* to the
//! organizations that are set up in it, each of which sees it, wherever it is kept.
//!
//! Invariants
//! - A credit code is once in the tenant and passes its checks (U81).
//! - A joint branch is linked to several units, every other organization to one (B19).
//! - A unit that is linked is not deleted (C04).

mod actions;
pub mod graphql;
mod loaders;
mod model;
mod rules;
mod store;

pub use loaders::{UnitById, UnitCounts, UnitCountsKey};
pub use rules::may_become;
pub use store::count_links;
