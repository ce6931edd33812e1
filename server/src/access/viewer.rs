//! Who is asking, from the token of the request; read anew at every request, so that a change
//! of rights or of the tree takes effect at once.

use std::sync::Arc;

use banyan_tables::organizations;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{Holding, Lender, Permission, Permit, Place, Role, Scope, SignInMethod, holding};
use crate::base::db::prelude::*;
use crate::base::db::{Session, Settings, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, GrantId, Id, OrganizationId, PersonId, SessionId};

/// A grant that runs now.
#[derive(Clone, Debug)]
pub struct RunningGrant {
    /// The grant.
    pub id: GrantId,
    /// What it allows where, and who lent it.
    pub holding: Holding,
}

impl std::ops::Deref for RunningGrant {
    type Target = Holding;

    fn deref(&self) -> &Holding {
        &self.holding
    }
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
    /// The organization that keeps it.
    pub home: OrganizationId,
    /// Where that stands.
    pub home_path: String,
    /// The session.
    pub session: SessionId,
    /// How it was opened.
    pub method: SignInMethod,
    /// Not noted as used for a while.
    pub must_touch: bool,
    /// The password must be changed before anything else (A09).
    pub must_change: bool,
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
    /// What is held and sleeps, because the session was opened with a password alone, or came by the members' entrance.
    /// The member's own role is among it where the tenant wants a key of members.
    pub sleeping: Vec<RunningGrant>,
    /// Where the administrators' own entrance is, for a request that did not come by it.
    pub administration: Option<Arc<str>>,
}

/// Reads [`ViewerColumns`] from a function of the database.
macro_rules! viewer_from {
    ($function:literal) => {
        concat!(
            "SELECT tenant_id, read_only, expires_at, account_id, account_name, account_organization, account_path,
                    person_id, branch_id, session_id, method, must_touch, must_change,
                    grant_id, grant_role, grant_path, grant_asleep, grant_permissions, grant_lender, grant_lender_name
             FROM ",
            $function
        )
    };
}

type ViewerColumns = (
    (SqlUuid, Bool, Timestamptz, SqlUuid, Text, SqlUuid, Text, Nullable<SqlUuid>, Nullable<SqlUuid>, SqlUuid, Text, Bool, Bool),
    (Nullable<SqlUuid>, Nullable<Text>, Nullable<Text>, Nullable<Bool>, Nullable<Array<Text>>, Nullable<SqlUuid>, Nullable<Text>),
);

#[derive(diesel::Queryable)]
struct AccountColumns {
    tenant: Uuid,
    read_only: bool,
    expires_at: DateTime<Utc>,
    account: Uuid,
    account_name: String,
    home: Uuid,
    home_path: String,
    person: Option<Uuid>,
    branch: Option<Uuid>,
    session: Uuid,
    method: String,
    must_touch: bool,
    must_change: bool,
}

#[derive(diesel::Queryable)]
struct GrantColumns {
    id: Option<Uuid>,
    role: Option<String>,
    path: Option<String>,
    asleep: Option<bool>,
    part: Option<Vec<String>>,
    lender: Option<Uuid>,
    lender_name: Option<String>,
}

