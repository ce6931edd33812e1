//! Bearer tokens for scripts (`banyan token`): one role at one organization, for a time.

use anyhow::{Context, bail};
use chrono::{DateTime, Duration, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::access::Role;
use crate::areas::journal::{Event, SubjectKind};
use crate::base::ids::new_key;
use crate::base::secret::new_token;

/// What the token is for.
#[derive(Debug)]
pub struct IssueToken<'a> {
    /// Code of the organization.
    pub organization: &'a str,
    /// The role that it brings.
    pub role: Role,
    /// How long it lasts.
    pub lifetime: Duration,
    /// Whether it may write.
    pub write: bool,
}

/// Issues a token as the owner of the database, and records it. Returns the secret, which is kept nowhere.
///
/// # Errors
/// When there is no such organization, or more than one tenant has one.
pub async fn issue_token(client: &mut Client, now: DateTime<Utc>, wanted: &IssueToken<'_>) -> anyhow::Result<String> {
    let found = client
        .query("SELECT tenant_id, id, path FROM organizations WHERE code = $1 AND status = 'active'", &[&wanted.organization])
        .await?;
    let [organization] = found.as_slice() else {
        match found.len() {
            0 => bail!("没有代码为{0}的党组织 / no organization has the code {0}", wanted.organization),
            _ => bail!("代码{0}不唯一 / the code {0} stands for more than one organization", wanted.organization),
        }
    };
    let (tenant, id, path): (Uuid, Uuid, String) = (organization.get(0), organization.get(1), organization.get(2));
    let until = now.checked_add_signed(wanted.lifetime).context("the lifetime is too long")?;
    let (token, token_hash) = new_token();
    let (account, grant, name) = (new_key(), new_key(), format!("令牌 {}", wanted.role.as_str()));
    let transaction = client.transaction().await?;
    transaction
        .execute(
            "INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, created_at, updated_at)
             VALUES ($1, $2, $3, $4, 'machine', $5, $6, $6)",
            &[&tenant, &account, &id, &path, &name, &now],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, valid_until, given_by_name)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'banyan token')",
            &[&tenant, &grant, &account, &wanted.role.as_str(), &id, &path, &now, &until],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO sessions (tenant_id, id, account_id, organization_id, path, grant_id, token_hash, kind, method, read_only,
                                   created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'token', 'token', $8, $9, $10)",
            &[&tenant, &new_key(), &account, &id, &path, &grant, &token_hash, &!wanted.write, &now, &until],
        )
        .await?;
    let after = serde_json::json!({ "role": wanted.role.as_str(), "until": until.to_rfc3339() });
    transaction
        .execute(
            "INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id,
                                  subject_name, before, after, request_id)
             VALUES ($1, $2, $3, $4, $5, 'banyan token', $6, $7, $8, $9, '{}', $10, 'banyan token')",
            &[
                &tenant,
                &new_key(),
                &id,
                &path,
                &now,
                &Event::TokenIssued.as_str(),
                &SubjectKind::Account.as_str(),
                &account,
                &name,
                &after,
            ],
        )
        .await?;
    transaction.commit().await?;
    Ok(token)
}
