//! Statements about units.

use banyan_tables::{organization_units, units};
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{UnitChange, UnitFilter, UnitRow};
use crate::access::Permit;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, Statement, char_length};
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::{OrganizationId, UnitId};
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// A unit that is kept in scope.
pub(super) async fn find(cx: &Cx, id: UnitId) -> Result<Option<UnitRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = units::table.find((cx.viewer()?.tenant, id.0)).select(UnitRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// A unit of the permit's organization, locked for a change.
pub(super) async fn lock(cx: &Cx, permit: &Permit, id: UnitId) -> Result<UnitRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = units::table
        .find((permit.tenant(), id.0))
        .filter(units::organization_id.eq(permit.organization().0))
        .select(UnitRow::as_select());
    query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)
}

/// Units that are kept in scope, by id.
pub(super) async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<UnitRow>, Failure> {
    let conn = session.conn().await?;
    let query = units::table.filter(units::tenant_id.eq(tenant)).filter(units::id.eq_any(ids));
    Ok(query.select(UnitRow::as_select()).load(&mut conn.get()).await?)
}

/// The columns of a linked unit, as the function gives them.
type LinkedColumns = (SqlUuid, units::SqlType);

/// Units of organizations in scope, wherever they are kept: organization and unit, by name.
pub(super) async fn list_linked(
    session: &Session,
    tenant: Uuid,
    organizations: &[Uuid],
) -> Result<Vec<(Uuid, UnitRow)>, Failure> {
    let conn = session.conn().await?;
    let linked = Statement::<LinkedColumns>::new("SELECT * FROM units_linked($1, $2)");
    Ok(linked.bind(tenant).bind(organizations.to_vec()).load(&mut conn.get()).await?)
}

/// How many organizations in scope units are linked to; those without any are left out.
pub(super) async fn count_organizations(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Failure> {
    let conn = session.conn().await?;
    let counts = Statement::<(SqlUuid, BigInt)>::new(
        "SELECT unit_id, count(*) FROM organization_units WHERE tenant_id = $1 AND unit_id = ANY ($2) GROUP BY unit_id",
    );
    Ok(counts.bind(tenant).bind(ids.to_vec()).load(&mut conn.get()).await?)
}

type Boxed<'a> = units::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(span: &'a Span, filter: &'a UnitFilter) -> Boxed<'a> {
    let mut query = units::table.filter(units::path.ge(&span.low)).filter(units::path.lt(&span.high)).into_boxed();
    if let Some(length) = span.length {
        query = query.filter(char_length(units::path).eq(length));
    }
    if let Some(name) = &filter.name {
        query = query.filter(sql::<Bool>("strpos(units.name, ").bind::<Text, _>(name.clone()).sql(") > 0"));
    }
    if let Some(kind) = &filter.kind {
        // Codes have their group's code as a beginning.
        query = query.filter(units::kind.like(format!("{kind}%")));
    }
    if let Some(legal_person) = filter.legal_person {
        query = query.filter(units::legal_person.eq(legal_person));
    }
    if let Some(linked) = filter.linked {
        let links = organization_units::table
            .filter(organization_units::tenant_id.eq(units::tenant_id))
            .filter(organization_units::unit_id.eq(units::id));
        let exists = diesel::dsl::exists(links);
        query = if linked { query.filter(exists) } else { query.filter(diesel::dsl::not(exists)) };
    }
    query
}

/// The key of a unit in its list.
pub(super) fn key(row: &UnitRow) -> Vec<KeyPart> {
    vec![KeyPart::Text(row.name.clone()), KeyPart::Id(row.id)]
}

/// A page of the units that are kept in a span, by name.
pub(super) async fn page(cx: &Cx, span: &Span, filter: &UnitFilter, page: &Page) -> Result<Vec<UnitRow>, Failure> {
    let mut query = filtered(span, filter);
    for bound in page.bounds("(units.name, units.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((units::name.desc(), units::id.desc()))
    } else {
        query.order((units::name.asc(), units::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(UnitRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, span: &Span, filter: &UnitFilter, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(span, filter).select(units::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// Units that are kept in spans, one number a span in their order (B02).
pub(super) async fn list_counts(session: &Session, lows: Vec<String>, highs: Vec<String>) -> Result<Vec<i64>, Failure> {
    let conn = session.conn().await?;
    let counts = Statement::<BigInt>::new(
        "SELECT (SELECT count(*) FROM units u WHERE u.path >= s.low COLLATE \"C\" AND u.path < s.high COLLATE \"C\")
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS s (low, high, place) ORDER BY s.place",
    );
    Ok(counts.bind(lows).bind(highs).load(&mut conn.get()).await?)
}

/// How many units an organization is linked to.
///
/// # Errors
/// When the database fails.
pub async fn count_links(cx: &Cx, organization: OrganizationId) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(organization_units::table
        .filter(organization_units::tenant_id.eq(cx.viewer()?.tenant))
        .filter(organization_units::organization_id.eq(organization.0))
        .count()
        .get_result(&mut conn.get())
        .await?)
}

/// Writes a new unit.
pub(super) async fn insert(cx: &Cx, row: &UnitRow) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(units::table).values(row).execute(&mut conn.get()).await?;
    Ok(())
}

/// Writes every field of a unit.
pub(super) async fn update(cx: &Cx, permit: &Permit, id: UnitId, change: &UnitChange) -> Result<UnitRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(units::table.find((permit.tenant(), id.0)))
        .set(change)
        .returning(UnitRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Takes a unit out; a link anywhere in the tenant refuses it by its key.
pub(super) async fn close(cx: &Cx, permit: &Permit, id: UnitId) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    let closed = diesel::delete(units::table.find((permit.tenant(), id.0))).execute(&mut conn.get()).await;
    closed.on_violation("organization_units_unit_fkey", Problem::new(Code::UnitLinked, "id"))?;
    Ok(())
}

/// Links the permit's organization to a unit.
pub(super) async fn insert_link(cx: &Cx, permit: &Permit, id: UnitId) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(organization_units::table)
        .values((
            organization_units::tenant_id.eq(permit.tenant()),
            organization_units::organization_id.eq(permit.organization().0),
            organization_units::path.eq(permit.path()),
            organization_units::unit_id.eq(id.0),
            organization_units::created_at.eq(cx.clock.now()),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Ends a link; whether there was one.
pub(super) async fn close_link(cx: &Cx, permit: &Permit, id: UnitId) -> Result<bool, Failure> {
    let conn = cx.session()?.conn().await?;
    let link = organization_units::table.find((permit.tenant(), permit.organization().0, id.0));
    Ok(diesel::delete(link).execute(&mut conn.get()).await? == 1)
}
