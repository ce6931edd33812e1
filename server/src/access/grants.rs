//! The table of roles (R02): which role brings which permissions, at the organization of the
//! grant and everything below it.

use super::Permission::{self, *};
use crate::base::language::Language;
use crate::base::path::LABEL_WIDTH;

/// A fixed role. Its rights hold in the subtree of the organization at which it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Role {
    /// Keeps the accounts of the tenant: no personal data, no log, no roles (BEYOND17).
    SystemAdministrator,
    /// Keeps keys, roles and the policy of the tenant: no personal data, no log (BEYOND17).
    SecurityAdministrator,
    /// Runs an organization and everything below it.
    OrganizationAdministrator,
    /// Runs one branch.
    BranchAdministrator,
    /// Heads one branch.
    Secretary,
    /// Sits on the committee of a branch and reads its roll.
    CommitteeMember,
    /// Sees the own record and the own branch.
    Member,
    /// The audit administrator: reads everything in scope and changes nothing (BEYOND17).
    Auditor,
    /// Reads the organizations and people of a subtree, masked, and their figures; no log, no grants, and changes nothing.
    Reader,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::OrganizationAdministrator,
        Self::BranchAdministrator,
        Self::Secretary,
        Self::CommitteeMember,
        Self::Member,
        Self::Auditor,
        Self::Reader,
    ];

    /// What the role allows.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::SystemAdministrator => &[ReadOrganizations, ReadGrants, DelegateGrants, ManageAccounts],
            Self::SecurityAdministrator => &[ReadOrganizations, ReadGrants, GiveGrants, DelegateGrants, ManageKeys, SetPolicy],
            Self::OrganizationAdministrator => &Permission::ALL,
            Self::BranchAdministrator => &[
                ReadOrganizations,
                ReadPeople,
                ReadJournal,
                ReadGrants,
                EditOrganization,
                ManagePartyGroups,
                AddPerson,
                EditPerson,
                DelegateGrants,
                ManageAccounts,
                UnmaskPeople,
            ],
            Self::Secretary => &[
                ReadOrganizations,
                ReadPeople,
                ReadJournal,
                ReadGrants,
                EditOrganization,
                ManagePartyGroups,
                AddPerson,
                EditPerson,
                GiveGrants,
                DelegateGrants,
                ManageAccounts,
                UnmaskPeople,
            ],
            Self::CommitteeMember | Self::Reader => &[ReadOrganizations, ReadPeople],
            Self::Member => &[],
            Self::Auditor => &[ReadOrganizations, ReadPeople, ReadJournal, ReadGrants],
        }
    }

    /// Whether the role allows it.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether it is one of the three duties that no account combines (BEYOND17).
    #[must_use]
    pub fn is_duty(self) -> bool {
        matches!(self, Self::SystemAdministrator | Self::SecurityAdministrator | Self::Auditor)
    }

    /// Whether two people give it, at a place high enough for the tenant's policy (SEC-A11).
    #[must_use]
    pub fn is_high(self) -> bool {
        self.is_duty() || self == Self::OrganizationAdministrator
    }

    /// Whether two people give it at this place: a high role, down to the policy's depth; the root is 1.
    #[must_use]
    pub fn needs_two_people(self, path: &str, depth: i32) -> bool {
        self.is_high() && i32::try_from(path.len() / LABEL_WIDTH).is_ok_and(|here| here <= depth)
    }

    /// In words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::SystemAdministrator => language.pick("系统管理员", "System administrator"),
            Self::SecurityAdministrator => language.pick("安全管理员", "Security administrator"),
            Self::OrganizationAdministrator => language.pick("组织管理员", "Organization administrator"),
            Self::BranchAdministrator => language.pick("支部管理员", "Branch administrator"),
            Self::Secretary => language.pick("支部书记", "Secretary"),
            Self::CommitteeMember => language.pick("支部委员", "Committee member"),
            Self::Member => language.pick("党员", "Member"),
            Self::Auditor => language.pick("审计管理员", "Auditor"),
            Self::Reader => language.pick("查阅人员", "Reader"),
        }
    }

    /// As it stands in the database and in `banyan token --role`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SystemAdministrator => "system_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::OrganizationAdministrator => "organization_administrator",
            Self::BranchAdministrator => "branch_administrator",
            Self::Secretary => "secretary",
            Self::CommitteeMember => "committee_member",
            Self::Member => "member",
            Self::Auditor => "auditor",
            Self::Reader => "reader",
        }
    }

    /// Reads what [`Role::as_str`] wrote; hyphens are taken for underscores.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('-', "_");
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Permission, Role};

    #[test]
    fn every_role_has_a_name_of_its_own() {
        for language in [Language::Zh, Language::En] {
            let names: std::collections::BTreeSet<&str> = Role::ALL.iter().map(|role| role.name(language)).collect();
            assert_eq!(names.len(), Role::ALL.len());
            assert!(names.iter().all(|name| name.chars().count() > 1));
        }
        assert_eq!((Role::Member.name(Language::Zh), Role::Member.name(Language::En)), ("党员", "Member"));
        assert_eq!((Role::parse("branch-administrator"), Role::parse("emperor")), (Some(Role::BranchAdministrator), None));
    }

    #[test]
    fn what_is_high_and_what_is_a_duty_is_listed_here_once_more() {
        let named = |is: fn(Role) -> bool| Role::ALL.into_iter().filter(|role| is(*role)).map(Role::as_str).collect::<Vec<_>>();
        assert_eq!(named(Role::is_duty), ["system_administrator", "security_administrator", "auditor"]);
        let high = ["system_administrator", "security_administrator", "organization_administrator", "auditor"];
        assert_eq!(named(Role::is_high), high);
    }

    #[test]
    fn two_people_give_high_roles_at_high_places() {
        assert!(Role::Auditor.needs_two_people("a01", 1) && Role::OrganizationAdministrator.needs_two_people("a01001", 2));
        assert!(!Role::OrganizationAdministrator.needs_two_people("a01001", 1));
        assert!(!Role::Secretary.needs_two_people("a01", 12) && !Role::Auditor.needs_two_people("a01", 0));
    }

    /// covers: R02
    #[test]
    fn an_auditor_only_reads_and_a_system_administrator_reads_no_people() {
        let reads = [Permission::ReadOrganizations, Permission::ReadPeople, Permission::ReadJournal, Permission::ReadGrants];
        for permission in Permission::ALL {
            assert_eq!(Role::Auditor.allows(permission), reads.contains(&permission), "{permission:?}");
        }
        for permission in Permission::ALL {
            let reads = [Permission::ReadOrganizations, Permission::ReadPeople].contains(&permission);
            assert_eq!(Role::Reader.allows(permission), reads, "{permission:?}");
        }
        assert!(!Role::SystemAdministrator.allows(Permission::ReadPeople));
        assert!(Role::Member.permissions().is_empty());
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert!(role.permissions().iter().all(|permission| Role::OrganizationAdministrator.allows(*permission)));
        }
    }

    /// The secretary is a branch administrator by default: whoever is the one can do all of the other.
    ///
    /// In part (the table of rights; what a secretary's post brings is in the tests of the leadership): R04
    #[test]
    fn a_secretary_holds_every_right_of_a_branch_administrator() {
        assert!(!Role::BranchAdministrator.permissions().is_empty());
        for permission in Role::BranchAdministrator.permissions() {
            assert!(Role::Secretary.allows(*permission), "{permission:?}");
        }
    }

    /// Two duties share reading the tree and who holds what, nothing else: what one of them may change or
    /// disclose, no other may.
    #[test]
    fn the_three_duties_share_no_power() {
        let duties: Vec<Role> = Role::ALL.into_iter().filter(|role| role.is_duty()).collect();
        assert_eq!(duties.len(), 3);
        let shared = [Permission::ReadOrganizations, Permission::ReadGrants, Permission::DelegateGrants];
        for permission in Permission::ALL.into_iter().filter(|permission| !shared.contains(permission)) {
            let holders = duties.iter().filter(|role| role.allows(permission)).count();
            assert!(holders <= 1, "{permission:?}");
        }
    }
}
