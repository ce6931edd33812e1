//! Members by stage, sex, ethnic group, age and education (D01).

use std::collections::BTreeMap;

use async_graphql::{Context, Result, SimpleObject};
use chrono::Datelike;

use super::super::{Stage, figures};
use crate::access::Permission;
use crate::areas::organizations::{CountsKey, CountsOf};
use crate::areas::reference::Codes;
use crate::areas::reference::graphql::{Code, CountByCode};
use crate::base::db::Span;
use crate::gql::Cx;

/// Members of a subtree, counted five ways.
#[derive(SimpleObject)]
pub struct MemberOverview {
    /// All members.
    members: i32,
    /// Full and probationary.
    by_stage: Vec<CountByStage>,
    /// By sex.
    by_sex: Vec<CountByCode>,
    /// By ethnic group.
    by_ethnic_group: Vec<CountByCode>,
    /// By age at the end of this year, in the brackets of the year reports (`age_bracket`).
    by_age_band: Vec<CountByCode>,
    /// By education, in the columns of the year reports (`education_report_group`).
    by_education: Vec<CountByCode>,
}

/// How many people stand at a stage.
#[derive(SimpleObject)]
pub struct CountByStage {
    /// The stage.
    stage: Stage,
    /// How many.
    count: i32,
}

/// The overview of the organization at `path` and below, or none for who may not read people there.
///
/// # Errors
/// When the database fails.
pub async fn member_overview(ctx: &Context<'_>, path: &str) -> Result<Option<MemberOverview>> {
    let cx = &Cx::of(ctx);
    if !cx.viewer()?.may(Permission::ReadPeople, path) {
        return Ok(None);
    }
    let counts = cx.load::<CountsOf>(CountsKey::of(Span::subtree(path))).await?.unwrap_or_default();
    let tallies = figures::list_tallies(cx.session()?, &Span::subtree(path)).await?;
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let year = cx.clock.today().year();
    let of = |dimension: &'static str| {
        tallies.iter().filter(move |(known, ..)| known == dimension).map(|(_, value, count)| (value.as_str(), *count))
    };
    Ok(Some(MemberOverview {
        members: number(counts.full + counts.probationary),
        by_stage: vec![
            CountByStage { stage: Stage::Full, count: number(counts.full) },
            CountByStage { stage: Stage::Probationary, count: number(counts.probationary) },
        ],
        by_sex: grouped("sex", of("sex"), |value| Some(value.to_owned()))?,
        by_ethnic_group: grouped("ethnic_group", of("ethnic_group"), |value| Some(value.to_owned()))?,
        by_age_band: grouped("age_bracket", of("birth_year"), |born| age_band(year - born.parse::<i32>().ok()?))?,
        by_education: grouped("education_report_group", of("education"), |value| {
            Codes::builtin().education_report_group(value).map(str::to_owned)
        })?,
    }))
}

/// Sums by the code that each value falls under, in the order of the table; values without one are left out.
fn grouped<'a>(
    table: &str,
    counts: impl Iterator<Item = (&'a str, i64)>,
    code_of: impl Fn(&str) -> Option<String>,
) -> Result<Vec<CountByCode>> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (value, count) in counts {
        if let Some(code) = code_of(value) {
            *sums.entry(code).or_default() += count;
        }
    }
    let values = Codes::builtin().table(table).map(|table| table.values.as_slice()).unwrap_or_default();
    values
        .iter()
        .filter_map(|value| sums.get(&value.code).map(|count| (value, *count)))
        .map(|(value, count)| {
            Ok(CountByCode { code: Code::of(table, &value.code)?, count: i32::try_from(count).unwrap_or(i32::MAX) })
        })
        .collect()
}

/// The bracket of table 2 of the year reports that an age falls into.
fn age_band(age: i32) -> Option<String> {
    let table = Codes::builtin().table("age_bracket")?;
    let bound =
        |value: &crate::areas::reference::CodeValue, name: &str| value.attribute(name).and_then(|text| text.parse::<i32>().ok());
    table
        .values
        .iter()
        .filter(|value| value.attribute("bracket_set") == Some("member"))
        .find(|value| {
            bound(value, "age_min").is_some_and(|least| age >= least) && bound(value, "age_max").is_some_and(|most| age <= most)
        })
        .map(|value| value.code.clone())
}

#[cfg(test)]
mod tests {
    use super::age_band;

    #[test]
    fn every_age_of_a_member_has_a_band() {
        assert_eq!(age_band(30).as_deref(), Some("A01"));
        assert_eq!(age_band(31).as_deref(), Some("A02"));
        assert_eq!(age_band(71).as_deref(), Some("A10"));
        assert!((18..120).all(|age| age_band(age).is_some()));
    }
}
