//! The verification: entries, links, checkpoints and anchors are read side by side, row by row.
//!
//! Entries come in the order of their ids, links in the order of sealing: almost the same. What has not met
//! its counterpart yet is kept, so the memory grows with the disorder and not with the journal.

use std::collections::{HashMap, HashSet};

use anyhow::bail;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Anchors;
use super::anchors::Known;
use super::checkpoint::{Checkpoint, PublicKeys};
use super::encoding::{Fields, Hash, START, entry_hash, link_hash};
use super::finding::{Finding, Flaw};
use super::record::id_of;
use super::snapshot::Snapshot;
use super::stream::{Rows, fixed, id, number};

/// A server signs long before so many links; without this, removing the last checkpoints would show by the anchors only.
const UNSIGNED: i64 = 2_000;
/// So many are listed; beyond it they are counted.
const LISTED: usize = 10_000;
/// Entries asked about at once.
const PIECE: usize = 10_000;

/// What was verified and what was found.
#[derive(Debug, Default)]
pub struct Verification {
    /// Entries read.
    pub entries: u64,
    /// Links that follow from one another.
    pub links: u64,
    /// Checkpoints verified.
    pub checkpoints: u64,
    /// Anchors compared.
    pub anchors: u64,
    /// Entries that wait to be sealed.
    pub waiting: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is wrong beyond the list.
    pub more: u64,
}

impl Verification {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }

    pub(super) fn find(&mut self, tenant: Uuid, flaw: Flaw) {
        if self.findings.len() < LISTED {
            self.findings.push(Finding { tenant, flaw });
        } else {
            self.more += 1;
        }
    }
}

/// The tenant whose root organization has a code.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn tenant_of(client: &Client, code: &str) -> anyhow::Result<Uuid> {
    let row = client.query_opt("SELECT tenant_id FROM organizations WHERE parent_id IS NULL AND code = $1", &[&code]).await?;
    match row {
        Some(row) => Ok(row.try_get(0)?),
        None => bail!("没有根组织代码为{code}的租户 / no tenant's root organization has the code {code}"),
    }
}

/// Verifies the journals of all tenants, or of one, on one snapshot, as the owner.
///
/// # Errors
/// When the database or the file of the anchors cannot be read; never for what is found.
pub async fn verify(
    owner_url: &str,
    keys: &PublicKeys,
    anchors: Option<&Anchors>,
    only: Option<Uuid>,
) -> anyhow::Result<Verification> {
    // Before the snapshot: a checkpoint is in the database before it is in the file.
    let known = anchors.map(Anchors::read).transpose()?.unwrap_or_default();
    let snapshot = Snapshot::take(owner_url).await?;
    let mut tenants = snapshot.tenants().await?;
    tenants.extend(known.anchors.iter().map(|(_, anchor)| anchor.tenant));
    tenants.sort_unstable();
    tenants.dedup();
    let mut verification = Verification::default();
    for line in &known.unreadable {
        verification.find(Uuid::nil(), Flaw::AnchorForged { line: *line });
    }
    for tenant in tenants.into_iter().filter(|tenant| only.is_none_or(|only| only == *tenant)) {
        snapshot.about(tenant).await?;
        verify_tenant(&snapshot, tenant, keys, &known, &mut verification).await?;
    }
    Ok(verification)
}

async fn verify_tenant(
    snapshot: &Snapshot,
    tenant: Uuid,
    keys: &PublicKeys,
    known: &Known,
    verification: &mut Verification,
) -> anyhow::Result<()> {
    let base = verify_segments(snapshot, tenant, keys, verification).await?;
    let mut signed = Signed::open(snapshot, tenant, keys, known, base, verification).await?;
    let mut links = Rows::open(&snapshot.links, include_str!("sql/links.sql")).await?;
    let mut entries = Rows::open(&snapshot.entries, include_str!("sql/entries.sql")).await?;
    let mut pairs = Pairs { tenant, links: HashMap::new(), entries: HashMap::new() };
    let (mut last, mut previous) = base;
    signed.reach(last, &previous, verification).await?;
    loop {
        let link = links.next().await?.map(|row| {
            let mut fields = Fields(row);
            Link {
                seq: number(fields.next()),
                entry: id(fields.next()),
                entry_hash: fixed(fields.next()),
                hash: fixed(fields.next()),
            }
        });
        let entry = entries.next().await?.map(|row| (id_of(row), entry_hash(row)));
        let ended = link.is_none() && entry.is_none();
        if let Some(link) = &link {
            if link.seq > last + 1 {
                verification.find(tenant, Flaw::LinksMissing { from: last + 1, to: link.seq - 1 });
            } else if link.seq <= last || link_hash(tenant, link.seq, &previous, link.entry, &link.entry_hash) != link.hash {
                verification.find(tenant, Flaw::LinkBroken { seq: link.seq, entry: link.entry });
            }
            // Going on from what is written: one fault is told once.
            (last, previous) = (link.seq, link.hash);
            verification.links += 1;
            signed.reach(last, &previous, verification).await?;
        }
        if ended {
            break;
        }
        verification.entries += u64::from(entry.is_some());
        pairs.meet(link, entry, verification);
    }
    signed.end(last, verification).await?;
    pairs.end(snapshot, verification).await
}

