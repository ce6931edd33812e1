//! Inputs of mutations of the tree. In an edit, an absent field stays and a null clears.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::super::actions;
use crate::base::error::Failure;
use crate::gql::{Day, parse_id, parse_optional_id};

/// A new organization (B04).
#[derive(InputObject)]
pub struct OrganizationCreateInput {
    /// The superior.
    parent_id: ID,
    /// Code of `org_kind`; one of the superior's `mayContain`.
    kind: String,
    /// Full name, at most 120 characters, unique under the superior.
    name: String,
    /// Digits and capital letters, at most 20, unique in the tenant.
    code: String,
    /// Short name.
    short_name: Option<String>,
    /// Code of `org_setting`.
    setting: Option<String>,
    /// Code of a division.
    territory: Option<String>,
    /// Not in the future.
    founded_on: Option<Day>,
    /// Whom to ask.
    contact_person: Option<String>,
    /// The office's phone.
    contact_phone: Option<String>,
    /// The office's address.
    address: Option<String>,
}

impl OrganizationCreateInput {
    pub(super) fn checked(self) -> Result<actions::CreateOrganization, Failure> {
        Ok(actions::CreateOrganization {
            parent: parse_id(&self.parent_id)?,
            kind: self.kind,
            name: self.name,
            code: self.code,
            short_name: self.short_name,
            setting: self.setting,
            territory: self.territory,
            founded_on: self.founded_on.map(|day| day.0),
            contact_person: self.contact_person,
            contact_phone: self.contact_phone,
            address: self.address,
        })
    }
}

/// A correction of an organization's data (B07).
#[derive(InputObject)]
pub struct OrganizationEditInput {
    /// The organization.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Mends a wrong name; a change of name is `organizationRename`.
    name: Option<String>,
    /// Code of `org_kind`.
    kind: Option<String>,
    /// Digits and capital letters, at most 20.
    code: Option<String>,
    /// Short name.
    short_name: MaybeUndefined<String>,
    /// Code of `org_setting`.
    setting: MaybeUndefined<String>,
    /// Code of a division.
    territory: MaybeUndefined<String>,
    /// Not in the future.
    founded_on: MaybeUndefined<Day>,
    /// Whom to ask.
    contact_person: MaybeUndefined<String>,
    /// The office's phone.
    contact_phone: MaybeUndefined<String>,
    /// The office's address.
    address: MaybeUndefined<String>,
}

impl OrganizationEditInput {
    pub(super) fn checked(self) -> Result<actions::EditOrganization, Failure> {
        Ok(actions::EditOrganization {
            id: parse_id(&self.id)?,
            version: self.version,
            name: self.name,
            kind: self.kind,
            code: self.code,
            short_name: self.short_name,
            setting: self.setting,
            territory: self.territory,
            founded_on: self.founded_on.map_value(|day| day.0),
            contact_person: self.contact_person,
            contact_phone: self.contact_phone,
            address: self.address,
        })
    }
}

/// A renaming with date and document (B09).
#[derive(InputObject)]
pub struct OrganizationRenameInput {
    /// The organization.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The new name.
    name: String,
    /// The new short name; absent keeps the old one.
    short_name: MaybeUndefined<String>,
    /// From when: not in the future, not before the last change.
    on: Day,
    /// Number or title of the approval document.
    document: String,
    /// The approval document itself, sent before to `POST /files`; kept as an adjustment document.
    upload_id: Option<ID>,
}

impl OrganizationRenameInput {
    pub(super) fn checked(self) -> Result<actions::RenameOrganization, Failure> {
        let id = parse_id(&self.id)?;
        Ok(actions::RenameOrganization {
            id,
            version: self.version,
            name: self.name,
            short_name: self.short_name,
            on: self.on.0,
            document: self.document,
            upload: parse_optional_id(self.upload_id.as_ref())?,
        })
    }
}

/// A change of the superior (B11).
#[derive(InputObject)]
pub struct OrganizationMoveInput {
    /// The organization.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The new superior, within the viewer's own scope.
    new_superior_id: ID,
    /// From when: not in the future, not before the last change.
    on: Day,
    /// Number or title of the approval document.
    document: Option<String>,
}

impl OrganizationMoveInput {
    pub(super) fn checked(self) -> Result<actions::MoveOrganization, Failure> {
        let (id, new_superior) = (parse_id(&self.id)?, parse_id(&self.new_superior_id)?);
        Ok(actions::MoveOrganization { id, version: self.version, new_superior, on: self.on.0, document: self.document })
    }
}

/// A dissolution (B10).
#[derive(InputObject)]
pub struct OrganizationDissolveInput {
    /// The organization.
    id: ID,
    /// The version that was read.
    version: i32,
    /// From when: not in the future, not before the last change.
    on: Day,
    /// Why.
    reason: String,
    /// Number or title of the approval document.
    document: Option<String>,
}

impl OrganizationDissolveInput {
    pub(super) fn checked(self) -> Result<actions::DissolveOrganization, Failure> {
        let id = parse_id(&self.id)?;
        Ok(actions::DissolveOrganization {
            id,
            version: self.version,
            on: self.on.0,
            reason: self.reason,
            document: self.document,
        })
    }
}

/// Another place among the siblings (B13).
#[derive(InputObject)]
pub struct OrganizationReorderInput {
    /// The organization.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The sibling that it stands behind; null puts it first.
    after_id: Option<ID>,
}

impl OrganizationReorderInput {
    pub(super) fn checked(self) -> Result<actions::ReorderOrganization, Failure> {
        let (id, after) = (parse_id(&self.id)?, parse_optional_id(self.after_id.as_ref())?);
        Ok(actions::ReorderOrganization { id, version: self.version, after })
    }
}

/// A new party group (B21).
#[derive(InputObject)]
pub struct PartyGroupCreateInput {
    /// The branch.
    pub(super) organization_id: ID,
    /// Its name, unique in the branch.
    pub(super) name: String,
    /// A full member of the branch.
    pub(super) leader_id: Option<ID>,
}

/// A change of a party group.
#[derive(InputObject)]
pub struct PartyGroupEditInput {
    /// The group.
    pub(super) id: ID,
    /// The version that was read.
    pub(super) version: i32,
    /// Its name.
    pub(super) name: Option<String>,
    /// A full member of the branch; null for none.
    pub(super) leader_id: MaybeUndefined<ID>,
}

/// The end of a party group.
#[derive(InputObject)]
pub struct PartyGroupDissolveInput {
    /// The group.
    pub(super) id: ID,
    /// The version that was read.
    pub(super) version: i32,
}

/// People who join or leave a party group.
#[derive(InputObject)]
pub struct PartyGroupAssignInput {
    /// The group.
    pub(super) id: ID,
    /// The version of the group that was read.
    pub(super) version: i32,
    /// People of the same branch, at most 200.
    pub(super) person_ids: Vec<ID>,
    /// Whether they leave.
    #[graphql(default)]
    pub(super) remove: bool,
}
