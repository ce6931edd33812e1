//! What people are like: age, sex, education, ethnic group and work, so that the totals come near
//! the published figures while each depends on the others as in life.

use anyhow::Context;

use super::distributions::Distributions;
use super::outline::Place;
use super::random::{Dice, Weighted};

/// Age brackets of the communique; the last one is divided by assumption.
const AGE_KEYS: [&str; 8] = ["30-", "31-35", "36-40", "41-45", "46-50", "51-55", "56-60", "61+"];
const EDUCATION_KEYS: [&str; 6] =
    ["graduate", "bachelor", "junior_college", "secondary_specialised", "high_school", "junior_or_below"];
/// Education by age bracket before it is fitted to the totals: older people went to school for fewer years.
const EDUCATION_BY_AGE: [[f64; 6]; 8] = [
    [12.0, 52.0, 26.0, 2.0, 5.0, 3.0],
    [14.0, 45.0, 26.0, 3.0, 6.0, 6.0],
    [12.0, 38.0, 27.0, 4.0, 8.0, 11.0],
    [9.0, 33.0, 27.0, 6.0, 10.0, 15.0],
    [6.0, 28.0, 26.0, 8.0, 13.0, 19.0],
    [5.0, 23.0, 23.0, 8.0, 16.0, 25.0],
    [4.0, 17.0, 19.0, 8.0, 19.0, 33.0],
    [1.5, 8.0, 12.0, 6.0, 17.0, 55.0],
];
/// How education in communities leans against that in villages.
const LEANING: [f64; 6] = [4.0, 2.2, 1.5, 1.2, 0.9, 0.45];
/// Share of women by age bracket before it is fitted to the total.
const WOMEN_BY_AGE: [f64; 8] = [0.47, 0.44, 0.38, 0.34, 0.31, 0.27, 0.23, 0.16];
/// Share of minorities in the counties of the southeast: Tujia, Miao.
const SOUTHEAST: &[(&str, f64, f64)] = &[
    ("500114", 0.58, 0.13),
    ("500156", 0.04, 0.03),
    ("500240", 0.70, 0.02),
    ("500241", 0.38, 0.14),
    ("500242", 0.60, 0.23),
    ("500243", 0.13, 0.46),
];
/// Everywhere else, by ethnic group.
const ELSEWHERE: &[(&str, f64)] = &[
    ("15", 46.0),
    ("06", 26.0),
    ("03", 8.0),
    ("07", 4.0),
    ("11", 4.0),
    ("04", 3.0),
    ("08", 3.0),
    ("09", 2.0),
    ("12", 2.0),
    ("02", 1.5),
    ("14", 0.5),
];

/// Weights of everything that is drawn.
pub(super) struct Population {
    ages: Weighted<(u32, u32)>,
    new_members: Weighted<(u32, u32)>,
    applicants: Weighted<(u32, u32)>,
    women: [f64; 8],
    /// By age bracket and place: village, community.
    education: Vec<Weighted<usize>>,
    counties: Vec<Minorities>,
    elsewhere: Weighted<&'static str>,
}

#[derive(Clone, Copy)]
struct Minorities {
    tujia: f64,
    miao: f64,
    others: f64,
}

