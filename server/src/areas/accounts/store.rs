//! Statements about accounts.

use banyan_tables::accounts;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, char_length};
use crate::base::error::Failure;
use crate::base::ids::AccountId;
use crate::gql::{Cx, answer_all, loader};

/// An account.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = accounts)]
pub struct AccountRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub kind: String,
    pub name: String,
    pub person_id: Option<Uuid>,
    pub active: bool,
    pub user_name: Option<String>,
    pub state: String,
    pub last_signed_in_at: Option<DateTime<Utc>>,
    pub version: i32,
}

async fn list_by_ids(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<AccountRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = accounts::table.filter(accounts::tenant_id.eq(tenant)).filter(accounts::id.eq_any(ids));
    Ok(query.select(AccountRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Accounts by id.
    AccountById: AccountId => AccountRow, |session, tenant, keys| {
        answer_all(keys, list_by_ids(session, tenant, keys).await, |row| AccountId(row.id))
    }
}

type Boxed<'a> = accounts::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(span: &'a Span, search: Option<&'a str>) -> Boxed<'a> {
    let mut query = accounts::table.filter(accounts::path.ge(&span.low)).filter(accounts::path.lt(&span.high)).into_boxed();
    if let Some(length) = span.length {
        query = query.filter(char_length(accounts::path).eq(length));
    }
    if let Some(search) = search {
        query = query.filter(accounts::name.ge(search)).filter(accounts::name.lt(format!("{search}\u{10ffff}")));
    }
    query
}

/// A page of accounts in the order of the tree.
pub(super) async fn page(cx: &Cx, span: &Span, search: Option<&str>, page: &Page) -> Result<Vec<AccountRow>, Failure> {
    let mut query = filtered(span, search);
    for bound in page.bounds("(accounts.path, accounts.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((accounts::path.desc(), accounts::id.desc()))
    } else {
        query.order((accounts::path.asc(), accounts::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(AccountRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many accounts, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, span: &Span, search: Option<&str>, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(span, search).select(accounts::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of an account in the list.
pub(super) fn key(row: &AccountRow) -> Vec<KeyPart> {
    vec![KeyPart::Text(row.path.clone()), KeyPart::Id(row.id)]
}

/// One's own account in its own transaction. For oneself at once: two sign-ins that first share it and then
/// both note their time would wait for each other for ever.
pub(super) async fn lock_own(session: &Session, tenant: Uuid, account: Uuid) -> Result<Option<AccountRow>, Failure> {
    let conn = session.conn().await?;
    let query = accounts::table.find((tenant, account)).select(AccountRow::as_select());
    Ok(query.for_no_key_update().first(&mut conn.get()).await.optional()?)
}

/// One's own account when only its id is known, with its tenant.
pub(super) async fn find_own(session: &Session, account: Uuid) -> Result<Option<(Uuid, AccountRow)>, Failure> {
    let conn = session.conn().await?;
    let query = accounts::table.filter(accounts::id.eq(account)).select((accounts::tenant_id, AccountRow::as_select()));
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// Notes when the account was last signed in.
pub(super) async fn note_sign_in(session: &Session, tenant: Uuid, account: Uuid, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let row = accounts::table.find((tenant, account));
    diesel::update(row).set(accounts::last_signed_in_at.eq(at)).execute(&mut conn.get()).await?;
    Ok(())
}

/// An account that was only opened is in use from now on (V.7).
pub(super) async fn activate(session: &Session, tenant: Uuid, account: Uuid, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let row = accounts::table.find((tenant, account)).filter(accounts::state.eq("provisioned"));
    let set = (accounts::state.eq("active"), accounts::activated_at.eq(at), accounts::updated_at.eq(at));
    diesel::update(row).set(set).execute(&mut conn.get()).await?;
    Ok(())
}
