//! What the lists of accounts show beside their rows.

use std::collections::{HashMap, HashSet};

use banyan_tables::{accounts, people};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Binary, Timestamptz};
use uuid::Uuid;

use super::AccountRow;
use super::passwords::with_password;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, PersonId};
use crate::gql::{all_failed, answer_all, loader};

loader! {
    /// Whether an account has a password.
    HasPassword: AccountId => bool, |session, tenant, keys| {
        match with_password(session, tenant, keys.iter().map(|key| key.0).collect()).await {
            Ok(found) => {
                let found: HashSet<Uuid> = found.into_iter().collect();
                keys.iter().map(|key| (*key, Ok(Some(found.contains(&key.0))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// The hashed form of a login name, and the moment that is asked about.
pub type Throttled = (Vec<u8>, DateTime<Utc>);

async fn list_throttled(session: &Session, keys: &[Throttled]) -> Result<HashMap<Vec<u8>, DateTime<Utc>>, Failure> {
    let Some((_, now)) = keys.first() else { return Ok(HashMap::new()) };
    let conn = session.conn().await?;
    let subjects: Vec<Vec<u8>> = keys.iter().map(|(subject, _)| subject.clone()).collect();
    let query = Statement::<(Binary, Timestamptz)>::new("SELECT key, free_at FROM throttled_until($1, $2)");
    let rows: Vec<(Vec<u8>, DateTime<Utc>)> = query.bind(subjects).bind(*now).load(&mut conn.get()).await?;
    Ok(rows.into_iter().collect())
}

loader! {
    /// Until when a login name must wait after wrong passwords.
    ThrottledUntil: Throttled => DateTime<Utc>, |session, _tenant, keys| {
        match list_throttled(session, keys).await {
            Ok(found) => keys.iter().map(|key| (key.clone(), Ok(found.get(&key.0).copied()))).collect(),
            Err(failure) => all_failed(keys, failure),
        }
    }
}

async fn list_of_people(session: &Session, tenant: Uuid, keys: &[PersonId]) -> Result<Vec<AccountRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = accounts::table
        .filter(accounts::tenant_id.eq(tenant))
        .filter(accounts::person_id.eq_any(ids))
        .filter(accounts::state.ne("closed"));
    Ok(query.select(AccountRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// The account of a person, if it has one that is not closed.
    AccountOfPerson: PersonId => AccountRow, |session, tenant, keys| {
        answer_all(keys, list_of_people(session, tenant, keys).await, |row| PersonId(row.person_id.unwrap_or_default()))
    }
}

async fn list_names(session: &Session, tenant: Uuid, keys: &[String]) -> Result<Vec<String>, Failure> {
    let conn = session.conn().await?;
    let query = accounts::table
        .filter(accounts::tenant_id.eq(tenant))
        .filter(accounts::kind.eq("person"))
        .filter(accounts::state.ne("closed"))
        .filter(accounts::name.eq_any(keys.to_vec()));
    Ok(query.select(accounts::name).load(&mut conn.get()).await?)
}

loader! {
    /// How many people's accounts within reach bear a name (A13).
    Namesakes: String => usize, |session, tenant, keys| {
        match list_names(session, tenant, keys).await {
            Ok(names) => {
                let mut counts: HashMap<String, usize> = HashMap::new();
                for name in names {
                    *counts.entry(name).or_default() += 1;
                }
                keys.iter().map(|key| (key.clone(), Ok(counts.get(key).copied()))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

async fn list_without_identity(session: &Session, tenant: Uuid, keys: &[PersonId]) -> Result<Vec<Uuid>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = people::table
        .filter(people::tenant_id.eq(tenant))
        .filter(people::id.eq_any(ids))
        .filter(people::identity_number.is_null());
    Ok(query.select(people::id).load(&mut conn.get()).await?)
}

loader! {
    /// People within reach whose record has no identity number (A13).
    WithoutIdentityNumber: PersonId => Uuid, |session, tenant, keys| {
        answer_all(keys, list_without_identity(session, tenant, keys).await, |id| PersonId(*id))
    }
}
