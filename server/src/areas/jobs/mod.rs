//! Jobs: work that takes longer than a request may. The request records it, a server does it behind the request.
//!
//! Words: who *ordered* a job acts by it, with the rights that they hold when it runs; a server *takes* a job for a
//! time, its *lease*, which it renews while it is at it; the *progress* is written beside the work.
//!
//! Invariants
//! - A job is one transaction, in which it is also marked as done: either all of it happened, once, or nothing.
//! - Whoever's lease ran out cannot end the job any more; another server has it, or will.
//! - A job that ended never changes again.
//! - Nothing outside this folder writes to `jobs`, but that a row goes along when its organization moves.

pub mod graphql;
mod loaders;
mod model;
mod store;

pub use loaders::JobById;
pub use model::{JobKind, JobRow, Order, Progress, Taken};
pub use store::{Lease, ORDERED, done, failed, give_back, order, renew, take, viewer_of};
