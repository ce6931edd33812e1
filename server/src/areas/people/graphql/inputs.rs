//! Inputs of mutations about people. In an edit, an absent field stays and a null clears.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::super::{Stage, actions};
use crate::base::error::Failure;
use crate::gql::{Day, parse_id, parse_optional_id};

/// A new person (D04, D12).
#[derive(InputObject)]
pub struct PersonAddInput {
    /// The branch (D03).
    organization_id: ID,
    /// The stage, any but LEFT.
    stage: Stage,
    /// Name, at most 120 characters.
    name: String,
    /// Code of `sex`; agrees with the identity number.
    sex: String,
    /// Code of `ethnic_group`.
    ethnic_group: String,
    /// 18 characters, or 15 in the old form; unique among the active people of the tenant (U80, U82).
    identity_number: Option<String>,
    /// Why there is no identity number, in its place; the record cannot be claimed then (A13, A15).
    no_identity_number_reason: Option<String>,
    /// Agrees with the identity number (D31).
    birth_date: Day,
    /// Code of `education`.
    education: String,
    /// Code of a division.
    native_place: Option<String>,
    /// Code of `job_category`.
    job_category: Option<String>,
    /// Phone.
    phone: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Address.
    address: Option<String>,
    /// When the person applied; at least eighteen years old.
    applied_on: Option<Day>,
    /// When the branch meeting adopted the member; required of members.
    joined_on: Option<Day>,
    /// When the person became a full member; required of full members.
    confirmed_on: Option<Day>,
    /// A party group of the branch.
    party_group_id: Option<ID>,
}

impl PersonAddInput {
    pub(super) fn checked(self) -> Result<actions::AddPerson, Failure> {
        Ok(actions::AddPerson {
            organization: parse_id(&self.organization_id)?,
            stage: self.stage,
            name: self.name,
            sex: self.sex,
            ethnic_group: self.ethnic_group,
            identity_number: self.identity_number,
            no_identity_reason: self.no_identity_number_reason,
            birth_date: self.birth_date.0,
            education: self.education,
            native_place: self.native_place,
            job_category: self.job_category,
            phone: self.phone,
            email: self.email,
            address: self.address,
            applied_on: self.applied_on.map(|day| day.0),
            joined_on: self.joined_on.map(|day| day.0),
            confirmed_on: self.confirmed_on.map(|day| day.0),
            party_group: parse_optional_id(self.party_group_id.as_ref())?,
        })
    }
}

/// A change of a person's data (D06).
#[derive(InputObject)]
pub struct PersonEditInput {
    /// The person.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Name, at most 120 characters.
    name: Option<String>,
    /// Code of `sex`; agrees with the identity number.
    sex: Option<String>,
    /// Code of `ethnic_group`.
    ethnic_group: Option<String>,
    /// 18 characters, or 15 in the old form.
    identity_number: Option<String>,
    /// Agrees with the identity number (D31).
    birth_date: Option<Day>,
    /// Code of `education`.
    education: Option<String>,
    /// Code of a division.
    native_place: MaybeUndefined<String>,
    /// Code of `job_category`.
    job_category: MaybeUndefined<String>,
    /// Phone.
    phone: MaybeUndefined<String>,
    /// E-mail address.
    email: MaybeUndefined<String>,
    /// Address.
    address: MaybeUndefined<String>,
    /// When the person applied.
    applied_on: MaybeUndefined<Day>,
    /// When the branch meeting adopted the member.
    joined_on: MaybeUndefined<Day>,
    /// When the person became a full member.
    confirmed_on: MaybeUndefined<Day>,
    /// A party group of the branch.
    party_group_id: MaybeUndefined<ID>,
}

impl PersonEditInput {
    pub(super) fn checked(self) -> Result<actions::EditPerson, Failure> {
        let party_group = match &self.party_group_id {
            MaybeUndefined::Undefined => MaybeUndefined::Undefined,
            MaybeUndefined::Null => MaybeUndefined::Null,
            MaybeUndefined::Value(id) => MaybeUndefined::Value(parse_id(id)?),
        };
        Ok(actions::EditPerson {
            id: parse_id(&self.id)?,
            version: self.version,
            name: self.name,
            sex: self.sex,
            ethnic_group: self.ethnic_group,
            identity_number: self.identity_number,
            birth_date: self.birth_date.map(|day| day.0),
            education: self.education,
            native_place: self.native_place,
            job_category: self.job_category,
            phone: self.phone,
            email: self.email,
            address: self.address,
            applied_on: self.applied_on.map_value(|day| day.0),
            joined_on: self.joined_on.map_value(|day| day.0),
            confirmed_on: self.confirmed_on.map_value(|day| day.0),
            party_group,
        })
    }
}

/// A new portrait, or none (D30).
#[derive(InputObject)]
pub struct PersonSetPhotoInput {
    /// The person.
    pub(super) id: ID,
    /// The version that was read.
    pub(super) version: i32,
    /// A JPEG or PNG in base 64, at most 200 kB; null removes the portrait.
    pub(super) base64: Option<String>,
}
