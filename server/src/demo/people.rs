//! People of a branch.

use std::collections::HashSet;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::distributions::Distributions;
use super::names::Names;
use super::outline::Place;
use super::population::{self, Population};
use super::random::{Dice, Weighted};
use super::rows::{Branch, Group, Person, Stage, Tree};
use super::sizes::BRANCH_MIN;
use super::tree::chinese_number;
use crate::areas::reference;
use crate::base::identity::IdentityNumber;

/// Share of members in their year of probation.
const PROBATIONARY: f64 = 0.024;
/// From so many members on, a branch may be divided into groups.
const GROUPS_FROM: u32 = 18;
/// Region codes of the time before 1997, when Chongqing belonged to Sichuan.
const BEFORE_1997: &[(&str, u32)] = &[
    ("500101", 512_201),
    ("500102", 512_301),
    ("500103", 510_202),
    ("500104", 510_203),
    ("500105", 510_211),
    ("500106", 510_212),
    ("500107", 510_213),
    ("500108", 510_214),
    ("500109", 510_215),
    ("500110", 510_223),
    ("500111", 510_230),
    ("500112", 510_224),
    ("500113", 510_222),
    ("500114", 512_328),
    ("500115", 510_221),
    ("500116", 510_225),
    ("500117", 510_226),
    ("500118", 510_229),
    ("500119", 512_323),
    ("500120", 510_232),
    ("500151", 510_228),
    ("500152", 510_227),
    ("500153", 510_231),
    ("500154", 512_222),
    ("500155", 512_224),
    ("500156", 512_326),
    ("500229", 512_229),
    ("500230", 512_324),
    ("500231", 512_322),
    ("500233", 512_223),
    ("500235", 512_225),
    ("500236", 512_226),
    ("500237", 512_227),
    ("500238", 512_228),
    ("500240", 512_325),
    ("500241", 512_330),
    ("500242", 512_329),
    ("500243", 512_327),
];

/// Makes the people of one tree, branch after branch.
pub(super) struct People {
    today: NaiveDate,
    names: Names,
    population: Population,
    others: Weighted<Option<Stage>>,
    probationary: f64,
    /// Age at joining of those who are now up to 60, and older.
    joining_age: [Weighted<(u32, u32)>; 2],
    /// Where people come from: the counties of the tree, all counties of China.
    counties: Vec<String>,
    china: Vec<String>,
    is_real: bool,
    taken: HashSet<(u32, NaiveDate, u16)>,
}

impl People {
    pub(super) fn of(tree: &Tree, figures: &Distributions, today: NaiveDate, is_real: bool) -> anyhow::Result<Self> {
        let mut by_county: Vec<(&str, f64)> = tree.counties.iter().map(|(code, _)| (code.as_str(), 0.0)).collect();
        let (mut members, mut in_communities, mut spare) = (0.0, 0.0, 0.0);
        for branch in &tree.branches {
            let here = f64::from(branch.members);
            members += here;
            spare += f64::from(branch.members.saturating_sub(BRANCH_MIN));
            if branch.place == Place::Community {
                in_communities += here;
            }
            if let Some((_, sum)) = by_county.get_mut(branch.county) {
                *sum += here;
            }
        }
        let [_, applicants, activists, candidates] = population::stage_shares(figures)?;
        let mut china = Vec::new();
        for row in reference::csv("divisions_china_county.csv")?.deserialize::<[String; 6]>() {
            let [code, _, level, _, _, source] = row?;
            if level == "county" && source == "gb2260" {
                china.push(code);
            }
        }
        let communities = if members > 0.0 { in_communities / members } else { 0.5 };
        Ok(Self {
            today,
            names: Names::read()?,
            population: Population::fit(figures, communities.clamp(0.02, 0.98), &by_county)?,
            others: Weighted::new([
                (Some(Stage::Applicant), applicants),
                (Some(Stage::Activist), activists),
                (Some(Stage::Candidate), candidates),
            ]),
            // The first three of every branch are full members, the rest makes up for them.
            probationary: if spare > 0.0 { (PROBATIONARY * members / spare).min(0.5) } else { 0.0 },
            joining_age: [[22.0, 33.0, 21.0, 14.0, 8.0, 2.0], [30.0, 33.0, 19.0, 10.0, 5.5, 2.5]].map(|weights| {
                let ages = [(18, 20), (21, 23), (24, 27), (28, 34), (35, 44), (45, 58)];
                Weighted::new(ages.into_iter().zip(weights))
            }),
            counties: tree.counties.iter().map(|(code, _)| code.clone()).collect(),
            china,
            is_real,
            taken: HashSet::new(),
        })
    }

