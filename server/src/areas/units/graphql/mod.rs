//! Units in the schema.

mod mutations;
mod queries;
mod types;

pub use mutations::UnitMutation;
pub use queries::UnitQuery;
pub use types::{Unit, units_of};
