//! What a password must be: two profiles, of which a tenant chooses one (SEC-B09).
//!
//! - ASVS: length and a list of known ones, nothing else, no changing by the calendar (OWASP ASVS 5, 6.2).
//! - Graded protection (等保, GB/T 22239): length, several kinds of characters, changed by the calendar,
//!   not one of the last five.

use crate::base::language::Language;
use crate::base::problem::{Code, Problem};

/// Which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum PasswordProfile {
    /// Length and a list of known passwords (OWASP ASVS).
    Asvs,
    /// Length, kinds of characters and rotation (等级保护).
    Graded,
}

/// The rules of a profile.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRules {
    /// Which profile.
    pub profile: PasswordProfile,
    /// Fewest characters.
    pub minimum: usize,
}

/// Longer ones only cost time.
const LONGEST: usize = 128;
/// Of the estimate's 0 to 4: below three, a guesser needs no more than a hundred million tries.
const WEAKEST: u8 = 3;

impl PasswordProfile {
    /// In words.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::Asvs => language.pick("长密码", "Length"),
            Self::Graded => language.pick("等级保护", "Graded protection"),
        }
    }

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asvs => "asvs",
            Self::Graded => "graded",
        }
    }

    /// Reads what [`PasswordProfile::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "graded" { Self::Graded } else { Self::Asvs }
    }

    /// Its rules.
    #[must_use]
    pub fn rules(self) -> PasswordRules {
        let minimum = match self {
            Self::Asvs => 15,
            Self::Graded => 10,
        };
        PasswordRules { profile: self, minimum }
    }
}

/// Whether a password may be chosen by someone with these names. What was used before is looked up elsewhere.
pub(in crate::areas::accounts) fn check(
    profile: PasswordProfile,
    password: &str,
    names: &[&str],
    field: &'static str,
) -> Result<(), Vec<Problem>> {
    let rules = profile.rules();
    let mut problems = Vec::new();
    let length = password.chars().count();
    if length < rules.minimum {
        problems.push(Problem::new(Code::PasswordTooShort, field).with(rules.minimum));
    }
    if length > LONGEST {
        problems.push(Problem::new(Code::TooLong, field).with(LONGEST));
        return Err(problems);
    }
    if profile == PasswordProfile::Graded && kinds(password) < 3 {
        problems.push(Problem::new(Code::PasswordTooSimple, field));
    }
    let lower = password.to_lowercase();
    if names.iter().any(|name| name.chars().count() > 1 && lower.contains(&name.to_lowercase())) {
        problems.push(Problem::new(Code::PasswordContainsName, field));
    }
    if u8::from(zxcvbn::zxcvbn(password, names).score()) < WEAKEST {
        problems.push(Problem::new(Code::PasswordTooCommon, field));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Capital letters, small letters, digits, anything else.
fn kinds(password: &str) -> usize {
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric())
}

/// A one-time secret that can be read aloud and typed from paper: no letters that look alike.
pub(in crate::areas::accounts) fn generate_initial() -> String {
    code(3, 4)
}

/// Groups of characters without 0, O, 1, I and L.
pub(in crate::areas::accounts) fn code(groups: usize, each: usize) -> String {
    const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let letters: Vec<String> = (0..groups)
        .map(|_| {
            (0..each).map(|_| char::from(ALPHABET.get(rand::random_range(0..ALPHABET.len())).copied().unwrap_or(b'X'))).collect()
        })
        .collect();
    letters.join("-")
}

/// A code as it was typed, without what people put in or leave out.
pub(in crate::areas::accounts) fn plain_code(typed: &str) -> String {
    typed.chars().filter(|character| character.is_ascii_alphanumeric()).map(|character| character.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// covers: SEC-B09
    #[test]
    fn each_profile_asks_for_its_own() {
        use Code::{PasswordContainsName, PasswordTooCommon, PasswordTooShort, PasswordTooSimple, TooLong};
        use PasswordProfile::{Asvs, Graded};
        let long = "长".repeat(129);
        for (profile, password, expected) in [
            (Asvs, "correct horse battery staple", vec![]),
            (Asvs, "山城的雾在清晨散去又慢慢回来啦", vec![]),
            (Asvs, "123456", vec![PasswordTooShort, PasswordTooCommon]),
            (Asvs, "passwordpassword", vec![PasswordTooCommon]),
            (Asvs, "1234567890123456", vec![PasswordTooCommon]),
            (Asvs, "Xq7!vR2#mK", vec![PasswordTooShort]),
            (Asvs, "张某某爱爬山也爱看长江夜景哦哦", vec![PasswordContainsName]),
            (Asvs, &long, vec![TooLong]),
            (Graded, "Xq7!vR2#mK", vec![]),
            (Graded, "Xq7!vR2", vec![PasswordTooShort, PasswordTooCommon]),
            (Graded, "correct horse battery staple", vec![PasswordTooSimple]),
            (Graded, "Password123!", vec![PasswordTooCommon]),
        ] {
            let codes: Vec<Code> = check(profile, password, &["张某某", "张某某0512"], "new")
                .err()
                .unwrap_or_default()
                .into_iter()
                .map(|problem| problem.code)
                .collect();
            assert_eq!(codes, expected, "{profile:?} {password}");
        }
    }

    #[test]
    fn a_code_is_typed_as_people_type() {
        let code = code(4, 5);
        assert_eq!(code.len(), 23);
        assert_eq!(plain_code(&code.to_lowercase().replace('-', " ")), plain_code(&code));
        assert_ne!(generate_initial(), generate_initial());
    }
}
