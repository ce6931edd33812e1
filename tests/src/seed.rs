//! What every test begins with: two small tenants, written by SQL so that no test depends on the
//! mutations that it tests.
//!
//! Tenant 1: municipality M, districts N and S; N has townships N1 and N2, S has S1; each township has
//! two branches (N1a, N1b, …) of five people: three full members, one probationary, one applicant.
//! Tenant 2: municipality X with one district and one branch.

use std::collections::HashMap;

use banyan::testing::{NameKeys, Role, Secrets, hash, identity::IdentityNumber, path};
use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::app::ROOT_KEY;

/// Tokens of the seed: the token, the role, the organization's code, whether it may only read.
pub const TOKENS: &[(&str, Role, &str, bool)] = &[
    ("system-administrator", Role::SystemAdministrator, "M", false),
    ("security-administrator", Role::SecurityAdministrator, "M", false),
    ("municipal-administrator", Role::OrganizationAdministrator, "M", false),
    ("county-administrator", Role::OrganizationAdministrator, "N", false),
    ("other-county-administrator", Role::OrganizationAdministrator, "S", false),
    ("township-administrator", Role::OrganizationAdministrator, "N1", false),
    ("branch-administrator", Role::BranchAdministrator, "N1A", false),
    ("secretary", Role::Secretary, "N1A", false),
    ("committee-member", Role::CommitteeMember, "N1A", false),
    ("member", Role::Member, "N1A", false),
    ("auditor", Role::Auditor, "N", false),
    ("reading-token", Role::OrganizationAdministrator, "N", true),
    ("other-tenant-administrator", Role::OrganizationAdministrator, "X", false),
];

/// Names and ids of the seed.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// Global ids of organizations by code.
    pub organizations: HashMap<String, String>,
    /// Global ids of people by name, as `N1A-1` (full), `N1A-4` (probationary), `N1A-5` (applicant).
    pub people: HashMap<String, String>,
    /// Identity numbers by the same names.
    pub identity_numbers: HashMap<String, String>,
    /// Global ids of accounts by token.
    pub accounts: HashMap<String, String>,
    /// Global ids of grants by token.
    pub grants: HashMap<String, String>,
}

impl Seed {
    /// The id of an organization.
    pub fn organization(&self, code: &str) -> &str {
        &self.organizations[code]
    }

    /// The id of a person.
    pub fn person(&self, name: &str) -> &str {
        &self.people[name]
    }
}

/// A global id as clients see it.
pub fn global(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", data_encoding::BASE64URL_NOPAD.encode(id.as_bytes()))
}

/// code, superior's code, kind, name
const ORGANIZATIONS: &[(&str, &str, &str, &str)] = &[
    ("M", "", "11", "中国共产党示范市委员会"),
    ("N", "M", "13", "中国共产党北山区委员会"),
    ("N1", "N", "611", "中国共产党北山区青石镇委员会"),
    ("N1A", "N1", "631", "中国共产党青石镇东村支部委员会"),
    ("N1B", "N1", "631", "中国共产党青石镇西村支部委员会"),
    ("N2", "N", "611", "中国共产党北山区白水镇委员会"),
    ("N2A", "N2", "631", "中国共产党白水镇上坪村支部委员会"),
    ("N2B", "N2", "631", "中国共产党白水镇下坪村支部委员会"),
    ("S", "M", "13", "中国共产党南川区委员会"),
    ("S1", "S", "611", "中国共产党南川区黄桷镇委员会"),
    ("S1A", "S1", "631", "中国共产党黄桷镇桥头村支部委员会"),
    ("S1B", "S1", "631", "中国共产党黄桷镇河口村支部委员会"),
    ("X", "", "11", "中国共产党云江市委员会"),
    ("X1", "X", "13", "中国共产党云江市江口区委员会"),
    ("X1A", "X1", "631", "中国共产党江口区机关支部委员会"),
];

