//! People: a person from application to history, on the roll of one branch (D, E).
//!
//! Words: the *stage* says where a person stands between application and history; *members* are
//! those of stage probationary or full. *Figures* are counts by branch, the *ledger* holds every
//! change of membership.
//!
//! Invariants
//! - A person belongs to an organization of a kind that holds members (D03).
//! - One active record for an identity number in the tenant (U82).
//! - Figures and ledger change in the transaction that changes the person; `banyan check` recounts.
//! - Identity number, phone, e-mail and address are sealed in the row and masked outside; whoever looks behind the mask
//!   is confirmed, counted and recorded, and the person sees it.

mod actions;
mod figures;
pub mod graphql;
mod loaders;
mod model;
mod pages;
mod photos;
mod rules;
mod store;
mod watch;

pub use loaders::PersonById;
pub use model::{PersonRow, Stage};
