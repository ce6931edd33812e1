//! Rows of units.

use banyan_tables::units;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::areas::journal::Facts;
use crate::base::ids::UnitId;

/// A unit.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = units, treat_none_as_default_value = false)]
pub struct UnitRow {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub name: String,
    pub credit_code: Option<String>,
    pub kind: String,
    pub industry: Option<String>,
    pub scale: Option<String>,
    pub address: Option<String>,
    pub legal_person: bool,
    pub superior_name: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl UnitRow {
    /// The id.
    #[must_use]
    pub fn key(&self) -> UnitId {
        UnitId(self.id)
    }

    /// The fields for the log.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::default()
            .text("name", Some(&self.name))
            .text("creditCode", self.credit_code.as_deref())
            .code("kind", "unit_kind", Some(&self.kind))
            .code("industry", "industry_section", self.industry.as_deref())
            .code("scale", "unit_scale", self.scale.as_deref())
            .text("address", self.address.as_deref())
            .text("legalPerson", Some(if self.legal_person { "✓" } else { "—" }))
            .text("superiorUnit", self.superior_name.as_deref())
    }
}

/// What an edit writes: every field, changed or not.
#[derive(diesel::AsChangeset)]
#[diesel(table_name = units, treat_none_as_null = true)]
pub(super) struct UnitChange {
    pub name: String,
    pub credit_code: Option<String>,
    pub kind: String,
    pub industry: Option<String>,
    pub scale: Option<String>,
    pub address: Option<String>,
    pub legal_person: bool,
    pub superior_name: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// Which units a list shows (C01).
#[derive(Clone, Debug, Default)]
pub(super) struct UnitFilter {
    pub name: Option<String>,
    pub kind: Option<String>,
    pub legal_person: Option<bool>,
    pub linked: Option<bool>,
}
