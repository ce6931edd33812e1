//! Banyan: membership administration for a very large tree of organizations.
//!
//! Doors: [`run`] is the command line, [`sdl`] the schema, [`testing`] what the test harness builds on.

mod access;
mod areas;
mod base;
mod config;
mod demo;
mod gql;
mod http;
mod jobs;
mod program;
mod schema;

pub use program::run;
pub use schema::sdl;

/// What the test harness builds on: the parts of a server, to be put together with a clock and a database of its own.
pub mod testing {
    pub use crate::access::{Permission, Role};
    pub use crate::areas::accounts::{
        Bootstrap, Door, IssueToken, KeyModels, Lifetimes, RelyingParty, bootstrap, close_expired, issue_token, verify_evidence,
    };
    pub use crate::areas::attachments::{Sweep, Swept, sweep_once};
    pub use crate::areas::jobs::Lease;
    pub use crate::areas::journal::chain;
    pub use crate::areas::reference::load as load_reference;
    pub use crate::base::blob::{Blobs, ContentKey};
    pub use crate::base::clock::Clock;
    pub use crate::base::db::{Db, Reach, Replicas, connect, migrate};
    pub use crate::base::error::ErrorCode;
    pub use crate::base::labels::label_of;
    pub use crate::base::language::Language;
    pub use crate::base::names::NameKeys;
    pub use crate::base::password_cost::PasswordCost;
    pub use crate::base::problem::Code;
    pub use crate::base::secret::{Secrets, hash, new_token};
    pub use crate::base::{cluster, identity, path};
    pub use crate::config::parse_arguments;
    pub use crate::demo::{DemoOptions, entries as demo_entries, load as load_demo};
    pub use crate::gql::limits::{Limits, SHORT_LISTS};
    pub use crate::http::{App, EXAMPLES, Entrances, Stopping, addresses, around, built_in, router};
    pub use crate::jobs::{Ended, Pace, Worker};
    pub use crate::program::{
        Assertions, Rotating, Rotation, SelfCheck, check, check_files, count_by_key, rotate, verify_assertions,
    };
    pub use crate::schema::{Changes, Documents, Engine, FreeText, Settings};
}