    /// The people of a branch, full members first, and its groups.
    pub(super) fn of_branch(&mut self, branch: &Branch, dice: &mut Dice) -> (Vec<Person>, Vec<Group>) {
        let mut people = Vec::new();
        for number in 0..branch.members {
            let on_probation = number >= BRANCH_MIN && dice.chance(self.probationary);
            let stage = if on_probation { Stage::Probationary } else { Stage::Full };
            people.push(self.make(branch, stage, dice));
        }
        people.sort_by_key(|person| person.stage != Stage::Full);
        let groups = self.groups(branch, &mut people, dice);
        for _ in 0..branch.others {
            let stage = self.others.pick(dice).unwrap_or(Stage::Applicant);
            people.push(self.make(branch, stage, dice));
        }
        (people, groups)
    }

    /// Two to four groups in some larger branches: every member is in one, a full member leads it.
    fn groups(&self, branch: &Branch, members: &mut [Person], dice: &mut Dice) -> Vec<Group> {
        if branch.members < GROUPS_FROM || !dice.chance(0.35) {
            return Vec::new();
        }
        let count = usize::try_from(branch.members / 9).unwrap_or(2).clamp(2, 4);
        let mut groups: Vec<Group> = (1..=count)
            .map(|number| Group {
                id: dice.id(),
                node: branch.node,
                name: format!("第{}党小组", chinese_number(number)),
                leader: None,
            })
            .collect();
        for (number, person) in members.iter_mut().enumerate() {
            if let Some(group) = groups.get_mut(number % count) {
                person.group = Some(group.id);
                if group.leader.is_none() && person.stage == Stage::Full {
                    group.leader = Some(person.id);
                }
            }
        }
        groups
    }

    fn make(&mut self, branch: &Branch, stage: Stage, dice: &mut Dice) -> Person {
        let age = match stage {
            Stage::Full => self.population.age_of_member(dice).max(20),
            Stage::Probationary => self.population.age_of_new_member(dice),
            _ => self.population.age_of_applicant(dice),
        };
        let born = years_before(self.today, age) - Days::new(u64::from(dice.between(1, 364)));
        let (applied_on, joined_on, confirmed_on) = self.career(stage, born, dice);
        let is_woman = match stage {
            Stage::Full => self.population.is_woman(dice, age),
            _ => dice.chance(0.455),
        };
        let ethnic_group = self.population.ethnic_group(dice, branch.county);
        let education = self.population.education(dice, age, branch.place);
        let native_place = self.native_place(branch, dice);
        let identity = self.identity(&native_place, born, is_woman, dice);
        Person {
            id: dice.id(),
            group: None,
            stage,
            name: self.names.make(dice, !is_woman, born, matches!(ethnic_group, "15" | "06")),
            is_woman,
            ethnic_group,
            born,
            identity,
            education,
            job: population::job(dice, age, is_woman, branch.place, education),
            native_place: Some(native_place),
            phone: phone(dice),
            address: address(branch, dice),
            applied_on,
            joined_on,
            confirmed_on,
        }
    }

    /// Days of application, joining and confirmation: nothing before the eighteenth birthday.
    fn career(&self, stage: Stage, born: NaiveDate, dice: &mut Dice) -> (NaiveDate, Option<NaiveDate>, Option<NaiveDate>) {
        let adult = after_months(born, 18 * 12);
        let ago = |days: u32| self.today - Days::new(u64::from(days));
        let joined_on = match stage {
            Stage::Full => self.joining_day(born, adult, dice),
            Stage::Probationary => dice.day(ago(355).max(adult + Days::new(1)), ago(3)),
            Stage::Applicant => return (dice.day(ago(900).max(adult), self.today), None, None),
            Stage::Activist => return (dice.day(ago(1300).max(adult), ago(185).max(adult)), None, None),
            Stage::Candidate => return (dice.day(ago(1600).max(adult), ago(550).max(adult)), None, None),
        };
        let applied_on = (joined_on - Days::new(u64::from(dice.between(400, 1500)))).max(adult);
        let confirmed_on = (stage == Stage::Full).then(|| {
            let longer = after_months(joined_on, if dice.chance(0.04) { 18 } else { 12 });
            if longer <= self.today { longer } else { after_months(joined_on, 12) }
        });
        (applied_on, Some(joined_on), confirmed_on)
    }

