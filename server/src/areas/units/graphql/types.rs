//! A unit in the schema.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::super::loaders::{OrganizationsIn, UnitsOf};
use super::super::model::UnitRow;
use crate::access::Permission;
use crate::areas::organizations::OrganizationById;
use crate::areas::organizations::graphql::Organization;
use crate::areas::reference::graphql::Code;
use crate::base::ids::{Id, OrganizationId};
use crate::gql::Cx;

/// A unit.
#[derive(Clone)]
pub struct Unit(pub UnitRow);

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self(row)
    }
}

/// Who employs, houses or educates people: a legal person, or a part of one (C).
#[Object]
impl Unit {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Unified social credit code (GB 32100); null for a part of a legal person without one.
    async fn credit_code(&self) -> Option<&str> {
        self.0.credit_code.as_deref()
    }

    /// Nature (`unit_kind`).
    async fn kind(&self) -> Result<Code> {
        Code::of("unit_kind", &self.0.kind)
    }

    /// Industry (`industry_section`, GB/T 4754).
    async fn industry(&self) -> Result<Option<Code>> {
        Code::of_optional("industry_section", self.0.industry.as_deref())
    }

    /// Size (`unit_scale`).
    async fn scale(&self) -> Result<Option<Code>> {
        Code::of_optional("unit_scale", self.0.scale.as_deref())
    }

    /// Address.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// Whether it is a legal person (C05).
    async fn legal_person(&self) -> bool {
        self.0.legal_person
    }

    /// The legal person that it belongs to, if it is none itself (C05).
    async fn superior_name(&self) -> Option<&str> {
        self.0.superior_name.as_deref()
    }

    /// The organization that keeps it, within the viewer's reach.
    async fn kept_by(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// How many organizations within the viewer's reach are set up in it.
    async fn organization_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = Cx::of(ctx).load::<OrganizationsIn>(self.0.key()).await?.unwrap_or_default();
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// What the viewer may do with it, which is had where it is kept.
    async fn may(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        Ok(Cx::of(ctx).viewer()?.permissions_at(&self.0.path))
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// The units of an organization, by name; at most twenty.
///
/// # Errors
/// When the database fails.
pub async fn units_of(ctx: &Context<'_>, organization: OrganizationId) -> Result<Vec<Unit>> {
    let rows = Cx::of(ctx).load::<UnitsOf>(organization).await?.unwrap_or_default();
    Ok(rows.iter().cloned().map(Unit).collect())
}
