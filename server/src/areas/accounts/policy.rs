//! What a tenant decides: passwords, two persons for high roles, budgets. Without a decision the defaults hold.

use diesel::sql_types::{Bool, Int4, Nullable, Text};
use uuid::Uuid;

use super::passwords::PasswordProfile;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::language::Language;

/// How an initial password is made (A08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum InitialSecret {
    /// Made up, different for each; told once.
    Generated,
    /// The same for all, as the old platform had it; for imports, always to be changed at once.
    Fixed,
    /// The last six characters of the identity number; for imports, always to be changed at once.
    IdentityTail,
}

impl InitialSecret {
    /// In words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::Generated => language.pick("随机生成", "Generated"),
            Self::Fixed => language.pick("统一密码", "The same for all"),
            Self::IdentityTail => language.pick("身份证号后六位", "Last six of the identity number"),
        }
    }

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Fixed => "fixed",
            Self::IdentityTail => "identity_tail",
        }
    }

    fn parse(text: &str) -> Self {
        [Self::Fixed, Self::IdentityTail].into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Generated)
    }
}

/// The policy of a tenant.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRow {
    /// Rules of passwords.
    pub password_profile: PasswordProfile,
    /// Days after which a password must be changed; None for never.
    pub rotation_days: Option<i32>,
    /// How initial passwords are made.
    pub initial_secret: InitialSecret,
    /// High roles at organizations of this depth or above take two persons; 0 for none.
    pub two_person_depth: i32,
    /// Masked fields that one account may read a day.
    pub unmask_daily_budget: i32,
    /// Members need a key beside the password, as administrators always do.
    pub member_key_required: bool,
    /// Raised by every change.
    pub version: i32,
}

impl Default for PolicyRow {
    fn default() -> Self {
        Self {
            password_profile: PasswordProfile::Asvs,
            rotation_days: None,
            initial_secret: InitialSecret::Generated,
            two_person_depth: 2,
            unmask_daily_budget: 30,
            member_key_required: false,
            version: 1,
        }
    }
}

/// Profile, rotation, initial secret, depth of two persons, budget of unmasking, key of members, version.
type Columns = (String, Option<i32>, String, i32, i32, bool, i32);

/// The policy of a tenant.
///
/// # Errors
/// When the database fails.
pub async fn find(session: &Session, tenant: Uuid) -> Result<PolicyRow, Failure> {
    let conn = session.conn().await?;
    let row: Option<Columns> =
        Statement::<(Text, Nullable<Int4>, Text, Int4, Int4, Bool, Int4)>::new(
            "SELECT password_profile, rotation_days, initial_secret, two_person_depth, unmask_daily_budget, member_key_required, version
             FROM tenant_policy($1)",
        )
        .bind(tenant)
        .get_result(&mut conn.get())
        .await
        .optional()?;
    Ok(row.map_or_else(PolicyRow::default, |(profile, rotation_days, secret, depth, budget, member_key_required, version)| {
        PolicyRow {
            password_profile: PasswordProfile::parse(&profile),
            rotation_days,
            initial_secret: InitialSecret::parse(&secret),
            two_person_depth: depth,
            unmask_daily_budget: budget,
            member_key_required,
            version,
        }
    }))
}

/// Sets it; whether the version was the one that was read.
pub(super) async fn set(session: &Session, tenant: Uuid, policy: &PolicyRow) -> Result<bool, Failure> {
    let conn = session.conn().await?;
    let set = Statement::<Bool>::new("SELECT tenant_policy_set($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(tenant)
        .bind(policy.version)
        .bind(policy.password_profile.as_str())
        .bind(policy.rotation_days)
        .bind(policy.initial_secret.as_str())
        .bind(policy.two_person_depth)
        .bind(policy.unmask_daily_budget)
        .bind(policy.member_key_required);
    Ok(set.get_result(&mut conn.get()).await?)
}