    fn joining_day(&self, born: NaiveDate, adult: NaiveDate, dice: &mut Dice) -> NaiveDate {
        let earliest = adult + Days::new(1);
        let latest = years_before(self.today, 1);
        let [younger, older] = &self.joining_age;
        let (low, high) = if born < years_before(self.today, 61) { older.pick(dice) } else { younger.pick(dice) };
        let months = 12 * dice.between(low, high);
        let day = after_months(born, months) + Days::new(u64::from(dice.between(1, 365)));
        if day > latest { dice.day(earliest, latest) } else { day.max(earliest) }
    }

    /// Mostly the county of the branch, sometimes another one of the tree or of China.
    fn native_place(&self, branch: &Branch, dice: &mut Dice) -> String {
        let chance = dice.unit();
        let here = self.counties.get(branch.county).filter(|_| self.is_real && chance < 0.82);
        let near = || Some(&self.counties).filter(|_| self.is_real && chance < 0.93);
        let found = match here {
            Some(here) => Some(here),
            None => dice.one_of(near().unwrap_or(&self.china)),
        };
        found.cloned().unwrap_or_default()
    }

    /// A valid number that nobody else has; most of those born before 1997 carry an older region code.
    fn identity(&mut self, native_place: &str, born: NaiveDate, is_woman: bool, dice: &mut Dice) -> String {
        let older = BEFORE_1997.iter().find(|(code, _)| *code == native_place).map(|(_, older)| *older);
        let older = older.filter(|_| born.year() < 1997 && dice.chance(0.97));
        let region = older.or_else(|| native_place.parse().ok()).unwrap_or(500_101);
        loop {
            let pair = u16::try_from(dice.between(0, 498)).unwrap_or_default();
            let sequence = 2 * pair + if is_woman { 2 } else { 1 };
            if !self.taken.insert((region, born, sequence)) {
                continue;
            }
            if let Ok(number) = IdentityNumber::make(region, born, sequence) {
                return number.as_str().to_owned();
            }
        }
    }
}

fn years_before(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(12 * years)).unwrap_or(day)
}

fn after_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

fn phone(dice: &mut Dice) -> String {
    let start = dice.one_of(&["130", "135", "136", "138", "139", "150", "158", "177", "183", "189", "199"]).copied();
    format!("{}{:08}", start.unwrap_or("138"), dice.between(0, 99_999_999))
}

fn address(branch: &Branch, dice: &mut Dice) -> String {
    match branch.place {
        Place::Village => format!("{}{}组{}号", branch.address, dice.between(1, 12), dice.between(1, 180)),
        Place::Community => {
            let (house, floor, door) = (dice.between(1, 60), dice.between(1, 28), dice.between(1, 8));
            format!("{}{house}幢{floor}-{door}", branch.address)
        }
    }
}

/// The share of members among all people.
pub(super) fn member_share(figures: &Distributions) -> anyhow::Result<f64> {
    let [members, ..] = population::stage_shares(figures)?;
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::outline::Outline;
    use crate::demo::tree;

    #[test]
    fn people_of_a_branch_are_consistent() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        let figures = Distributions::read().expect("the distributions");
        let mut dice = Dice::new(2);
        let tree = tree::grow(&Outline::chongqing().expect("the outline"), 30_000, 0.74, &mut dice).expect("a tree");
        let mut people = People::of(&tree, &figures, today, true).expect("people");
        let mut seen = HashSet::new();
        for branch in tree.branches.iter().take(1500) {
            let (made, groups) = people.of_branch(branch, &mut dice);
            let full = made.iter().filter(|person| person.stage == Stage::Full).count();
            assert!(branch.members == 0 || full >= 3);
            for group in groups {
                let leader = made.iter().find(|person| Some(person.id) == group.leader).expect("a leader");
                assert!(leader.stage == Stage::Full && leader.group == Some(group.id));
            }
            for person in made {
                let number = IdentityNumber::parse(&person.identity).expect("a valid number");
                assert_eq!((number.birth_date(), number.is_male()), (person.born, !person.is_woman));
                assert!(seen.insert(person.identity));
                let adult = after_months(person.born, 216);
                assert!(person.applied_on >= adult && person.applied_on <= today);
                assert_eq!(person.joined_on.is_some(), person.stage.is_member());
                assert_eq!(person.confirmed_on.is_some(), person.stage == Stage::Full);
                if let Some(joined) = person.joined_on {
                    assert!(joined > adult && joined <= today && joined >= person.applied_on);
                }
                assert!(person.confirmed_on.is_none_or(|day| day <= today));
            }
        }
        assert!(seen.len() > 3000, "{}", seen.len());
    }
}
