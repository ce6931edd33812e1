//! Invitations: one-time codes with which a key is enrolled. Only the hash of a code is kept; it is shown
//! once, on screen or paper.

use std::collections::HashMap;
use std::sync::Arc;

use banyan_tables::invitations;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::AccountRow;
use super::passwords::{code, plain_code};
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, char_length};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, InvitationId, new_key};
use crate::base::secret::hash;
use crate::gql::{Cx, all_failed, answer_all, loader};

/// How long an invitation stands: long enough for a sheet of paper to reach a township.
pub(super) const INVITATION_LIFETIME: Duration = Duration::days(7);
/// How long the code of one's own further key stands.
pub(super) const OWN_LIFETIME: Duration = Duration::minutes(10);

/// An invitation.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = invitations)]
pub struct InvitationRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub path: String,
    pub organization_name: Option<String>,
    pub replaces: bool,
    pub bound: bool,
    pub reason: Option<String>,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A new code, as people type it, and what is kept of it.
pub(super) fn new_code() -> (String, Vec<u8>) {
    let text = code(5, 5);
    let kept = hash(plain_code(&text).as_bytes());
    (text, kept)
}

async fn list_open(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<InvitationRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::account_id.eq_any(ids))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null());
    Ok(query.order(invitations::id.asc()).select(InvitationRow::as_select()).load(&mut conn.get()).await?)
}

async fn list_by_ids(session: &Session, tenant: Uuid, keys: &[InvitationId]) -> Result<Vec<InvitationRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(invitations::id.eq_any(ids));
    Ok(query.select(InvitationRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Invitations by account that were neither used nor ended; the clock says which of them stand.
    InvitationsOf: AccountId => Arc<Vec<InvitationRow>>, |session, tenant, keys| {
        match list_open(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_account: HashMap<Uuid, Vec<InvitationRow>> = HashMap::new();
                for row in rows {
                    by_account.entry(row.account_id).or_default().push(row);
                }
                keys.iter().map(|key| (*key, Ok(Some(Arc::new(by_account.remove(&key.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

loader! {
    /// Invitations by id.
    InvitationById: InvitationId => InvitationRow, |session, tenant, keys| {
        answer_all(keys, list_by_ids(session, tenant, keys).await, |row| InvitationId(row.id))
    }
}

/// The open invitation of a code, in the transaction of the account that it is for.
pub(super) async fn lock_by_code(
    session: &Session,
    tenant: Uuid,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<InvitationRow>, Failure> {
    let conn = session.conn().await?;
    let query = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::code_hash.eq(code_hash.to_vec()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(query.select(InvitationRow::as_select()).for_update().first(&mut conn.get()).await.optional()?)
}

/// What is written of a new invitation.
pub(super) struct NewInvitation<'a> {
    pub tenant: Uuid,
    pub account: &'a AccountRow,
    /// Shown to whoever brings the code, who can read nothing yet.
    pub organization_name: Option<&'a str>,
    pub replaces: bool,
    pub bound: bool,
    pub reason: Option<&'a str>,
    pub by: &'a str,
    pub at: DateTime<Utc>,
    pub lifetime: Duration,
}

/// Writes an invitation, and ends the account's earlier ones: one code stands at a time.
pub(super) async fn insert(session: &Session, new: &NewInvitation<'_>) -> Result<(InvitationRow, String), Failure> {
    let (text, code_hash) = new_code();
    let conn = session.conn().await?;
    let open = invitations::table
        .filter(invitations::tenant_id.eq(new.tenant))
        .filter(invitations::account_id.eq(new.account.id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null());
    diesel::update(open).set(invitations::ended_at.eq(new.at)).execute(&mut conn.get()).await?;
    let row = diesel::insert_into(invitations::table)
        .values((
            invitations::tenant_id.eq(new.tenant),
            invitations::id.eq(new_key()),
            invitations::account_id.eq(new.account.id),
            invitations::organization_id.eq(new.account.organization_id),
            invitations::path.eq(&new.account.path),
            invitations::code_hash.eq(code_hash),
            invitations::organization_name.eq(new.organization_name),
            invitations::replaces.eq(new.replaces),
            invitations::bound.eq(new.bound),
            invitations::reason.eq(new.reason),
            invitations::created_by_name.eq(new.by),
            invitations::created_at.eq(new.at),
            invitations::expires_at.eq(new.at + new.lifetime),
        ))
        .returning(InvitationRow::as_returning())
        .get_result(&mut conn.get())
        .await?;
    Ok((row, text))
}

/// The code was used.
pub(super) async fn use_up(session: &Session, tenant: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::update(invitations::table.find((tenant, id))).set(invitations::used_at.eq(at)).execute(&mut conn.get()).await?;
    Ok(())
}

/// Takes an invitation back.
pub(super) async fn close(session: &Session, tenant: Uuid, id: InvitationId, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::update(invitations::table.find((tenant, id.0))).set(invitations::ended_at.eq(at)).execute(&mut conn.get()).await?;
    Ok(())
}

/// Takes back what stands for an account.
pub(super) async fn close_all(session: &Session, tenant: Uuid, account: AccountId, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let open = invitations::table
        .filter(invitations::tenant_id.eq(tenant))
        .filter(invitations::account_id.eq(account.0))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null());
    diesel::update(open).set(invitations::ended_at.eq(at)).execute(&mut conn.get()).await?;
    Ok(())
}

fn standing<'a>(span: &'a Span, now: DateTime<Utc>) -> invitations::BoxedQuery<'a, diesel::pg::Pg> {
    let query = invitations::table.filter(invitations::path.ge(&span.low)).filter(invitations::path.lt(&span.high)).into_boxed();
    let query = query
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(now));
    match span.length {
        Some(length) => query.filter(char_length(invitations::path).eq(length)),
        None => query,
    }
}

/// A page of invitations that stand, in the order of the tree.
pub(super) async fn page(cx: &Cx, span: &Span, page: &Page) -> Result<Vec<InvitationRow>, Failure> {
    let mut query = standing(span, cx.clock.now());
    for bound in page.bounds("(invitations.path, invitations.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((invitations::path.desc(), invitations::id.desc()))
    } else {
        query.order((invitations::path.asc(), invitations::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(InvitationRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, span: &Span, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = standing(span, cx.clock.now()).select(invitations::id);
    let ids: Vec<Uuid> = query.limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of an invitation in the list.
pub(super) fn key(row: &InvitationRow) -> Vec<KeyPart> {
    vec![KeyPart::Text(row.path.clone()), KeyPart::Id(row.id)]
}
