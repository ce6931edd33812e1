//! What every layer stands on: errors, ids, the clock, secrets, the database. Knows nothing of organizations or people.

pub mod blob;
pub mod clock;
pub mod cluster;
pub mod credit_code;
pub mod db;
pub mod error;
pub mod identity;
pub mod ids;
pub mod labels;
pub mod language;
pub mod mistakes;
pub mod names;
pub mod password_cost;
pub mod path;
pub mod problem;
pub mod question;
pub mod secret;
pub mod text;
