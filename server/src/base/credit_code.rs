//! Unified social credit codes (GB 32100, U81).

/// The characters of a code by their values; I, O, S, V and Z are not used.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the first seventeen characters: powers of three modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the part that is the code of the organization (GB 11714), and where it stands.
const ORGANIZATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const ORGANIZATION: std::ops::Range<usize> = 8..16;
/// The departments that register, by the first character.
const DEPARTMENTS: &[u8] = b"123456789ANY";

/// Whether a text is a code that passes its checks: length, characters, department, both check characters.
#[must_use]
pub fn is_credit_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let values: Option<Vec<usize>> = bytes.iter().map(|byte| CHARACTERS.iter().position(|character| character == byte)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let department = bytes.first().is_some_and(|first| DEPARTMENTS.contains(first));
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    department && values.last() == Some(&((31 - sum % 31) % 31)) && has_organization(bytes)
}

/// Letters count from ten on here, the unused ones included.
fn has_organization(bytes: &[u8]) -> bool {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => usize::from(byte.saturating_sub(b'A')) + 10,
    };
    let body = bytes.get(ORGANIZATION).unwrap_or_default();
    let sum: usize = body.iter().zip(ORGANIZATION_WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    let check = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    };
    bytes.get(ORGANIZATION.end) == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::is_credit_code;

    /// covers: U81
    #[test]
    fn the_examples_are_judged_as_expected() {
        let mut reader = csv::Reader::from_reader(include_str!("../../../tests/data/credit_codes.csv").as_bytes());
        let mut rows = 0;
        for row in reader.records() {
            let row = row.expect("a row");
            assert_eq!(is_credit_code(&row[1]), &row[2] == "valid", "{} {}", &row[1], &row[3]);
            rows += 1;
        }
        assert_eq!(rows, 20);
        // A public example of the standard.
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("") && !is_credit_code("９1350100M000100Y43"));
    }
}
