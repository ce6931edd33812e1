//! Places in the tree as it is read (B13). Pure: no connection, no clock, no GraphQL.
//!
//! A place is the superior's and ten hexadecimal digits. Siblings begin far apart, so that one of them is put
//! elsewhere by writing its own subtree; only when two neighbours have no number left between them are all of
//! their superior's subordinates placed anew.

/// Digits of a place of one's own.
pub(super) const WIDTH: usize = 10;
/// Between two siblings at first: as many as can ever be under one superior fit.
const STEP: u64 = 1 << 24;
const END: u64 = 1 << 40;
/// How many may come while a large move is under way.
const ROOM: u64 = 256;

/// The place behind the last sibling; none when no number is left.
pub(super) fn behind(above: &str, last: Option<&str>) -> Option<String> {
    let number = own(last)? + STEP;
    (number < END).then(|| place(above, number))
}

/// A place so far behind the last sibling that others find room before it; the next one when there is little left.
pub(super) fn far_behind(above: &str, last: Option<&str>) -> Option<String> {
    let number = own(last)? + STEP * ROOM;
    if number < END { Some(place(above, number)) } else { behind(above, last) }
}

/// A place between two siblings, the first or the last one without; none when they stand side by side.
pub(super) fn between(above: &str, before: Option<&str>, after: Option<&str>) -> Option<String> {
    let Some(after) = after else { return behind(above, before) };
    let (low, high) = (own(before)?, own(Some(after))?);
    let middle = low + high.checked_sub(low)? / 2;
    (middle > low).then(|| place(above, middle))
}

fn place(above: &str, number: u64) -> String {
    format!("{above}{number:0WIDTH$x}")
}

fn own(place: Option<&str>) -> Option<u64> {
    let Some(place) = place else { return Some(0) };
    place.get(place.len().checked_sub(WIDTH)?..).and_then(|digits| u64::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    use super::{behind, between, far_behind};

    #[test]
    fn there_is_room_between_siblings_until_there_is_none() {
        let first = behind("a01", None).unwrap();
        assert_eq!(first, "a010001000000");
        let second = behind("a01", Some(&first)).unwrap();
        let middle = between("a01", Some(&first), Some(&second)).unwrap();
        assert!(first < middle && middle < second);
        assert!(between("a01", None, Some(&first)).unwrap() < first);
        assert!(between("a01", Some(&second), None).unwrap() > second);
        // Twenty-four times to the same place, then all are placed anew.
        let (mut low, mut times) = (first.clone(), 0);
        while let Some(next) = between("a01", Some(&low), Some(&second)) {
            assert!(low < next && next < second);
            (low, times) = (next, times + 1);
        }
        assert_eq!(times, 24);
        assert_eq!(behind("a01", Some("a01ffffffffff")), None);
        // Others find room before what comes far behind, as long as there is any.
        let far = far_behind("a01", Some(&first)).unwrap();
        assert!((0..255).fold(first.clone(), |last, _| behind("a01", Some(&last)).unwrap()) < far);
        assert_eq!(far_behind("a01", Some("a01fffe000000")).as_deref(), Some("a01ffff000000"));
        // As many as there are labels.
        let last = (0..46_656).fold(None, |last: Option<String>, _| behind("a01", last.as_deref()));
        assert_eq!(last.map(|last| last.len()), Some(13));
    }
}
