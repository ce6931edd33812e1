//! The kinds of things that can be done.

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
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 14] = [
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
            | Self::GiveGrants => false,
        }
    }
}
