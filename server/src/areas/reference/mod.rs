//! Reference data: code tables and administrative divisions, built into the program.
//!
//! Words: a *code table* is one file of `data/codes`, a *value* one row of it, a *division* a
//! place from the province down to the village.
//!
//! Invariants
//! - Code tables are read from memory; the tables `codes` and `divisions` are copies for SQL,
//!   filled at start when the built-in files changed.
//! - Codes never disappear from a file, because rows of other tables hold them.

mod divisions;
pub mod graphql;
mod model;
mod store;

use std::borrow::Cow;

use anyhow::Context;

pub use divisions::{DivisionByCode, DivisionRow, division_exists};
pub use model::{CodeTable, CodeValue, Codes};
pub use store::load;

/// The files of the folder `data`.
#[derive(rust_embed::Embed)]
#[folder = "../data"]
struct Files;

/// The bytes of a built-in file, for example `codes/sex.csv`.
pub(crate) fn file(name: &str) -> anyhow::Result<Cow<'static, [u8]>> {
    Files::get(name).map(|file| file.data).with_context(|| format!("the built-in file {name} is missing"))
}

/// A reader over a built-in CSV file with a header line.
pub(crate) fn csv(name: &str) -> anyhow::Result<csv::Reader<std::io::Cursor<Cow<'static, [u8]>>>> {
    Ok(csv::Reader::from_reader(std::io::Cursor::new(file(name)?)))
}
