//! Texts that people send: trimmed, bounded, without characters that deceive.

use super::problem::{Code, Problem};

/// Longest name of an organization or a person, in characters.
pub const NAME_LIMIT: usize = 120;
/// Longest remark, reason or address, in characters.
pub const REMARK_LIMIT: usize = 500;

/// A text that must be there.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG` or `INVALID_CHARACTERS` at `field`.
pub fn required(text: &str, field: &'static str, limit: usize) -> Result<String, Problem> {
    optional(Some(text), field, limit)?.ok_or_else(|| Problem::new(Code::Required, field))
}

/// A text that may be absent; an empty one is absent.
///
/// # Errors
/// `TOO_LONG` or `INVALID_CHARACTERS` at `field`.
pub fn optional(text: Option<&str>, field: &'static str, limit: usize) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().any(is_deceptive) {
        return Err(Problem::new(Code::InvalidCharacters, field));
    }
    if text.chars().count() > limit {
        return Err(Problem::new(Code::TooLong, field).with(limit));
    }
    Ok(Some(text.to_owned()))
}

/// Control characters, marks that turn the direction of writing, and characters without a width:
/// they break papers and make two names look like one.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::{Code, optional, required};

    #[test]
    fn a_text_is_trimmed_bounded_and_free_of_deceptive_characters() {
        assert_eq!(required("  王小明 ", "name", 10).ok().as_deref(), Some("王小明"));
        assert_eq!(required("   ", "name", 10).map_err(|problem| problem.code), Err(Code::Required));
        assert_eq!(required("王小明", "name", 2).map_err(|problem| problem.code), Err(Code::TooLong));
        for bad in ["a\u{0}b", "a\u{202e}b", "a\nb", "a\u{200b}b", "a\u{feff}b"] {
            assert_eq!(required(bad, "name", 10).map_err(|problem| problem.code), Err(Code::InvalidCharacters));
        }
        assert_eq!(optional(None, "name", 10).ok(), Some(None));
    }
}
