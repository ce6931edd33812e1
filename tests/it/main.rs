//! One test program: everything but the pure rules is tested here, through GraphQL on a real database.

mod access_table;
mod cluster;
mod smoke;
