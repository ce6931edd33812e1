//! Leadership: the terms of an organization, who holds which post in them, and the roles that go with the posts (J15 to J21).
//!
//! Words: a *term* runs until the next one begins; an entry is one *post* of one person in a term, *held* until it
//! has an end. A post may *carry a role*: whoever holds it and has an account holds the role, too (A17, R03, R04).
//!
//! Invariants
//! - An organization has at most one running term, and posts are held in a running term only.
//! - A term has one secretary at a time, and nobody holds the same post twice.
//! - Whoever holds a post is a member in the organization's subtree; the database ends the post of one who is no
//!   more (`settle_posts`), in the transaction in which the person leaves.
//! - A role by post begins and ends with the post, by the same function, and is given and ended in no other way.
//! - Naming someone for a post that carries a role takes the right to give that role there, and the key.

mod actions;
pub mod graphql;
mod loaders;
mod model;
mod rules;
mod store;

pub use loaders::{PostById, TermById};
