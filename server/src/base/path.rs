//! Paths and subtrees: the one mechanism of tenants, tree and scope.
//!
//! A path is the parent's path and a label of three characters of `0-9a-z`; the subtree of `p`
//! is every path from `p` up to, not including, `p` followed by `~`.

/// Characters of one label.
pub const LABEL_WIDTH: usize = 3;
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// How many children an organization can have had in its life.
pub const LABELS: i32 = 36 * 36 * 36;

/// The label of the `number`th child that an organization ever had, or none when all are used up.
#[must_use]
pub fn label(number: i32) -> Option<String> {
    if !(0..LABELS).contains(&number) {
        return None;
    }
    let mut rest = usize::try_from(number).ok()?;
    let mut characters = [b'0'; LABEL_WIDTH];
    for place in characters.iter_mut().rev() {
        *place = *DIGITS.get(rest % DIGITS.len())?;
        rest /= DIGITS.len();
    }
    String::from_utf8(characters.to_vec()).ok()
}

/// The end of the subtree of `path`, itself outside: above every label.
#[must_use]
pub fn end_of(path: &str) -> String {
    format!("{path}~")
}

/// Whether `path` is `root` or below it.
#[must_use]
pub fn is_within(path: &str, root: &str) -> bool {
    path.starts_with(root)
}

/// How deep a path stands; the top of a tenant is 1.
#[must_use]
pub fn level_of(path: &str) -> i32 {
    i32::try_from(path.len() / LABEL_WIDTH).unwrap_or(i32::MAX)
}

/// How long the paths of a level are; none for a level that no tree has.
#[must_use]
pub fn length_of_level(level: i32) -> Option<i32> {
    i32::try_from(LABEL_WIDTH).ok()?.checked_mul(level).filter(|length| *length > 0)
}

/// The paths of the organizations above `path`, outermost first.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    (1..path.len() / LABEL_WIDTH).filter_map(move |depth| path.get(..depth * LABEL_WIDTH))
}

/// The path of the parent, or none for a root.
#[must_use]
pub fn parent_of(path: &str) -> Option<&str> {
    path.len().checked_sub(LABEL_WIDTH).filter(|length| *length > 0).and_then(|length| path.get(..length))
}

#[cfg(test)]
mod tests {
    use super::{LABELS, above, end_of, is_within, label, length_of_level, level_of, parent_of};

    #[test]
    fn labels_are_in_order_and_end() {
        assert_eq!(label(0).as_deref(), Some("000"));
        assert_eq!(label(35).as_deref(), Some("00z"));
        assert_eq!(label(36).as_deref(), Some("010"));
        assert_eq!(label(LABELS - 1).as_deref(), Some("zzz"));
        assert_eq!(label(LABELS), None);
        assert_eq!(label(-1), None);
    }

    #[test]
    fn a_subtree_is_a_range() {
        let path = "a01b02";
        assert!(is_within("a01b02zzz", path) && !is_within("a01b03", path));
        assert!("a01b02zzz" < end_of(path).as_str() && "a01b03" > end_of(path).as_str());
        assert_eq!(above("a01b02c03").collect::<Vec<_>>(), ["a01", "a01b02"]);
        assert_eq!(parent_of("a01"), None);
        assert_eq!(parent_of(path), Some("a01"));
        assert_eq!((level_of("a01"), level_of(path)), (1, 2));
        assert_eq!([1, 4, 0, -1, i32::MAX].map(length_of_level), [Some(3), Some(12), None, None, None]);
    }
}
