//! Who may do what where. Every row that a request touches has passed through here.
//!
//! - [`Permission`]: one kind of thing that can be done.
//! - [`Role`]: a readable table of the permissions that come with it (R02).
//! - [`Scope`]: a set of subtrees; the ranges of the row-level guard and of the queries.
//! - [`Holding`]: what a grant allows where, whole or lent in part.
//! - [`Viewer`]: who is asking, read from the database at every request.
//! - [`Permit`]: the right to write in one organization; only [`Viewer::permit`] makes one.

mod grants;
mod holding;
mod method;
mod permission;
mod permit;
mod scope;
mod viewer;

pub use grants::Role;
pub use holding::{Holding, Lender, holdings_of, may_manage, would_orphan};
pub use method::SignInMethod;
pub use permission::Permission;
pub use permit::{Permit, Place};
pub use scope::Scope;
pub use viewer::Viewer;
