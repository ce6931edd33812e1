//! Statements about terms and posts.

use banyan_tables::{leadership_posts, leadership_terms, people};
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{PostChange, PostRow, TermRow};
use super::rules::{END_OF_TERM, MOST_TERMS};
use crate::access::Permit;
use crate::areas::people::Stage;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::{LeadershipPostId, LeadershipTermId, PersonId};
use crate::gql::Cx;

/// Terms by id.
pub(super) async fn list_terms_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<TermRow>, Failure> {
    let conn = session.conn().await?;
    let query = leadership_terms::table.filter(leadership_terms::tenant_id.eq(tenant)).filter(leadership_terms::id.eq_any(ids));
    Ok(query.select(TermRow::as_select()).load(&mut conn.get()).await?)
}

/// The newest terms of organizations.
pub(super) async fn list_terms(session: &Session, tenant: Uuid, organizations: &[Uuid]) -> Result<Vec<TermRow>, Failure> {
    let conn = session.conn().await?;
    let ids: Vec<Uuid> = Statement::<SqlUuid>::new(
        "SELECT t.id FROM unnest($2::uuid[]) AS o (id)
         CROSS JOIN LATERAL (
             SELECT id FROM leadership_terms WHERE tenant_id = $1 AND organization_id = o.id ORDER BY number DESC LIMIT $3
         ) AS t",
    )
    .bind(tenant)
    .bind(organizations.to_vec())
    .bind(MOST_TERMS)
    .load(&mut conn.get())
    .await?;
    drop(conn);
    let mut rows = list_terms_by_ids(session, tenant, &ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.number));
    Ok(rows)
}

/// Entries by id.
pub(super) async fn list_posts_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<PostRow>, Failure> {
    let conn = session.conn().await?;
    let query = leadership_posts::table.filter(leadership_posts::tenant_id.eq(tenant)).filter(leadership_posts::id.eq_any(ids));
    Ok(query.select(PostRow::as_select()).load(&mut conn.get()).await?)
}

/// The entries of terms, in their order (J21).
pub(super) async fn list_posts_of_terms(session: &Session, tenant: Uuid, terms: &[Uuid]) -> Result<Vec<PostRow>, Failure> {
    let conn = session.conn().await?;
    let query =
        leadership_posts::table.filter(leadership_posts::tenant_id.eq(tenant)).filter(leadership_posts::term_id.eq_any(terms));
    let query = query.order((leadership_posts::sort_order.asc(), leadership_posts::id.asc()));
    Ok(query.select(PostRow::as_select()).load(&mut conn.get()).await?)
}

/// The posts of people, those that are held first, then the newest.
pub(super) async fn list_posts_of_people(session: &Session, tenant: Uuid, people: &[Uuid]) -> Result<Vec<PostRow>, Failure> {
    let conn = session.conn().await?;
    let query =
        leadership_posts::table.filter(leadership_posts::tenant_id.eq(tenant)).filter(leadership_posts::person_id.eq_any(people));
    let query =
        query.order((leadership_posts::until_day.is_not_null(), leadership_posts::from_day.desc(), leadership_posts::id.desc()));
    Ok(query.select(PostRow::as_select()).load(&mut conn.get()).await?)
}

/// The last term of the permit's organization, locked: what is written of its posts waits for each other.
pub(super) async fn lock_last_term(cx: &Cx, permit: &Permit) -> Result<Option<TermRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = leadership_terms::table
        .filter(leadership_terms::tenant_id.eq(permit.tenant()))
        .filter(leadership_terms::organization_id.eq(permit.organization().0))
        .order(leadership_terms::number.desc());
    Ok(query.select(TermRow::as_select()).for_update().first(&mut conn.get()).await.optional()?)
}

