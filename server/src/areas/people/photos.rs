//! Portraits.

use banyan_tables::person_photos;
use uuid::Uuid;

use crate::access::Permit;
use crate::base::db::Session;
use crate::base::db::prelude::*;
use crate::base::error::Failure;
use crate::base::ids::PersonId;
use crate::gql::{Cx, answer_all, loader};

/// A portrait.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = person_photos)]
pub struct PhotoRow {
    pub person_id: Uuid,
    pub media_type: String,
    pub content: Vec<u8>,
}

async fn list_by_people(session: &Session, tenant: Uuid, people: &[PersonId]) -> Result<Vec<PhotoRow>, Failure> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = person_photos::table.filter(person_photos::tenant_id.eq(tenant)).filter(person_photos::person_id.eq_any(ids));
    Ok(query.select(PhotoRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Portraits by person.
    PhotoOf: PersonId => PhotoRow, |session, tenant, keys| {
        answer_all(keys, list_by_people(session, tenant, keys).await, |row| PersonId(row.person_id))
    }
}

/// Replaces a portrait; whether there was one.
pub(super) async fn replace(
    cx: &Cx,
    permit: &Permit,
    person: PersonId,
    photo: Option<&(&'static str, Vec<u8>)>,
) -> Result<bool, Failure> {
    let conn = cx.session()?.conn().await?;
    let removed = diesel::delete(person_photos::table.find((permit.tenant(), person.0))).execute(&mut conn.get()).await?;
    if let Some((media_type, content)) = photo {
        diesel::insert_into(person_photos::table)
            .values((
                person_photos::tenant_id.eq(permit.tenant()),
                person_photos::person_id.eq(person.0),
                person_photos::organization_id.eq(permit.organization().0),
                person_photos::path.eq(permit.path()),
                person_photos::media_type.eq(media_type),
                person_photos::content.eq(content),
            ))
            .execute(&mut conn.get())
            .await?;
    }
    Ok(removed > 0)
}
