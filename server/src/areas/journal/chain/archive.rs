//! Archives: a part of the chain as a file that anyone can verify with the public keys alone (SEC-F07).
//!
//! Lines of JSON: what it is; each link with its entry, a checkpoint behind its link; at last the signed
//! manifest, whose digest is over every byte before its line.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use uuid::Uuid;

use super::checkpoint::{Checkpoint, PublicKeys, hexadecimal, public_keys_of};
use super::encoding::{Fields, Hash, entry_hash, link_hash};
use super::finding::Flaw;
use super::manifest::Manifest;
use super::record::{from_json, id_of, to_json};
use super::snapshot::Snapshot;
use super::stream::{Rows, number};
use super::verify::{Verification, verify};
use crate::base::db::connect;
use crate::base::secret::Secrets;

const FORM: &str = "banyan journal archive 1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    form: String,
    tenant: Uuid,
    first: i64,
    last: i64,
    #[serde(with = "hexadecimal")]
    previous_link: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: i64,
    #[serde(with = "hexadecimal")]
    link: Vec<u8>,
    entry: Value,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The first link of the segment.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// Whether its entries were taken out of the database.
    pub removed: bool,
}

/// Writes the sealed entries of a tenant from before an instant to a new file, up to the last checkpoint
/// that all of them stand before. With `remove`, takes them out of the database and leaves the signed
/// manifest, from which the chain goes on.
///
/// # Errors
/// When the journal does not verify, nothing is that old, the file exists, or the database fails.
pub async fn archive(
    owner_url: &str,
    secrets: &Secrets,
    tenant: Uuid,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    out: &Path,
    remove: bool,
) -> anyhow::Result<Archived> {
    let verification = verify(owner_url, &public_keys_of(secrets)?, None, Some(tenant)).await?;
    if let Some(finding) = verification.findings.first() {
        bail!("日志未通过核验，不归档 / the journal does not verify and is not archived: {finding}");
    }
    let snapshot = Snapshot::take(owner_url).await?;
    let (base, previous_link) = snapshot.base(tenant).await?;
    let bound: Option<i64> = snapshot
        .ask
        .query_one(
            "SELECT max(k.seq) FROM journal_checkpoints k WHERE k.tenant_id = $1 AND k.seq > $2 AND k.seq < coalesce(
                 (SELECT min(c.seq) FROM journal_chain c JOIN journal j ON j.tenant_id = c.tenant_id AND j.id = c.entry_id
                  WHERE c.tenant_id = $1 AND j.at >= $3), 9223372036854775807)",
            &[&tenant, &base, &before],
        )
        .await?
        .try_get(0)?;
    let last = bound.context("没有早于该日期的已封存记录 / no checkpoint has only entries from before that day")?;
    let file = PartialFile::create(out)?;
    let mut opening = Opening { form: FORM.to_owned(), tenant, first: base + 1, last, previous_link: previous_link.to_vec() };
    let (file, last_link, digest) = write_segment(&snapshot, &opening, file).await?;
    let manifest = Manifest {
        tenant,
        first: opening.first,
        last,
        previous_link: std::mem::take(&mut opening.previous_link),
        last_link: last_link.to_vec(),
        digest: digest.to_vec(),
        at: now.timestamp_micros(),
        key: i32::from(secrets.newest_key()),
        signature: Vec::new(),
    }
    .sign(secrets);
    file.finish(&json!({ "manifest": &manifest }))?;
    // Before anything is removed: what was written must be what was meant, read back from the disk.
    let written = verify_archive(out, &public_keys_of(secrets)?)?;
    if let Some(finding) = written.findings.first() {
        bail!("归档文件有误 / the archive is faulty: {finding}");
    }
    drop(snapshot);
    if remove {
        take_out(&mut connect(owner_url).await?, &manifest).await?;
    }
    Ok(Archived { first: manifest.first, last, removed: remove })
}

async fn write_segment(
    snapshot: &Snapshot,
    opening: &Opening,
    mut file: PartialFile,
) -> anyhow::Result<(PartialFile, Hash, Hash)> {
    file.line(&serde_json::to_value(opening)?)?;
    snapshot.about(opening.tenant).await?;
    let range = "SELECT set_config('banyan.from', $1, false), set_config('banyan.until', $2, false)";
    snapshot.entries.query(range, &[&opening.first.to_string(), &opening.last.to_string()]).await?;
    let mut rows = Rows::open(&snapshot.entries, include_str!("sql/sealed_entries.sql")).await?;
    let mut checkpoints = Rows::open(&snapshot.checkpoints, include_str!("sql/checkpoints.sql")).await?;
    let mut checkpoint = next_checkpoint(&mut checkpoints, opening.tenant, opening.first).await?;
    let mut expected = opening.first;
    let mut last_link = Vec::new();
    while let Some(row) = rows.next().await? {
        let mut fields = Fields(row);
        let seq = number(fields.next());
        let link = fields.next().flatten().unwrap_or_default().to_vec();
        if seq != expected {
            bail!("第{expected}环缺失 / link {expected} is missing");
        }
        expected += 1;
        file.line(&serde_json::to_value(Line { seq, link: link.clone(), entry: to_json(fields.0)? })?)?;
        last_link = link;
        if let Some(signed) = checkpoint.take_if(|next| next.seq == seq) {
            file.line(&json!({ "checkpoint": signed }))?;
            checkpoint = next_checkpoint(&mut checkpoints, opening.tenant, seq + 1).await?;
        }
    }
    let digest = file.digest.clone().finalize().into();
    Ok((file, last_link.try_into().ok().context("the segment is empty")?, digest))
}

