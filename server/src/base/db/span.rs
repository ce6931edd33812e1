//! The part of the tree that a list browses: the explicit range beside the guard, which the
//! planner can estimate. Its bounds are always parameters.

use diesel::sql_types::Text;

/// A range of paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From here.
    pub low: String,
    /// Up to, not including, here.
    pub high: String,
    /// Only paths of this length.
    pub length: Option<i32>,
}

diesel::define_sql_function! {
    /// PostgreSQL's own.
    fn char_length(text: Text) -> Int4;
}

impl Span {
    /// An organization and everything below it.
    #[must_use]
    pub fn subtree(path: &str) -> Self {
        Self { low: path.to_owned(), high: crate::base::path::end_of(path), length: None }
    }

    /// One organization alone: `!` sorts before every label.
    #[must_use]
    pub fn own(path: &str) -> Self {
        Self { low: path.to_owned(), high: format!("{path}!"), length: None }
    }

    /// The organizations directly below one.
    #[must_use]
    pub fn children(path: &str) -> Self {
        Self::next_level(path, crate::base::path::LABEL_WIDTH)
    }

    /// What is directly below, where a level is so many characters wide.
    #[must_use]
    pub fn next_level(path: &str, width: usize) -> Self {
        let length = i32::try_from(path.len() + width).ok();
        Self { low: format!("{path}!"), high: crate::base::path::end_of(path), length }
    }

    /// Everything between two bounds.
    #[must_use]
    pub fn between((low, high): (String, String)) -> Self {
        Self { low, high, length: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    fn holds(span: &Span, path: &str) -> bool {
        path >= span.low.as_str() && path < span.high.as_str() && span.length.is_none_or(|length| path.len() == length as usize)
    }

    #[test]
    fn the_three_reaches_are_ranges() {
        let paths = ["a01", "a01000", "a01zzz", "a01zzz000", "a02"];
        let of = |span: Span| paths.into_iter().filter(|path| holds(&span, path)).collect::<Vec<_>>();
        assert_eq!(of(Span::subtree("a01")), ["a01", "a01000", "a01zzz", "a01zzz000"]);
        assert_eq!(of(Span::own("a01")), ["a01"]);
        assert_eq!(of(Span::children("a01")), ["a01000", "a01zzz"]);
    }
}
