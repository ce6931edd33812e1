//! Hashes over entries and links, and what is signed; the form is written down in the folder's door.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the first link follows.
pub(super) const START: Hash = [0; 32];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// An instant.
    Instant,
    /// A text.
    Text,
    /// A jsonb.
    Json,
}

/// The columns of the journal that an entry's hash covers, in order: all but `path`. A column that is
/// added later is nullable and goes to the end: here, in `sql/entries.sql`, in `sql/sealed_entries.sql`
/// and in the function `journal_entry_hash`.
pub const COLUMNS: &[(&str, Kind)] = &[
    ("tenant_id", Kind::Id),
    ("id", Kind::Id),
    ("organization_id", Kind::Id),
    ("at", Kind::Instant),
    ("account_id", Kind::Id),
    ("account_name", Kind::Text),
    ("role", Kind::Text),
    ("on_behalf_of", Kind::Text),
    ("event", Kind::Text),
    ("subject_kind", Kind::Text),
    ("subject_id", Kind::Id),
    ("subject_name", Kind::Text),
    ("before", Kind::Json),
    ("after", Kind::Json),
    ("reason", Kind::Text),
    ("source", Kind::Text),
    ("request_id", Kind::Text),
    ("confirmation", Kind::Json),
];

const NULL: [u8; 4] = [0xff; 4];

/// Adds one column to an encoding.
pub(super) fn put(encoding: &mut Vec<u8>, value: Option<&[u8]>) {
    match value.map(|value| (value, u32::try_from(value.len()))) {
        Some((value, Ok(length))) => {
            encoding.extend_from_slice(&length.to_be_bytes());
            encoding.extend_from_slice(value);
        }
        _ => encoding.extend_from_slice(&NULL),
    }
}

/// The columns of an encoding; ends early where it is torn.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        if *length == NULL {
            self.0 = rest;
            return Some(None);
        }
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Some(value))
    }
}

/// The hash of an entry. What PostgreSQL copies out in binary is already the encoding, but for the nulls at its end.
pub(super) fn entry_hash(encoding: &[u8]) -> Hash {
    let mut fields = Fields(encoding);
    let mut end = 0;
    while let Some(field) = fields.next() {
        if field.is_some() {
            end = encoding.len() - fields.0.len();
        }
    }
    let mut hasher = Sha256::new_with_prefix(b"banyan journal entry 1");
    hasher.update(encoding.get(..end).unwrap_or_default());
    hasher.finalize().into()
}

/// The hash of a link.
pub(super) fn link_hash(tenant: Uuid, seq: i64, previous: &Hash, entry: Uuid, entry_hash: &Hash) -> Hash {
    let mut hasher = Sha256::new_with_prefix(b"banyan journal link 1");
    hasher.update(tenant.as_bytes());
    hasher.update(seq.to_be_bytes());
    hasher.update(previous);
    hasher.update(entry.as_bytes());
    hasher.update(entry_hash);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{Fields, entry_hash, put};

    fn encoded(values: &[Option<&str>]) -> Vec<u8> {
        let mut encoding = Vec::new();
        for value in values {
            put(&mut encoding, value.map(str::as_bytes));
        }
        encoding
    }

    #[test]
    fn no_two_rows_have_the_same_encoding() {
        let rows: [&[Option<&str>]; 7] = [
            &[Some("ab"), Some("c")],
            &[Some("a"), Some("bc")],
            &[Some("abc")],
            &[Some(""), Some("abc")],
            &[None, Some("abc")],
            &[Some("abc"), Some("")],
            &[Some("a"), None, Some("bc")],
        ];
        let mut hashes: Vec<_> = rows.iter().map(|row| entry_hash(&encoded(row))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), rows.len());
    }

    #[test]
    fn a_null_at_the_end_changes_nothing_and_one_inside_does() {
        assert_eq!(entry_hash(&encoded(&[Some("a")])), entry_hash(&encoded(&[Some("a"), None, None])));
        assert_ne!(entry_hash(&encoded(&[Some("a"), Some("b")])), entry_hash(&encoded(&[Some("a"), None, Some("b")])));
        let fields: Vec<_> = Fields(&encoded(&[Some("a"), None, Some("")])).map(|field| field.map(<[u8]>::to_vec)).collect();
        assert_eq!(fields, [Some(b"a".to_vec()), None, Some(Vec::new())]);
    }
}