async fn next_checkpoint(rows: &mut Rows, tenant: Uuid, from: i64) -> anyhow::Result<Option<Checkpoint>> {
    while let Some(row) = rows.next().await? {
        let checkpoint = Checkpoint::of_row(tenant, row);
        if checkpoint.seq >= from {
            return Ok(Some(checkpoint));
        }
    }
    Ok(None)
}

/// Takes a segment out of the database, in one transaction: all of it and its manifest in its place, or nothing.
async fn take_out(client: &mut Client, manifest: &Manifest) -> anyhow::Result<()> {
    client.batch_execute("SET row_security = off").await?;
    let transaction = client.transaction().await?;
    let (tenant, first, last) = (manifest.tenant, manifest.first, manifest.last);
    transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended('journal chain ' || $1::uuid, 0))", &[&tenant]).await?;
    let entries = transaction
        .execute(
            "DELETE FROM journal j USING journal_chain c
             WHERE c.tenant_id = $1 AND c.seq BETWEEN $2 AND $3 AND j.tenant_id = c.tenant_id AND j.id = c.entry_id",
            &[&tenant, &first, &last],
        )
        .await?;
    let links = transaction
        .execute("DELETE FROM journal_chain WHERE tenant_id = $1 AND seq BETWEEN $2 AND $3", &[&tenant, &first, &last])
        .await?;
    if i64::try_from(entries)? != last - first + 1 || entries != links {
        bail!("日志在归档期间变化，未移出 / the journal changed meanwhile, nothing was removed");
    }
    // The checkpoint at the end stays: the chain goes on from it.
    transaction.execute("DELETE FROM journal_checkpoints WHERE tenant_id = $1 AND seq < $2", &[&tenant, &last]).await?;
    let at = DateTime::from_timestamp_micros(manifest.at).context("an instant")?;
    transaction
        .execute(
            "INSERT INTO journal_segments (tenant_id, first_seq, last_seq, previous_link, last_link, digest, at, key_number, signature)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                &tenant,
                &first,
                &last,
                &manifest.previous_link,
                &manifest.last_link,
                &manifest.digest,
                &at,
                &i16::try_from(manifest.key)?,
                &manifest.signature,
            ],
        )
        .await?;
    Ok(transaction.commit().await?)
}

/// A file that has its name only when it is whole.
struct PartialFile {
    part: PathBuf,
    out: PathBuf,
    writer: BufWriter<File>,
    digest: Sha256,
}

impl PartialFile {
    fn create(out: &Path) -> anyhow::Result<Self> {
        if out.exists() {
            bail!("文件已存在 / the file exists already: {}", out.display());
        }
        let name = out.file_name().and_then(|name| name.to_str()).context("文件名无效 / not a file name")?;
        let part = out.with_file_name(format!("{name}.part"));
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)
            .with_context(|| format!("无法写入 / cannot write {}", part.display()))?;
        Ok(Self { part, out: out.to_owned(), writer: BufWriter::new(file), digest: Sha256::new() })
    }

    fn line(&mut self, value: &Value) -> anyhow::Result<()> {
        let mut text = serde_json::to_string(value)?;
        text.push('\n');
        self.digest.update(text.as_bytes());
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    fn finish(mut self, manifest: &Value) -> anyhow::Result<()> {
        self.line(manifest)?;
        self.writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?.sync_all()?;
        Ok(fs::rename(&self.part, &self.out)?)
    }
}

