//! What every GraphQL type is made with: the request's context, connections, payloads, scalars, limits.

pub mod confirm;
mod connection;
mod context;
pub mod limits;
mod loader;
mod payload;
mod scalars;

pub use connection::{COUNT_LIMIT, Listed, PageInfo, Paging, Reach, Total};
pub(crate) use connection::{connection, payload};
pub use context::{CurrentCx, Cx, Surroundings, partial};
pub(crate) use loader::loader;
pub use loader::{Load, Loaded, all_failed, answer_all};
pub use payload::{Outcome, UserError};
pub use scalars::{Day, Masked, parse_id, parse_optional_id};
