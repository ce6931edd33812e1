//! Anchors: every checkpoint once more in a file of the data folder, so that cutting off journal, chain
//! and checkpoints together is found. Whoever copies the file elsewhere is safe from the machine's owner too.
//!
//! A line is `1 tenant seq previous link at key signature`; the file only grows.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::checkpoint::Checkpoint;

/// Ends a line that a stop of the machine left half written.
const TORN: &str = " # torn\n";

/// The file.
#[derive(Clone, Debug)]
pub struct Anchors {
    file: PathBuf,
    /// The last anchored link of every tenant, once the file was read for it.
    last: Arc<Mutex<Option<BTreeMap<Uuid, i64>>>>,
}

/// What stands in it: the anchors with their lines, and the lines that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub anchors: Vec<(usize, Checkpoint)>,
    pub unreadable: Vec<usize>,
}

impl Anchors {
    /// The file of a data folder.
    #[must_use]
    pub fn of(data_dir: &Path) -> Self {
        Self { file: data_dir.join("anchors"), last: Arc::default() }
    }

    /// Reads them; none where there is no file.
    pub(super) fn read(&self) -> anyhow::Result<Known> {
        let text = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Known::default()),
            Err(error) => return Err(error).with_context(|| format!("无法读取 / cannot read {}", self.file.display())),
        };
        let mut known = Known::default();
        // A line without its end was being written when the machine stopped; its checkpoint is written again.
        for (at, line) in text.split_inclusive('\n').enumerate().filter(|(_, line)| line.ends_with('\n')) {
            match parse(line.trim()) {
                Some(anchor) => known.anchors.push((at + 1, anchor)),
                None if line.trim().is_empty() || line.ends_with(TORN) => {}
                None => known.unreadable.push(at + 1),
            }
        }
        Ok(known)
    }

    /// The last anchored link of a tenant, 0 for none.
    pub(super) fn last(&self, tenant: Uuid) -> anyhow::Result<i64> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match &mut *last {
            Some(known) => known,
            None => {
                let mut known = BTreeMap::new();
                for (_, anchor) in self.read()?.anchors {
                    let seq = known.entry(anchor.tenant).or_insert(anchor.seq);
                    *seq = anchor.seq.max(*seq);
                }
                last.insert(known)
            }
        };
        Ok(known.get(&tenant).copied().unwrap_or_default())
    }

    /// Adds lines at the end, on disk before it returns.
    pub(super) fn append(&self, checkpoints: &[Checkpoint]) -> anyhow::Result<()> {
        let cannot = || format!("无法写入 / cannot write {}", self.file.display());
        let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(&self.file).with_context(cannot)?;
        let mut text = String::new();
        if file.metadata()?.len() > 0 {
            let mut end = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut end)?;
            if end != *b"\n" {
                text.push_str(TORN);
            }
        }
        for it in checkpoints {
            let line = [
                "1".to_owned(),
                it.tenant.to_string(),
                it.seq.to_string(),
                it.previous.to_string(),
                HEXLOWER.encode(&it.link),
                it.at.to_string(),
                it.key.to_string(),
                HEXLOWER.encode(&it.signature),
            ];
            text.push_str(&line.join(" "));
            text.push('\n');
        }
        // One write, so that lines of two servers on one folder do not mix.
        file.write_all(text.as_bytes()).with_context(cannot)?;
        file.sync_data().with_context(cannot)?;
        if let Some(known) = self.last.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            known.extend(checkpoints.iter().map(|it| (it.tenant, it.seq)));
        }
        Ok(())
    }
}

fn parse(line: &str) -> Option<Checkpoint> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["1", tenant, seq, previous, link, at, key, signature] = words.as_slice() else { return None };
    Some(Checkpoint {
        tenant: tenant.parse().ok()?,
        seq: seq.parse().ok()?,
        previous: previous.parse().ok()?,
        link: HEXLOWER.decode(link.as_bytes()).ok()?,
        at: at.parse().ok()?,
        key: key.parse().ok()?,
        signature: HEXLOWER.decode(signature.as_bytes()).ok()?,
    })
}
