//! Queries about people.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use chrono::{Months, NaiveDate};

use super::super::Stage;
use super::super::model::PersonFilter as Filter;
use super::super::pages::Order;
use super::lists::{PersonConnection, person_list};
use crate::access::Permission;
use crate::areas::organizations::walk_under;
use crate::areas::reference::Codes;
use crate::base::error::Failure;
use crate::base::identity::IdentityNumber;
use crate::gql::{Cx, Paging, Reach, parse_optional_id};

/// Orders of a list of people.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum PersonOrder {
    /// As the tree is read: superiors before subordinates, siblings in the manual order of `organizations` (B13), inside a
    /// branch by pinyin. Branches as they came, where a lent right reads people and not the organizations.
    Tree,
    /// By pinyin.
    Name,
}

/// Which people (D02).
#[derive(InputObject, Default)]
pub struct PersonFilter {
    /// A part of the name in Chinese, or the beginning of its pinyin or initials.
    name: Option<String>,
    /// The whole identity number; a wrong one finds nobody.
    identity_number: Option<String>,
    /// These stages; everyone but those who left without any.
    stages: Option<Vec<Stage>>,
    /// Code of `sex`.
    sex: Option<String>,
    /// Code of `ethnic_group`.
    ethnic_group: Option<String>,
    /// Only people of ethnic minorities, or only others.
    minority: Option<bool>,
    /// Only people with junior college and above, or only others.
    college_and_above: Option<bool>,
    /// Code of `education`, or of a value above it, as `2` for all kinds of bachelor.
    education: Option<String>,
    /// Completed years, at least.
    age_from: Option<i32>,
    /// Completed years, at most.
    age_to: Option<i32>,
    /// One party group.
    party_group: Option<ID>,
    /// Only people whose identity number was given with 15 digits, or only others (U80).
    identity_converted: Option<bool>,
}

impl PersonFilter {
    fn checked(self, cx: &Cx) -> Result<Filter, Failure> {
        let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let today = cx.clock.today();
        // A number that cannot exist is nobody's: its own text finds nobody, as any other unknown number.
        let number =
            text(self.identity_number).map(|text| IdentityNumber::parse(&text).map_or(text, |number| number.as_str().to_owned()));
        Ok(Filter {
            stages: self.stages.unwrap_or_default(),
            name: text(self.name),
            identity_index: number.map(|number| cx.secrets.index(&number)),
            sex: text(self.sex),
            ethnic_group: text(self.ethnic_group),
            ethnic_groups: self
                .minority
                .map(|wanted| codes_where("ethnic_group", |code| Codes::builtin().is_minority(code) == wanted)),
            educations: text(self.education).map(|code| educations_under(&code)),
            graduations: self
                .college_and_above
                .map(|wanted| codes_where("education", |code| Codes::builtin().is_college_and_above(code) == wanted)),
            // At most so old is born after the day on which one year more would be completed.
            born_after: self.age_to.map(|age| years_before(today, age.saturating_add(1), "ageTo")).transpose()?,
            born_until: self.age_from.map(|age| years_before(today, age, "ageFrom")).transpose()?,
            party_group: parse_optional_id(self.party_group.as_ref())?,
            identity_converted: self.identity_converted,
        })
    }
}

/// The codes of a table for which something holds.
fn codes_where(table: &str, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let values = Codes::builtin().table(table).map(|table| table.values.as_slice()).unwrap_or_default();
    values.iter().map(|value| value.code.clone()).filter(|code| holds(code)).collect()
}

/// The code itself and every code below it.
fn educations_under(code: &str) -> Vec<String> {
    let Some(table) = Codes::builtin().table("education") else { return Vec::new() };
    let is_under = |mut value: &crate::areas::reference::CodeValue| loop {
        if value.code == code {
            return true;
        }
        match value.parent_code.as_deref().and_then(|parent| table.value(parent)) {
            Some(parent) => value = parent,
            None => return false,
        }
    };
    let below = table.values.iter().filter(|value| is_under(value)).map(|value| value.code.clone());
    // The report's columns are groups too: `bachelor` finds all that count as it.
    let grouped =
        table.values.iter().filter(|value| value.attribute("report_group") == Some(code)).map(|value| value.code.clone());
    below.chain(grouped).collect()
}

/// The day so many years before another one.
fn years_before(today: NaiveDate, years: i32, field: &'static str) -> Result<NaiveDate, Failure> {
    const OLDEST: i32 = 200;
    let months = u32::try_from(years).ok().filter(|_| years <= OLDEST + 1).map(|years| Months::new(years * 12));
    months.and_then(|months| today.checked_sub_months(months)).ok_or(Failure::BadInput(field))
}

/// Queries of this area.
#[derive(Default)]
pub struct PersonQuery;

#[Object]
impl PersonQuery {
    /// People under an organization (D02).
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which people.")] filter: Option<PersonFilter>,
        #[graphql(desc = "In which order.", default_with = "PersonOrder::Tree")] order_by: PersonOrder,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PersonConnection> {
        let cx = &Cx::of(ctx);
        let walk = walk_under(cx, Permission::ReadPeople, under.as_ref(), reach).await?;
        let filter = filter.unwrap_or_default().checked(cx)?;
        let order = match order_by {
            PersonOrder::Tree => Order::Tree,
            PersonOrder::Name => Order::Name,
        };
        Box::pin(person_list(ctx, walk, filter, order, Paging { first, after, last, before })).await
    }
}
