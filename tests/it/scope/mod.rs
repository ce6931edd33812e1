//! The scope holds: nobody learns anything of what lies outside it, whatever is asked.
//!
//! - [`interference`]: random trees, viewers and operations, asked of a database and of a copy without
//!   the rows outside the viewer's scope; the answers are equal byte for byte. Reads only: of a mutation
//!   three refusals are about the whole tenant on purpose and answer yes or no, nothing else: an
//!   identity number on the roll elsewhere (U82), a code of an organization in use elsewhere, and the
//!   last holder of a role; `indistinguishable` asks mutations about targets out of scope.
//! - [`planted`]: the same runner finds leaks that are planted, so its silence means something.
//! - [`guard`]: what the database refuses by itself, whatever the server asks.
//! - [`paging`], [`indistinguishable`], [`tree_model`]: properties of lists, of ids and of the tree.
//!
//! `SEED` begins elsewhere, `CASES` asks more: `SEED=7 CASES=10000 cargo test -p banyan-tests --test it scope::interference`.

pub mod dice;
mod guard;
mod indistinguishable;
mod interference;
mod operations;
mod paging;
mod planted;
mod policies;
mod prune;
mod refused;
mod runner;
pub mod schema;
mod streaming;
mod timing;
mod tree_model;
mod upset;
mod world;
