//! What is unusual about an organization (U51, U52, U53, U63): told, and never in the way.
//!
//! A branch is created and then filled, so a new one is below three full members by nature: U51 tells it from the first
//! day and refuses nothing. What counts as unusual is the function `organization_warnings` of the database, for one
//! organization and for the list alike. Group leaders and members without a group are told to those only who may read
//! people: others see none of them.

use diesel::sql_types::{BigInt, Int4, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::language::Language;

/// Kinds of warnings about an organization.
#[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(name = "OrganizationWarningCode")]
pub enum WarningCode {
    /// A branch has fewer than three full members (U51); a new one until it is filled.
    TooFewFullMembers,
    /// A branch has more than fifty members, or a general branch a hundred and more (U52).
    TooManyMembers,
    /// A general branch has fifty members or fewer, or a basic committee fewer than a hundred (U52).
    TooFewMembers,
    /// A joint branch covers more than five units (U53).
    TooManyUnits,
    /// The leader of a party group is no full member of the branch any more (U63).
    LeaderNotFullMember,
    /// Members belong to no party group although the branch has some (U63).
    MembersWithoutGroup,
}

impl WarningCode {
    const ALL: [(Self, &'static str, &'static str, &'static str, &'static str); 6] = [
        (
            Self::TooFewFullMembers,
            "few_full_members",
            "U51",
            "正式党员{}人，不足{bound}人",
            "{} full members, fewer than {bound}",
        ),
        (Self::TooManyMembers, "many_members", "U52", "党员{}人，超过{bound}人", "{} members, more than {bound}"),
        (Self::TooFewMembers, "few_members", "U52", "党员{}人，不足{bound}人", "{} members, fewer than {bound}"),
        (Self::TooManyUnits, "many_units", "U53", "关联{}个单位，超过{bound}个", "Set up in {} units, more than {bound}"),
        (
            Self::LeaderNotFullMember,
            "leader_not_full",
            "U63",
            "{}个党小组的组长不是本支部正式党员",
            "Party groups whose leader is no full member of the branch: {}",
        ),
        (Self::MembersWithoutGroup, "without_group", "U63", "{}名党员未编入党小组", "Members without a party group: {}"),
    ];

    /// As the database calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(code, ..)| *code == self).map_or("", |(_, text, ..)| text)
    }

    /// Whether it is about people and groups, and not about a figure that everyone reads who reads the organization.
    #[must_use]
    pub fn is_about_people(self) -> bool {
        matches!(self, Self::LeaderNotFullMember | Self::MembersWithoutGroup)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, ..)| *known == text).map(|(code, ..)| *code)
    }

    /// All of them, as the database calls them.
    pub(super) fn all() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(_, text, ..)| *text)
    }

    /// The row of the regulations behind it.
    #[must_use]
    pub fn rule(self) -> &'static str {
        Self::ALL.iter().find(|(code, ..)| *code == self).map_or("", |(_, _, rule, ..)| rule)
    }
}

/// One warning with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    pub code: WarningCode,
    pub figure: i64,
    pub bound: i32,
}

impl Warning {
    /// In words.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let texts = WarningCode::ALL.iter().find(|(code, ..)| *code == self.code);
        let text = texts.map_or("", |(.., zh, en)| language.pick(zh, en));
        text.replace("{bound}", &self.bound.to_string()).replace("{}", &self.figure.to_string())
    }
}

/// The warnings of organizations; those without any are left out.
pub(super) async fn list(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<(Uuid, Warning)>, Failure> {
    let conn = session.conn().await?;
    let rows: Vec<(Uuid, String, i64, i32)> = Statement::<(SqlUuid, Text, BigInt, Int4)>::new(include_str!("sql/warnings.sql"))
        .bind(tenant)
        .bind(ids.to_vec())
        .load(&mut conn.get())
        .await?;
    let warning = |(id, code, figure, bound): (Uuid, String, i64, i32)| {
        WarningCode::parse(&code).map(|code| (id, Warning { code, figure, bound }))
    };
    Ok(rows.into_iter().filter_map(warning).collect())
}

#[cfg(test)]
mod tests {
    use super::{Language, Warning, WarningCode};

    #[test]
    fn every_warning_has_a_text_in_both_languages_with_its_figures() {
        for (code, ..) in WarningCode::ALL {
            assert_eq!(WarningCode::parse(code.as_str()), Some(code));
            let warning = Warning { code, figure: 7, bound: 9 };
            for language in [Language::Zh, Language::En] {
                let text = warning.message(language);
                assert!(text.contains('7') && !text.contains('{'), "{text}");
            }
            assert!(warning.message(Language::En).is_ascii() && code.rule().starts_with('U'));
        }
    }
}
