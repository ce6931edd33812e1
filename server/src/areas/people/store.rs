//! Statements about people.

use banyan_tables::people;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{PersonChange, PersonFilter};
use super::{PersonRow, Stage};
use crate::access::Permit;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Span, Statement, char_length};
use crate::base::error::Failure;
use crate::base::ids::PersonId;
use crate::base::names::NameQuery;
use crate::gql::Cx;

/// One person.
pub(super) async fn find(cx: &Cx, id: PersonId) -> Result<Option<PersonRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = people::table.find((cx.viewer()?.tenant, id.0)).select(PersonRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// A person of the permit's organization, locked for a change.
pub(super) async fn lock(cx: &Cx, permit: &Permit, id: PersonId) -> Result<PersonRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = people::table
        .find((permit.tenant(), id.0))
        .filter(people::organization_id.eq(permit.organization().0))
        .select(PersonRow::as_select());
    // Gone from this branch since it was found: someone moved the person, so try again.
    query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::Conflict)
}

/// People by id.
pub(super) async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<PersonRow>, Failure> {
    let conn = session.conn().await?;
    let query = people::table.filter(people::tenant_id.eq(tenant)).filter(people::id.eq_any(ids));
    Ok(query.select(PersonRow::as_select()).load(&mut conn.get()).await?)
}

type Boxed<'a> = people::BoxedQuery<'a, diesel::pg::Pg>;

/// The people of a span whom a filter wants.
pub(super) async fn filtered<'a>(cx: &Cx, span: &'a Span, filter: &'a PersonFilter) -> Result<Boxed<'a>, Failure> {
    let mut query = wanted(cx, span, filter).await?.filter(people::path.ge(&span.low)).filter(people::path.lt(&span.high));
    if let Some(length) = span.length {
        query = query.filter(char_length(people::path).eq(length));
    }
    Ok(query)
}

/// Those whom a filter wants, in or out of the span: whoever asks says where.
pub(super) async fn wanted<'a>(cx: &Cx, span: &'a Span, filter: &'a PersonFilter) -> Result<Boxed<'a>, Failure> {
    let mut query = people::table.into_boxed();
    if filter.stages.is_empty() {
        query = query.filter(people::stage.ne(Stage::Left.as_str()));
    } else {
        query = query.filter(people::stage.eq_any(filter.stages.iter().map(|stage| stage.as_str()).collect::<Vec<_>>()));
    }
    if let Some(index) = &filter.identity_index {
        query = query.filter(people::tenant_id.eq(cx.viewer()?.tenant)).filter(people::identity_index.eq(index));
    }
    if let Some(sex) = &filter.sex {
        query = query.filter(people::sex.eq(sex));
    }
    if let Some(ethnic_group) = &filter.ethnic_group {
        query = query.filter(people::ethnic_group.eq(ethnic_group));
    }
    if let Some(ethnic_groups) = &filter.ethnic_groups {
        query = query.filter(people::ethnic_group.eq_any(ethnic_groups));
    }
    for educations in [&filter.educations, &filter.graduations].into_iter().flatten() {
        query = query.filter(people::education.eq_any(educations));
    }
    if let Some(day) = filter.born_after {
        query = query.filter(people::birth_date.gt(day));
    }
    if let Some(day) = filter.born_until {
        query = query.filter(people::birth_date.le(day));
    }
    if let Some(group) = filter.party_group {
        query = query.filter(people::tenant_id.eq(cx.viewer()?.tenant)).filter(people::party_group_id.eq(group.0));
    }
    // Without a parameter: the index of the few that are marked is used for a literal condition only.
    query = match filter.identity_converted {
        None => query,
        Some(true) => query.filter(people::identity_converted),
        Some(false) => query.filter(diesel::dsl::not(people::identity_converted)),
    };
    match filter.name.as_deref().map(NameQuery::parse) {
        None => {}
        Some(NameQuery::Latin(text)) => {
            // A text of letters may be initials or the beginning of the pinyin.
            let end = format!("{text}~");
            let by_initials = people::name_initials.ge(text.clone()).and(people::name_initials.lt(end.clone()));
            query = query.filter(by_initials.or(people::name_pinyin.ge(text).and(people::name_pinyin.lt(end))));
        }
        Some(NameQuery::Chinese(grams)) => {
            let conn = cx.session()?.conn().await?;
            let named = Statement::<SqlUuid>::new("SELECT * FROM people_named($1, $2, $3)");
            let named = named.bind(grams).bind(span.low.as_str()).bind(span.high.as_str());
            let ids: Vec<Uuid> = named.load(&mut conn.get()).await?;
            // The primary key begins with the tenant: without it every id would be looked for in all of the index.
            query = query.filter(people::tenant_id.eq(cx.viewer()?.tenant)).filter(people::id.eq_any(ids));
        }
    }
    Ok(query)
}

/// How many people, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, span: &Span, filter: &PersonFilter, limit: i64) -> Result<i64, Failure> {
    let query = filtered(cx, span, filter).await?.select(people::id).limit(limit + 1);
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = query.load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// Writes a new person.
pub(super) async fn insert(cx: &Cx, permit: &Permit, id: PersonId, change: &PersonChange) -> Result<PersonRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::insert_into(people::table)
        .values((
            people::tenant_id.eq(permit.tenant()),
            people::id.eq(id.0),
            people::organization_id.eq(permit.organization().0),
            people::path.eq(permit.path()),
            people::created_at.eq(change.updated_at),
            change.clone(),
        ))
        .returning(PersonRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Writes every field of a person.
pub(super) async fn update(cx: &Cx, permit: &Permit, id: PersonId, change: &PersonChange) -> Result<PersonRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(people::table.find((permit.tenant(), id.0)))
        .set(change)
        .returning(PersonRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await?)
}

/// Whether an identity number is on the roll anywhere in the tenant (U82): yes or no, nothing else crosses the scope.
pub(super) async fn is_identity_taken(cx: &Cx, index: &[u8], except: Option<PersonId>) -> Result<bool, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(Statement::<Bool>::new("SELECT identity_number_taken($1, $2, $3)")
        .bind(cx.viewer()?.tenant)
        .bind(index.to_vec())
        .bind(except.map(|id| id.0))
        .get_result(&mut conn.get())
        .await?)
}

/// The branch that has an identity number on its roll, if the viewer can see it.
pub(super) async fn find_branch_of_identity(cx: &Cx, index: &[u8]) -> Result<Option<Uuid>, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(people::table
        .filter(people::tenant_id.eq(cx.viewer()?.tenant))
        .filter(people::identity_index.eq(index))
        .filter(people::stage.ne(Stage::Left.as_str()))
        .select(people::organization_id)
        .first(&mut conn.get())
        .await
        .optional()?)
}