/// Where the chain in the database begins: behind the last segment that was archived and removed.
async fn verify_segments(
    snapshot: &Snapshot,
    tenant: Uuid,
    keys: &PublicKeys,
    verification: &mut Verification,
) -> anyhow::Result<(i64, Hash)> {
    let mut base = (0, START);
    for segment in snapshot.segments(tenant).await? {
        let joins = segment.first == base.0 + 1 && segment.previous_link == base.1;
        if !joins || !segment.is_signed(keys) {
            verification.find(tenant, Flaw::SegmentBroken { last: segment.last });
        }
        base = (segment.last, segment.last_link.try_into().unwrap_or(START));
    }
    Ok(base)
}

struct Link {
    seq: i64,
    entry: Uuid,
    entry_hash: Hash,
    hash: Hash,
}

/// Links and entries that have not met yet.
struct Pairs {
    tenant: Uuid,
    links: HashMap<Uuid, (i64, Hash)>,
    entries: HashMap<Uuid, Hash>,
}

impl Pairs {
    fn meet(&mut self, link: Option<Link>, entry: Option<(Uuid, Hash)>, verification: &mut Verification) {
        if let (Some(link), Some((id, hash))) = (&link, &entry)
            && link.entry == *id
        {
            return self.compare(*id, link.seq, link.entry_hash == *hash, verification);
        }
        if let Some(link) = link {
            match self.entries.remove(&link.entry) {
                Some(hash) => self.compare(link.entry, link.seq, link.entry_hash == hash, verification),
                None => {
                    if let Some((seq, _)) = self.links.insert(link.entry, (link.seq, link.entry_hash)) {
                        verification.find(self.tenant, Flaw::LinkBroken { seq, entry: link.entry });
                    }
                }
            }
        }
        if let Some((id, hash)) = entry {
            match self.links.remove(&id) {
                Some((seq, sealed)) => self.compare(id, seq, sealed == hash, verification),
                None => {
                    self.entries.insert(id, hash);
                }
            }
        }
    }

    fn compare(&self, entry: Uuid, seq: i64, same: bool, verification: &mut Verification) {
        if !same {
            verification.find(self.tenant, Flaw::Changed { entry, seq });
        }
    }

    async fn end(self, snapshot: &Snapshot, verification: &mut Verification) -> anyhow::Result<()> {
        let mut gone: Vec<(i64, Uuid)> = self.links.into_iter().map(|(entry, (seq, _))| (seq, entry)).collect();
        gone.sort_unstable();
        for (seq, entry) in gone {
            verification.find(self.tenant, Flaw::Deleted { entry, seq });
        }
        let mut without: Vec<Uuid> = self.entries.into_keys().collect();
        without.sort_unstable();
        for piece in without.chunks(PIECE) {
            let rows = snapshot
                .ask
                .query(
                    "SELECT entry_id FROM journal_unsealed WHERE tenant_id = $1 AND entry_id = ANY ($2)",
                    &[&self.tenant, &piece],
                )
                .await?;
            let waiting: HashSet<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            verification.waiting += u64::try_from(waiting.len()).unwrap_or_default();
            for entry in piece.iter().filter(|entry| !waiting.contains(entry)) {
                verification.find(self.tenant, Flaw::Inserted { entry: *entry });
            }
        }
        let vanished = "SELECT u.entry_id FROM journal_unsealed u WHERE u.tenant_id = $1
            AND NOT EXISTS (SELECT FROM journal j WHERE j.tenant_id = u.tenant_id AND j.id = u.entry_id) ORDER BY u.entry_id";
        for row in snapshot.ask.query(vanished, &[&self.tenant]).await? {
            verification.find(self.tenant, Flaw::DeletedUnsealed { entry: row.try_get(0)? });
        }
        Ok(())
    }
}

