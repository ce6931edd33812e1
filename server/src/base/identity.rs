//! Identity numbers of citizens (GB 11643): validated once, shown masked.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

/// Weights of the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character by the weighted sum modulo 11.
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// All six-digit region codes that were ever in use: a line holds four digits, then the last two of each.
static REGIONS: LazyLock<HashSet<u32>> = LazyLock::new(|| {
    include_str!("../../../data/region_codes.txt")
        .lines()
        .flat_map(|line| {
            let (start, ends) = line.split_once(' ').unwrap_or((line, ""));
            ends.split(' ').filter_map(move |end| format!("{start}{end}").parse().ok())
        })
        .collect()
});

/// Why a text is no identity number; the first reason in this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProblem {
    /// Neither 18 nor 15 characters.
    #[error("an identity number has 18 characters")]
    Length,
    /// Something other than digits, or an X anywhere but at the end.
    #[error("an identity number consists of digits and, at most at its end, the letter X")]
    Characters,
    /// The first six digits were never the code of a division.
    #[error("the region of the identity number is unknown")]
    Region,
    /// The birth date does not exist, is before 1900 or in the future.
    #[error("the birth date in the identity number is not valid")]
    BirthDate,
    /// The sequence number is 000, which is never given out.
    #[error("the sequence number in the identity number is not valid")]
    Sequence,
    /// The last character does not follow from the others.
    #[error("the check character of the identity number is wrong")]
    CheckDigit,
}

/// A valid identity number in its normal form: 18 characters, upper-case X.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    text: String,
    birth_date: NaiveDate,
    converted: bool,
}

impl IdentityNumber {
    /// Validates and normalizes (U80). A number of 15 digits is converted and flagged.
    ///
    /// Whether the birth date lies in the future depends on the day: see [`Self::is_born_by`].
    pub fn parse(text: &str) -> Result<Self, IdentityProblem> {
        let text = text.trim().to_ascii_uppercase();
        let count = text.chars().count();
        if count != 18 && count != 15 {
            return Err(IdentityProblem::Length);
        }
        let converted = count == 15;
        let digits_only = text.strip_suffix('X').filter(|_| !converted).unwrap_or(&text);
        if !digits_only.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IdentityProblem::Characters);
        }
        let mut body = match (text.get(..6), text.get(6..15), text.get(..17)) {
            (Some(region), Some(rest), _) if converted => format!("{region}19{rest}"),
            (_, _, Some(body)) => body.to_owned(),
            _ => return Err(IdentityProblem::Length),
        };
        let part = |from: usize, to: usize| body.get(from..to).and_then(|part| part.parse::<u32>().ok());
        if !part(0, 6).is_some_and(|region| REGIONS.contains(&region)) {
            return Err(IdentityProblem::Region);
        }
        let birth_date = match (part(6, 10), part(10, 12), part(12, 14)) {
            (Some(year), Some(month), Some(day)) => birth_date(year, month, day)?,
            _ => return Err(IdentityProblem::Characters),
        };
        if part(14, 17) == Some(0) {
            return Err(IdentityProblem::Sequence);
        }
        body.push(check_character(&body));
        if !converted && body != text {
            return Err(IdentityProblem::CheckDigit);
        }
        Ok(Self { text: body, birth_date, converted })
    }

    /// Composes a number from its parts; an odd sequence number is a man's.
    pub fn make(region: u32, birth_date: NaiveDate, sequence: u16) -> Result<Self, IdentityProblem> {
        if !REGIONS.contains(&region) {
            return Err(IdentityProblem::Region);
        }
        if birth_date.year() < 1900 {
            return Err(IdentityProblem::BirthDate);
        }
        if !(1..=999).contains(&sequence) {
            return Err(IdentityProblem::Sequence);
        }
        let mut text =
            format!("{region:06}{:04}{:02}{:02}{sequence:03}", birth_date.year(), birth_date.month(), birth_date.day());
        text.push(check_character(&text));
        Ok(Self { text, birth_date, converted: false })
    }

    /// The normal form. Never log it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date inside the number.
    pub fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// Whether the holder was born by this day; a number from the future is not valid.
    pub fn is_born_by(&self, today: NaiveDate) -> bool {
        self.birth_date <= today
    }

    /// An odd seventeenth digit is a man's.
    pub fn is_male(&self) -> bool {
        self.text.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1)
    }

    /// Whether it was entered in the older form of 15 digits.
    pub fn converted(&self) -> bool {
        self.converted
    }

    /// For everybody who may not read it whole: the first four, ten stars, the last four.
    pub fn masked(&self) -> String {
        let start = self.text.get(..4).unwrap_or_default();
        let end = self.text.get(14..).unwrap_or_default();
        format!("{start}**********{end}")
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdentityNumber({})", self.masked())
    }
}

