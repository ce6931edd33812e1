//! People in the schema.

mod inputs;
mod lists;
mod mutations;
mod overview;
mod queries;
mod types;
mod watch;

pub use lists::{PersonConnection, applicants_of, members_of, members_of_group};
pub use mutations::PersonMutation;
pub use overview::{MemberOverview, member_overview};
pub use queries::PersonQuery;
pub use types::Person;
pub use watch::{Lookup, LookupConnection, lookup_by_id, lookups_of_viewer};
