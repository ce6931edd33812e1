//! Statements about attachments and uploads.

use banyan_tables::{attachments, people, uploads};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{BigInt, Text};
use uuid::Uuid;

use super::model::{AttachmentRow, Owner, UploadRow};
use crate::access::Permit;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AttachmentId, OrganizationId, PersonId, UploadId};
use crate::gql::Cx;

/// One attachment, if the viewer can see it.
pub(super) async fn find(cx: &Cx, id: AttachmentId) -> Result<Option<AttachmentRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = attachments::table.find((cx.viewer()?.tenant, id.0)).select(AttachmentRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// An attachment in the permit's organization, locked for a change.
pub(super) async fn lock(cx: &Cx, permit: &Permit, id: AttachmentId) -> Result<AttachmentRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = attachments::table
        .find((permit.tenant(), id.0))
        .filter(attachments::organization_id.eq(permit.organization().0))
        .select(AttachmentRow::as_select());
    query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)
}

/// Attachments by id.
pub(super) async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<AttachmentRow>, Failure> {
    let conn = session.conn().await?;
    let query = attachments::table.filter(attachments::tenant_id.eq(tenant)).filter(attachments::id.eq_any(ids));
    Ok(query.select(AttachmentRow::as_select()).load(&mut conn.get()).await?)
}

/// Files of owners, oldest first.
pub(super) async fn list_of(session: &Session, tenant: Uuid, owners: &[Owner]) -> Result<Vec<AttachmentRow>, Failure> {
    let (mut organizations, mut persons) = (Vec::new(), Vec::new());
    for owner in owners {
        match owner {
            Owner::Organization(id) => organizations.push(id.0),
            Owner::Person(id) => persons.push(id.0),
        }
    }
    let mut found: Vec<AttachmentRow> = Vec::new();
    let all = attachments::table.filter(attachments::tenant_id.eq(tenant)).select(AttachmentRow::as_select());
    if !organizations.is_empty() {
        let conn = session.conn().await?;
        let own = all.filter(attachments::organization_id.eq_any(organizations)).filter(attachments::person_id.is_null());
        found.extend(own.order(attachments::id.asc()).load(&mut conn.get()).await?);
    }
    if !persons.is_empty() {
        let conn = session.conn().await?;
        let theirs = all.filter(attachments::person_id.eq_any(persons));
        found.extend(theirs.order(attachments::id.asc()).load(&mut conn.get()).await?);
    }
    Ok(found)
}

/// Where a person stands, and how: branch, path, name, stage.
pub(super) async fn find_person(cx: &Cx, id: PersonId) -> Result<Option<(OrganizationId, String, String, String)>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = people::table.find((cx.viewer()?.tenant, id.0)).select((
        people::organization_id,
        people::path,
        people::name,
        people::stage,
    ));
    let found: Option<(Uuid, String, String, String)> = query.first(&mut conn.get()).await.optional()?;
    Ok(found.map(|(branch, path, name, stage)| (OrganizationId(branch), path, name, stage)))
}

/// The person as above, kept from going elsewhere meanwhile.
pub(super) async fn lock_person(cx: &Cx, permit: &Permit, id: PersonId) -> Result<(String, String), Failure> {
    let conn = cx.session()?.conn().await?;
    let query = people::table
        .find((permit.tenant(), id.0))
        .filter(people::organization_id.eq(permit.organization().0))
        .select((people::name, people::stage));
    query.for_share().first(&mut conn.get()).await.optional()?.ok_or(Failure::Conflict)
}

/// The name of the permit's organization.
pub(super) async fn find_name(cx: &Cx, permit: &Permit) -> Result<String, Failure> {
    use banyan_tables::organizations;
    let conn = cx.session()?.conn().await?;
    let query = organizations::table.find((permit.tenant(), permit.organization().0)).select(organizations::name);
    Ok(query.first(&mut conn.get()).await?)
}