/// One entry.
pub(super) async fn find(cx: &Cx, id: LeadershipPostId) -> Result<Option<PostRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = leadership_posts::table.find((cx.viewer()?.tenant, id.0)).select(PostRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// An entry of the permit's organization, locked; its term first, as everywhere.
pub(super) async fn lock(cx: &Cx, permit: &Permit, id: LeadershipPostId, term: Uuid) -> Result<(TermRow, PostRow), Failure> {
    let conn = cx.session()?.conn().await?;
    let term = leadership_terms::table.find((permit.tenant(), term)).select(TermRow::as_select());
    let term = term.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)?;
    let query = leadership_posts::table.find((permit.tenant(), id.0)).select(PostRow::as_select());
    let post = query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)?;
    Ok((term, post))
}

/// Who is to hold a post: name, stage and where the record stands, held until the end of the transaction.
pub(super) async fn lock_person(cx: &Cx, permit: &Permit, id: PersonId) -> Result<Option<(String, Stage, String)>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = people::table.find((permit.tenant(), id.0)).select((people::name, people::stage, people::path));
    let found: Option<(String, String, String)> = query.for_share().first(&mut conn.get()).await.optional()?;
    Ok(found.map(|(name, stage, path)| (name, Stage::parse(&stage), path)))
}

/// Writes a new term.
pub(super) async fn insert_term(cx: &Cx, row: &TermRow) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(leadership_terms::table).values(row).execute(&mut conn.get()).await?;
    Ok(())
}

/// Ends a term.
pub(super) async fn close_term(
    cx: &Cx,
    permit: &Permit,
    id: LeadershipTermId,
    until: chrono::NaiveDate,
) -> Result<TermRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(leadership_terms::table.find((permit.tenant(), id.0)))
        .set((
            leadership_terms::until_day.eq(until),
            leadership_terms::version.eq(leadership_terms::version + 1),
            leadership_terms::updated_at.eq(cx.clock.now()),
        ))
        .returning(TermRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Ends the posts that are still held in a term that ends.
pub(super) async fn close_posts(
    cx: &Cx,
    permit: &Permit,
    term: LeadershipTermId,
    until: chrono::NaiveDate,
) -> Result<Vec<PostRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let held = leadership_posts::table
        .filter(leadership_posts::tenant_id.eq(permit.tenant()))
        .filter(leadership_posts::term_id.eq(term.0))
        .filter(leadership_posts::until_day.is_null());
    Ok(diesel::update(held)
        .set((
            // An entry may have begun later than the term that follows.
            leadership_posts::until_day.eq(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Date>>(
                "greatest(from_day, ",
            )
            .bind::<diesel::sql_types::Date, _>(until)
            .sql(")")),
            leadership_posts::leave_reason.eq(END_OF_TERM),
            leadership_posts::version.eq(leadership_posts::version + 1),
            leadership_posts::updated_at.eq(cx.clock.now()),
        ))
        .returning(PostRow::as_returning())
        .get_results(&mut conn.get())
        .await?)
}

/// Writes a new entry.
pub(super) async fn insert(cx: &Cx, row: &PostRow) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(leadership_posts::table).values(row).execute(&mut conn.get()).await?;
    Ok(())
}

/// Writes every field of an entry.
pub(super) async fn update(cx: &Cx, permit: &Permit, id: LeadershipPostId, change: &PostChange) -> Result<PostRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(leadership_posts::table.find((permit.tenant(), id.0)))
        .set(change)
        .returning(PostRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Takes a wrong entry out.
pub(super) async fn close(cx: &Cx, permit: &Permit, id: LeadershipPostId) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    diesel::delete(leadership_posts::table.find((permit.tenant(), id.0))).execute(&mut conn.get()).await?;
    Ok(())
}

/// Puts an entry behind another one of its term, or first (J21).
pub(super) async fn reorder(cx: &Cx, permit: &Permit, moved: &PostRow, after: Option<Uuid>) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    Statement::<BigInt>::new(include_str!("sql/reorder.sql"))
        .bind(permit.tenant())
        .bind(moved.term_id)
        .bind(moved.id)
        .bind(after)
        .execute(&mut conn.get())
        .await?;
    Ok(())
}