impl Population {
    /// Fits the weights to the totals, given where members are: in communities, and by county code.
    pub(super) fn fit(figures: &Distributions, community_share: f64, counties: &[(&str, f64)]) -> anyhow::Result<Self> {
        let brackets = shares(&figures.values("age", &AGE_KEYS)?);
        let targets = shares(&figures.values("education_model", &EDUCATION_KEYS)?);
        let women_share = figures.value("sex", "female_share")? / 100.0;
        let minority_share = figures.value("ethnic", "minority_share")? / 100.0;
        let raw: f64 = brackets.iter().zip(WOMEN_BY_AGE).map(|(share, women)| share * women).sum();
        let [young, .., old] = brackets.as_slice() else { anyhow::bail!("no age brackets") };
        let middle = brackets.iter().skip(1).take(6).enumerate();
        let ages = [((19, 21), 0.05 * young), ((22, 25), 0.31 * young), ((26, 30), 0.64 * young)]
            .into_iter()
            .chain(middle.map(|(place, share)| {
                let low = 31 + 5 * u32::try_from(place).unwrap_or_default();
                ((low, low + 4), *share)
            }))
            .chain([
                ((61, 65), 0.29 * old),
                ((66, 70), 0.26 * old),
                ((71, 80), 0.345 * old),
                ((81, 90), 0.097 * old),
                ((91, 97), 0.008 * old),
            ]);
        Ok(Self {
            ages: Weighted::new(ages.collect::<Vec<_>>()),
            new_members: Weighted::new([
                ((19, 22), 42.0),
                ((23, 28), 24.0),
                ((29, 35), 17.0),
                ((36, 45), 11.0),
                ((46, 59), 5.6),
                ((60, 66), 0.4),
            ]),
            applicants: Weighted::new([((18, 22), 45.0), ((23, 30), 29.0), ((31, 40), 17.0), ((41, 57), 9.0)]),
            women: WOMEN_BY_AGE.map(|women| women * women_share / raw),
            education: fit_education(&brackets, &targets, community_share),
            counties: fit_minorities(minority_share, counties),
            elsewhere: Weighted::new(ELSEWHERE.iter().copied()),
        })
    }

    /// Age of a full member in years.
    pub(super) fn age_of_member(&self, dice: &mut Dice) -> u32 {
        let (low, high) = self.ages.pick(dice);
        // The oldest brackets thin out towards their end.
        let (first, second) = (dice.between(low, high), dice.between(low, high));
        if low > 70 { first.min(second) } else { first }
    }

    /// Age of somebody in the year of probation.
    pub(super) fn age_of_new_member(&self, dice: &mut Dice) -> u32 {
        let (low, high) = self.new_members.pick(dice);
        dice.between(low, high)
    }

    /// Age of applicants, activists and candidates.
    pub(super) fn age_of_applicant(&self, dice: &mut Dice) -> u32 {
        let (low, high) = self.applicants.pick(dice);
        dice.between(low, high)
    }

    /// Whether it is a woman.
    pub(super) fn is_woman(&self, dice: &mut Dice, age: u32) -> bool {
        dice.chance(self.women.get(bracket(age)).copied().unwrap_or(0.3))
    }

    /// A code of the table `education`.
    pub(super) fn education(&self, dice: &mut Dice, age: u32, place: Place) -> &'static str {
        let row = bracket(age) * 2 + usize::from(place == Place::Community);
        let group = self.education.get(row).map_or(5, |weights| weights.pick(dice));
        let chance = dice.unit();
        // School takes time: nobody is a graduate at twenty.
        match group {
            0 if age >= 25 && chance < 0.07 && age >= 28 => "11",
            0 if age >= 25 => "14",
            0 | 1 if age >= 22 => "21",
            2 if age >= 65 && chance < 0.1 => "28",
            0..=2 if age >= 21 => "31",
            3 => "41",
            0..=4 if chance < 0.76 => "61",
            0..=4 if chance < 0.89 => "44",
            0..=4 => "47",
            _ if age >= 60 && chance < 0.45 => "81",
            _ if chance < 0.92 || age < 40 => "71",
            _ => "73",
        }
    }

    /// A code of the table `ethnic_group`; the county by its place in the list given to [`Self::fit`].
    pub(super) fn ethnic_group(&self, dice: &mut Dice, county: usize) -> &'static str {
        let Some(shares) = self.counties.get(county) else { return "01" };
        let chance = dice.unit();
        if chance < shares.tujia {
            "15"
        } else if chance < shares.tujia + shares.miao {
            "06"
        } else if chance < shares.tujia + shares.miao + shares.others {
            self.elsewhere.pick(dice)
        } else {
            "01"
        }
    }
}

