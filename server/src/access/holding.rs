//! What a grant allows where; and what may be done to the account that holds it.

use banyan_tables::grants;
use chrono::{DateTime, Utc};
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::{Permission, Role, Viewer};
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::AccountId;
use crate::base::path;

/// Who lent a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lender {
    /// The account.
    pub account: AccountId,
    /// Its name, for the operation log.
    pub name: String,
}

/// A role at a place, whole or lent in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The role.
    pub role: Role,
    /// Where that stands in the tree.
    pub path: String,
    /// The part of it that was lent; nothing for all that can be.
    pub part: Option<Vec<Permission>>,
    /// Who lent it; nobody for a role of one's own.
    pub lender: Option<Lender>,
}

impl Holding {
    /// A role of one's own.
    #[cfg(test)]
    pub fn own(role: Role, path: &str) -> Self {
        Self { role, path: path.to_owned(), part: None, lender: None }
    }

    /// From the columns of a grant.
    #[must_use]
    pub fn of_columns(role: Role, path: String, part: Option<&[String]>, lender: Option<Lender>) -> Self {
        let part = part.map(|names| names.iter().filter_map(|name| Permission::parse(name)).collect());
        Self { role, path, part, lender }
    }

    /// Whether it allows this, at its place and below.
    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        self.role.allows(permission)
            && (self.lender.is_none() || permission.may_be_lent())
            && self.part.as_ref().is_none_or(|part| part.contains(&permission))
    }

    /// Whether it allows this at a place.
    #[must_use]
    pub fn allows_at(&self, permission: Permission, place: &str) -> bool {
        self.allows(permission) && path::is_within(place, &self.path)
    }

    /// All that it allows.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.allows(*permission)).collect()
    }
}

/// Whether some holdings, those of their own only, bring every right of others at the places of those: who is
/// covered can be managed without becoming more than one is. What was lent covers nobody.
#[must_use]
pub(super) fn covers_all(own: &[Holding], others: &[Holding]) -> bool {
    others.iter().all(|other| {
        other
            .permissions()
            .into_iter()
            .all(|permission| own.iter().any(|holding| holding.lender.is_none() && holding.allows_at(permission, &other.path)))
    })
}

/// What an account holds, will hold, or waits to hold, as far as the asker can see.
///
/// # Errors
/// When the database fails.
pub async fn holdings_of(
    session: &Session,
    tenant: Uuid,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Holding>, Failure> {
    type Columns = (String, String, Option<Vec<String>>, Option<Uuid>, Option<String>);
    let conn = session.conn().await?;
    let rows: Vec<Columns> = grants::table
        .filter(grants::tenant_id.eq(tenant))
        .filter(grants::account_id.eq(account.0))
        .filter(grants::ended_at.is_null())
        .filter(grants::valid_until.is_null().or(grants::valid_until.gt(now)))
        .select((grants::role, grants::path, grants::permissions, grants::on_behalf_of, grants::on_behalf_of_name))
        .load(&mut conn.get())
        .await?;
    rows.into_iter()
        .map(|(role, path, part, lender, name)| {
            let role = Role::parse(&role).ok_or_else(|| Failure::Internal(anyhow::anyhow!("a grant of an unknown role")))?;
            let lender = lender.map(|id| Lender { account: AccountId(id), name: name.unwrap_or_default() });
            Ok(Holding::of_columns(role, path, part.as_deref(), lender))
        })
        .collect()
}

/// Whether the viewer's own rights cover all that an account holds, will hold or waits to hold, also where the
/// viewer cannot see it: whoever resets a password or replaces a key could otherwise become more than they are.
///
/// # Errors
/// When the database fails.
pub async fn may_manage(viewer: &Viewer, session: &Session, account: AccountId, now: DateTime<Utc>) -> Result<bool, Failure> {
    let beyond: bool = {
        let conn = session.conn().await?;
        let beyond = Statement::<Bool>::new("SELECT account_holds_beyond($1, $2, $3)");
        beyond.bind(viewer.tenant).bind(account.0).bind(now).get_result(&mut conn.get()).await?
    };
    Ok(!beyond && viewer.covers_all(&holdings_of(session, viewer.tenant, account, now).await?))
}

/// Whether an organization would be left without an administrator if the account gave no rights any more; with
/// a grant, if that one did not (R01). Two who ask at the same time about the same organization wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn would_orphan(
    session: &Session,
    tenant: Uuid,
    account: AccountId,
    grant: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let conn = session.conn().await?;
    let orphans = Statement::<Bool>::new("SELECT would_orphan($1, $2, $3, $4)");
    Ok(orphans.bind(tenant).bind(account.0).bind(grant).bind(now).get_result(&mut conn.get()).await?)
}