/// Writes the seed.
///
/// # Errors
/// When the database refuses it.
pub async fn plant(client: &mut Client) -> anyhow::Result<Seed> {
    let secrets = Secrets::from_root(&ROOT_KEY)?;
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let mut seed = Seed::default();
    let mut places: HashMap<&str, (Uuid, Uuid, String, i32)> = HashMap::new();
    let transaction = client.transaction().await?;
    for (number, (code, superior, kind, name)) in ORGANIZATIONS.iter().enumerate() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number as u128);
        let (tenant, parent, path, label) = match places.get_mut(superior) {
            Some((tenant, parent, path, children)) => {
                let label = path::label(*children).unwrap_or_default();
                *children += 1;
                (*tenant, Some(*parent), format!("{path}{label}"), label)
            }
            None => {
                let label = if *code == "M" { "a01" } else { "b01" };
                let tenant = Uuid::from_u128(0x0190_0000_0000_7000_9000_0000_0000_0000 + number as u128);
                transaction
                    .execute(
                        "INSERT INTO tenants (id, path, name, created_at) VALUES ($1, $2, $3, $4)",
                        &[&tenant, &label, name, &now],
                    )
                    .await?;
                (tenant, None, label.to_owned(), label.to_owned())
            }
        };
        let keys = NameKeys::of_organization(name);
        transaction
            .execute(
                "INSERT INTO organizations (tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams,
                                            sort_order, founded_on, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '2001-07-01', $13, $13)",
                &[&tenant, &id, &parent, &label, &path, kind, name, code, &keys.pinyin, &keys.initials, &keys.grams, &(number as i32), &now],
            )
            .await?;
        transaction
            .execute(
                "INSERT INTO organization_versions (tenant_id, id, organization_id, path, valid, parent_id, path_then, name, kind, status, change)
                 VALUES ($1, $2, $2, $3, '[2001-07-01,)', $4, $3, $5, $6, 'active', '1')",
                &[&tenant, &id, &path, &parent, name, kind],
            )
            .await?;
        seed.organizations.insert((*code).to_owned(), global("org", id));
        places.insert(code, (tenant, id, path, 0));
    }
    for (tenant, id, _, children) in places.values() {
        transaction
            .execute("UPDATE organizations SET children_ever = $3 WHERE tenant_id = $1 AND id = $2", &[tenant, id, children])
            .await?;
    }

    transaction.execute("SELECT order_below(id, NULL) FROM tenants", &[]).await?;

    let mut sequence = 0_u16;
    let mut persons: HashMap<String, Uuid> = HashMap::new();
    for (code, ..) in ORGANIZATIONS.iter().filter(|(_, _, kind, _)| *kind == "631") {
        let (tenant, organization, path, _) = &places[code];
        for number in 1..=5_u16 {
            sequence += 1;
            let female = number % 2 == 0;
            let birth = day(1970 + i32::from(number) * 5, 3, 10 + u32::from(number));
            let identity = IdentityNumber::make(500_101, birth, sequence * 2 + u16::from(!female))
                .map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
            let (stage, joined, confirmed) = match number {
                1..=3 => ("full", Some(day(2000 + i32::from(number), 7, 1)), Some(day(2001 + i32::from(number), 7, 1))),
                4 => ("probationary", Some(day(2025, 12, 1)), None),
                _ => ("applicant", None, None),
            };
            let id = Uuid::from_u128(0x0190_0000_0001_7000_8000_0000_0000_0000 + u128::from(sequence));
            let name = format!(
                "{}{}",
                ["王", "李", "张", "陈", "刘"][usize::from(number - 1)],
                ["小明", "芳", "建国", "秀英", "洋"][usize::from(number - 1)]
            );
            let keys = NameKeys::of(&name);
            let sealed = |text: &str| secrets.seal(text);
            transaction
                .execute(
                    "INSERT INTO people (tenant_id, id, organization_id, path, stage, name, name_key, name_initials, name_grams, sex,
                                         ethnic_group, birth_date, identity_number, identity_index, education, native_place, phone,
                                         applied_on, joined_on, confirmed_on, created_at, updated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '500101', $16, $17, $18, $19, $20, $20)",
                    &[
                        tenant, &id, organization, path, &stage, &name, &keys.key, &keys.initials, &keys.grams,
                        &if female { "2" } else { "1" }, &if number == 3 { "15" } else { "01" }, &birth, &sealed(identity.as_str()),
                        &secrets.index(identity.as_str()), &if number < 3 { "21" } else { "61" }, &sealed("13800000000"),
                        &Some(day(1999, 1, 1)).filter(|_| number < 3), &joined, &confirmed, &now,
                    ],
                )
                .await?;
            if stage == "full" || stage == "probationary" {
                transaction
                    .execute(
                        "INSERT INTO membership_ledger (tenant_id, id, person_id, organization_id, path, day, kind, delta)
                         VALUES ($1, $2, $2, $3, $4, $5, 'admitted', 1)",
                        &[tenant, &id, organization, path, &joined],
                    )
                    .await?;
            }
            let key = format!("{code}-{number}");
            seed.people.insert(key.clone(), global("per", id));
            seed.identity_numbers.insert(key.clone(), identity.as_str().to_owned());
            persons.insert(key, id);
        }
    }

    for (number, (token, role, code, read_only)) in TOKENS.iter().enumerate() {
        let (tenant, organization, path, _) = &places[code];
        let account = Uuid::from_u128(0x0190_0000_0002_7000_8000_0000_0000_0000 + number as u128);
        let grant = Uuid::from_u128(0x0190_0000_0003_7000_8000_0000_0000_0000 + number as u128);
        let person = (*role == Role::Member).then(|| persons["N1A-1"]);
        let kind = if person.is_some() { "person" } else { "administrator" };
        transaction
            .execute(
                "INSERT INTO accounts (tenant_id, id, organization_id, path, kind, name, person_id, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
                &[tenant, &account, organization, path, &kind, token, &person, &now],
            )
            .await?;
        transaction
            .execute(
                "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'seed')",
                &[tenant, &grant, &account, &role.as_str(), organization, path, &now],
            )
            .await?;
        let until: DateTime<Utc> = "2099-01-01T00:00:00Z".parse()?;
        transaction
            .execute(
                "INSERT INTO sessions (tenant_id, id, account_id, organization_id, path, token_hash, kind, method, read_only, created_at,
                                       expires_at)
                 VALUES ($1, $2, $2, $3, $4, $5, 'token', $6, $7, $8, $9)",
                // As an open entry of the demonstration, so that dangerous actions are confirmed by a click.
                &[
                    tenant, &account, organization, path, &hash(token.as_bytes()),
                    &if *read_only { "token" } else { "demonstration" }, read_only, &now, &until,
                ],
            )
            .await?;
        seed.accounts.insert((*token).to_owned(), global("acc", account));
        seed.grants.insert((*token).to_owned(), global("gra", grant));
    }
    transaction.batch_execute(include_str!("recount.sql")).await?;
    transaction.commit().await?;
    Ok(seed)
}
