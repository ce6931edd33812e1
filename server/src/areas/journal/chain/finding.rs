//! What the verification can find, in both languages.

use std::fmt;

use uuid::Uuid;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// An entry is not what was sealed.
    Changed {
        /// The entry.
        entry: Uuid,
        /// Its link.
        seq: i64,
    },
    /// A sealed entry is gone.
    Deleted {
        /// The entry.
        entry: Uuid,
        /// Its link.
        seq: i64,
    },
    /// An entry that waited to be sealed is gone.
    DeletedUnsealed {
        /// The entry.
        entry: Uuid,
    },
    /// An entry has no link and does not wait for one.
    Inserted {
        /// The entry.
        entry: Uuid,
    },
    /// Links are gone.
    LinksMissing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// A link does not follow from the one before and its entry.
    LinkBroken {
        /// The link.
        seq: i64,
        /// Its entry.
        entry: Uuid,
    },
    /// The signature of a checkpoint is not of this installation's keys.
    CheckpointForged {
        /// The link that it is for.
        seq: i64,
    },
    /// A checkpoint was signed over another chain.
    CheckpointDiffers {
        /// The link that it is for.
        seq: i64,
    },
    /// A checkpoint is gone.
    CheckpointMissing {
        /// The link that it was for.
        seq: i64,
    },
    /// The end of the chain was cut off behind a link.
    Truncated {
        /// The last link that is left.
        last: i64,
        /// The last one known to have been.
        known: i64,
    },
    /// More links than a server leaves unsigned: the checkpoints over them are gone.
    Unsigned {
        /// How many.
        links: i64,
    },
    /// An anchor of the file does not agree with the chain.
    AnchorDiffers {
        /// The link that it is for.
        seq: i64,
    },
    /// The signature of an anchor is not of this installation's keys, or its line is torn.
    AnchorForged {
        /// The line of the file.
        line: usize,
    },
    /// The manifest of an archived segment is forged, or does not join the one before.
    SegmentBroken {
        /// Its last link.
        last: i64,
    },
    /// An archive or a proof contradicts itself.
    FileBroken {
        /// The line.
        line: usize,
        /// Chinese and English.
        what: &'static str,
    },
}

/// A flaw and the tenant whose journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose journal.
    pub tenant: Uuid,
    /// What is wrong.
    pub flaw: Flaw,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}] ", self.tenant)?;
        match &self.flaw {
            Flaw::Changed { entry, seq } => {
                write!(out, "记录{entry}(第{seq}环)被修改 / entry {entry} (link {seq}) was changed")
            }
            Flaw::Deleted { entry, seq } => {
                write!(out, "记录{entry}(第{seq}环)被删除 / entry {entry} (link {seq}) was deleted")
            }
            Flaw::DeletedUnsealed { entry } => {
                write!(out, "待封存的记录{entry}被删除 / entry {entry} was deleted before it was sealed")
            }
            Flaw::Inserted { entry } => {
                write!(
                    out,
                    "记录{entry}是绕过系统写入的 / entry {entry} was put in past the system: no link, and not waiting for one"
                )
            }
            Flaw::LinksMissing { from, to } => write!(out, "第{from}至{to}环缺失 / links {from} to {to} are missing"),
            Flaw::LinkBroken { seq, entry } => write!(
                out,
                "第{seq}环（记录{entry}）与前一环不连 / link {seq} (entry {entry}) does not follow from the one before: changed, swapped or inserted"
            ),
            Flaw::CheckpointForged { seq } => {
                write!(out, "第{seq}环的检查点签名无效 / the signature of the checkpoint at link {seq} is not valid")
            }
            Flaw::CheckpointDiffers { seq } => {
                write!(out, "第{seq}环与其检查点的签名不符 / the chain at link {seq} is not the one that was signed")
            }
            Flaw::CheckpointMissing { seq } => write!(out, "第{seq}环的检查点缺失 / the checkpoint at link {seq} is missing"),
            Flaw::Truncated { last, known } => write!(
                out,
                "日志尾部被截断：只剩到第{last}环，曾到第{known}环 / the end was cut off: {last} is the last link, and there was {known}"
            ),
            Flaw::Unsigned { links } => {
                write!(out, "末尾{links}环没有检查点 / the last {links} links have no checkpoint: checkpoints were removed")
            }
            Flaw::AnchorDiffers { seq } => {
                write!(
                    out,
                    "第{seq}环与数据文件夹中的锚不符 / the chain at link {seq} is not that of the anchor in the data folder"
                )
            }
            Flaw::AnchorForged { line } => write!(out, "锚文件第{line}行无效 / line {line} of the anchors is not valid"),
            Flaw::SegmentBroken { last } => write!(
                out,
                "到第{last}环为止的已归档段的签名或衔接无效 / the record of the archived segment up to link {last} is forged or does not join"
            ),
            Flaw::FileBroken { line, what } => write!(out, "文件第{line}行：{what} (line {line})"),
        }
    }
}