fn shares(values: &[f64]) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    values.iter().map(|value| value / sum).collect()
}

fn bracket(age: u32) -> usize {
    match age {
        0..=30 => 0,
        61.. => 7,
        _ => usize::try_from((age - 26) / 5).unwrap_or_default(),
    }
}

/// Iterative proportional fitting: rows are age by place, columns the groups of education.
fn fit_education(brackets: &[f64], targets: &[f64], community_share: f64) -> Vec<Weighted<usize>> {
    let mut rows: Vec<(f64, Vec<f64>)> = Vec::new();
    for (share, prior) in brackets.iter().zip(EDUCATION_BY_AGE) {
        rows.push((share * (1.0 - community_share), prior.to_vec()));
        rows.push((share * community_share, prior.iter().zip(LEANING).map(|(weight, lean)| weight * lean).collect()));
    }
    for _ in 0..40 {
        for (total, row) in &mut rows {
            let sum: f64 = row.iter().sum();
            for cell in row {
                *cell *= *total / sum;
            }
        }
        for (column, target) in targets.iter().enumerate() {
            let sum: f64 = rows.iter().filter_map(|(_, row)| row.get(column)).sum();
            for cell in rows.iter_mut().filter_map(|(_, row)| row.get_mut(column)) {
                *cell *= target / sum;
            }
        }
    }
    rows.into_iter().map(|(_, row)| Weighted::new(row.into_iter().enumerate())).collect()
}

/// The southeast as it is; everywhere else as much as is left of the total, at least 0.3 %.
fn fit_minorities(target: f64, counties: &[(&str, f64)]) -> Vec<Minorities> {
    let known = |code: &str| SOUTHEAST.iter().find(|(county, ..)| *county == code);
    let (mut there, mut rest, mut total) = (0.0, 0.0, 0.0);
    for (code, weight) in counties {
        total += weight;
        match known(code) {
            Some((_, tujia, miao)) => there += weight * (tujia + miao),
            None => rest += weight,
        }
    }
    let others = if rest > 0.0 { ((target * total - there) / rest).max(0.003) } else { 0.003 };
    let row = |code: &&str| match known(code) {
        Some((_, tujia, miao)) => Minorities { tujia: *tujia, miao: *miao, others: 0.003 },
        None => Minorities { tujia: 0.0, miao: 0.0, others },
    };
    counties.iter().map(|(code, _)| row(code)).collect()
}

/// A code of the table `job_category`.
pub(super) fn job(dice: &mut Dice, age: u32, is_woman: bool, place: Place, education: &str) -> &'static str {
    let learned = matches!(education, "11" | "14" | "21" | "28" | "31");
    if age <= 24 && dice.chance(if age <= 22 { 0.75 } else { 0.45 }) {
        return match education {
            "14" => "31",
            "21" => {
                if dice.chance(0.4) {
                    "31"
                } else {
                    "32"
                }
            }
            "31" => {
                if dice.chance(0.5) {
                    "32"
                } else {
                    "33"
                }
            }
            _ => {
                if dice.chance(0.7) {
                    "32"
                } else {
                    "34"
                }
            }
        };
    }
    let retires_at = if is_woman { 55 } else { 60 };
    let from_country = place == Place::Village && !learned;
    if age >= retires_at && dice.chance(if from_country { 0.3 } else { 0.96 }) {
        return if age >= 92 && dice.chance(0.5) {
            "41"
        } else if dice.chance(if learned { 0.62 } else { 0.28 }) {
            "42"
        } else {
            "43"
        };
    }
    let farmer = match (place, learned) {
        (Place::Village, false) => {
            if age >= 60 {
                0.96
            } else {
                0.64
            }
        }
        (Place::Village, true) => 0.22,
        (Place::Community, false) => 0.2,
        (Place::Community, true) => 0.02,
    };
    if dice.chance(farmer) {
        return ["111", "111", "111", "111", "111", "112", "113", "113"].get(pick(dice, 8)).copied().unwrap_or("111");
    }
    let choices: &[(&str, u32)] = if learned {
        &[
            ("011", 17),
            ("012", 6),
            ("013", 5),
            ("0131", 2),
            ("0132", 14),
            ("0133", 8),
            ("0134", 2),
            ("014", 9),
            ("015", 6),
            ("021", 10),
            ("022", 7),
            ("023", 1),
            ("024", 1),
            ("016", 2),
            ("025", 3),
            ("51", 5),
            ("52", 2),
            ("53", 2),
            ("59", 3),
        ]
    } else {
        &[
            ("011", 2),
            ("012", 2),
            ("013", 2),
            ("014", 3),
            ("021", 8),
            ("022", 4),
            ("016", 21),
            ("0164", 6),
            ("025", 22),
            ("0253", 8),
            ("51", 14),
            ("52", 6),
            ("53", 8),
            ("59", 10),
        ]
    };
    let total: u32 = choices.iter().map(|(_, weight)| weight).sum();
    let mut at = dice.between(1, total);
    for (code, weight) in choices {
        if at <= *weight {
            return code;
        }
        at -= weight;
    }
    "59"
}

