//! Rows of the tree.

use banyan_tables::organizations;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::areas::journal::Facts;
use crate::base::ids::OrganizationId;

/// `active` in the column `status`.
pub const ACTIVE: &str = "active";
/// `dissolved` in the column `status`.
pub const DISSOLVED: &str = "dissolved";

/// An organization.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = organizations)]
pub struct OrganizationRow {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub path: String,
    pub kind: String,
    pub setting: Option<String>,
    pub name: String,
    pub short_name: Option<String>,
    pub code: String,
    pub name_pinyin: String,
    pub territory: Option<String>,
    pub sort_order: i32,
    pub tree_order: String,
    pub founded_on: Option<NaiveDate>,
    pub contact_person: Option<String>,
    pub contact_phone: Option<String>,
    pub address: Option<String>,
    pub status: String,
    pub dissolved_on: Option<NaiveDate>,
    pub dissolved_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl OrganizationRow {
    /// Its id.
    #[must_use]
    pub fn key(&self) -> OrganizationId {
        OrganizationId(self.id)
    }

    /// Whether it is not dissolved.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == ACTIVE
    }

    /// Its fields for the log.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::default()
            .text("name", Some(&self.name))
            .text("shortName", self.short_name.as_deref())
            .text("code", Some(&self.code))
            .code("kind", "org_kind", Some(&self.kind))
            .code("setting", "org_setting", self.setting.as_deref())
            .text("territory", self.territory.as_deref())
            .day("foundedOn", self.founded_on)
            .text("contactPerson", self.contact_person.as_deref())
            .text("contactPhone", self.contact_phone.as_deref())
            .text("address", self.address.as_deref())
            .day("dissolvedOn", self.dissolved_on)
    }
}

/// A new organization.
#[derive(diesel::Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
pub(super) struct NewOrganization {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub label: String,
    pub path: String,
    pub kind: String,
    pub setting: Option<String>,
    pub name: String,
    pub short_name: Option<String>,
    pub code: String,
    pub name_pinyin: String,
    pub name_initials: String,
    pub name_grams: Vec<String>,
    pub territory: Option<String>,
    pub sort_order: i32,
    pub tree_order: String,
    pub founded_on: Option<NaiveDate>,
    pub contact_person: Option<String>,
    pub contact_phone: Option<String>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What an edit writes: every field, changed or not.
#[derive(diesel::AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_null = true)]
pub(super) struct OrganizationChange {
    pub kind: String,
    pub setting: Option<String>,
    pub name: String,
    pub short_name: Option<String>,
    pub code: String,
    pub name_pinyin: String,
    pub name_initials: String,
    pub name_grams: Vec<String>,
    pub territory: Option<String>,
    pub founded_on: Option<NaiveDate>,
    pub contact_person: Option<String>,
    pub contact_phone: Option<String>,
    pub address: Option<String>,
    pub status: String,
    pub dissolved_on: Option<NaiveDate>,
    pub dissolved_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// Headline figures of an organization or a subtree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, diesel::Queryable)]
pub struct CountsRow {
    pub applicants: i64,
    pub activists: i64,
    pub candidates: i64,
    pub probationary: i64,
    pub full: i64,
    pub women: i64,
    pub minority: i64,
    pub college_and_above: i64,
}

/// SQL types of [`CountsRow`].
pub(super) type CountsColumns = (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);

/// Which organizations a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct OrganizationFilter {
    pub name: Option<String>,
    pub code: Option<String>,
    pub kinds: Option<Vec<String>>,
    /// Lengths of paths: a level of the tree each.
    pub lengths: Option<Vec<i32>>,
    pub status: Option<&'static str>,
    pub has_secretary: Option<bool>,
    /// Only those with one of these warnings, as the database calls them.
    pub warnings: Option<Vec<&'static str>>,
}
