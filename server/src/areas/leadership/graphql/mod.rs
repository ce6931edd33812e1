//! Leadership in the schema.

mod mutations;
mod types;

pub use mutations::LeadershipMutation;
pub use types::{LeadershipPost, LeadershipTerm, posts_of_person, running_term_of, terms_of};
