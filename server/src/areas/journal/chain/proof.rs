//! Proofs: one entry, its link, and the hashes that lead from it to the next checkpoint. The others'
//! contents are not needed and not told.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::checkpoint::{Checkpoint, PublicKeys, hexadecimal};
use super::encoding::{Fields, Hash, START, entry_hash, link_hash};
use super::finding::Flaw;
use super::record::{from_json, id_of, to_json};
use super::snapshot::Snapshot;
use super::stream::Rows;
use super::verify::Verification;

const FORM: &str = "banyan journal proof 1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    form: String,
    tenant: Uuid,
    seq: i64,
    #[serde(with = "hexadecimal")]
    previous_link: Vec<u8>,
    entry: Value,
    following: Vec<Step>,
    checkpoint: Checkpoint,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    entry: Uuid,
    #[serde(with = "hexadecimal")]
    hash: Vec<u8>,
}

/// The proof of an entry, as JSON.
///
/// # Errors
/// When there is no such entry, no checkpoint behind it yet, or the database fails.
pub async fn prove(owner_url: &str, entry: Uuid) -> anyhow::Result<Value> {
    let snapshot = Snapshot::take(owner_url).await?;
    let found = snapshot
        .ask
        .query_opt(
            "SELECT c.tenant_id, c.seq FROM tenants t JOIN journal_chain c ON c.tenant_id = t.id AND c.entry_id = $1",
            &[&entry],
        )
        .await?
        .with_context(|| format!("没有已封存的记录{entry} / no sealed entry {entry}"))?;
    let (tenant, seq): (Uuid, i64) = (found.try_get(0)?, found.try_get(1)?);
    snapshot.about(tenant).await?;
    let mut checkpoints = Rows::open(&snapshot.checkpoints, include_str!("sql/checkpoints.sql")).await?;
    let checkpoint = loop {
        let row = checkpoints.next().await?.context("该记录之后还没有检查点 / there is no checkpoint behind the entry yet")?;
        let checkpoint = Checkpoint::of_row(tenant, row);
        if checkpoint.seq >= seq {
            break checkpoint;
        }
    };
    let (base, start) = snapshot.base(tenant).await?;
    let previous_link = if seq == base + 1 {
        start.to_vec()
    } else {
        let before = "SELECT link_hash FROM journal_chain WHERE tenant_id = $1 AND seq = $2";
        snapshot.ask.query_one(before, &[&tenant, &(seq - 1)]).await?.try_get(0)?
    };
    let behind = "SELECT entry_id, entry_hash FROM journal_chain WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq";
    let mut following = Vec::new();
    for row in snapshot.ask.query(behind, &[&tenant, &seq, &checkpoint.seq]).await? {
        following.push(Step { entry: row.try_get(0)?, hash: row.try_get(1)? });
    }
    let range = "SELECT set_config('banyan.from', $1, false), set_config('banyan.until', $1, false)";
    snapshot.entries.query(range, &[&seq.to_string()]).await?;
    let mut rows = Rows::open(&snapshot.entries, include_str!("sql/sealed_entries.sql")).await?;
    let row = rows.next().await?.with_context(|| format!("记录{entry}已被删除 / entry {entry} was deleted"))?;
    let mut fields = Fields(row);
    fields.nth(1);
    let entry = to_json(fields.0)?;
    let proof = Proof { form: FORM.to_owned(), tenant, seq, previous_link, entry, following, checkpoint };
    Ok(serde_json::to_value(proof)?)
}

/// Verifies a proof with the public keys alone.
///
/// # Errors
/// When it is no proof; never for what is found.
pub fn verify_proof(proof: &Value, keys: &PublicKeys) -> anyhow::Result<Verification> {
    let not = "这不是日志证明 / this is no proof of an entry";
    let proof: Proof = serde_json::from_value(proof.clone()).context(not)?;
    if proof.form != FORM {
        bail!(not);
    }
    let hash = |bytes: &[u8]| Hash::try_from(bytes).ok().context(not);
    let mut verification = Verification { entries: 1, checkpoints: 1, ..Verification::default() };
    let encoding = from_json(&proof.entry).context(not)?;
    let entry = id_of(&encoding);
    let mut seq = proof.seq;
    let mut link = link_hash(proof.tenant, seq, &hash(&proof.previous_link)?, entry, &entry_hash(&encoding));
    let begins_wrong = seq == 1 && proof.previous_link != START;
    for step in &proof.following {
        seq += 1;
        link = link_hash(proof.tenant, seq, &link, step.entry, &hash(&step.hash)?);
    }
    verification.links = u64::try_from(proof.following.len()).unwrap_or_default() + 1;
    let checkpoint = &proof.checkpoint;
    if !checkpoint.is_signed(keys) || checkpoint.tenant != proof.tenant {
        verification.find(proof.tenant, Flaw::CheckpointForged { seq: checkpoint.seq });
    }
    if checkpoint.seq != seq || checkpoint.link != link || begins_wrong {
        verification.find(proof.tenant, Flaw::Changed { entry, seq: proof.seq });
    }
    Ok(verification)
}
