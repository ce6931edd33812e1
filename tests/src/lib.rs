//! The harness: a real PostgreSQL, one migrated template cloned for every test, the real router.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a harness that cannot go on says why")]

mod app;
mod authenticator;
mod client;
mod database;
mod replicated;
mod seed;
mod statements;

pub use app::{ADMINISTRATION, ORIGIN, TestApp, door, outside, secrets, settings};
pub use authenticator::{Authenticator, Flaws};
pub use client::{Answer, Client};
pub use database::{Database, clone_of_template, empty_database};
pub use replicated::{Read, Replicated};
pub use seed::{Seed, TOKENS, global};
pub use statements::StatementLog;