impl Viewer {
    /// Who holds the token, or nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(conn: &AsyncPgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Self>, Failure> {
        Ok(Self::of_rows(lookup(token_hash, now).load(&mut &*conn).await?))
    }

    /// Who holds a token that was written in this very transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_in(session: &Session, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Self>, Failure> {
        let conn = session.conn().await?;
        Ok(Self::of_rows(lookup(token_hash, now).load(&mut conn.get()).await?))
    }

    /// Who ordered a job, for the server that holds its lease: tenant, job and lease.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_of_job(
        conn: &AsyncPgConnection,
        (tenant, job, lease): (Uuid, Uuid, Uuid),
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, Failure> {
        let lookup = Statement::<ViewerColumns>::new(viewer_from!("job_viewer($1, $2, $3, $4)"));
        Ok(Self::of_rows(lookup.bind(tenant).bind(job).bind(lease).bind(now).load(&mut &*conn).await?))
    }

    fn of_rows(rows: Vec<(AccountColumns, GrantColumns)>) -> Option<Self> {
        let mut viewer = None;
        for (account, grant) in rows {
            let viewer = viewer.get_or_insert_with(|| Self::without_grants(account));
            let held = if grant.asleep == Some(true) { &mut viewer.sleeping } else { &mut viewer.grants };
            held.extend(RunningGrant::from_columns(grant));
        }
        // The database gives them as they come.
        for held in viewer.iter_mut().flat_map(|viewer: &mut Self| [&mut viewer.grants, &mut viewer.sleeping]) {
            held.sort_by(|one, other| (&one.path, one.id.0).cmp(&(&other.path, other.id.0)));
        }
        viewer
    }

    /// Notes that the session is in use; its idle time begins anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch(conn: &AsyncPgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<(), Failure> {
        let touch = Statement::<Text>::new("SELECT session_touch($1, $2)").bind(token_hash.to_vec()).bind(now);
        touch.execute(&mut &*conn).await?;
        Ok(())
    }

    fn without_grants(account: AccountColumns) -> Self {
        Self {
            tenant: account.tenant,
            account: AccountId(account.account),
            account_name: account.account_name,
            home: OrganizationId(account.home),
            home_path: account.home_path,
            session: SessionId(account.session),
            method: SignInMethod::parse(&account.method),
            must_touch: account.must_touch,
            must_change: account.must_change,
            read_only: account.read_only,
            expires_at: account.expires_at,
            person: account.person.map(PersonId),
            branch: account.branch.map(OrganizationId),
            grants: Vec::new(),
            sleeping: Vec::new(),
            administration: None,
        }
    }

    /// Where the viewer may do this: the subtrees of the grants that hold the permission.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        Scope::of(self.grants.iter().filter(|grant| grant.allows(permission)).map(|grant| grant.path.as_str()))
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

    /// What the viewer holds now of their own, not lent.
    #[must_use]
    pub fn own(&self) -> Vec<Holding> {
        let own = self.grants.iter().filter(|grant| grant.lender.is_none());
        own.map(|grant| grant.holding.clone()).collect()
    }

    /// Whether the viewer's own rights bring all of these at their places.
    #[must_use]
    pub fn covers_all(&self, others: &[Holding]) -> bool {
        holding::covers_all(&self.own(), others)
    }

    /// What the viewer may do at a place.
    #[must_use]
    pub fn permissions_at(&self, path: &str) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission, path)).collect()
    }

    /// Whether the viewer may do this at a place.
    #[must_use]
    pub fn may(&self, permission: Permission, path: &str) -> bool {
        self.grants.iter().any(|grant| grant.allows_at(permission, path))
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
        // A right of one's own comes first: nobody acts for someone else without need.
        let allowing = || self.grants.iter().filter(|grant| grant.allows_at(permission, &place.path));
        let Some(grant) = allowing().find(|grant| grant.lender.is_none()).or_else(|| allowing().next()) else {
            return Err(self.refusal(permission));
        };
        let lender = grant.lender.as_ref().map(|lender| lender.name.clone());
        Ok(Permit::new(self, grant.role, Some(permission), place).on_behalf_of(lender))
    }

    /// The right to give back what one was lent, or to take back what one lent, wherever that is.
    ///
    /// # Errors
    /// `READ_ONLY` for a token that may only read, `NOT_FOUND` when the viewer is neither of the two.
    pub fn permit_lent(
        &self,
        (lender, borrower): (Option<AccountId>, AccountId),
        organization: OrganizationId,
        path: &str,
    ) -> Result<Permit, Failure> {
        if self.read_only {
            return Err(Failure::ReadOnly);
        }
        if lender.is_none() || (lender != Some(self.account) && borrower != self.account) {
            return Err(Failure::NotFound);
        }
        let place = Place { id: organization.0, path: path.to_owned(), kind: String::new(), status: String::from("active") };
        let role = self.grants.iter().chain(&self.sleeping).map(|grant| grant.role).next();
        Ok(Permit::new(self, role.unwrap_or(Role::Member), None, place))
    }

    /// Whether nothing but the way to a key is open: the tenant wants one of its members, and a password came alone
    /// (SEC-B01).
    #[must_use]
    pub fn key_is_due(&self) -> bool {
        self.sleeping.iter().any(|grant| grant.role == Role::Member)
    }

    /// Why a permission is not there: a role brings it that sleeps until the key answers, or none does.
    #[must_use]
    pub fn refusal(&self, permission: Permission) -> Failure {
        match self.key_is_due() || self.sleeping.iter().any(|grant| grant.role.allows(permission)) {
            true => self.why_asleep(),
            false => Failure::Forbidden,
        }
    }

    /// Where what sleeps works, if it is not here and no key is missing (A04).
    #[must_use]
    pub fn elsewhere(&self) -> Option<&str> {
        self.administration.as_deref().filter(|_| !self.sleeping.is_empty() && !self.key_is_due())
    }

    fn why_asleep(&self) -> Failure {
        if self.elsewhere().is_some() { Failure::AdministrationRequired } else { Failure::KeyRequired }
    }

    /// At the members' entrance everything sleeps but what a member's role brings (A04).
    pub fn enter_as_member(&mut self, administration: Arc<str>) {
        let held = std::mem::take(&mut self.grants);
        let (open, asleep): (Vec<_>, Vec<_>) = held.into_iter().partition(|grant| grant.role == Role::Member);
        self.grants = open;
        self.sleeping.extend(asleep);
        self.administration = Some(administration);
    }

    /// The right over one's own account, which everyone who is signed in has.
    ///
    /// # Errors
    /// `READ_ONLY` for a token that may only read.
    pub fn permit_own(&self) -> Result<Permit, Failure> {
        if self.read_only {
            return Err(Failure::ReadOnly);
        }
        let place = Place { id: self.home.0, path: self.home_path.clone(), kind: String::new(), status: String::from("active") };
        let role = self.grants.iter().chain(&self.sleeping).map(|grant| grant.role).next();
        Ok(Permit::new(self, role.unwrap_or(Role::Member), None, place))
    }

    /// A member sees the own branch and may not write there; anything else that cannot be locked is not there.
    fn refusal_for(&self, organization: OrganizationId) -> Failure {
        match self.branch == Some(organization) {
            true if self.sleeping.is_empty() => Failure::Forbidden,
            true => self.why_asleep(),
            false => Failure::NotFound,
        }
    }
}

fn lookup(token_hash: &[u8], now: DateTime<Utc>) -> Statement<ViewerColumns> {
    Statement::<ViewerColumns>::new(viewer_from!("session_viewer($1, $2)")).bind(token_hash.to_vec()).bind(now)
}

impl RunningGrant {
    fn from_columns(row: GrantColumns) -> Option<Self> {
        let lender = row.lender.map(|id| Lender { account: AccountId(id), name: row.lender_name.unwrap_or_default() });
        let holding = Holding::of_columns(Role::parse(row.role.as_deref()?)?, row.path?, row.part.as_deref(), lender);
        Some(Self { id: GrantId(row.id?), holding })
    }
}

#[cfg(test)]
mod tests;
