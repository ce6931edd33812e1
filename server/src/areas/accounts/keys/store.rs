//! Statements about keys.

use std::collections::HashMap;
use std::sync::Arc;

use banyan_tables::account_keys;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use webauthn_rs_core::proto::{AttestationMetadata, Credential};

use super::relying_party::Seen;
use crate::base::db::Session;
use crate::base::db::prelude::*;
use crate::base::error::Failure;
use crate::base::ids::{AccountId, KeyId};
use crate::gql::{all_failed, answer_all, loader};

/// A key.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = account_keys)]
pub struct KeyRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub credential: serde_json::Value,
    pub model: Option<Uuid>,
    pub verifies_user: bool,
    pub backed_up: bool,
    pub bound: bool,
    pub enrolled_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub version: i32,
}

impl KeyRow {
    /// The credential as the library knows it.
    pub(in crate::areas::accounts) fn credential(&self) -> Result<Credential, Failure> {
        Ok(serde_json::from_value(self.credential.clone()).map_err(anyhow::Error::from)?)
    }
}

async fn list_of(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<KeyRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = account_keys::table
        .filter(account_keys::tenant_id.eq(tenant))
        .filter(account_keys::account_id.eq_any(ids))
        .filter(account_keys::ended_at.is_null());
    Ok(query.order(account_keys::id.asc()).select(KeyRow::as_select()).load(&mut conn.get()).await?)
}

async fn list_by_ids(session: &Session, tenant: Uuid, keys: &[KeyId]) -> Result<Vec<KeyRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = account_keys::table.filter(account_keys::tenant_id.eq(tenant)).filter(account_keys::id.eq_any(ids));
    Ok(query.select(KeyRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Keys by account: enrolled and not removed.
    KeysOf: AccountId => Arc<Vec<KeyRow>>, |session, tenant, keys| {
        match list_of(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_account: HashMap<Uuid, Vec<KeyRow>> = HashMap::new();
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
    /// Keys by id, removed ones too: a session names the key that opened it.
    KeyById: KeyId => KeyRow, |session, tenant, keys| {
        answer_all(keys, list_by_ids(session, tenant, keys).await, |row| KeyId(row.id))
    }
}

/// The keys of one account, for a ceremony.
pub(super) async fn list(session: &Session, tenant: Uuid, account: AccountId) -> Result<Vec<KeyRow>, Failure> {
    list_of(session, tenant, &[account]).await
}

/// One key, for a change of it; None when it is removed or out of reach.
pub async fn lock(session: &Session, tenant: Uuid, id: KeyId) -> Result<Option<KeyRow>, Failure> {
    let conn = session.conn().await?;
    let query = account_keys::table.find((tenant, id.0)).filter(account_keys::ended_at.is_null());
    Ok(query.select(KeyRow::as_select()).for_update().first(&mut conn.get()).await.optional()?)
}

/// A key that is written.
pub(super) struct NewKey<'a> {
    pub tenant: Uuid,
    pub id: Uuid,
    pub account: Uuid,
    pub organization: Uuid,
    pub path: &'a str,
    pub name: &'a str,
    pub bound: bool,
    pub credential: &'a Credential,
    pub at: DateTime<Utc>,
}

/// Writes a new key.
pub(super) async fn insert(session: &Session, new: &NewKey<'_>) -> Result<(), Failure> {
    let model = match &new.credential.attestation.metadata {
        AttestationMetadata::Packed { aaguid } | AttestationMetadata::Tpm { aaguid, .. } => Some(*aaguid),
        _ => None,
    };
    let conn = session.conn().await?;
    diesel::insert_into(account_keys::table)
        .values((
            account_keys::tenant_id.eq(new.tenant),
            account_keys::id.eq(new.id),
            account_keys::account_id.eq(new.account),
            account_keys::organization_id.eq(new.organization),
            account_keys::path.eq(new.path),
            account_keys::name.eq(new.name),
            account_keys::credential_id.eq(new.credential.cred_id.as_slice().to_vec()),
            account_keys::credential.eq(serde_json::to_value(new.credential).map_err(anyhow::Error::from)?),
            account_keys::model.eq(model),
            account_keys::verifies_user.eq(new.credential.user_verified),
            account_keys::backed_up.eq(new.credential.backup_state),
            account_keys::bound.eq(new.bound),
            account_keys::enrolled_at.eq(new.at),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Keeps what a believed assertion told: the counter must not go back.
pub(super) async fn note_use(
    session: &Session,
    tenant: Uuid,
    key: &KeyRow,
    seen: Seen,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut credential = key.credential()?;
    credential.counter = seen.counter;
    credential.backup_state = seen.backed_up;
    let conn = session.conn().await?;
    diesel::update(account_keys::table.find((tenant, key.id)))
        .set((
            account_keys::credential.eq(serde_json::to_value(&credential).map_err(anyhow::Error::from)?),
            account_keys::backed_up.eq(seen.backed_up),
            account_keys::last_used_at.eq(at),
        ))
        .kept()
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Gives a key another name.
pub async fn rename(session: &Session, tenant: Uuid, id: KeyId, name: &str) -> Result<KeyRow, Failure> {
    let conn = session.conn().await?;
    let query = diesel::update(account_keys::table.find((tenant, id.0)))
        .set((account_keys::name.eq(name), account_keys::version.eq(account_keys::version + 1)));
    Ok(query.returning(KeyRow::as_returning()).get_result(&mut conn.get()).await?)
}

/// Removes a key for good.
pub async fn close(
    session: &Session,
    tenant: Uuid,
    id: KeyId,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<KeyRow, Failure> {
    let conn = session.conn().await?;
    let query = diesel::update(account_keys::table.find((tenant, id.0))).set((
        account_keys::ended_at.eq(at),
        account_keys::ended_reason.eq(reason),
        account_keys::version.eq(account_keys::version + 1),
    ));
    Ok(query.returning(KeyRow::as_returning()).get_result(&mut conn.get()).await?)
}

/// Removes all keys of an account; how many.
pub async fn close_all(
    session: &Session,
    tenant: Uuid,
    account: AccountId,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<usize, Failure> {
    let conn = session.conn().await?;
    let open = account_keys::table
        .filter(account_keys::tenant_id.eq(tenant))
        .filter(account_keys::account_id.eq(account.0))
        .filter(account_keys::ended_at.is_null());
    let query = diesel::update(open).set((account_keys::ended_at.eq(at), account_keys::ended_reason.eq(reason)));
    Ok(query.execute(&mut conn.get()).await?)
}
