//! Statements about grants.

use std::collections::HashMap;
use std::sync::Arc;

use banyan_tables::{accounts, grants};
use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Text};
use uuid::Uuid;

use crate::access::{Holding, Lender, Permission, Permit, Role};
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, Statement, char_length};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, GrantId, new_key};
use crate::gql::{Cx, all_failed, answer_all, loader};

/// A grant.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub role: String,
    pub organization_id: Uuid,
    pub path: String,
    pub valid_from: DateTime<Utc>,
    pub valid_until: Option<DateTime<Utc>>,
    pub given_by: Option<Uuid>,
    pub given_by_name: Option<String>,
    pub reason: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub on_behalf_of: Option<Uuid>,
    pub on_behalf_of_name: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub pending: bool,
    pub approved_by_name: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub post: Option<String>,
}

impl GrantRow {
    /// The role.
    ///
    /// # Errors
    /// When the database knows one that the program does not.
    pub fn role(&self) -> Result<Role, Failure> {
        Role::parse(&self.role).ok_or_else(|| Failure::Internal(anyhow::anyhow!("a grant of an unknown role")))
    }

    /// What it allows where.
    ///
    /// # Errors
    /// When the database knows a role that the program does not.
    pub fn holding(&self) -> Result<Holding, Failure> {
        let name = self.on_behalf_of_name.clone().unwrap_or_default();
        let lender = self.on_behalf_of.map(|id| Lender { account: AccountId(id), name });
        Ok(Holding::of_columns(self.role()?, self.path.clone(), self.permissions.as_deref(), lender))
    }

    /// Whether it waits for a second person.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.pending && self.ended_at.is_none()
    }

    /// Whether it gives rights at a moment.
    #[must_use]
    pub fn runs_at(&self, at: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && !self.pending && self.valid_from <= at && self.valid_until.is_none_or(|until| until > at)
    }
}

async fn list_by_ids(session: &Session, tenant: Uuid, keys: &[GrantId]) -> Result<Vec<GrantRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = grants::table.filter(grants::tenant_id.eq(tenant)).filter(grants::id.eq_any(ids));
    Ok(query.select(GrantRow::as_select()).load(&mut conn.get()).await?)
}

