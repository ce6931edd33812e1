//! The right to write in one organization.

use banyan_tables::organizations;
use uuid::Uuid;

use super::{Permission, Role, Viewer};
use crate::base::ids::{AccountId, OrganizationId};
use crate::base::problem::{Code, Problem};

/// The organization that a permit is for, as it stood when it was locked.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = organizations)]
pub struct Place {
    /// Its key.
    pub id: Uuid,
    /// Where it stands.
    pub path: String,
    /// Its kind, a code of `org_kind`.
    pub kind: String,
    /// `active` or `dissolved`.
    pub status: String,
}

/// The right to do one thing in one organization; made by [`Viewer::permit`] only.
#[derive(Clone, Debug)]
pub struct Permit {
    tenant: Uuid,
    account: AccountId,
    account_name: String,
    role: Role,
    on_behalf_of: Option<String>,
    permission: Option<Permission>,
    place: Place,
}

impl Permit {
    pub(super) fn new(viewer: &Viewer, role: Role, permission: Option<Permission>, place: Place) -> Self {
        Self {
            on_behalf_of: None,
            tenant: viewer.tenant,
            account: viewer.account,
            account_name: viewer.account_name.clone(),
            role,
            permission,
            place,
        }
    }

    /// By a right that someone lent.
    pub(super) fn on_behalf_of(mut self, lender: Option<String>) -> Self {
        self.on_behalf_of = lender;
        self
    }

    /// Whether what it is used for must have been confirmed with the key.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        self.permission.is_some_and(Permission::is_dangerous)
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> Uuid {
        self.tenant
    }

    /// Who writes.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Who writes, by name.
    #[must_use]
    pub fn account_name(&self) -> &str {
        &self.account_name
    }

    /// The role that gives the right.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who lent the right, by name; nobody for a right of one's own.
    #[must_use]
    pub fn lender(&self) -> Option<&str> {
        self.on_behalf_of.as_deref()
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Refuses what cannot be done any more at an organization that is dissolved.
    ///
    /// # Errors
    /// `ORGANIZATION_DISSOLVED` at `field`.
    pub fn standing(&self, field: &'static str) -> Result<(), Problem> {
        if self.place.status == "active" { Ok(()) } else { Err(Problem::new(Code::OrganizationDissolved, field)) }
    }

    /// The organization's id.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        OrganizationId(self.place.id)
    }

    /// The organization's path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.place.path
    }
}
