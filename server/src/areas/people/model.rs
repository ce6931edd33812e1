//! Rows of people.

use banyan_tables::people;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use crate::areas::journal::Facts;
use crate::base::ids::{PartyGroupId, PersonId};
use crate::base::language::Language;
use crate::base::names::NameQuery;
use crate::base::secret::Secrets;

/// Where a person stands between application and history.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(name = "PersonStage")]
pub enum Stage {
    /// Has applied.
    Applicant,
    /// Is cultivated.
    Activist,
    /// Is a candidate for development.
    Candidate,
    /// Is a member in probation.
    Probationary,
    /// Is a full member.
    Full,
    /// Has left.
    Left,
}

impl Stage {
    const ALL: [(Self, &'static str, &'static str, &'static str); 6] = [
        (Self::Applicant, "applicant", "入党申请人", "Applicant"),
        (Self::Activist, "activist", "入党积极分子", "Activist"),
        (Self::Candidate, "candidate", "发展对象", "Candidate"),
        (Self::Probationary, "probationary", "预备党员", "Probationary member"),
        (Self::Full, "full", "正式党员", "Full member"),
        (Self::Left, "left", "已离开", "Left"),
    ];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(stage, ..)| *stage == self).map_or("left", |(_, text, ..)| text)
    }

    /// Reads what [`Stage::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL.iter().find(|(_, known, ..)| *known == text).map_or(Self::Left, |(stage, ..)| *stage)
    }

    /// In words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        Self::ALL.iter().find(|(stage, ..)| *stage == self).map_or("", |(_, _, zh, en)| language.pick(zh, en))
    }

    /// Whether it is one of a member.
    #[must_use]
    pub fn is_member(self) -> bool {
        matches!(self, Self::Probationary | Self::Full)
    }
}

/// A person.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = people)]
pub struct PersonRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub party_group_id: Option<Uuid>,
    pub stage: String,
    pub name: String,
    pub name_key: String,
    pub sex: String,
    pub ethnic_group: String,
    pub birth_date: NaiveDate,
    pub identity_number: Option<Vec<u8>>,
    pub identity_index: Option<Vec<u8>>,
    pub no_identity_reason: Option<String>,
    pub identity_converted: bool,
    pub education: String,
    pub job_category: Option<String>,
    pub native_place: Option<String>,
    pub phone: Option<Vec<u8>>,
    pub email: Option<Vec<u8>>,
    pub address: Option<Vec<u8>>,
    pub applied_on: Option<NaiveDate>,
    pub joined_on: Option<NaiveDate>,
    pub confirmed_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl PersonRow {
    /// The id.
    #[must_use]
    pub fn key(&self) -> PersonId {
        PersonId(self.id)
    }

    /// The stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::parse(&self.stage)
    }

    /// Completed years on a day.
    #[must_use]
    pub fn age_on(&self, day: NaiveDate) -> i32 {
        let had_birthday = (day.month(), day.day()) >= (self.birth_date.month(), self.birth_date.day());
        day.year() - self.birth_date.year() - i32::from(!had_birthday)
    }

    /// The fields for the log.
    #[must_use]
    pub fn facts(&self, secrets: &Secrets) -> Facts {
        Facts::default()
            .text("personName", Some(&self.name))
            .code("sex", "sex", Some(&self.sex))
            .code("ethnicGroup", "ethnic_group", Some(&self.ethnic_group))
            .sealed("identityNumber", secrets, self.identity_number.as_deref())
            .text("noIdentityNumberReason", self.no_identity_reason.as_deref())
            .text("identityConverted", self.identity_converted.then_some("✓"))
            .day("birthDate", Some(self.birth_date))
            .code("education", "education", Some(&self.education))
            .code("jobCategory", "job_category", self.job_category.as_deref())
            .text("nativePlace", self.native_place.as_deref())
            .sealed("phone", secrets, self.phone.as_deref())
            .sealed("email", secrets, self.email.as_deref())
            .sealed("address", secrets, self.address.as_deref())
            .text("stage", Some(self.stage().name(Language::Zh)))
            .day("appliedOn", self.applied_on)
            .day("joinedOn", self.joined_on)
            .day("confirmedOn", self.confirmed_on)
    }
}

/// A person as written: every field but the keys.
#[derive(Clone, diesel::Insertable, diesel::AsChangeset)]
#[diesel(table_name = people, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct PersonChange {
    pub party_group_id: Option<Uuid>,
    pub stage: String,
    pub name: String,
    pub name_key: String,
    pub name_initials: String,
    pub name_grams: Vec<String>,
    pub sex: String,
    pub ethnic_group: String,
    pub birth_date: NaiveDate,
    pub identity_number: Option<Vec<u8>>,
    pub identity_index: Option<Vec<u8>>,
    pub no_identity_reason: Option<String>,
    pub identity_converted: bool,
    pub education: String,
    pub job_category: Option<String>,
    pub native_place: Option<String>,
    pub phone: Option<Vec<u8>>,
    pub email: Option<Vec<u8>>,
    pub address: Option<Vec<u8>>,
    pub applied_on: Option<NaiveDate>,
    pub joined_on: Option<NaiveDate>,
    pub confirmed_on: Option<NaiveDate>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// Which people a list shows.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonFilter {
    pub stages: Vec<Stage>,
    pub name: Option<String>,
    pub identity_index: Option<Vec<u8>>,
    pub sex: Option<String>,
    pub ethnic_group: Option<String>,
    pub ethnic_groups: Option<Vec<String>>,
    pub educations: Option<Vec<String>>,
    pub graduations: Option<Vec<String>>,
    pub born_after: Option<NaiveDate>,
    pub born_until: Option<NaiveDate>,
    pub party_group: Option<PartyGroupId>,
    pub identity_converted: Option<bool>,
}

impl PersonFilter {
    /// Members only.
    pub(super) fn members() -> Self {
        Self { stages: vec![Stage::Probationary, Stage::Full], ..Self::default() }
    }

    /// Those on the way to membership.
    pub(super) fn applicants() -> Self {
        Self { stages: vec![Stage::Applicant, Stage::Activist, Stage::Candidate], ..Self::default() }
    }

    /// Whether an index finds the few whom it wants: by name, by number, in one group, by a rare mark. A letter or two
    /// begin many names.
    pub(super) fn finds_few(&self) -> bool {
        let by_name = |name: &str| match NameQuery::parse(name) {
            NameQuery::Latin(letters) => letters.len() > 2,
            NameQuery::Chinese(_) => true,
        };
        self.name.as_deref().is_some_and(by_name)
            || self.identity_index.is_some()
            || self.party_group.is_some()
            || self.identity_converted == Some(true)
    }

    /// Whether nothing but the stages narrows the list.
    pub(super) fn is_by_stage_only(&self) -> bool {
        self.name.is_none()
            && self.identity_index.is_none()
            && self.sex.is_none()
            && self.ethnic_group.is_none()
            && self.ethnic_groups.is_none()
            && self.educations.is_none()
            && self.graduations.is_none()
            && self.born_after.is_none()
            && self.born_until.is_none()
            && self.party_group.is_none()
            && self.identity_converted.is_none()
    }
}
