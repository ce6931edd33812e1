//! Statements about passwords: one's own row, and nothing of anyone else's but that there is one.

use banyan_tables::account_passwords;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use uuid::Uuid;

use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::AccountId;

/// One's own password.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = account_passwords)]
pub(super) struct PasswordRow {
    pub(super) hash: String,
    pub(super) earlier: Vec<String>,
    pub(super) initial: bool,
    pub(super) changed_at: DateTime<Utc>,
}

/// How many earlier ones are kept.
const KEPT: usize = 5;

pub(super) async fn find_own(session: &Session, tenant: Uuid, account: Uuid) -> Result<Option<PasswordRow>, Failure> {
    let conn = session.conn().await?;
    let query = account_passwords::table.find((tenant, account)).select(PasswordRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// One's first password, chosen by oneself.
pub(in crate::areas::accounts) async fn insert_own(
    session: &Session,
    tenant: Uuid,
    account: Uuid,
    hash: String,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let conn = session.conn().await?;
    diesel::insert_into(account_passwords::table)
        .values((
            account_passwords::tenant_id.eq(tenant),
            account_passwords::account_id.eq(account),
            account_passwords::hash.eq(hash),
            account_passwords::initial.eq(false),
            account_passwords::changed_at.eq(at),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Whether the account whose transaction it is has a password.
pub(in crate::areas::accounts) async fn has_own(session: &Session, tenant: Uuid, account: Uuid) -> Result<bool, Failure> {
    Ok(find_own(session, tenant, account).await?.is_some())
}

/// Another password of one's own; `chosen` is false when only its form is renewed.
pub(super) async fn update_own(
    session: &Session,
    (tenant, account): (Uuid, Uuid),
    old: PasswordRow,
    hash: String,
    at: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let row = account_passwords::table.find((tenant, account));
    // Whoever changed it meanwhile came first.
    let unchanged = account_passwords::hash.eq(old.hash.clone());
    let changed = match at {
        Some(at) => {
            let mut earlier = vec![old.hash];
            earlier.extend(old.earlier);
            earlier.truncate(KEPT);
            diesel::update(row.filter(unchanged))
                .set((
                    account_passwords::hash.eq(hash),
                    account_passwords::earlier.eq(earlier),
                    account_passwords::initial.eq(false),
                    account_passwords::changed_at.eq(at),
                ))
                .execute(&mut conn.get())
                .await?
        }
        None => diesel::update(row.filter(unchanged)).set(account_passwords::hash.eq(hash)).execute(&mut conn.get()).await?,
    };
    if changed == 1 { Ok(()) } else { Err(Failure::Conflict) }
}

/// A new initial password for someone else's account; whether it is within reach.
pub(in crate::areas::accounts) async fn reset(
    session: &Session,
    tenant: Uuid,
    account: AccountId,
    hash: String,
    at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let conn = session.conn().await?;
    let reset = Statement::<Bool>::new("SELECT password_reset($1, $2, $3, $4)").bind(tenant).bind(account.0).bind(hash).bind(at);
    Ok(reset.get_result(&mut conn.get()).await?)
}

/// Which of some accounts have a password.
pub(in crate::areas::accounts) async fn with_password(
    session: &Session,
    tenant: Uuid,
    accounts: Vec<Uuid>,
) -> Result<Vec<Uuid>, Failure> {
    let conn = session.conn().await?;
    let query = Statement::<SqlUuid>::new("SELECT * FROM accounts_with_password($1, $2)").bind(tenant).bind(accounts);
    Ok(query.load(&mut conn.get()).await?)
}

/// Makes someone's password one that must be changed; nothing for an account without one.
pub(in crate::areas::accounts) async fn expire(session: &Session, tenant: Uuid, account: AccountId) -> Result<(), Failure> {
    let conn = session.conn().await?;
    Statement::<Bool>::new("SELECT password_expire($1, $2)").bind(tenant).bind(account.0).execute(&mut conn.get()).await?;
    Ok(())
}
