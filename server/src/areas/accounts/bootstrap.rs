//! The first administrator (`banyan bootstrap`): an account, the role, and a one-time code that enrols a key.
//! Run by whoever runs the server; there is no default account that could be forgotten.

use std::collections::HashSet;

use anyhow::{Context, bail};
use chrono::{DateTime, Duration, Utc};
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use super::invitations::new_code;
use crate::access::Role;
use crate::areas::journal::{Event, SubjectKind};
use crate::base::ids::new_key;
use crate::base::names::NameKeys;
use crate::base::path;

/// How long the link stands.
const LIFETIME: Duration = Duration::hours(1);
/// Kind of a municipal committee in `org_kind`, the outermost organization of a tenant.
const OUTERMOST_KIND: &str = "11";
const BY: &str = "banyan bootstrap";

/// Whom to make.
#[derive(Debug)]
pub struct Bootstrap<'a> {
    /// Code of the organization that the administrator runs.
    pub organization: &'a str,
    /// Name of the account.
    pub name: &'a str,
    /// Name of a new tenant's outermost organization, when there is none of this code.
    pub create: Option<&'a str>,
}

/// Makes an administrator and returns the code of the link, which is kept nowhere.
///
/// # Errors
/// When there is no such organization, or more than one tenant has one.
pub async fn bootstrap(client: &mut Client, now: DateTime<Utc>, wanted: &Bootstrap<'_>) -> anyhow::Result<String> {
    let transaction = client.transaction().await?;
    let found = transaction
        .query(
            "SELECT tenant_id, id, path, name FROM organizations WHERE code = $1 AND status = 'active'",
            &[&wanted.organization],
        )
        .await?;
    let (tenant, organization, path, organization_name) = match (found.as_slice(), wanted.create) {
        ([one], None) => (one.get(0), one.get(1), one.get(2), one.get(3)),
        ([], Some(name)) => create_tenant(&transaction, now, wanted.organization, name).await?,
        ([], None) => bail!(
            "没有代码为{0}的党组织；新建请加 --create 名称 / no organization has the code {0}; to found one add --create NAME",
            wanted.organization
        ),
        (_, Some(_)) => bail!("代码{0}已被使用 / the code {0} is in use", wanted.organization),
        _ => bail!("代码{0}不唯一 / the code {0} stands for more than one organization", wanted.organization),
    };
    let (tenant, organization, path, organization_name): (Uuid, Uuid, String, String) =
        (tenant, organization, path, organization_name);
    let (account, grant) = (new_key(), new_key());
    let (code, code_hash) = new_code();
    transaction
        .execute(
            "INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, state, created_at, updated_at)
             VALUES ($1, $2, $3, $4, 'administrator', $5, 'provisioned', $6, $6)",
            &[&tenant, &account, &organization, &path, &wanted.name, &now],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            &[&tenant, &grant, &account, &Role::OrganizationAdministrator.as_str(), &organization, &path, &now, &BY],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO invitations (tenant_id, id, account_id, organization_id, path, code_hash, organization_name, replaces, bound,
                                      created_by_name, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, false, true, $8, $9, $10)",
            &[
                &tenant, &new_key(), &account, &organization, &path, &code_hash, &organization_name, &BY, &now, &(now + LIFETIME),
            ],
        )
        .await?;
    let after = serde_json::json!({ "role": Role::OrganizationAdministrator.as_str(), "until": (now + LIFETIME).to_rfc3339() });
    transaction
        .execute(
            "INSERT INTO journal (tenant_id, id, organization_id, path, at, account_name, event, subject_kind, subject_id,
                                  subject_name, before, after, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}', $11, $6)",
            &[
                &tenant,
                &new_key(),
                &organization,
                &path,
                &now,
                &BY,
                &Event::AccountInvited.as_str(),
                &SubjectKind::Account.as_str(),
                &account,
                &wanted.name,
                &after,
            ],
        )
        .await?;
    transaction.commit().await?;
    Ok(code)
}

/// A tenant with its outermost organization, under the first label that is free.
async fn create_tenant(
    transaction: &Transaction<'_>,
    now: DateTime<Utc>,
    code: &str,
    name: &str,
) -> anyhow::Result<(Uuid, Uuid, String, String)> {
    transaction.execute("LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE", &[]).await?;
    let taken: HashSet<String> = transaction.query("SELECT path FROM tenants", &[]).await?.iter().map(|row| row.get(0)).collect();
    let mut labels = (0..).map_while(path::label);
    let root = labels.find(|label| !taken.contains(label)).context("no label is left for another tenant")?;
    let (tenant, organization, keys) = (new_key(), new_key(), NameKeys::of_organization(name));
    transaction
        .execute("INSERT INTO tenants (id, path, name, created_at) VALUES ($1, $2, $3, $4)", &[&tenant, &root, &name, &now])
        .await?;
    transaction
        .execute(
            "INSERT INTO organizations (tenant_id, id, label, path, kind, name, code, name_pinyin, name_initials, name_grams,
                                        founded_on, created_at, updated_at, tree_order)
             VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $3)",
            &[
                &tenant,
                &organization,
                &root,
                &OUTERMOST_KIND,
                &name,
                &code,
                &keys.pinyin,
                &keys.initials,
                &keys.grams,
                &now.date_naive(),
                &now,
            ],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO organization_versions (tenant_id, id, organization_id, path, valid, path_then, name, kind, status, change)
             VALUES ($1, $2, $3, $4, daterange($5, NULL), $4, $6, $7, 'active', '1')",
            &[&tenant, &new_key(), &organization, &root, &now.date_naive(), &name, &OUTERMOST_KIND],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO organization_counts (tenant_id, organization_id, path) VALUES ($1, $2, $3)",
            &[&tenant, &organization, &root],
        )
        .await?;
    Ok((tenant, organization, root, name.to_owned()))
}
