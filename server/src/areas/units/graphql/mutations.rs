//! Mutations of units: each is one action.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::super::actions;
use super::super::rules::UnitFields;
use super::Unit;
use crate::gql::{Cx, Outcome, parse_id, payload};

payload! {
    /// What came of a change of a unit.
    UnitPayload unit: Unit
}

/// A new unit (C02).
#[derive(InputObject)]
pub struct UnitCreateInput {
    /// The organization that keeps it.
    organization_id: ID,
    /// Name, at most 120 characters.
    name: String,
    /// Unified social credit code; required of a legal person, unique in the tenant.
    credit_code: Option<String>,
    /// Code of `unit_kind`.
    kind: String,
    /// Code of `industry_section`.
    industry: Option<String>,
    /// Code of `unit_scale`.
    scale: Option<String>,
    /// Address.
    address: Option<String>,
    /// Whether it is a legal person.
    legal_person: bool,
    /// The legal person that it belongs to, if it is none itself.
    superior_name: Option<String>,
    /// Whether the organization is set up in it.
    #[graphql(default = true)]
    link: bool,
}

/// A correction of a unit (C03).
#[derive(InputObject)]
pub struct UnitEditInput {
    /// The unit.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Name.
    name: Option<String>,
    /// Unified social credit code.
    credit_code: MaybeUndefined<String>,
    /// Code of `unit_kind`.
    kind: Option<String>,
    /// Code of `industry_section`.
    industry: MaybeUndefined<String>,
    /// Code of `unit_scale`.
    scale: MaybeUndefined<String>,
    /// Address.
    address: MaybeUndefined<String>,
    /// Whether it is a legal person.
    legal_person: Option<bool>,
    /// The legal person that it belongs to.
    superior_name: MaybeUndefined<String>,
}

/// A unit that goes (C04).
#[derive(InputObject)]
pub struct UnitDeleteInput {
    /// The unit.
    id: ID,
    /// The version that was read.
    version: i32,
}

/// An organization and a unit that it is set up in, or is no more (B19).
#[derive(InputObject)]
pub struct UnitLinkInput {
    /// The organization.
    organization_id: ID,
    /// The unit, within the viewer's reach.
    unit_id: ID,
}

fn or_kept(given: MaybeUndefined<String>, kept: Option<String>) -> Option<String> {
    match given {
        MaybeUndefined::Undefined => kept,
        given => given.take(),
    }
}

/// Mutations of this area.
#[derive(Default)]
pub struct UnitMutation;

#[Object]
impl UnitMutation {
    /// Enters a unit (C02).
    async fn unit_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is entered.")] input: UnitCreateInput,
    ) -> Result<UnitPayload> {
        let cx = &Cx::of(ctx);
        let fields = UnitFields {
            name: input.name,
            credit_code: input.credit_code,
            kind: input.kind,
            industry: input.industry,
            scale: input.scale,
            address: input.address,
            legal_person: input.legal_person,
            superior_name: input.superior_name,
        };
        let created = actions::create(cx, parse_id(&input.organization_id)?, fields, input.link).await;
        Ok(Outcome::of(cx, created)?.into())
    }

    /// Corrects a unit, for every organization that is set up in it (C03).
    async fn unit_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is corrected.")] input: UnitEditInput,
    ) -> Result<UnitPayload> {
        let cx = &Cx::of(ctx);
        let id = parse_id(&input.id)?;
        let edited = actions::edit(cx, id, input.version, |old| UnitFields {
            name: input.name.unwrap_or(old.name),
            credit_code: or_kept(input.credit_code, old.credit_code),
            kind: input.kind.unwrap_or(old.kind),
            industry: or_kept(input.industry, old.industry),
            scale: or_kept(input.scale, old.scale),
            address: or_kept(input.address, old.address),
            legal_person: input.legal_person.unwrap_or(old.legal_person),
            superior_name: or_kept(input.superior_name, old.superior_name),
        })
        .await;
        Ok(Outcome::of(cx, edited)?.into())
    }

    /// Deletes a unit that no organization is set up in (C04). The payload shows it as it was.
    async fn unit_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which unit.")] input: UnitDeleteInput,
    ) -> Result<UnitPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::delete(cx, parse_id(&input.id)?, input.version).await)?.into())
    }

    /// Says that an organization is set up in a unit: a joint branch in several, every other in one (B19).
    async fn unit_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one in which.")] input: UnitLinkInput,
    ) -> Result<UnitPayload> {
        let cx = &Cx::of(ctx);
        let (organization, unit) = (parse_id(&input.organization_id)?, parse_id(&input.unit_id)?);
        Ok(Outcome::of(cx, actions::link(cx, organization, unit).await)?.into())
    }

    /// Says that an organization is no longer set up in a unit (B19).
    async fn unit_unlink(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one in which.")] input: UnitLinkInput,
    ) -> Result<UnitPayload> {
        let cx = &Cx::of(ctx);
        let (organization, unit) = (parse_id(&input.organization_id)?, parse_id(&input.unit_id)?);
        Ok(Outcome::of(cx, actions::unlink(cx, organization, unit).await)?.into())
    }
}
