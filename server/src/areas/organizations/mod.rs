//! The tree of organizations: create, edit, rename, move, sort, dissolve, and the groups inside branches (B).
//!
//! Words: the *superior* is the parent, *subordinates* are below; a *leaf kind* holds people and
//! has no subordinates (B05); the *own root* is the topmost organization that someone administers.
//!
//! Invariants
//! - `parent_id` is the truth, `path` follows it, and the database refuses one that does not.
//! - Labels are never given twice under one superior.
//! - Every change of name, kind, place or status leaves a row in `organization_versions`.
//! - A dissolved organization keeps its row; it has no people and no active subordinates.

mod actions;
pub mod graphql;
mod groups;
mod loaders;
mod model;
mod moving;
mod order;
mod places;
mod rules;
mod store;
mod versions;
mod warnings;

pub use actions::carry_out_move;
pub use groups::{GroupById, find_group, keep_leaders};
pub use loaders::{CountsKey, CountsOf, OrganizationById, OrganizationByPath};
pub use model::{CountsRow, OrganizationRow};
pub use places::{Walk, count_places, walk_under};
pub use rules::MOVED_AT_ONCE;
pub(crate) use rules::past_day;
pub use store::span_under;
