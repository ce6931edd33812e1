//! What a person's data must be. Pure: no connection, no clock, no GraphQL.

use chrono::{Months, NaiveDate};

use super::Stage;
use crate::areas::reference::Codes;
use crate::base::identity::{IdentityNumber, IdentityProblem};
use crate::base::problem::{Code, Problem};
use crate::base::text;

/// Youngest age of an applicant, in years (章程 1).
const YOUNGEST: u32 = 18;
/// Longest e-mail address (RFC 5321).
const EMAIL_LIMIT: usize = 254;

/// Reads an identity number (U80).
pub(super) fn identity_number(text: &str) -> Result<IdentityNumber, Problem> {
    IdentityNumber::parse(text).map_err(|problem| {
        let code = match problem {
            IdentityProblem::Length => Code::IdentityNumberLength,
            IdentityProblem::Characters | IdentityProblem::Sequence => Code::IdentityNumberCharacters,
            IdentityProblem::Region => Code::IdentityNumberRegion,
            IdentityProblem::BirthDate => Code::IdentityNumberBirthDate,
            IdentityProblem::CheckDigit => Code::IdentityNumberCheckDigit,
        };
        Problem::new(code, "identityNumber")
    })
}

/// How birth date and sex disagree with an identity number (U80, D31).
pub(super) fn disagreements(number: &IdentityNumber, birth_date: NaiveDate, sex: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if number.birth_date() != birth_date {
        problems.push(Problem::new(Code::BirthDateDiffers, "birthDate"));
    }
    // An unknown code is refused as such elsewhere; a known one must be the number's own.
    let of_the_number = if number.is_male() { "1" } else { "2" };
    if sex != of_the_number && Codes::builtin().value("sex", sex).is_some() {
        problems.push(Problem::new(Code::SexDiffers, "sex"));
    }
    problems
}

/// A record has an identity number, or the reason why it has none (A13); never both.
pub(super) fn number_or_reason<'a>(number: Option<&'a str>, reason: Option<&str>) -> Result<Option<&'a str>, Problem> {
    match (number.map(str::trim).filter(|number| !number.is_empty()), reason) {
        (Some(_), Some(_)) => Err(Problem::new(Code::IdentityNumberOrReason, "noIdentityNumberReason")),
        (None, None) => Err(Problem::new(Code::IdentityNumberOrReason, "identityNumber")),
        (number, _) => Ok(number),
    }
}

/// An e-mail address (A15). Only the form: whether somebody reads there is known to nobody here.
pub(super) fn email(given: Option<&str>) -> Result<Option<String>, Problem> {
    const FIELD: &str = "email";
    let Some(text) = text::optional(given, FIELD, EMAIL_LIMIT)? else { return Ok(None) };
    let name_fits = |name: &str| (1..=64).contains(&name.len()) && !name.starts_with('.') && !name.ends_with('.');
    let label_fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        name_fits(name) && !text.contains(char::is_whitespace) && host.contains('.') && host.split('.').all(label_fits)
    });
    if fits { Ok(Some(text)) } else { Err(Problem::new(Code::EmailForm, FIELD)) }
}

/// A code that must be in its table (D29).
pub(super) fn code(table: &str, code: &str, field: &'static str) -> Result<String, Problem> {
    let code = code.trim();
    if code.is_empty() {
        return Err(Problem::new(Code::Required, field));
    }
    Codes::builtin().value(table, code).map(|value| value.code.clone()).ok_or_else(|| Problem::new(Code::UnknownCode, field))
}

/// A code that may be absent.
pub(super) fn optional_code(table: &str, given: Option<&str>, field: &'static str) -> Result<Option<String>, Problem> {
    given.map(str::trim).filter(|text| !text.is_empty()).map(|text| code(table, text, field)).transpose()
}

