//! The tree: create, edit, rename, move, sort, dissolve, browse, and the groups inside branches.

mod browse;
mod create;
mod dissolve;
mod edit;
mod groups;
mod jobs;
mod relocate;
mod rename;
mod reorder;
mod warnings;
