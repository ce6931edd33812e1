//! The scope holds: nobody learns anything of what lies outside it, whatever is asked.
//!
//! - [`interference`]: random trees, viewers and operations, asked of a database and of a copy without
//!   the rows outside the viewer's scope; the answers are equal byte for byte. What is asked comes from the
//!   schema as the server tells it, so a field that is added is asked for on the same day. In the middle of a tree
//!   a subtree moves and grants run out ([`upset`]), and the same viewers go on with the cursors of before.
//! - [`streaming`]: subscriptions, told of things inside and outside.
//! - [`refused`]: mutations that name only what is out of reach; every table is looked at afterwards. Of others
//!   four refusals are about the whole tenant on purpose and answer yes or no, nothing else: an identity number
//!   on the roll elsewhere (U82), a code of an organization in use elsewhere, the last holder of a role, and a large
//!   move above that is under way.
//! - [`planted`], [`planted_writes`]: the same runner finds leaks that are planted, so its silence means something.
//! - [`shrink`]: what it finds is made small before it is told.
//! - [`guard`]: what the database refuses by itself, whatever the server asks; [`policies`]: each policy,
//!   loosened or dropped, makes a difference there.
//! - [`paging`], [`indistinguishable`], [`timing`], [`tree_model`]: properties of lists, of ids and of the tree.
//!
//! `make prove` asks at length: `SEED` begins elsewhere, `CASES` says how much.

pub mod dice;
mod guard;
mod indistinguishable;
mod interference;
mod node;
mod operations;
mod paging;
mod planted;
mod planted_writes;
mod policies;
mod prune;
mod refused;
mod runner;
pub mod schema;
mod shrink;
mod streaming;
pub mod timing;
mod tree_model;
mod upset;
mod world;