/// The three dates of membership against each other, the stage and the birth date (D12).
pub(super) fn dates(
    stage: Stage,
    birth_date: NaiveDate,
    applied_on: Option<NaiveDate>,
    joined_on: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (day, field) in [(applied_on, "appliedOn"), (joined_on, "joinedOn"), (confirmed_on, "confirmedOn")] {
        if let Some(day) = day
            && let Err(problem) = crate::areas::organizations::past_day(day, today, field)
        {
            problems.push(problem);
        }
    }
    if birth_date > today {
        problems.push(Problem::new(Code::DateInFuture, "birthDate"));
    }
    match (stage.is_member(), joined_on) {
        (true, None) => problems.push(Problem::new(Code::JoinedOnRequired, "joinedOn")),
        (false, Some(_)) if stage != Stage::Left => problems.push(Problem::new(Code::DateNotAtThisStage, "joinedOn")),
        _ => {}
    }
    match (stage, confirmed_on) {
        (Stage::Full, None) => problems.push(Problem::new(Code::ConfirmedOnRequired, "confirmedOn")),
        (Stage::Full | Stage::Left, Some(_)) | (_, None) => {}
        (_, Some(_)) => problems.push(Problem::new(Code::DateNotAtThisStage, "confirmedOn")),
    }
    let in_order =
        |earlier: Option<NaiveDate>, later: Option<NaiveDate>| earlier.zip(later).is_none_or(|(earlier, later)| earlier <= later);
    if !in_order(applied_on, joined_on) {
        problems.push(Problem::new(Code::DatesOutOfOrder, "joinedOn"));
    }
    if !in_order(joined_on, confirmed_on) {
        problems.push(Problem::new(Code::DatesOutOfOrder, "confirmedOn"));
    }
    let adult = birth_date.checked_add_months(Months::new(YOUNGEST * 12));
    if let (Some(adult), Some((first, field))) =
        (adult, [(applied_on, "appliedOn"), (joined_on, "joinedOn")].iter().find_map(|(day, field)| day.map(|day| (day, *field))))
        && first < adult
    {
        problems.push(Problem::new(Code::TooYoung, field));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{Code, Stage, code, dates, disagreements, email, identity_number, number_or_reason};
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// covers: D31
    #[test]
    fn the_identity_number_must_agree_with_birth_date_and_sex() {
        let codes = |text: &str, birth, sex: &str| -> Vec<Code> {
            match identity_number(text) {
                Ok(number) => disagreements(&number, birth, sex).iter().map(|problem| problem.code).collect(),
                Err(problem) => vec![problem.code],
            }
        };
        let (number, birth) = ("11010519491231002X", day(1949, 12, 31));
        assert_eq!(codes(number, birth, "2"), []);
        assert_eq!(codes(number, day(1949, 12, 30), "1"), [Code::BirthDateDiffers, Code::SexDiffers]);
        assert_eq!(codes("110105194912310021", birth, "2"), [Code::IdentityNumberCheckDigit]);
        assert_eq!(codes("1101051949123100", birth, "2"), [Code::IdentityNumberLength]);
    }

    #[test]
    fn the_dates_fit_the_stage_and_each_other() {
        let (birth, today) = (day(1990, 5, 1), day(2026, 7, 1));
        let codes = |stage, applied, joined, confirmed| -> Vec<Code> {
            dates(stage, birth, applied, joined, confirmed, today).iter().map(|problem| problem.code).collect()
        };
        let (applied, joined, confirmed) = (Some(day(2010, 1, 1)), Some(day(2012, 7, 1)), Some(day(2013, 7, 1)));
        assert_eq!(codes(Stage::Full, applied, joined, confirmed), []);
        assert_eq!(codes(Stage::Full, applied, joined, None), [Code::ConfirmedOnRequired]);
        assert_eq!(codes(Stage::Probationary, applied, None, None), [Code::JoinedOnRequired]);
        assert_eq!(codes(Stage::Probationary, applied, joined, confirmed), [Code::DateNotAtThisStage]);
        assert_eq!(codes(Stage::Activist, applied, joined, None), [Code::DateNotAtThisStage]);
        assert_eq!(codes(Stage::Full, joined, applied, confirmed), [Code::DatesOutOfOrder]);
        assert_eq!(codes(Stage::Applicant, Some(day(2008, 4, 30)), None, None), [Code::TooYoung]);
        assert_eq!(codes(Stage::Applicant, Some(day(2026, 7, 2)), None, None), [Code::DateInFuture]);
    }

    #[test]
    fn an_email_address_has_a_name_and_a_host() {
        for good in ["zhang.san@example.org", "a@b.cn", " zhang+dang@mail.example.com.cn ", "张三@例子.中国"] {
            assert_eq!(email(Some(good)).ok().flatten().as_deref(), Some(good.trim()), "{good}");
        }
        assert_eq!(email(Some("  ")).ok(), Some(None));
        let host = "a.".repeat(126);
        let long = format!("{host}@b.cn");
        for (bad, code) in [
            ("zhangsan", Code::EmailForm),
            ("@example.org", Code::EmailForm),
            ("a@b", Code::EmailForm),
            ("a@b@c.cn", Code::EmailForm),
            ("a b@c.cn", Code::EmailForm),
            (".a@c.cn", Code::EmailForm),
            ("a@-c.cn", Code::EmailForm),
            ("a@c..cn", Code::EmailForm),
            (&long, Code::TooLong),
        ] {
            assert_eq!(email(Some(bad)).map_err(|problem| problem.code), Err(code), "{bad}");
        }
    }

    #[test]
    fn a_record_has_a_number_or_the_reason_why_not() {
        let codes = |number, reason| number_or_reason(number, reason).map_err(|problem| (problem.code, problem.field));
        assert_eq!(codes(Some("1"), None).ok(), Some(Some("1")));
        assert_eq!(codes(None, Some("军人")).ok(), Some(None));
        assert_eq!(codes(Some(" "), None).err().map(|(code, _)| code), Some(Code::IdentityNumberOrReason));
        assert_eq!(codes(Some("1"), Some("军人")).err().map(|(code, _)| code), Some(Code::IdentityNumberOrReason));
    }

    /// covers: D29
    #[test]
    fn a_coded_field_takes_codes_of_its_table_only() {
        assert_eq!(code("sex", "1", "sex").ok().as_deref(), Some("1"));
        assert_eq!(code("sex", "男", "sex").map_err(|problem| problem.code), Err(Code::UnknownCode));
        assert_eq!(code("sex", "", "sex").map_err(|problem| problem.code), Err(Code::Required));
    }
}
