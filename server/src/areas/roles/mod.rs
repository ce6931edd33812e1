//! Grants of roles: who may do what where and until when (R01, R02).
//!
//! Words: a grant *runs* between its beginning and its end, unless it was ended before.
//! It *waits* while a second person has not agreed. Who has *lent* a right is its lender, who has it the borrower.
//!
//! Invariants
//! - Nobody gives more than they hold at the place where they give it.
//! - The last administrator of an organization stays.
//! - A grant is never deleted; it ends.
//! - What is lent is a part of the lender's own grant: its rights, its place, its time. It gives rights only
//!   while that one does, and never the right to give more (BEYOND4).
//! - System, security and audit administrator are never one account (BEYOND17).
//! - A role that goes with a post of the leadership begins and ends with it (A17); nobody ends it by hand.
//! - A high role at a high place is given by two people (SEC-A11); until then it gives no rights.

mod actions;
pub mod graphql;
mod rules;
mod store;

pub use actions::may_give_at;
pub use store::{GrantById, GrantRow, GrantsOf};
