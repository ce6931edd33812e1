//! Who may see a person, and who looked behind the mask (BEYOND16, BEYOND19).

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::PersonRow;
use crate::access::{Permission, Role};
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::PersonId;
use crate::base::language::Language;
use crate::gql::{Cx, all_failed, loader};

/// A field that is shown masked.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskedField {
    /// The identity number.
    IdentityNumber,
    /// The phone.
    Phone,
    /// The address.
    Address,
    /// The e-mail address.
    Email,
}

impl MaskedField {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::IdentityNumber, Self::Phone, Self::Address, Self::Email];

    /// As it stands in the log and in the schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityNumber => "IDENTITY_NUMBER",
            Self::Phone => "PHONE",
            Self::Address => "ADDRESS",
            Self::Email => "EMAIL",
        }
    }

    /// In words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::IdentityNumber => language.pick("身份证号", "identity number"),
            Self::Phone => language.pick("联系电话", "phone"),
            Self::Address => language.pick("地址", "address"),
            Self::Email => language.pick("电子邮箱", "e-mail"),
        }
    }

    /// The sealed value, if there is one.
    pub(super) fn sealed(self, row: &PersonRow) -> Option<&[u8]> {
        match self {
            Self::IdentityNumber => row.identity_number.as_deref(),
            Self::Phone => row.phone.as_deref(),
            Self::Address => row.address.as_deref(),
            Self::Email => row.email.as_deref(),
        }
    }
}

/// One who may see a person, and by what.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct AccessRow {
    /// Whom.
    pub person: Uuid,
    /// Where the right stands in the tree.
    pub path: String,
    /// The grant; the account for the person's own.
    pub id: Uuid,
    /// Who.
    pub holder: String,
    /// By which role.
    pub role: String,
    /// Where, by name.
    pub organization: String,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// Who lent the right.
    pub on_behalf_of: Option<String>,
}

type AccessColumns = (SqlUuid, Text, SqlUuid, Text, Text, Text, Nullable<Timestamptz>, Nullable<Text>);

async fn list_access(session: &Session, tenant: Uuid, people: Vec<Uuid>, at: DateTime<Utc>) -> Result<Vec<AccessRow>, Failure> {
    let reading = Role::ALL.into_iter().filter(|role| role.allows(Permission::ReadPeople));
    let reading: Vec<String> = reading.map(|role| role.as_str().to_owned()).collect();
    let conn = session.conn().await?;
    let seen = Statement::<AccessColumns>::new(
        "SELECT person_id, path, id, holder, role, organization, until, on_behalf_of FROM who_may_see($1, $2, $3, $4)",
    );
    Ok(seen.bind(tenant).bind(people).bind(reading).bind(at).load(&mut conn.get()).await?)
}

/// A person at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessKey {
    /// Whom.
    pub person: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

loader! {
    /// Who may see people, from the root of the tree down.
    AccessTo: AccessKey => Arc<Vec<AccessRow>>, |session, tenant, keys| {
        let Some(at) = keys.iter().map(|key| key.at).max() else { return HashMap::new() };
        match list_access(session, tenant, keys.iter().map(|key| key.person.0).collect(), at).await {
            Ok(rows) => {
                let mut by_person: HashMap<Uuid, Vec<AccessRow>> = HashMap::new();
                for row in rows {
                    by_person.entry(row.person).or_default().push(row);
                }
                keys.iter()
                    .map(|key| {
                        let mut rows = by_person.get(&key.person.0).cloned().unwrap_or_default();
                        rows.sort_by(|one, other| (&one.path, one.id).cmp(&(&other.path, other.id)));
                        (*key, Ok(Some(Arc::new(rows))))
                    })
                    .collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// One look behind the mask.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct LookupRow {
    /// The entry of the log.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub account_name: String,
    /// Who had lent the right.
    pub on_behalf_of: Option<String>,
    /// By which role.
    pub role: Option<String>,
    /// Where, by name.
    pub organization: String,
    /// What was read.
    pub after: serde_json::Value,
    /// What for.
    pub purpose: Option<String>,
}

type LookupColumns = (SqlUuid, Timestamptz, Text, Nullable<Text>, Nullable<Text>, Text, Jsonb, Nullable<Text>);

/// Who looked behind the mask of the viewer's own record, newest first.
pub(super) async fn list_lookups(cx: &Cx) -> Result<Vec<LookupRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let lookups = Statement::<LookupColumns>::new(
        "SELECT id, at, account_name, on_behalf_of, role, organization, after, reason FROM lookups_of_own_record($1)",
    );
    Ok(lookups.bind(cx.viewer()?.tenant).load(&mut conn.get()).await?)
}

/// How often the viewer looked behind the mask since a moment; two who ask at once wait for each other.
pub(super) async fn own_lookups_since(cx: &Cx, since: DateTime<Utc>) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let counted = Statement::<BigInt>::new("SELECT own_lookups_since($1, $2)");
    Ok(counted.bind(cx.viewer()?.tenant).bind(since).get_result(&mut conn.get()).await?)
}
