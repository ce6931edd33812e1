//! The tree in the schema.

mod inputs;
mod lists;
mod mutations;
mod party_group;
mod queries;
mod types;

pub use mutations::OrganizationMutation;
pub use party_group::{PartyGroup, PartyGroupPayload};
pub use queries::OrganizationQuery;
pub use types::Organization;