fn pick(dice: &mut Dice, count: u32) -> usize {
    usize::try_from(dice.between(0, count - 1)).unwrap_or_default()
}

/// Members, then applicants, activists and candidates among all people.
///
/// # Errors
/// When a figure is missing.
pub(super) fn stage_shares(figures: &Distributions) -> anyhow::Result<[f64; 4]> {
    let members = figures.value("members", "total")?;
    let applicants = figures.value("pipeline", "applicants")?;
    let activists = figures.value("pipeline", "activists")?;
    // Candidates become members within a year or so: somewhat more than join in a year.
    let candidates = 1.2 * figures.value("developed", "total").context("new members")?;
    let sum = members + applicants + activists + candidates;
    Ok([members, applicants, activists, candidates].map(|value| value / sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::reference::Codes;

    fn population() -> Population {
        let figures = Distributions::read().expect("the distributions");
        Population::fit(&figures, 0.45, &[("500101", 0.9), ("500242", 0.1)]).expect("a fit")
    }

    #[test]
    fn the_totals_come_near_the_published_figures() {
        let (population, mut dice, codes) = (population(), Dice::new(9), Codes::builtin());
        let (mut women, mut college, mut minority, count) = (0, 0, 0, 40_000);
        for number in 0..count {
            let age = population.age_of_member(&mut dice);
            let place = if number % 100 < 45 { Place::Community } else { Place::Village };
            women += u32::from(population.is_woman(&mut dice, age));
            college += u32::from(codes.is_college_and_above(population.education(&mut dice, age, place)));
            minority += u32::from(codes.is_minority(population.ethnic_group(&mut dice, usize::from(number % 10 == 0))));
        }
        let percent = |part: u32| f64::from(part) * 100.0 / f64::from(count);
        assert!((percent(women) - 30.9).abs() < 1.0, "women {}", percent(women));
        assert!((percent(college) - 57.6).abs() < 1.5, "college {}", percent(college));
        assert!((percent(minority) - 8.6).abs() < 1.2, "minority {}", percent(minority));
    }

    #[test]
    fn every_code_exists() {
        let (population, mut dice, codes) = (population(), Dice::new(9), Codes::builtin());
        for number in 0..20_000 {
            let age = 18 + number % 80;
            let place = if number % 2 == 0 { Place::Community } else { Place::Village };
            let education = population.education(&mut dice, age, place);
            assert!(codes.value("education", education).is_some(), "{education}");
            let job = job(&mut dice, age, number % 3 == 0, place, education);
            assert!(codes.value("job_category", job).is_some(), "{job}");
            assert!(codes.value("ethnic_group", population.ethnic_group(&mut dice, 1)).is_some());
        }
    }
}
