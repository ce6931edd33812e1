//! Security keys: the ceremonies of WebAuthn level 3, through webauthn-rs.
//!
//! The library's core is used and not its ready-made forms: those fix user verification by type, choose
//! the challenge themselves, and leave the user handle and cross-origin assertions to their callers.
//! Here a key without a PIN may enrol and is then asked for the password as well, and the challenge of
//! a step-up is the digest of an action. What the core leaves to its caller is checked in `checks.rs`.

mod checks;
mod enrol;
mod nobody;
mod raise;
mod relying_party;
mod sign_in;
mod step_up;
mod store;

pub use enrol::{Enrolled, begin_enrolment, finish_enrolment, look_at_invitation};
pub use raise::{begin_raise, finish_raise};
pub use relying_party::{KeyModels, RelyingParty};
pub use sign_in::{KeyQuestion, KeySignIn, begin_key_sign_in, finish_key_sign_in, finish_with_password};
pub use step_up::{StepUpState, answer_step_up, ask_step_up, note_step_up, take_step_up, verify_evidence};
pub use store::{KeyById, KeyRow, KeysOf};
pub(super) use store::{close, close_all, lock, rename};
