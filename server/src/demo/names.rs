//! Made-up names of persons: surnames by their share, given names by sex and time of birth.

use chrono::{Datelike, NaiveDate};

use super::random::{Dice, Weighted};
use crate::areas::reference;

/// Surnames that are frequent among Tujia and Miao in the southeast.
const SOUTHEAST: &[(&str, f64)] = &[
    ("冉", 16.0),
    ("田", 14.0),
    ("向", 11.0),
    ("彭", 11.0),
    ("杨", 10.0),
    ("谭", 6.0),
    ("石", 6.0),
    ("龙", 5.0),
    ("吴", 5.0),
    ("白", 4.0),
    ("何", 4.0),
    ("马", 4.0),
];
/// Share of given names of one character by period of birth.
const SINGLE: [f64; 4] = [0.13, 0.27, 0.18, 0.07];

pub(super) struct Names {
    surnames: Vec<String>,
    by_share: Weighted<usize>,
    southeast: Weighted<usize>,
    /// By period of birth, men then women.
    given: Vec<[Weighted<char>; 2]>,
}

impl Names {
    pub(super) fn read() -> anyhow::Result<Self> {
        let mut surnames = Vec::new();
        let mut shares = Vec::new();
        for row in reference::csv("surnames.csv")?.deserialize::<(String, f64, u32, String, String)>() {
            let (surname, share, ..) = row?;
            shares.push((surnames.len(), share));
            surnames.push(surname);
        }
        let mut southeast = Vec::new();
        for (surname, weight) in SOUTHEAST {
            southeast.push((surnames.len(), *weight));
            surnames.push((*surname).to_owned());
        }
        let mut weights: [[Vec<(char, f64)>; 2]; 4] = Default::default();
        for row in reference::csv("given_chars.csv")?.deserialize::<(char, String, f64, [f64; 8], f64)>() {
            let (character, _, _, columns, _) = row?;
            for (period, pair) in weights.iter_mut().zip(columns.chunks(2)) {
                for (list, weight) in period.iter_mut().zip(pair) {
                    list.push((character, *weight));
                }
            }
        }
        let given = weights.map(|period| period.map(Weighted::new)).to_vec();
        Ok(Self { surnames, by_share: Weighted::new(shares), southeast: Weighted::new(southeast), given })
    }

    /// A name for somebody of this sex and age; `southeast` for Tujia and Miao.
    pub(super) fn make(&self, dice: &mut Dice, is_male: bool, born: NaiveDate, southeast: bool) -> String {
        let surname = if southeast && dice.chance(0.55) { self.southeast.pick(dice) } else { self.by_share.pick(dice) };
        let mut name = self.surnames.get(surname).cloned().unwrap_or_default();
        let period = match born.year() {
            ..1960 => 0,
            1960..1980 => 1,
            1980..2000 => 2,
            _ => 3,
        };
        let Some([men, women]) = self.given.get(period) else { return name };
        let given = if is_male { men } else { women };
        let first = given.pick(dice);
        name.push(first);
        if !dice.chance(SINGLE.get(period).copied().unwrap_or_default()) {
            let second = given.pick(dice);
            // A doubled character is a woman's name at most.
            name.push(if second == first && is_male { given.pick(dice) } else { second });
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_two_to_four_characters() {
        let names = Names::read().expect("the files of names");
        let mut dice = Dice::new(3);
        for year in 1930..2008 {
            let born = NaiveDate::from_ymd_opt(year, 5, 4).expect("a day");
            for is_male in [true, false] {
                let name = names.make(&mut dice, is_male, born, year % 2 == 0);
                assert!((2..=4).contains(&name.chars().count()), "{name}");
            }
        }
    }
}
