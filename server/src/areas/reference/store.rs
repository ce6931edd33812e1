//! The copies of the built-in files in the database.

use std::collections::HashMap;
use std::pin::pin;

use anyhow::Context;
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use super::model::Codes;

/// Part of the digest: raise it when the rows made from unchanged files change.
const FORM: &str = "1";
const CHINA: &str = "divisions_china_county.csv";
const CHONGQING: &str = "divisions_chongqing.csv";

/// Fills `codes` and `divisions` when the built-in files are not those that were loaded last.
///
/// Called at start by the owner of the tables, on a connection that is not in a transaction.
pub async fn load(client: &Client) -> anyhow::Result<()> {
    client.batch_execute("BEGIN").await?;
    match load_changed(client).await {
        Ok(()) => Ok(client.batch_execute("COMMIT").await?),
        Err(failure) => {
            client.batch_execute("ROLLBACK").await?;
            Err(failure.context("loading the reference data"))
        }
    }
}

async fn load_changed(client: &Client) -> anyhow::Result<()> {
    client.execute("SELECT pg_advisory_xact_lock(hashtextextended('banyan reference data', 0))", &[]).await?;
    let tables = Codes::builtin().tables().map(|table| format!("codes/{}.csv", table.name));
    let code_files: Vec<String> = std::iter::once("codes/_index.csv".to_owned()).chain(tables).collect();
    let digest = digest_of(code_files.iter().map(String::as_str))?;
    if !is_loaded(client, "codes", &digest).await? {
        client.execute("DELETE FROM codes", &[]).await?;
        copy_codes(client).await?;
        mark_loaded(client, "codes", &digest).await?;
    }
    let digest = digest_of([CHINA, CHONGQING].into_iter())?;
    if !is_loaded(client, "divisions", &digest).await? {
        client.execute("DELETE FROM divisions", &[]).await?;
        copy_divisions(client).await?;
        mark_loaded(client, "divisions", &digest).await?;
    }
    Ok(())
}

fn digest_of<'a>(files: impl Iterator<Item = &'a str>) -> anyhow::Result<Vec<u8>> {
    let mut digest = Sha256::new();
    digest.update(FORM);
    for name in files {
        digest.update(name);
        digest.update(super::file(name)?);
    }
    Ok(digest.finalize().to_vec())
}

async fn is_loaded(client: &Client, name: &str, digest: &[u8]) -> anyhow::Result<bool> {
    let row = client.query_opt("SELECT FROM loaded_files WHERE name = $1 AND digest = $2", &[&name, &digest]).await?;
    Ok(row.is_some())
}

async fn mark_loaded(client: &Client, name: &str, digest: &[u8]) -> anyhow::Result<()> {
    client
        .execute(
            "INSERT INTO loaded_files (name, digest) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
            &[&name, &digest],
        )
        .await?;
    Ok(())
}

async fn copy_codes(client: &Client) -> anyhow::Result<()> {
    let sink = client
        .copy_in(
            "COPY codes (table_name, code, name_zh, name_en, parent_code, note, attributes, position) FROM STDIN (FORMAT binary)",
        )
        .await?;
    let text = Type::TEXT;
    let types = [text.clone(), text.clone(), text.clone(), text.clone(), text.clone(), text, Type::JSONB, Type::INT4];
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for table in Codes::builtin().tables() {
        for (position, value) in table.values.iter().enumerate() {
            let attributes: serde_json::Map<_, _> =
                value.attributes.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
            let attributes = serde_json::Value::Object(attributes);
            let position = i32::try_from(position)?;
            writer
                .as_mut()
                .write(&[
                    &table.name,
                    &value.code,
                    &value.name_zh,
                    &value.name_en,
                    &value.parent_code,
                    &value.note,
                    &attributes,
                    &position,
                ])
                .await?;
        }
    }
    writer.finish().await?;
    Ok(())
}

async fn copy_divisions(client: &Client) -> anyhow::Result<()> {
    let sink = client.copy_in("COPY divisions (code, parent_code, level, name, full_name) FROM STDIN (FORMAT binary)").await?;
    let types = [Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT];
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for division in divisions()? {
        let Division { code, parent_code, level, name, full_name } = &division;
        writer.as_mut().write(&[code, parent_code, level, name, full_name]).await?;
    }
    writer.finish().await?;
    Ok(())
}

struct Division {
    code: String,
    parent_code: Option<String>,
    level: String,
    name: String,
    full_name: String,
}

/// Provinces, prefectures and counties of China, then townships and villages of Chongqing.
///
/// Left out: names that only group (市辖区), zones that exist for statistics alone, and the
/// districts of Hong Kong and Macao. What hung under a grouping hangs under its province, so the
/// counties of Chongqing are directly under 500000. A village is called without its committee.
fn divisions() -> anyhow::Result<Vec<Division>> {
    let mut found = Vec::new();
    let mut above: HashMap<String, Option<String>> = HashMap::new();
    let mut full_names: HashMap<String, String> = HashMap::new();
    for row in super::csv(CHINA)?.deserialize::<[String; 6]>() {
        let [code, parent, level, name, full_name, source] = row?;
        let parent = match above.get(&parent) {
            Some(replacement) => replacement.clone(),
            None => Some(parent).filter(|parent| !parent.is_empty()),
        };
        match source.as_str() {
            "gb2260" => {
                full_names.insert(code.clone(), full_name.clone());
                found.push(Division { code, parent_code: parent, level, name, full_name });
            }
            "grouping" => {
                above.insert(code, parent);
            }
            _ => {}
        }
    }
    for row in super::csv(CHONGQING)?.deserialize::<[String; 6]>() {
        let [code, parent, level, name, short_name, _kind] = row?;
        if full_names.contains_key(&code) {
            continue;
        }
        let name = if short_name.is_empty() { name } else { short_name };
        let above = full_names.get(&parent).with_context(|| format!("the division {parent} above {code}"))?;
        let full_name = format!("{above}{name}");
        full_names.insert(code.clone(), full_name.clone());
        found.push(Division { code, parent_code: Some(parent), level, name, full_name });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn divisions_make_a_tree() {
        let found = divisions().expect("divisions");
        let codes: HashSet<&str> = found.iter().map(|division| division.code.as_str()).collect();
        assert_eq!(codes.len(), found.len());
        for division in &found {
            assert_eq!(division.parent_code.is_none(), division.level == "province", "{}", division.code);
            assert!(division.parent_code.as_deref().is_none_or(|parent| codes.contains(parent)), "{}", division.code);
        }
        let wanzhou = found.iter().filter(|division| division.parent_code.as_deref() == Some("500000"));
        assert_eq!(wanzhou.count(), 38);
        let village = found.iter().find(|division| division.code == "500101028003").expect("a village");
        assert_eq!((village.level.as_str(), village.name.as_str()), ("village", "董家社区"));
        assert!(village.full_name.starts_with("重庆市万州区"), "{}", village.full_name);
    }
}
