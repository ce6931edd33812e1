//! The kinds of things that can be done.

use crate::base::language::Language;

/// One kind of thing that a role may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Permission {
    /// Read organizations, their figures and their party groups.
    ReadOrganizations,
    /// Read people and the figures by person.
    ReadPeople,
    /// Read the operation log.
    ReadJournal,
    /// Read accounts and grants.
    ReadGrants,
    /// Create an organization below one's own.
    CreateOrganization,
    /// Correct the data of an organization.
    EditOrganization,
    /// Rename an organization with date and document.
    RenameOrganization,
    /// Give an organization another superior.
    MoveOrganization,
    /// Dissolve an organization.
    DissolveOrganization,
    /// Sort organizations under one superior.
    ReorderOrganizations,
    /// Create, change and dissolve party groups and assign people to them.
    ManagePartyGroups,
    /// Add a person to a branch.
    AddPerson,
    /// Change a person's data.
    EditPerson,
    /// Give and end grants of roles.
    GiveGrants,
    /// Lend a part of one's own right to someone else for a time.
    DelegateGrants,
    /// Open, change, disable and close accounts; give new initial passwords.
    ManageAccounts,
    /// Invite to enrol a security key, replace lost keys, end sessions of others.
    ManageKeys,
    /// Set the policy of a tenant: passwords, two persons for high roles, budgets.
    SetPolicy,
    /// Read a masked field of a person, with a purpose.
    UnmaskPeople,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::ReadOrganizations,
        Self::ReadPeople,
        Self::ReadJournal,
        Self::ReadGrants,
        Self::CreateOrganization,
        Self::EditOrganization,
        Self::RenameOrganization,
        Self::MoveOrganization,
        Self::DissolveOrganization,
        Self::ReorderOrganizations,
        Self::ManagePartyGroups,
        Self::AddPerson,
        Self::EditPerson,
        Self::GiveGrants,
        Self::DelegateGrants,
        Self::ManageAccounts,
        Self::ManageKeys,
        Self::SetPolicy,
        Self::UnmaskPeople,
    ];

    /// Whether using it changes the organization's own row: it is then locked for oneself at once, because
    /// two who first share the lock and then both want it alone would wait for each other for ever.
    #[must_use]
    pub fn changes_the_organization(self) -> bool {
        match self {
            Self::CreateOrganization
            | Self::EditOrganization
            | Self::RenameOrganization
            | Self::MoveOrganization
            | Self::DissolveOrganization
            | Self::ReorderOrganizations => true,
            Self::ReadOrganizations
            | Self::ReadPeople
            | Self::ReadJournal
            | Self::ReadGrants
            | Self::ManagePartyGroups
            | Self::AddPerson
            | Self::EditPerson
            | Self::GiveGrants
            | Self::DelegateGrants
            | Self::ManageAccounts
            | Self::ManageKeys
            | Self::SetPolicy
            | Self::UnmaskPeople => false,
        }
    }

    /// Whether using it asks for the key once more, for exactly this action (BEYOND5). What is recorded under
    /// such a permission without that is a fault: `journal::record` refuses it.
    #[must_use]
    pub fn is_dangerous(self) -> bool {
        match self {
            Self::MoveOrganization
            | Self::DissolveOrganization
            | Self::GiveGrants
            | Self::DelegateGrants
            | Self::ManageAccounts
            | Self::ManageKeys
            | Self::SetPolicy
            | Self::UnmaskPeople => true,
            Self::ReadOrganizations
            | Self::ReadPeople
            | Self::ReadJournal
            | Self::ReadGrants
            | Self::CreateOrganization
            | Self::EditOrganization
            | Self::RenameOrganization
            | Self::ReorderOrganizations
            | Self::ManagePartyGroups
            | Self::AddPerson
            | Self::EditPerson => false,
        }
    }

    /// Whether it can be lent. What gives rights, opens doors or sets the rules stays with whom it was given to,
    /// so that no chain of lent rights makes new ones (BEYOND4). A move gives rights too: whoever could move a
    /// branch below an organization of their own by a lent right would run that branch.
    #[must_use]
    pub fn may_be_lent(self) -> bool {
        !matches!(
            self,
            Self::MoveOrganization
                | Self::GiveGrants
                | Self::DelegateGrants
                | Self::ManageAccounts
                | Self::ManageKeys
                | Self::SetPolicy
        )
    }

    /// In words, as the console names it.
    #[must_use]
    pub fn words(self, language: Language) -> &'static str {
        match self {
            Self::ReadOrganizations => language.pick("查看组织", "Read organizations"),
            Self::ReadPeople => language.pick("查看党员", "Read people"),
            Self::ReadJournal => language.pick("查看日志", "Read the log"),
            Self::ReadGrants => language.pick("查看账号和授权", "Read accounts and grants"),
            Self::CreateOrganization => language.pick("新增组织", "Create organizations"),
            Self::EditOrganization => language.pick("编辑组织", "Edit organizations"),
            Self::RenameOrganization => language.pick("组织更名", "Rename organizations"),
            Self::MoveOrganization => language.pick("更换上级", "Move organizations"),
            Self::DissolveOrganization => language.pick("撤销组织", "Dissolve organizations"),
            Self::ReorderOrganizations => language.pick("组织排序", "Sort organizations"),
            Self::ManagePartyGroups => language.pick("管理党小组", "Manage party groups"),
            Self::AddPerson => language.pick("新增人员", "Add people"),
            Self::EditPerson => language.pick("编辑人员", "Edit people"),
            Self::GiveGrants => language.pick("授权", "Give grants"),
            Self::DelegateGrants => language.pick("委托权限", "Delegate rights"),
            Self::ManageAccounts => language.pick("管理账号", "Manage accounts"),
            Self::ManageKeys => language.pick("管理安全密钥", "Manage security keys"),
            Self::SetPolicy => language.pick("设置安全策略", "Set the policy"),
            Self::UnmaskPeople => language.pick("查看隐藏信息", "Show hidden values"),
        }
    }

    /// As it stands in the schema and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        use async_graphql::resolver_utils::EnumType;
        Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
    }

    /// Reads what [`Permission::name`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::Permission;

    /// The three lists once more: a permission that changes sides must do so in two places.
    #[test]
    fn what_locks_alone_what_is_dangerous_and_what_is_never_lent() {
        let named = |is: fn(Permission) -> bool| {
            Permission::ALL.into_iter().filter(|it| is(*it)).map(Permission::name).collect::<Vec<_>>()
        };
        let changing = [
            "CREATE_ORGANIZATION",
            "EDIT_ORGANIZATION",
            "RENAME_ORGANIZATION",
            "MOVE_ORGANIZATION",
            "DISSOLVE_ORGANIZATION",
            "REORDER_ORGANIZATIONS",
        ];
        assert_eq!(named(Permission::changes_the_organization), changing);
        let dangerous = [
            "MOVE_ORGANIZATION",
            "DISSOLVE_ORGANIZATION",
            "GIVE_GRANTS",
            "DELEGATE_GRANTS",
            "MANAGE_ACCOUNTS",
            "MANAGE_KEYS",
            "SET_POLICY",
            "UNMASK_PEOPLE",
        ];
        assert_eq!(named(Permission::is_dangerous), dangerous);
        let kept = ["MOVE_ORGANIZATION", "GIVE_GRANTS", "DELEGATE_GRANTS", "MANAGE_ACCOUNTS", "MANAGE_KEYS", "SET_POLICY"];
        assert_eq!(named(|permission| !permission.may_be_lent()), kept);
        let names: std::collections::BTreeSet<&str> = named(|_| true).into_iter().collect();
        assert_eq!(names.len(), Permission::ALL.len());
        assert_eq!(Permission::parse("READ_EVERYTHING"), None);
    }
}
