//! Accounts in the schema: what signs in, with what, and what happened to it.

mod credentials;
mod events;
mod mutations;
mod policy;
mod queries;
mod roster;
mod types;

pub use credentials::{AccountSession, Invitation};
pub use events::{SecurityEvent, SecurityEventConnection, event_by_id, own_events};
pub use mutations::AccountMutation;
pub use queries::AccountQuery;
pub use types::Account;
