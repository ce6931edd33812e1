//! Accounts and sessions: who signs in, and how long a sign-in lasts (A).
//!
//! Words: a *session* is a browser's, a *token* a script's; both are opaque, and only their hash
//! is kept. A token uses one grant, made for it, and reads only unless said otherwise.
//!
//! Invariants
//! - There is no default account: accounts come from the demonstration, from `banyan token`, or
//!   from an administrator.
//! - An account of a person names the person; a person has at most one.

pub mod graphql;
mod sessions;
mod store;
mod tokens;

pub use sessions::{close_session, open_session};
pub use store::AccountById;
pub use tokens::{IssueToken, issue_token};
