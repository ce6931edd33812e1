//! The domain, one folder an area, in the order in which they may use each other.

pub mod accounts;
pub mod attachments;
pub mod jobs;
pub mod journal;
pub mod leadership;
pub mod organizations;
pub mod people;
pub mod reference;
pub mod roles;
pub mod units;
