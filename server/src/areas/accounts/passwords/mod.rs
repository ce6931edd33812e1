//! Passwords: members sign in with them, administrators never with them alone (A05 to A11).

mod change;
mod hashing;
mod policy;
mod sign_in;
mod store;

pub use change::{ChangePassword, change_password};
pub(super) use change::{begin, viewer_of};
pub(super) use hashing::hash_password;
pub use policy::PasswordProfile;
pub(super) use policy::{check, code, generate_initial, plain_code};
pub(super) use sign_in::verify_own;
pub use sign_in::{PasswordSignIn, sign_in_with_password};
pub(super) use store::{expire, has_own, insert_own, reset, with_password};
