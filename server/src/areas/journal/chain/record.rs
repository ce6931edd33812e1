//! An entry as JSON, for archives and proofs: everything that its hash covers, readable, and back again.

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::encoding::{COLUMNS, Fields, Kind, put};
use super::stream::since_1970;

/// The JSON of an encoding. A jsonb stands as the text that was hashed.
pub(super) fn to_json(encoding: &[u8]) -> anyhow::Result<Value> {
    let mut object = Map::new();
    for ((name, kind), field) in COLUMNS.iter().zip(Fields(encoding)) {
        let value = match field {
            None => Value::Null,
            Some(bytes) => Value::String(match kind {
                Kind::Id => Uuid::from_slice(bytes)?.to_string(),
                Kind::Instant => {
                    let micros = since_1970(i64::from_be_bytes(bytes.try_into().context("an instant")?));
                    let at: DateTime<Utc> = DateTime::from_timestamp_micros(micros).context("an instant out of range")?;
                    at.to_rfc3339_opts(SecondsFormat::Micros, true)
                }
                Kind::Text => String::from_utf8(bytes.to_vec())?,
                Kind::Json => String::from_utf8(bytes.get(1..).unwrap_or_default().to_vec())?,
            }),
        };
        object.insert((*name).to_owned(), value);
    }
    Ok(Value::Object(object))
}

/// The encoding of such a JSON. What is not part of an entry is refused: it would look signed and is not.
pub(super) fn from_json(entry: &Value) -> anyhow::Result<Vec<u8>> {
    let object = entry.as_object().context("an entry is an object")?;
    if let Some(stranger) = object.keys().find(|key| COLUMNS.iter().all(|(name, _)| name != key)) {
        bail!("{stranger} is no part of an entry");
    }
    let mut encoding = Vec::new();
    for (name, kind) in COLUMNS {
        let text = match object.get(*name) {
            None | Some(Value::Null) => {
                put(&mut encoding, None);
                continue;
            }
            Some(value) => value.as_str().with_context(|| format!("{name} is a text"))?,
        };
        match kind {
            Kind::Id => put(&mut encoding, Some(text.parse::<Uuid>()?.as_bytes())),
            Kind::Instant => {
                let micros = text.parse::<DateTime<Utc>>()?.timestamp_micros() - since_1970(0);
                put(&mut encoding, Some(&micros.to_be_bytes()));
            }
            Kind::Text => put(&mut encoding, Some(text.as_bytes())),
            Kind::Json => put(&mut encoding, Some(&[b"\x01", text.as_bytes()].concat())),
        }
    }
    Ok(encoding)
}

/// The id of an entry, second of its columns.
pub(super) fn id_of(encoding: &[u8]) -> Uuid {
    super::stream::id(Fields(encoding).nth(1))
}

#[cfg(test)]
mod tests {
    use super::{Fields, from_json, put, to_json};

    #[test]
    fn an_entry_comes_back_from_json_byte_for_byte() {
        let mut encoding = Vec::new();
        for value in [1_u128, 2, 3].map(u128::to_be_bytes) {
            put(&mut encoding, Some(&value));
        }
        put(&mut encoding, Some(&817_000_000_123_456_i64.to_be_bytes()));
        put(&mut encoding, None);
        for text in ["甲", "", "x", "e", "k"] {
            put(&mut encoding, (!text.is_empty()).then_some(text.as_bytes()));
        }
        put(&mut encoding, Some(&4_u128.to_be_bytes()));
        for value in ["名\n\"", "\u{1}{\"a\": 1.0}", "\u{1}{}"] {
            put(&mut encoding, Some(value.as_bytes()));
        }
        put(&mut encoding, None);
        put(&mut encoding, None);
        put(&mut encoding, Some(b"request"));
        put(&mut encoding, Some(b"\x01{\"kind\": \"click\"}"));
        assert_eq!(Fields(&encoding).count(), super::COLUMNS.len());
        let mut json = to_json(&encoding).unwrap();
        assert_eq!(from_json(&json).unwrap(), encoding);
        json["confirmed"] = "yes".into();
        assert!(from_json(&json).is_err(), "an addition looks signed and is not");
    }
}
