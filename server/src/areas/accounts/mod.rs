//! Accounts: who signs in, with what, and how long a sign-in lasts (A, V.7).
//!
//! Words: a *session* is a browser's, a *token* a script's; both are opaque, and only their hash is kept. A
//! *key* is a security key or passkey (WebAuthn), an *invitation* a one-time code that enrols one, a *claim*
//! how a member gets an account for the own record, a *ceremony* a challenge that waits for its answer.
//!
//! Invariants
//! - There is no default account: accounts come from the demonstration, from `banyan bootstrap` and
//!   `banyan token`, or from an administrator.
//! - An account of a person names the person; a person has at most one that is not closed.
//! - A password alone opens what a member's role brings; every other right sleeps until a key has answered.
//! - Whoever tries to sign in is told one message for all reasons; the reason is a security event.
//! - What an account is signed in with is read in that account's own transaction (`door.rs`); nobody else's
//!   password can be read by the application at all.

mod actions;
mod bootstrap;
mod ceremonies;
mod claims;
mod door;
mod events;
pub mod graphql;
mod invitations;
mod keys;
mod loaders;
mod names;
mod passwords;
mod policy;
mod sessions;
mod store;
mod throttle;
mod tokens;

pub use bootstrap::{Bootstrap, bootstrap};
pub use ceremonies::CEREMONY_LIFETIME;
pub use claims::{Claim, ClaimCodeRow, Claimed, claim};
pub use door::{Door, Knock};
pub use events::SecurityEventKind;
pub use invitations::{InvitationById, InvitationRow, InvitationsOf};
pub use keys::{
    Enrolled, KeyById, KeyModels, KeyQuestion, KeyRow, KeySignIn, KeysOf, RelyingParty, StepUpState, answer_step_up, ask_step_up,
    begin_enrolment, begin_key_sign_in, begin_raise, finish_enrolment, finish_key_sign_in, finish_raise, finish_with_password,
    look_at_invitation, note_step_up, take_step_up, verify_evidence,
};
pub use loaders::AccountOfPerson;
pub use passwords::{ChangePassword, PasswordProfile, PasswordSignIn, change_password, sign_in_with_password};
pub use policy::{InitialSecret, PolicyRow, find as find_policy};
pub use sessions::{Lifetimes, OpenedSession, SessionRow, close_expired, close_session, enter_demonstration, running_sessions};
pub use store::{AccountById, AccountRow};
pub use tokens::{IssueToken, issue_token};