/// How many files an owner has.
pub(super) async fn count(cx: &Cx, permit: &Permit, owner: Owner) -> Result<usize, Failure> {
    let query = attachments::table
        .filter(attachments::tenant_id.eq(permit.tenant()))
        .filter(attachments::organization_id.eq(permit.organization().0));
    let query = match owner {
        Owner::Organization(_) => query.filter(attachments::person_id.is_null()).into_boxed(),
        Owner::Person(id) => query.filter(attachments::person_id.eq(id.0)).into_boxed(),
    };
    let conn = cx.session()?.conn().await?;
    let count: i64 = query.count().get_result(&mut conn.get()).await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Bytes of everything that is kept in an organization. Held until the end of the transaction, so that two who
/// add at once do not both find room for one.
pub(super) async fn sum_bytes(cx: &Cx, permit: &Permit) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let sum = Statement::<BigInt>::new("SELECT attachment_bytes($1, $2)");
    Ok(sum.bind(permit.tenant()).bind(permit.organization().0).get_result(&mut conn.get()).await?)
}

/// Writes an attachment.
pub(super) async fn insert(cx: &Cx, row: &AttachmentRow) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(attachments::table).values(row).execute(&mut conn.get()).await?;
    Ok(())
}

/// Changes name, kind and day.
pub(super) async fn update(
    cx: &Cx,
    permit: &Permit,
    row: &AttachmentRow,
    (name, kind, dated_on): (&str, &str, Option<NaiveDate>),
) -> Result<AttachmentRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(attachments::table.find((permit.tenant(), row.id)))
        .set((
            attachments::name.eq(name),
            attachments::kind.eq(kind),
            attachments::dated_on.eq(dated_on),
            attachments::version.eq(row.version + 1),
            attachments::updated_at.eq(cx.clock.now()),
        ))
        .returning(AttachmentRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Takes an attachment out; its object goes on the list of what the sweep removes.
pub(super) async fn close(cx: &Cx, permit: &Permit, row: &AttachmentRow, remove_after: DateTime<Utc>) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::delete(attachments::table.find((permit.tenant(), row.id))).execute(&mut conn.get()).await?;
    let discard = Statement::<Text>::new("SELECT discard_file($1, $2, $3)");
    discard.bind(permit.tenant()).bind(row.object).bind(remove_after).execute(&mut conn.get()).await?;
    Ok(())
}

/// How many uploads of the viewer wait to be attached. Held until the end of the transaction, so that many at
/// once count as many.
pub(super) async fn count_uploads(cx: &Cx) -> Result<i64, Failure> {
    let viewer = cx.viewer()?;
    let conn = cx.session()?.conn().await?;
    let lock = Statement::<Text>::new("SELECT pg_advisory_xact_lock(hashtextextended($1, 19))");
    lock.bind(viewer.account.0.to_string()).execute(&mut conn.get()).await?;
    let own = uploads::table.filter(uploads::tenant_id.eq(viewer.tenant)).filter(uploads::account_id.eq(viewer.account.0));
    Ok(own.count().get_result(&mut conn.get()).await?)
}

/// Writes the row of an upload, before its bytes.
pub(super) async fn insert_upload(cx: &Cx, row: &UploadRow) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(uploads::table).values(row).execute(&mut conn.get()).await?;
    Ok(())
}

/// Notes that the bytes have arrived; whether the row was still there.
pub(super) async fn update_stored(cx: &Cx, id: UploadId) -> Result<bool, Failure> {
    let conn = cx.session()?.conn().await?;
    let noted = diesel::update(uploads::table.find((cx.viewer()?.tenant, id.0))).set(uploads::stored.eq(true));
    Ok(noted.execute(&mut conn.get()).await? == 1)
}

/// Takes one's own upload: from here on its object belongs to an attachment.
pub(super) async fn take_upload(cx: &Cx, id: UploadId) -> Result<Option<UploadRow>, Failure> {
    let viewer = cx.viewer()?;
    let own = uploads::table
        .filter(uploads::tenant_id.eq(viewer.tenant))
        .filter(uploads::id.eq(id.0))
        .filter(uploads::account_id.eq(viewer.account.0))
        .filter(uploads::stored);
    let conn = cx.session()?.conn().await?;
    Ok(diesel::delete(own).returning(UploadRow::as_returning()).get_result(&mut conn.get()).await.optional()?)
}