/// Verifies an archive with the public keys alone.
///
/// # Errors
/// When the file cannot be read; never for what is found.
pub fn verify_archive(file: &Path, keys: &PublicKeys) -> anyhow::Result<Verification> {
    let mut lines = BufReader::new(File::open(file).with_context(|| format!("无法读取 / cannot read {}", file.display()))?);
    let mut verification = Verification::default();
    let mut text = Vec::new();
    let mut reading: Option<Reading> = None;
    let mut number = 0;
    loop {
        text.clear();
        if lines.read_until(b'\n', &mut text)? == 0 {
            break;
        }
        number += 1;
        let value: Option<Value> = text.ends_with(b"\n").then(|| serde_json::from_slice(&text).ok()).flatten();
        let broken = match (&mut reading, value) {
            (_, None) => Some("不是完整的JSON行 / not a whole line of JSON"),
            (None, Some(value)) => match serde_json::from_value::<Opening>(value) {
                Ok(opening) if opening.form == FORM => {
                    reading = Some(Reading::of(opening));
                    None
                }
                _ => Some("不是归档文件 / not an archive of the journal"),
            },
            (Some(reading), Some(value)) => reading.take(&value, keys, &mut verification),
        };
        if let Some(what) = broken {
            let tenant = reading.as_ref().map_or(Uuid::nil(), |reading| reading.opening.tenant);
            verification.find(tenant, Flaw::FileBroken { line: number, what });
            if reading.is_none() {
                return Ok(verification);
            }
        }
        if let Some(reading) = &mut reading {
            reading.digest.update(&text);
        }
    }
    match reading {
        Some(reading) if reading.finished => {}
        other => {
            let tenant = other.map_or(Uuid::nil(), |reading| reading.opening.tenant);
            verification.find(tenant, Flaw::FileBroken { line: number + 1, what: "文件被截断，没有清单 / cut off: no manifest" });
        }
    }
    Ok(verification)
}

/// How far an archive was read.
struct Reading {
    opening: Opening,
    last: i64,
    link: Vec<u8>,
    signed: i64,
    digest: Sha256,
    finished: bool,
}

impl Reading {
    fn of(opening: Opening) -> Self {
        let (last, link) = (opening.first - 1, opening.previous_link.clone());
        Self { opening, last, link, signed: 0, digest: Sha256::new(), finished: false }
    }

    fn take(&mut self, value: &Value, keys: &PublicKeys, verification: &mut Verification) -> Option<&'static str> {
        if self.finished {
            return Some("清单之后还有内容 / something stands behind the manifest");
        }
        if let Some(manifest) = value.get("manifest") {
            self.finished = true;
            return self.close(manifest, keys, verification);
        }
        if let Some(checkpoint) = value.get("checkpoint") {
            return self.check(checkpoint, keys, verification);
        }
        let line: Line = match serde_json::from_value(value.clone()) {
            Ok(line) => line,
            Err(_) => return Some("不是日志记录 / not an entry"),
        };
        let tenant = self.opening.tenant;
        let Ok(encoding) = from_json(&line.entry) else { return Some("不是日志记录 / not an entry") };
        let (Ok(previous), Ok(link)) = (Hash::try_from(self.link.as_slice()), Hash::try_from(line.link.as_slice())) else {
            return Some("不是散列值 / not a hash");
        };
        let entry = id_of(&encoding);
        if line.seq != self.last + 1 {
            verification.find(tenant, Flaw::LinksMissing { from: self.last + 1, to: line.seq - 1 });
        } else if link_hash(tenant, line.seq, &previous, entry, &entry_hash(&encoding)) != link {
            verification.find(tenant, Flaw::Changed { entry, seq: line.seq });
        }
        (self.last, self.link) = (line.seq, line.link);
        verification.entries += 1;
        verification.links += 1;
        None
    }

    fn check(&mut self, checkpoint: &Value, keys: &PublicKeys, verification: &mut Verification) -> Option<&'static str> {
        let Ok(checkpoint) = serde_json::from_value::<Checkpoint>(checkpoint.clone()) else {
            return Some("不是检查点 / not a checkpoint");
        };
        verification.checkpoints += 1;
        let (tenant, seq) = (self.opening.tenant, checkpoint.seq);
        if !checkpoint.is_signed(keys) || checkpoint.tenant != tenant {
            verification.find(tenant, Flaw::CheckpointForged { seq });
        }
        if seq != self.last || checkpoint.link != self.link {
            verification.find(tenant, Flaw::CheckpointDiffers { seq });
        }
        self.signed = seq;
        None
    }

    fn close(&self, manifest: &Value, keys: &PublicKeys, verification: &mut Verification) -> Option<&'static str> {
        let tenant = self.opening.tenant;
        if self.signed != self.last {
            verification.find(tenant, Flaw::CheckpointMissing { seq: self.last });
        }
        let Ok(manifest) = serde_json::from_value::<Manifest>(manifest.clone()) else {
            return Some("不是清单 / not a manifest");
        };
        let agrees = manifest.tenant == tenant
            && manifest.first == self.opening.first
            && manifest.last == self.last
            && self.opening.last == self.last
            && manifest.previous_link == self.opening.previous_link
            && manifest.last_link == self.link
            && manifest.digest == self.digest.clone().finalize().as_slice();
        match (agrees, manifest.is_signed(keys)) {
            (false, _) => Some("文件内容与清单不符 / the file is not what the manifest says"),
            (true, false) => Some("清单签名无效 / the signature of the manifest is not valid"),
            (true, true) => None,
        }
    }
}
