//! Login names (A07): the person's name; if taken, with month and day of birth; then with a number behind.

use chrono::{Datelike, NaiveDate};
use diesel::sql_types::{Array, Text};
use uuid::Uuid;

use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::problem::{Code, Problem};

/// So many of one name and birthday are tried before it is given up.
const MOST: usize = 200;

/// What a person's login name could be, best first.
fn candidates(name: &str, birth_date: NaiveDate) -> Vec<String> {
    let name: String = name.chars().filter(|character| !character.is_whitespace() && *character != '@').collect();
    let with_day = format!("{name}{:02}{:02}", birth_date.month(), birth_date.day());
    let numbered = (2..=MOST).map(|number| format!("{with_day}-{number}"));
    [name, with_day.clone()].into_iter().chain(numbered).collect()
}

/// The first of a person's login names that nobody else in the tenant has or had.
pub(super) async fn free_name(
    session: &Session,
    tenant: Uuid,
    name: &str,
    birth_date: NaiveDate,
    own: Option<&str>,
) -> Result<String, Failure> {
    let candidates = candidates(name, birth_date);
    let conn = session.conn().await?;
    let taken: Vec<String> = Statement::<Array<Text>>::new("SELECT user_names_taken($1, $2)")
        .bind(tenant)
        .bind(candidates.clone())
        .get_result(&mut conn.get())
        .await?;
    let free = candidates.into_iter().find(|candidate| Some(candidate.as_str()) == own || !taken.contains(candidate));
    free.ok_or_else(|| Problem::new(Code::UserNameTaken, "userName").into())
}

/// A login name that someone chose.
///
/// # Errors
/// `USER_NAME_FORM`.
pub(super) fn chosen(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = (2..=40).contains(&text.chars().count())
        && !text.chars().any(|character| character.is_whitespace() || character.is_control() || character == '@');
    // Marks without a width would make two names look like one.
    let plain = crate::base::text::required(text, "userName", 40).is_ok();
    if fits && plain { Ok(text.to_owned()) } else { Err(Problem::new(Code::UserNameForm, "userName")) }
}

#[cfg(test)]
mod tests {
    use super::{NaiveDate, candidates, chosen};

    #[test]
    fn a_name_then_the_birthday_then_a_number() {
        let birth = NaiveDate::from_ymd_opt(1980, 5, 12).unwrap();
        let names = candidates("张某某", birth);
        assert_eq!(&names[..3], ["张某某", "张某某0512", "张某某0512-2"]);
        assert_eq!(candidates("Aysha Tursun", birth)[0], "AyshaTursun");
    }

    #[test]
    fn a_chosen_name_has_no_spaces_and_no_at() {
        assert_eq!(chosen(" 张三 ").unwrap(), "张三");
        for wrong in ["张", "a b", "a@b", "张\u{200b}三", &"长".repeat(41)] {
            assert!(chosen(wrong).is_err(), "{wrong}");
        }
    }
}
