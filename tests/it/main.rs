//! One test program: everything but the pure rules is tested here, through GraphQL on a real database.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "what panics in a test has failed the test")]

mod access_table;
mod accounts;
mod acting;
mod api;
mod architecture;
mod attachments;
mod audit;
mod bounds;
mod cluster;
mod documents;
mod duties;
mod forms;
mod grants;
mod http;
mod journal;
mod journal_guard;
mod leadership;
mod live;
mod odd_texts;
mod organizations;
mod people;
mod reference;
mod replica;
mod roles;
mod rotation;
mod schema;
mod scope;
mod sign_in;
mod smoke;
mod units;
mod upkeep;