/// Checkpoints and anchors, walked along the chain.
struct Signed<'a> {
    tenant: Uuid,
    keys: &'a PublicKeys,
    rows: Rows,
    next: Option<Checkpoint>,
    /// The last checkpoint passed; none before the first.
    passed: Option<i64>,
    base: i64,
    anchors: std::iter::Peekable<std::vec::IntoIter<(i64, &'a [u8])>>,
}

impl<'a> Signed<'a> {
    async fn open(
        snapshot: &Snapshot,
        tenant: Uuid,
        keys: &'a PublicKeys,
        known: &'a Known,
        base: (i64, Hash),
        verification: &mut Verification,
    ) -> anyhow::Result<Self> {
        let mut anchors = Vec::new();
        for (line, anchor) in known.anchors.iter().filter(|(_, anchor)| anchor.tenant == tenant) {
            verification.anchors += 1;
            if anchor.is_signed(keys) {
                anchors.push((anchor.seq, anchor.link.as_slice()));
            } else {
                verification.find(tenant, Flaw::AnchorForged { line: *line });
            }
        }
        // Those of before the base can be compared with the archive only.
        anchors.retain(|(seq, _)| *seq >= base.0);
        anchors.sort_unstable();
        anchors.dedup();
        let rows = Rows::open(&snapshot.checkpoints, include_str!("sql/checkpoints.sql")).await?;
        let anchors = anchors.into_iter().peekable();
        let mut signed = Self { tenant, keys, rows, next: None, passed: None, base: base.0, anchors };
        signed.read().await?;
        Ok(signed)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let tenant = self.tenant;
        self.next = self.rows.next().await?.map(|row| Checkpoint::of_row(tenant, row));
        Ok(())
    }

    /// The chain has come to a link.
    async fn reach(&mut self, seq: i64, link: &Hash, verification: &mut Verification) -> anyhow::Result<()> {
        while let Some(checkpoint) = self.next.take_if(|next| next.seq <= seq) {
            self.pass(&checkpoint, verification);
            if checkpoint.seq != seq || checkpoint.link != link {
                verification.find(self.tenant, Flaw::CheckpointDiffers { seq: checkpoint.seq });
            }
            self.read().await?;
        }
        if seq == self.base && seq > 0 && self.passed != Some(seq) {
            verification.find(self.tenant, Flaw::CheckpointMissing { seq });
        }
        while let Some((anchored, known)) = self.anchors.next_if(|(anchored, _)| *anchored <= seq) {
            if anchored != seq || known != link {
                verification.find(self.tenant, Flaw::AnchorDiffers { seq: anchored });
            }
            if self.passed != Some(anchored) {
                verification.find(self.tenant, Flaw::CheckpointMissing { seq: anchored });
            }
        }
        Ok(())
    }

    fn pass(&mut self, checkpoint: &Checkpoint, verification: &mut Verification) {
        verification.checkpoints += 1;
        // At the base, what was before stands in the archive.
        let before = if checkpoint.seq == self.base { checkpoint.previous } else { self.passed.unwrap_or_default() };
        if !checkpoint.is_signed(self.keys) {
            verification.find(self.tenant, Flaw::CheckpointForged { seq: checkpoint.seq });
        } else if checkpoint.previous != before {
            verification.find(self.tenant, Flaw::CheckpointMissing { seq: checkpoint.previous });
        }
        self.passed = Some(checkpoint.seq);
    }

    /// The chain has ended at a link.
    async fn end(mut self, last: i64, verification: &mut Verification) -> anyhow::Result<()> {
        let open = last - self.passed.unwrap_or_default();
        if open > UNSIGNED {
            verification.find(self.tenant, Flaw::Unsigned { links: open });
        }
        let mut known = last;
        while let Some(checkpoint) = self.next.take() {
            self.pass(&checkpoint, verification);
            known = known.max(checkpoint.seq);
            self.read().await?;
        }
        known = self.anchors.map(|(seq, _)| seq).fold(known, i64::max);
        if known > last {
            verification.find(self.tenant, Flaw::Truncated { last, known });
        }
        Ok(())
    }
}
