//! The chain of the journal: whoever changes the past is found out (BEYOND6, SEC-F02).
//!
//! Words: the *sealer* gives every entry a *link*, in the order in which it finds them; a *checkpoint*
//! is a signature over the chain up to a link; an *anchor* is a checkpoint written beside the database;
//! a *segment* is a part of the chain that stands in an archive.
//!
//! The encoding of an entry is every column but `path` (a move of the subtree changes it by design: it
//! is an index), in the order of [`encoding::COLUMNS`], each as its length in four bytes and its value,
//! or a length of -1 for null. Nulls at the end are left out, so that a nullable column added at the end
//! of the list changes no hash of before. Values are as PostgreSQL sends them in binary: 16 bytes of a
//! uuid, microseconds since 2000 in eight bytes, text in UTF-8, and for jsonb a byte 1 and its text
//! (keys ordered by length, then bytes; one space behind `:` and `,`). All numbers begin with their highest byte.
//!
//! ```text
//! entry hash  = SHA-256("banyan journal entry 1" encoding)
//! link        = SHA-256("banyan journal link 1" tenant seq previous-link entry-id entry-hash)
//! checkpoint  = Ed25519("banyan journal checkpoint 1" tenant seq previous-seq link at key-number)
//! manifest    = Ed25519("banyan journal segment 1" tenant first last previous-link last-link digest at key-number)
//! ```
//! The first link follows 32 zero bytes; `seq` and `at` (microseconds since 1970) take eight bytes, the
//! key number two.
//!
//! Invariants
//! - An entry waits in `journal_unsealed` from its own commit on, and leaves it in the transaction of its link.
//! - One server at a time seals a tenant; a link is never changed.
//! - The application has no right on any table of the chain; `base/db/functions.sql` has what it may do.

mod anchors;
mod archive;
mod checkpoint;
mod encoding;
mod finding;
mod manifest;
mod proof;
mod record;
mod sealer;
mod snapshot;
mod stream;
mod verify;

pub use anchors::Anchors;
pub use archive::{Archived, archive, verify_archive};
pub use checkpoint::{PublicKeys, public_keys_of, read_public_keys};
pub use encoding::{COLUMNS, Kind};
pub use finding::{Finding, Flaw};
pub use proof::{prove, verify_proof};
pub use sealer::{Running, Sealed, Sealer, Sealing, seal_once};
pub use verify::{Verification, tenant_of, verify};
