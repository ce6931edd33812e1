//! The tree's own past: what an organization was called, where it stood and what it was, by days.

use std::ops::{Bound, RangeBounds};

use banyan_tables::organization_versions;
use chrono::NaiveDate;
use diesel::PgRangeExpressionMethods;
use uuid::Uuid;

use super::OrganizationRow;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, new_key};
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// Codes of `org_change_kind`.
pub(super) mod change {
    /// Established.
    pub const FOUNDED: &str = "1";
    /// Abolished.
    pub const DISSOLVED: &str = "2";
}

/// A state of an organization.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = organization_versions)]
pub struct VersionRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub parent_id: Option<Uuid>,
    pub valid: (Bound<NaiveDate>, Bound<NaiveDate>),
    pub name: String,
    pub short_name: Option<String>,
    pub kind: String,
    pub change: String,
    pub document: Option<String>,
}

impl VersionRow {
    /// The first day of the state.
    #[must_use]
    pub fn from(&self) -> Option<NaiveDate> {
        match self.valid.0 {
            Bound::Included(day) => Some(day),
            Bound::Excluded(day) => day.succ_opt(),
            Bound::Unbounded => None,
        }
    }

    /// Whether it held on a day.
    #[must_use]
    pub fn held_on(&self, day: NaiveDate) -> bool {
        self.valid.contains(&day)
    }

    /// The first day after the state, none while it lasts.
    #[must_use]
    pub fn until(&self) -> Option<NaiveDate> {
        match self.valid.1 {
            Bound::Excluded(day) => Some(day),
            Bound::Included(day) => day.succ_opt(),
            Bound::Unbounded => None,
        }
    }
}

#[derive(diesel::Insertable)]
#[diesel(table_name = organization_versions, treat_none_as_default_value = false)]
struct NewVersion<'a> {
    tenant_id: Uuid,
    id: Uuid,
    organization_id: Uuid,
    path: &'a str,
    valid: (Bound<NaiveDate>, Bound<NaiveDate>),
    parent_id: Option<Uuid>,
    path_then: &'a str,
    name: &'a str,
    short_name: Option<&'a str>,
    kind: &'a str,
    status: &'a str,
    change: &'a str,
    document: Option<&'a str>,
}

/// Begins a new state on a day and ends the one before; a second change on the same day takes its place.
///
/// # Errors
/// `ORGANIZATION_BEFORE_FOUNDING` when the day lies before the beginning of the present state.
pub(super) async fn begin(
    cx: &Cx,
    row: &OrganizationRow,
    on: NaiveDate,
    change: &str,
    document: Option<&str>,
) -> Result<(), Failure> {
    let tenant = cx.viewer()?.tenant;
    if let Some(present) = present(cx, row.key()).await? {
        let from = begins_by(&present, on)?;
        let conn = cx.session()?.conn().await?;
        let target = organization_versions::table.find((tenant, present.id));
        if on == from {
            let keeps_founding = if present.change == change::FOUNDED { change::FOUNDED } else { change };
            diesel::update(target)
                .set((
                    organization_versions::name.eq(&row.name),
                    organization_versions::short_name.eq(&row.short_name),
                    organization_versions::kind.eq(&row.kind),
                    organization_versions::parent_id.eq(row.parent_id),
                    organization_versions::path_then.eq(&row.path),
                    organization_versions::status.eq(&row.status),
                    organization_versions::change.eq(if row.is_active() { keeps_founding } else { change }),
                    organization_versions::document.eq(document),
                ))
                .kept()
                .execute(&mut conn.get())
                .await?;
            return Ok(());
        }
        let ended = (Bound::Included(from), Bound::Excluded(on));
        diesel::update(target).set(organization_versions::valid.eq(ended)).kept().execute(&mut conn.get()).await?;
    }
    let new = NewVersion {
        tenant_id: tenant,
        id: new_key(),
        organization_id: row.id,
        path: &row.path,
        valid: (Bound::Included(on), Bound::Unbounded),
        parent_id: row.parent_id,
        path_then: &row.path,
        name: &row.name,
        short_name: row.short_name.as_deref(),
        kind: &row.kind,
        status: &row.status,
        change,
        document,
    };
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(organization_versions::table).values(&new).execute(&mut conn.get()).await?;
    Ok(())
}

/// Refuses a day before the beginning of the present state, ahead of [`begin`].
pub(super) async fn not_before(cx: &Cx, id: OrganizationId, on: NaiveDate) -> Result<(), Failure> {
    if let Some(present) = present(cx, id).await? {
        begins_by(&present, on)?;
    }
    Ok(())
}

fn begins_by(present: &VersionRow, on: NaiveDate) -> Result<NaiveDate, Problem> {
    let from = present.from().unwrap_or(on);
    if on < from { Err(Problem::new(Code::OrganizationBeforeFounding, "on").with(from)) } else { Ok(from) }
}

/// Corrects the present state after an edit, which is not a change but the mending of a mistake (B07).
pub(super) async fn correct(cx: &Cx, row: &OrganizationRow) -> Result<(), Failure> {
    let Some(present) = present(cx, row.key()).await? else { return Ok(()) };
    let conn = cx.session()?.conn().await?;
    diesel::update(organization_versions::table.find((cx.viewer()?.tenant, present.id)))
        .set((
            organization_versions::name.eq(&row.name),
            organization_versions::short_name.eq(&row.short_name),
            organization_versions::kind.eq(&row.kind),
        ))
        .kept()
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

async fn present(cx: &Cx, id: OrganizationId) -> Result<Option<VersionRow>, Failure> {
    let newest = page(cx, id, &Page::first(1)).await?;
    Ok(newest.into_iter().next())
}

/// States of organizations that held on any day from the first to the last of these.
pub(super) async fn list_held(
    session: &Session,
    tenant: Uuid,
    organizations: &[Uuid],
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<VersionRow>, Failure> {
    let days = (Bound::Included(days.0), Bound::Included(days.1));
    let query = organization_versions::table
        .filter(organization_versions::tenant_id.eq(tenant))
        .filter(organization_versions::organization_id.eq_any(organizations))
        .filter(organization_versions::valid.overlaps_with(days));
    let conn = session.conn().await?;
    Ok(query.select(VersionRow::as_select()).load(&mut conn.get()).await?)
}

/// States of an organization, the present one first.
pub(super) async fn page(cx: &Cx, id: OrganizationId, page: &Page) -> Result<Vec<VersionRow>, Failure> {
    let mut query = organization_versions::table
        .filter(organization_versions::tenant_id.eq(cx.viewer()?.tenant))
        .filter(organization_versions::organization_id.eq(id.0))
        .into_boxed();
    for bound in page.bounds("(organization_versions.id)", true) {
        query = query.filter(bound);
    }
    let query =
        if page.backward { query.order(organization_versions::id.asc()) } else { query.order(organization_versions::id.desc()) };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(VersionRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many states.
pub(super) async fn count(cx: &Cx, id: OrganizationId) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(organization_versions::table
        .filter(organization_versions::tenant_id.eq(cx.viewer()?.tenant))
        .filter(organization_versions::organization_id.eq(id.0))
        .count()
        .get_result(&mut conn.get())
        .await?)
}

/// The key of a state in the list.
pub(super) fn key(row: &VersionRow) -> Vec<KeyPart> {
    vec![KeyPart::Id(row.id)]
}
