//! The policy of a tenant in the schema.

use async_graphql::{InputObject, SimpleObject};

use crate::areas::accounts::{InitialSecret, PasswordProfile, PolicyRow};

/// What a tenant decides of passwords, high roles and masked fields.
#[derive(SimpleObject, Clone)]
pub struct Policy {
    /// Raised by every change; give it back with a write.
    version: i32,
    /// Rules of passwords (SEC-B09).
    password_profile: PasswordProfile,
    /// Fewest characters of a password.
    password_minimum: i32,
    /// Days after which a password must be changed; null for never.
    rotation_days: Option<i32>,
    /// How initial passwords are made (A08).
    initial_secret: InitialSecret,
    /// High roles at organizations of this depth or above take two persons; 1 is the root, 0 none (SEC-A11).
    two_person_depth: i32,
    /// Masked fields that one account may read a day (SEC-H02).
    unmask_daily_budget: i32,
    /// Members need a key beside the password, as administrators always do (SEC-B01).
    member_key_required: bool,
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        Self {
            version: row.version,
            password_profile: row.password_profile,
            password_minimum: i32::try_from(row.password_profile.rules().minimum).unwrap_or(i32::MAX),
            rotation_days: row.rotation_days,
            initial_secret: row.initial_secret,
            two_person_depth: row.two_person_depth,
            unmask_daily_budget: row.unmask_daily_budget,
            member_key_required: row.member_key_required,
        }
    }
}

/// The whole policy, as it shall be.
#[derive(InputObject)]
pub struct PolicySetInput {
    /// The version that was read.
    version: i32,
    /// Rules of passwords.
    password_profile: PasswordProfile,
    /// Days after which a password must be changed, 30 to 365; null for never.
    rotation_days: Option<i32>,
    /// How initial passwords are made.
    initial_secret: InitialSecret,
    /// High roles at organizations of this depth or above take two persons, 0 to 12.
    two_person_depth: i32,
    /// Masked fields that one account may read a day, 0 to 10000.
    unmask_daily_budget: i32,
    /// Whether members need a key beside the password; as it is, without this.
    member_key_required: Option<bool>,
}

impl PolicySetInput {
    /// The whole policy, with what is left out as it is.
    pub(super) fn row(self, now: &PolicyRow) -> PolicyRow {
        PolicyRow {
            password_profile: self.password_profile,
            rotation_days: self.rotation_days,
            initial_secret: self.initial_secret,
            two_person_depth: self.two_person_depth,
            unmask_daily_budget: self.unmask_daily_budget,
            member_key_required: self.member_key_required.unwrap_or(now.member_key_required),
            version: self.version,
        }
    }
}
