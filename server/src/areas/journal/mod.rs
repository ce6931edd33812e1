//! The operation log: who did what, where, before and after, why (R07).
//!
//! Words: an *event* is what was done, its *subject* the thing it was done to, the *facts* are the
//! subject's fields before and after.
//!
//! Invariants
//! - An entry is written in the transaction of the change that it records.
//! - The application adds entries and reads them; it cannot change or delete one.
//! - Every entry is chained and sealed: see [`chain`].
//! - Sensitive values stand in an entry encrypted, as in their rows.

pub mod chain;
mod event;
mod facts;
pub mod graphql;
mod model;
mod store;

pub use event::{ChangeKind, Event, SubjectKind};
pub use facts::{Facts, mask};
pub use model::{JournalFilter, JournalRow, Subject};
pub use store::{CHANNEL, Notice, find, record};
