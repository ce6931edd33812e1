//! Enter, correct, delete and link units. Each function is one action in the transaction of its request.

use super::loaders::UnitsOf;
use super::model::{UnitChange, UnitRow};
use super::rules::{self, UnitFields};
use super::store;
use crate::access::{Permission, Permit};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::ids::{OrganizationId, UnitId, new_key};
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

async fn permit_for(cx: &Cx, organization: OrganizationId) -> Result<Permit, Failure> {
    let permit = cx.viewer()?.permit(cx.session()?, Permission::EditOrganization, organization).await?;
    if permit.place().status != "active" {
        return Err(Problem::new(Code::OrganizationDissolved, "organizationId").into());
    }
    Ok(permit)
}

fn with_unique_code<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    result.on_violation("units_credit_code_unique", Problem::new(Code::CreditCodeTaken, "creditCode"))
}

/// Enters a unit and links the organization that keeps it, if wanted.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn create(cx: &Cx, organization: OrganizationId, given: UnitFields, link: bool) -> Result<UnitRow, Failure> {
    let permit = permit_for(cx, organization).await?;
    let fields = rules::fields(Codes::builtin(), given)?;
    if link {
        rules::may_link(&permit.place().kind, store::count_links(cx, organization).await?)?;
    }
    let now = cx.clock.now();
    let row = UnitRow {
        tenant_id: permit.tenant(),
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        name: fields.name,
        credit_code: fields.credit_code,
        kind: fields.kind,
        industry: fields.industry,
        scale: fields.scale,
        address: fields.address,
        legal_person: fields.legal_person,
        superior_name: fields.superior_name,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    with_unique_code(store::insert(cx, &row).await)?;
    record(cx, &permit, Event::UnitCreated, &row, (Facts::default(), row.facts())).await?;
    if link {
        store::insert_link(cx, &permit, row.key()).await?;
        record(cx, &permit, Event::UnitLinked, &row, (Facts::default(), row.facts())).await?;
    }
    Ok(row)
}

/// A unit with the right to change it, which is had where it is kept.
async fn lock(cx: &Cx, id: UnitId, version: i32) -> Result<(Permit, UnitRow), Failure> {
    let found = store::find(cx, id).await?.ok_or(Failure::NotFound)?;
    let permit = permit_for(cx, OrganizationId(found.organization_id)).await?;
    let row = store::lock(cx, &permit, id).await?;
    if row.version == version { Ok((permit, row)) } else { Err(stale(row.version, row)) }
}

/// Corrects a unit; the change is seen in every organization that is linked to it (C03).
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn edit(
    cx: &Cx,
    id: UnitId,
    version: i32,
    changed: impl FnOnce(UnitFields) -> UnitFields,
) -> Result<UnitRow, Failure> {
    let (permit, before) = lock(cx, id, version).await?;
    let old = before.clone();
    let given = changed(UnitFields {
        name: old.name,
        credit_code: old.credit_code,
        kind: old.kind,
        industry: old.industry,
        scale: old.scale,
        address: old.address,
        legal_person: old.legal_person,
        superior_name: old.superior_name,
    });
    let fields = rules::fields(Codes::builtin(), given)?;
    let change = UnitChange {
        name: fields.name,
        credit_code: fields.credit_code,
        kind: fields.kind,
        industry: fields.industry,
        scale: fields.scale,
        address: fields.address,
        legal_person: fields.legal_person,
        superior_name: fields.superior_name,
        version: before.version + 1,
        updated_at: cx.clock.now(),
    };
    let row = with_unique_code(store::update(cx, &permit, id, &change).await)?;
    let facts = Facts::differences(&before.facts(), &row.facts());
    if facts.0.is_empty() && facts.1.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    record(cx, &permit, Event::UnitEdited, &row, facts).await?;
    Ok(row)
}

/// Deletes a unit that no organization is linked to, here or elsewhere in the tenant (C04).
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn delete(cx: &Cx, id: UnitId, version: i32) -> Result<UnitRow, Failure> {
    let (permit, row) = lock(cx, id, version).await?;
    store::close(cx, &permit, id).await?;
    record(cx, &permit, Event::UnitDeleted, &row, (row.facts(), Facts::default())).await?;
    Ok(row)
}

/// Links an organization to a unit that the viewer can see (B19).
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn link(cx: &Cx, organization: OrganizationId, id: UnitId) -> Result<UnitRow, Failure> {
    let permit = permit_for(cx, organization).await?;
    let row = store::find(cx, id).await?.ok_or_else(|| Problem::new(Code::NoSuchThing, "unitId"))?;
    rules::may_link(&permit.place().kind, store::count_links(cx, organization).await?)?;
    let twice = Problem::new(Code::UnitLinkedAlready, "unitId");
    store::insert_link(cx, &permit, id).await.on_violation("organization_units_pkey", twice)?;
    record(cx, &permit, Event::UnitLinked, &row, (Facts::default(), row.facts())).await?;
    Ok(row)
}

/// Ends the link of an organization to a unit.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn unlink(cx: &Cx, organization: OrganizationId, id: UnitId) -> Result<UnitRow, Failure> {
    let permit = permit_for(cx, organization).await?;
    let linked = cx.load::<UnitsOf>(organization).await?.unwrap_or_default();
    let row = linked.iter().find(|row| row.id == id.0).cloned().ok_or_else(|| Problem::new(Code::NoSuchThing, "unitId"))?;
    if !store::close_link(cx, &permit, id).await? {
        return Err(Problem::new(Code::NoSuchThing, "unitId").into());
    }
    record(cx, &permit, Event::UnitUnlinked, &row, (row.facts(), Facts::default())).await?;
    Ok(row)
}

async fn record(cx: &Cx, permit: &Permit, event: Event, row: &UnitRow, (before, after): (Facts, Facts)) -> Result<(), Failure> {
    let subject =
        Subject { event, kind: SubjectKind::Unit, id: row.id, name: &row.name, before, after, reason: None, moved_from: None };
    journal::record(cx, permit, subject).await
}
