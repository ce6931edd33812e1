//! People: list, add, edit, portrait, overview, and the figures behind them.

pub mod add;
mod contact;
mod edit;
mod figures;
mod list;
mod overview;
mod photo;
mod unmask;

pub use add::newcomer;
