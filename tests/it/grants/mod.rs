//! Grants in depth: lent rights, high roles by two people, and random walks over all of it.

pub mod any;
mod lent;
mod two_people;
mod walk;
