//! Grants of roles: who may do what where and until when (R01, R02).
//!
//! Words: a grant *runs* between its beginning and its end, unless it was ended before.
//!
//! Invariants
//! - Nobody gives more than they hold at the place where they give it.
//! - The last administrator of an organization stays.
//! - A grant is never deleted; it ends.

mod actions;
pub mod graphql;
mod rules;
mod store;

pub use store::{GrantById, GrantRow, GrantsOf};
