//! Attachments: files of organizations and of people (Q, B08, D07).
//!
//! Words: an *upload* is a file that was sent and is not yet attached to anything; an *attachment* is a file of
//! an *owner*, an organization or a person; an *object* is what lies in the store of files (`base/blob.rs`).
//!
//! Invariants
//! - Nothing lies in the store without a row: the row of an upload is written before its bytes, and whatever is
//!   no longer wanted goes through `discarded_files`, from which the sweep takes it.
//! - An object is the upload's or one attachment's, never two.
//! - A file is what its content says, its name ends accordingly, and every download looks up the right again.
//! - An attachment stands where its owner stands, and a move takes it along.

mod actions;
mod content;
pub mod graphql;
mod loaders;
mod model;
mod rules;
mod store;
mod sweep;
mod uploads;

pub use actions::{Attach, attach};
pub use loaders::AttachmentById;
pub use model::Owner;
pub use sweep::{Sweep, Swept, sweep_once};
pub use uploads::{LARGEST, announce, check, confirm_arrival, deliverable, may_upload, too_large};
