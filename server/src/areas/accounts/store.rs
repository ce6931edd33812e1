//! Statements about accounts.

use banyan_tables::{account_keys, accounts, grants, invitations, people};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::access::Permit;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Span, char_length};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, PersonId, new_key};
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
    pub gone_with_person: bool,
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

/// Which accounts a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountFilter {
    pub search: Option<String>,
    pub states: Option<Vec<&'static str>>,
    pub kind: Option<&'static str>,
    pub flagged: bool,
}

type Boxed<'a> = accounts::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(span: &'a Span, filter: &'a AccountFilter) -> Boxed<'a> {
    let mut query = accounts::table.filter(accounts::path.ge(&span.low)).filter(accounts::path.lt(&span.high)).into_boxed();
    if let Some(length) = span.length {
        query = query.filter(char_length(accounts::path).eq(length));
    }
    if let Some(search) = &filter.search {
        let end = format!("{search}\u{10ffff}");
        let by_name = accounts::name.ge(search).and(accounts::name.lt(end.clone()));
        let login = || diesel::dsl::sql::<diesel::sql_types::Text>("coalesce(accounts.user_name, '')");
        query = query.filter(by_name.or(login().ge(search.clone()).and(login().lt(end))));
    }
    query = match &filter.states {
        Some(states) => query.filter(accounts::state.eq_any(states.clone())),
        None => query.filter(accounts::state.ne("closed")),
    };
    if let Some(kind) = filter.kind {
        query = query.filter(accounts::kind.eq(kind));
    }
    if filter.flagged {
        query = query.filter(accounts::state.eq("provisioned").or(diesel::dsl::sql::<diesel::sql_types::Bool>(
            "EXISTS (SELECT FROM accounts n WHERE n.tenant_id = accounts.tenant_id AND n.name = accounts.name
                     AND n.id <> accounts.id AND n.kind = 'person' AND n.state <> 'closed')
             OR EXISTS (SELECT FROM people p WHERE p.tenant_id = accounts.tenant_id AND p.id = accounts.person_id
                        AND p.identity_number IS NULL)",
        )));
    }
    query
}

