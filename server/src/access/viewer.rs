//! Who is asking, from the token of the request; read anew at every request, so that a change
//! of rights or of the tree takes effect at once.

use banyan_tables::organizations;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{Permission, Permit, Place, Role, Scope};
use crate::base::db::prelude::*;
use crate::base::db::{Session, Settings, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, GrantId, Id, OrganizationId, PersonId};

/// A grant that runs now.
#[derive(Clone, Debug)]
pub struct RunningGrant {
    /// The grant.
    pub id: GrantId,
    /// Its role.
    pub role: Role,
    /// Where that stands in the tree.
    pub path: String,
}

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The tenant of the account.
    pub tenant: Uuid,
    /// The account.
    pub account: AccountId,
    /// Its name, for the operation log.
    pub account_name: String,
    /// A token that may only read.
    pub read_only: bool,
    /// When the session ends by itself.
    pub expires_at: DateTime<Utc>,
    /// The person behind the account.
    pub person: Option<PersonId>,
    /// That person's branch.
    pub branch: Option<OrganizationId>,
    /// What is held now.
    pub grants: Vec<RunningGrant>,
}

type ViewerColumns = (
    (SqlUuid, Bool, Timestamptz, SqlUuid, Text, Nullable<SqlUuid>, Nullable<SqlUuid>),
    (Nullable<SqlUuid>, Nullable<Text>, Nullable<Text>),
);

#[derive(diesel::Queryable)]
struct AccountColumns {
    tenant: Uuid,
    read_only: bool,
    expires_at: DateTime<Utc>,
    account: Uuid,
    account_name: String,
    person: Option<Uuid>,
    branch: Option<Uuid>,
}

#[derive(diesel::Queryable)]
struct GrantColumns {
    id: Option<Uuid>,
    role: Option<String>,
    path: Option<String>,
}

impl Viewer {
    /// Who holds the token, or nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(conn: &mut AsyncPgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Self>, Failure> {
        let rows: Vec<(AccountColumns, GrantColumns)> = Statement::<ViewerColumns>::new(
            "SELECT tenant_id, read_only, expires_at, account_id, account_name, person_id, branch_id,
                    grant_id, grant_role, grant_path
             FROM session_viewer($1, $2)",
        )
        .bind(token_hash.to_vec())
        .bind(now)
        .load(conn)
        .await?;
        let mut viewer = None;
        for (account, grant) in rows {
            let viewer = viewer.get_or_insert_with(|| Self::without_grants(account));
            viewer.grants.extend(RunningGrant::from_columns(grant));
        }
        Ok(viewer)
    }

    fn without_grants(account: AccountColumns) -> Self {
        Self {
            tenant: account.tenant,
            account: AccountId(account.account),
            account_name: account.account_name,
            read_only: account.read_only,
            expires_at: account.expires_at,
            person: account.person.map(PersonId),
            branch: account.branch.map(OrganizationId),
            grants: Vec::new(),
        }
    }

    /// Where the viewer may do this: the subtrees of the grants that hold the permission.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        Scope::of(self.grants.iter().filter(|grant| grant.role.allows(permission)).map(|grant| grant.path.as_str()))
    }

    /// What the guard of the database is told.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            scope: self.scope(Permission::ReadOrganizations).setting(),
            people: self.scope(Permission::ReadPeople).setting(),
            journal: self.scope(Permission::ReadJournal).setting(),
            grants: self.scope(Permission::ReadGrants).setting(),
            person: self.person.map(|id| id.uuid().to_string()).unwrap_or_default(),
            branch: self.branch.map(|id| id.uuid().to_string()).unwrap_or_default(),
            account: self.account.uuid().to_string(),
            browses: false,
        }
    }

    /// What the viewer may do at a place.
    #[must_use]
    pub fn permissions_at(&self, path: &str) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission, path)).collect()
    }

    /// Whether the viewer may do this at a place.
    #[must_use]
    pub fn may(&self, permission: Permission, path: &str) -> bool {
        self.grants.iter().any(|grant| grant.role.allows(permission) && crate::base::path::is_within(path, &grant.path))
    }

    /// Whether a place is an outermost one of those where the viewer may do this: the own root,
    /// of which superior, kind and name are changed from above only (B07).
    #[must_use]
    pub fn is_own_root(&self, permission: Permission, path: &str) -> bool {
        self.scope(permission).roots().iter().any(|root| root == path)
    }

    /// The right to do this in an organization, which is locked against being dissolved meanwhile.
    ///
    /// # Errors
    /// `NOT_FOUND` when the viewer cannot see it, `FORBIDDEN` when the role lacks the right,
    /// `READ_ONLY` for a token that may only read.
    pub async fn permit(
        &self,
        session: &Session,
        permission: Permission,
        organization: OrganizationId,
    ) -> Result<Permit, Failure> {
        if self.read_only {
            return Err(Failure::ReadOnly);
        }
        let conn = session.conn().await?;
        // Locking asks the guard for the right to update, so what is seen only as one's own branch is not found here.
        let query = organizations::table.find((self.tenant, organization.0)).select(Place::as_select());
        let place = if permission.changes_the_organization() {
            query.for_update().first(&mut conn.get()).await
        } else {
            query.for_share().first(&mut conn.get()).await
        };
        let place = place.optional()?.ok_or_else(|| self.refusal_for(organization))?;
        let Some(grant) = self
            .grants
            .iter()
            .find(|grant| grant.role.allows(permission) && crate::base::path::is_within(&place.path, &grant.path))
        else {
            return Err(Failure::Forbidden);
        };
        Ok(Permit::new(self, grant.role, place))
    }

    /// A member sees the own branch and may not write there; anything else that cannot be locked is not there.
    fn refusal_for(&self, organization: OrganizationId) -> Failure {
        if self.branch == Some(organization) { Failure::Forbidden } else { Failure::NotFound }
    }
}

impl RunningGrant {
    fn from_columns(row: GrantColumns) -> Option<Self> {
        Some(Self { id: GrantId(row.id?), role: Role::parse(row.role.as_deref()?)?, path: row.path? })
    }
}
