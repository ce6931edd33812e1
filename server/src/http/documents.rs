//! The documents that come with the program: those of the console and of the examples.

use super::console;
use crate::schema::Documents;

/// What the examples send, each file as a whole.
pub const EXAMPLES: &[&str] = &[
    include_str!("../../../client-examples/curl/figures.graphql"),
    include_str!("../../../client-examples/python/banyan/organizations.graphql"),
];

/// The list that is built in.
///
/// # Errors
/// When the console was built with a list that is none.
pub fn built_in() -> anyhow::Result<Documents> {
    let mut documents = Documents::default();
    for text in EXAMPLES {
        documents.add(text)?;
    }
    if let Some(list) = console::listed() {
        documents.add_list(&list)?;
    }
    Ok(documents)
}