async fn list_open(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<GrantRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = grants::table
        .filter(grants::tenant_id.eq(tenant))
        .filter(grants::account_id.eq_any(ids))
        .filter(grants::ended_at.is_null());
    Ok(query.order(grants::id.asc()).select(GrantRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Grants by id.
    GrantById: GrantId => GrantRow, |session, tenant, keys| {
        answer_all(keys, list_by_ids(session, tenant, keys).await, |row| GrantId(row.id))
    }
}

loader! {
    /// Grants by account that were not ended before their time; the clock says which of them run.
    GrantsOf: AccountId => Arc<Vec<GrantRow>>, |session, tenant, keys| {
        match list_open(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_account: HashMap<Uuid, Vec<GrantRow>> = HashMap::new();
                for row in rows {
                    by_account.entry(row.account_id).or_default().push(row);
                }
                keys.iter().map(|key| (*key, Ok(Some(Arc::new(by_account.remove(&key.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// Which grants a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct GrantFilter {
    pub role: Option<Role>,
    pub account: Option<AccountId>,
    pub running: Option<bool>,
    pub pending: Option<bool>,
}

type Boxed<'a> = grants::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(span: &'a Span, filter: &'a GrantFilter, at: DateTime<Utc>) -> Boxed<'a> {
    let mut query = grants::table.filter(grants::path.ge(&span.low)).filter(grants::path.lt(&span.high)).into_boxed();
    if let Some(length) = span.length {
        query = query.filter(char_length(grants::path).eq(length));
    }
    if let Some(role) = filter.role {
        query = query.filter(grants::role.eq(role.as_str()));
    }
    if let Some(account) = filter.account {
        query = query.filter(grants::account_id.eq(account.0));
    }
    // What waits does not run: asking for it is asking for no running one.
    match filter.pending {
        Some(true) => return query.filter(grants::pending).filter(grants::ended_at.is_null()),
        Some(false) => query = query.filter(diesel::dsl::not(grants::pending)),
        None => {}
    }
    match filter.running {
        Some(true) => query
            .filter(grants::ended_at.is_null())
            .filter(diesel::dsl::not(grants::pending))
            .filter(grants::valid_from.le(at))
            .filter(grants::valid_until.is_null().or(grants::valid_until.gt(at))),
        Some(false) => query.filter(
            grants::ended_at.is_not_null().or(grants::pending).or(grants::valid_from.gt(at)).or(grants::valid_until.le(at)),
        ),
        None => query,
    }
}

/// A page of grants in the order of the tree.
pub(super) async fn page(cx: &Cx, span: &Span, filter: &GrantFilter, page: &Page) -> Result<Vec<GrantRow>, Failure> {
    let mut query = filtered(span, filter, cx.clock.now());
    for bound in page.bounds("(grants.path, grants.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((grants::path.desc(), grants::id.desc()))
    } else {
        query.order((grants::path.asc(), grants::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(GrantRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many grants, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, span: &Span, filter: &GrantFilter, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(span, filter, cx.clock.now()).select(grants::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of a grant in the list.
pub(super) fn key(row: &GrantRow) -> Vec<KeyPart> {
    vec![KeyPart::Text(row.path.clone()), KeyPart::Id(row.id)]
}

/// An account's name and whether it can sign in; locked, so that two givers wait for each other.
pub(super) async fn lock_account(cx: &Cx, id: AccountId) -> Result<Option<(String, bool)>, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = accounts::table.find((cx.viewer()?.tenant, id.0)).select((accounts::name, accounts::active));
    Ok(query.for_update().first(&mut conn.get()).await.optional()?)
}

/// A grant of the permit's organization, locked.
pub(super) async fn lock(cx: &Cx, permit: &Permit, id: GrantId) -> Result<GrantRow, Failure> {
    let conn = cx.session()?.conn().await?;
    let query = grants::table.find((permit.tenant(), id.0)).select(GrantRow::as_select());
    query.for_update().first(&mut conn.get()).await.optional()?.ok_or(Failure::NotFound)
}

/// What is written of a new grant.
#[derive(Debug)]
pub(super) struct NewGrant {
    pub account: AccountId,
    pub role: Role,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub pending: bool,
    pub source: Option<Source>,
}

/// Of what a grant is lent: the lender's own grant, and the part of it.
#[derive(Debug)]
pub(super) struct Source {
    pub grant: GrantId,
    pub part: Option<Vec<Permission>>,
}

/// Writes a new grant.
pub(super) async fn insert(cx: &Cx, permit: &Permit, new: &NewGrant) -> Result<GrantRow, Failure> {
    let part = new.source.as_ref().and_then(|source| source.part.as_ref());
    let part: Option<Vec<String>> = part.map(|part| part.iter().map(|permission| permission.name().to_owned()).collect());
    let conn = cx.session()?.conn().await?;
    Ok(diesel::insert_into(grants::table)
        .values((
            grants::tenant_id.eq(permit.tenant()),
            grants::id.eq(new_key()),
            grants::account_id.eq(new.account.0),
            grants::role.eq(new.role.as_str()),
            grants::organization_id.eq(permit.organization().0),
            grants::path.eq(permit.path()),
            grants::valid_from.eq(new.from),
            grants::valid_until.eq(new.until),
            grants::given_by.eq(permit.account().0),
            grants::given_by_name.eq(permit.account_name()),
            grants::reason.eq(&new.reason),
            grants::pending.eq(new.pending),
            grants::delegated_from.eq(new.source.as_ref().map(|source| source.grant.0)),
            grants::on_behalf_of.eq(new.source.as_ref().map(|_| permit.account().0)),
            grants::on_behalf_of_name.eq(new.source.as_ref().map(|_| permit.account_name())),
            grants::permissions.eq(part),
        ))
        .returning(GrantRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// How many parts of a grant are lent now.
pub(super) async fn count_lent(cx: &Cx, source: GrantId) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(grants::table
        .filter(grants::tenant_id.eq(cx.viewer()?.tenant))
        .filter(grants::delegated_from.eq(source.0))
        .filter(grants::ended_at.is_null())
        .filter(grants::valid_until.gt(cx.clock.now()))
        .count()
        .get_result(&mut conn.get())
        .await?)
}

/// Ends what was lent of a grant that ended, as far as it is in reach; elsewhere it gives no rights any more anyway.
pub(super) async fn close_lent(cx: &Cx, permit: &Permit, source: Uuid) -> Result<Vec<GrantRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let open = grants::table
        .filter(grants::tenant_id.eq(permit.tenant()))
        .filter(grants::delegated_from.eq(source))
        .filter(grants::ended_at.is_null());
    Ok(diesel::update(open)
        .set((grants::ended_at.eq(cx.clock.now()), grants::version.eq(grants::version + 1)))
        .returning(GrantRow::as_returning())
        .get_results(&mut conn.get())
        .await?)
}

/// The grant runs from now on, with the name of the second person.
pub(super) async fn approve(cx: &Cx, permit: &Permit, id: GrantId) -> Result<GrantRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(grants::table.find((permit.tenant(), id.0)))
        .set((
            grants::pending.eq(false),
            grants::approved_by.eq(permit.account().0),
            grants::approved_by_name.eq(permit.account_name()),
            grants::approved_at.eq(cx.clock.now()),
            grants::version.eq(grants::version + 1),
        ))
        .returning(GrantRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// Changes what waits for a second person.
pub(super) async fn update_pending(
    cx: &Cx,
    permit: &Permit,
    id: GrantId,
    until: Option<DateTime<Utc>>,
    reason: Option<&str>,
) -> Result<GrantRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(grants::table.find((permit.tenant(), id.0)))
        .set((grants::valid_until.eq(until), grants::reason.eq(reason), grants::version.eq(grants::version + 1)))
        .returning(GrantRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}

/// The roles that an account holds over a place now, of its own; its rights stay until the end of the transaction.
pub(super) async fn own_roles_over(cx: &Cx, account: Uuid, place: &str) -> Result<Vec<Role>, Failure> {
    let conn = cx.session()?.conn().await?;
    let roles = Statement::<Text>::new("SELECT * FROM own_roles_over($1, $2, $3, $4)");
    let roles = roles.bind(cx.viewer()?.tenant).bind(account).bind(place).bind(cx.clock.now());
    let roles: Vec<String> = roles.load(&mut conn.get()).await?;
    Ok(roles.iter().filter_map(|role| Role::parse(role)).collect())
}

/// Ends the sessions of an account that holds nothing any more and has no record of its own.
pub(super) async fn end_sessions_without_rights(cx: &Cx, account: Uuid) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    let end = Statement::<BigInt>::new("SELECT end_sessions_without_rights($1, $2, $3)");
    let _ended: i64 = end.bind(cx.viewer()?.tenant).bind(account).bind(cx.clock.now()).get_result(&mut conn.get()).await?;
    Ok(())
}

/// Ends a grant now.
pub(super) async fn close(cx: &Cx, permit: &Permit, id: GrantId) -> Result<GrantRow, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(diesel::update(grants::table.find((permit.tenant(), id.0)))
        .set((grants::ended_at.eq(cx.clock.now()), grants::version.eq(grants::version + 1)))
        .returning(GrantRow::as_returning())
        .get_result(&mut conn.get())
        .await?)
}