fn birth_date(year: u32, month: u32, day: u32) -> Result<NaiveDate, IdentityProblem> {
    i32::try_from(year)
        .ok()
        .filter(|year| *year >= 1900)
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or(IdentityProblem::BirthDate)
}

fn check_character(body: &str) -> char {
    let sum: u32 = body.chars().zip(WEIGHTS).filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight)).sum();
    CHECK_CHARACTERS.get(usize::try_from(sum % 11).unwrap_or_default()).copied().unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn the_examples_of_the_standard_are_judged_as_expected() {
        let mut reader = csv::Reader::from_reader(include_str!("../../../tests/data/identity_numbers.csv").as_bytes());
        for row in reader.records() {
            let row = row.expect("a row");
            let (value, mut expected, mut reason) = (&row[1], &row[2], &row[3]);
            if value == "440524188001010014" {
                (expected, reason) = ("invalid", "birth_date"); // an example of 1880: here nobody is that old
            }
            let found = match IdentityNumber::parse(value) {
                Ok(number) if number.converted() => "length",
                Ok(number) if !number.is_born_by(day(2026, 1, 1)) => "birth_date",
                Ok(_) => "",
                Err(IdentityProblem::Length) => "length",
                Err(IdentityProblem::Characters) => "characters",
                Err(IdentityProblem::Region) => "region",
                Err(IdentityProblem::BirthDate) => "birth_date",
                Err(IdentityProblem::Sequence) => "sequence",
                Err(IdentityProblem::CheckDigit) => "check_digit",
            };
            assert_eq!((found.is_empty(), found), (expected == "valid", reason), "{value}");
        }
    }

    #[test]
    fn a_number_tells_birth_date_and_sex_and_hides_itself() {
        let number = IdentityNumber::parse(" 11010519491231002x ").expect("valid");
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!(number.birth_date(), day(1949, 12, 31));
        assert!(!number.is_male());
        assert_eq!(number.masked(), "1101**********002X");
        assert_eq!(format!("{number:?}"), "IdentityNumber(1101**********002X)");
    }

    #[test]
    fn fifteen_digits_become_eighteen() {
        let number = IdentityNumber::parse("110105491231002").expect("valid");
        assert_eq!(number.as_str(), "11010519491231002X");
        assert!(number.converted());
    }

    #[test]
    fn a_made_number_passes_its_own_test() {
        let made = IdentityNumber::make(512324, day(1950, 2, 28), 7).expect("made");
        assert_eq!(IdentityNumber::parse(made.as_str()), Ok(made.clone()));
        assert!(made.is_male());
        assert_eq!(IdentityNumber::make(999_999, day(1950, 2, 28), 7), Err(IdentityProblem::Region));
        assert_eq!(IdentityNumber::parse("11010518991231002X"), Err(IdentityProblem::BirthDate));
    }

    #[test]
    fn letters_of_other_scripts_are_refused() {
        assert_eq!(IdentityNumber::parse("11010519491231002Х"), Err(IdentityProblem::Characters));
        assert_eq!(IdentityNumber::parse("中文"), Err(IdentityProblem::Length));
        assert_eq!(IdentityNumber::parse("1101051949123100X2"), Err(IdentityProblem::Characters));
    }
}