/// A page of accounts in the order of the tree.
pub(super) async fn page(cx: &Cx, span: &Span, filter: &AccountFilter, page: &Page) -> Result<Vec<AccountRow>, Failure> {
    let mut query = filtered(span, filter);
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
pub(super) async fn count(cx: &Cx, span: &Span, filter: &AccountFilter, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(span, filter).select(accounts::id).limit(limit + 1).load(&mut conn.get()).await?;
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
    diesel::update(row).set(accounts::last_signed_in_at.eq(at)).kept().execute(&mut conn.get()).await?;
    Ok(())
}

/// An account that was only opened is in use from now on (V.7).
pub(super) async fn activate(session: &Session, tenant: Uuid, account: Uuid, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let row = accounts::table.find((tenant, account)).filter(accounts::state.eq("provisioned"));
    let set = (accounts::state.eq("active"), accounts::activated_at.eq(at), accounts::updated_at.eq(at));
    diesel::update(row).set(set).kept().execute(&mut conn.get()).await?;
    Ok(())
}

/// An account for a change of it.
pub(super) async fn lock(session: &Session, tenant: Uuid, id: AccountId) -> Result<Option<AccountRow>, Failure> {
    let conn = session.conn().await?;
    let query = accounts::table.find((tenant, id.0)).select(AccountRow::as_select());
    Ok(query.for_update().first(&mut conn.get()).await.optional()?)
}

/// What is written of a new account.
pub(super) struct NewAccount {
    pub kind: &'static str,
    pub name: String,
    pub person: Option<PersonId>,
    pub user_name: Option<String>,
    pub state: &'static str,
}

/// Writes a new account, kept by the permit's organization.
pub(super) async fn insert(
    session: &Session,
    permit: &Permit,
    id: Uuid,
    new: &NewAccount,
    at: DateTime<Utc>,
) -> diesel::QueryResult<AccountRow> {
    let Ok(conn) = session.conn().await else { return Err(diesel::result::Error::BrokenTransactionManager) };
    diesel::insert_into(accounts::table)
        .values((
            accounts::tenant_id.eq(permit.tenant()),
            accounts::id.eq(id),
            accounts::organization_id.eq(permit.organization().0),
            accounts::path.eq(permit.path()),
            accounts::kind.eq(new.kind),
            accounts::name.eq(&new.name),
            accounts::person_id.eq(new.person.map(|person| person.0)),
            accounts::user_name.eq(&new.user_name),
            accounts::state.eq(new.state),
            accounts::created_at.eq(at),
            accounts::updated_at.eq(at),
        ))
        .returning(AccountRow::as_returning())
        .get_result(&mut conn.get())
        .await
}

/// Another state and login name of an account.
pub(super) async fn change(
    session: &Session,
    tenant: Uuid,
    id: AccountId,
    state: &str,
    user_name: Option<&str>,
    at: DateTime<Utc>,
) -> diesel::QueryResult<AccountRow> {
    let Ok(conn) = session.conn().await else { return Err(diesel::result::Error::BrokenTransactionManager) };
    diesel::update(accounts::table.find((tenant, id.0)))
        .set((
            accounts::state.eq(state),
            accounts::user_name.eq(user_name),
            accounts::updated_at.eq(at),
            accounts::version.eq(accounts::version + 1),
        ))
        .returning(AccountRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await
}

/// Other names of an account, and who keeps it.
pub(super) async fn edit(
    session: &Session,
    tenant: Uuid,
    id: AccountId,
    (name, user_name): (&str, Option<&str>),
    (organization, path): (Uuid, &str),
    at: DateTime<Utc>,
) -> diesel::QueryResult<AccountRow> {
    let Ok(conn) = session.conn().await else { return Err(diesel::result::Error::BrokenTransactionManager) };
    diesel::update(accounts::table.find((tenant, id.0)))
        .set((
            accounts::name.eq(name),
            accounts::user_name.eq(user_name),
            accounts::organization_id.eq(organization),
            accounts::path.eq(path),
            accounts::updated_at.eq(at),
            accounts::version.eq(accounts::version + 1),
        ))
        .returning(AccountRow::as_returning())
        .kept()
        .get_result(&mut conn.get())
        .await
}

/// The keys of an account and what invites to more stand where the account does; what happened stays where it did.
pub(super) async fn take_along(
    session: &Session,
    tenant: Uuid,
    id: AccountId,
    (organization, path): (Uuid, &str),
) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let keys = account_keys::table.filter(account_keys::tenant_id.eq(tenant)).filter(account_keys::account_id.eq(id.0));
    let place = (account_keys::organization_id.eq(organization), account_keys::path.eq(path));
    diesel::update(keys).set(place).kept().execute(&mut conn.get()).await?;
    let codes = invitations::table.filter(invitations::tenant_id.eq(tenant)).filter(invitations::account_id.eq(id.0));
    let place = (invitations::organization_id.eq(organization), invitations::path.eq(path));
    diesel::update(codes).set(place).kept().execute(&mut conn.get()).await?;
    Ok(())
}

/// Every person's account has the member's role at the own branch.
pub(super) async fn give_member_role(
    session: &Session,
    permit: &Permit,
    account: &AccountRow,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::insert_into(grants::table)
        .values((
            grants::tenant_id.eq(permit.tenant()),
            grants::id.eq(new_key()),
            grants::account_id.eq(account.id),
            grants::role.eq("member"),
            grants::organization_id.eq(permit.organization().0),
            grants::path.eq(permit.path()),
            grants::valid_from.eq(at),
            grants::given_by.eq(permit.account().0),
            grants::given_by_name.eq(permit.account_name()),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Ends what a closed account holds.
pub(super) async fn end_grants(session: &Session, tenant: Uuid, account: AccountId, at: DateTime<Utc>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let running = grants::table
        .filter(grants::tenant_id.eq(tenant))
        .filter(grants::account_id.eq(account.0))
        .filter(grants::ended_at.is_null());
    let set = (grants::ended_at.eq(at), grants::version.eq(grants::version + 1));
    diesel::update(running).set(set).kept().execute(&mut conn.get()).await?;
    Ok(())
}

/// What an account takes from its person.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = people)]
pub(super) struct PersonFacts {
    pub organization_id: Uuid,
    pub name: String,
    pub stage: String,
    pub birth_date: NaiveDate,
    pub identity_number: Option<Vec<u8>>,
}

/// A person within reach.
pub(super) async fn find_person(session: &Session, tenant: Uuid, id: PersonId) -> Result<Option<PersonFacts>, Failure> {
    let conn = session.conn().await?;
    let query = people::table.find((tenant, id.0)).select(PersonFacts::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// One line of a roster.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = people)]
pub(super) struct RosterRow {
    pub id: Uuid,
    pub name_key: String,
}

fn on_the_roster(span: &Span) -> people::BoxedQuery<'_, diesel::pg::Pg> {
    let query = people::table.filter(people::path.ge(&span.low)).filter(people::path.lt(&span.high)).into_boxed();
    let query = query.filter(people::stage.eq_any(["probationary", "full"]));
    match span.length {
        Some(length) => query.filter(char_length(people::path).eq(length)),
        None => query,
    }
}

/// The members of an organization by name.
pub(super) async fn roster(cx: &Cx, span: &Span, page: &Page) -> Result<Vec<RosterRow>, Failure> {
    let mut query = on_the_roster(span);
    for bound in page.bounds("(people.name_key, people.id)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward {
        query.order((people::name_key.desc(), people::id.desc()))
    } else {
        query.order((people::name_key.asc(), people::id.asc()))
    };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(RosterRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub(super) async fn count_roster(cx: &Cx, span: &Span, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = on_the_roster(span).select(people::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of a line of the roster.
pub(super) fn roster_key(row: &RosterRow) -> Vec<KeyPart> {
    vec![KeyPart::Text(row.name_key.clone()), KeyPart::Id(row.id)]
}