#[cfg(test)]
mod tests {
    use super::{AccountId, Holding, Lender, Permission, Role, Uuid, covers_all};

    fn lent(role: Role, path: &str, part: Option<&[&str]>) -> Holding {
        let part: Option<Vec<String>> = part.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let lender = Lender { account: AccountId(Uuid::nil()), name: "A".into() };
        Holding::of_columns(role, path.into(), part.as_deref(), Some(lender))
    }

    #[test]
    fn a_lent_right_is_the_part_that_was_lent_and_never_gives_rights_on() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.name()), Some(permission));
            let whole = lent(Role::OrganizationAdministrator, "a01", None);
            assert_eq!(whole.allows(permission), permission.may_be_lent(), "{permission:?}");
            let part = lent(Role::OrganizationAdministrator, "a01", Some(&["READ_PEOPLE", "GIVE_GRANTS"]));
            assert_eq!(part.allows(permission), permission == Permission::ReadPeople, "{permission:?}");
        }
        // A part that the role does not hold is none.
        assert_eq!(lent(Role::CommitteeMember, "a01", Some(&["EDIT_PERSON"])).permissions(), []);
    }

    #[test]
    fn a_holding_holds_at_its_place_and_below() {
        let holding = Holding::own(Role::CommitteeMember, "a01001");
        assert_eq!(holding.permissions(), [Permission::ReadOrganizations, Permission::ReadPeople]);
        assert!(holding.allows_at(Permission::ReadPeople, "a01001") && holding.allows_at(Permission::ReadPeople, "a01001000"));
        assert!(!holding.allows_at(Permission::ReadPeople, "a01") && !holding.allows_at(Permission::ReadPeople, "a01002"));
        assert!(!holding.allows_at(Permission::EditPerson, "a01001"));
        let own = Holding::of_columns(Role::OrganizationAdministrator, "a01".into(), None, None);
        assert_eq!((own.permissions().len(), own.path.as_str()), (Permission::ALL.len(), "a01"));
    }

    #[test]
    fn an_account_is_covered_by_own_rights_at_every_place_only() {
        let own = |role, path: &str| Holding::own(role, path);
        let county = [own(Role::OrganizationAdministrator, "a01001")];
        assert!(covers_all(&county, &[]));
        assert!(covers_all(&county, &[own(Role::Secretary, "a01001001"), own(Role::OrganizationAdministrator, "a01001")]));
        assert!(!covers_all(&county, &[own(Role::Secretary, "a01001001"), own(Role::CommitteeMember, "a01002")]));
        assert!(!covers_all(&county, &[own(Role::OrganizationAdministrator, "a01")]));
        assert!(covers_all(&county, &[own(Role::Member, "a01002")]), "a member's role brings no rights");
        assert!(!covers_all(&[own(Role::SystemAdministrator, "a01")], &[own(Role::Secretary, "a01001")]));
        assert!(!covers_all(&[lent(Role::OrganizationAdministrator, "a01", None)], &[own(Role::CommitteeMember, "a01")]));
        let two = [own(Role::BranchAdministrator, "a01"), own(Role::SecurityAdministrator, "a01")];
        assert!(covers_all(&two, &[own(Role::CommitteeMember, "a01"), lent(Role::Secretary, "a01", Some(&["EDIT_PERSON"]))]));
    }
}
