//! Rows of a `COPY … TO STDOUT (FORMAT binary)`, one at a time, whatever their number.

use std::pin::Pin;

use anyhow::{Context, bail};
use futures_util::StreamExt;
use tokio_postgres::{Client, CopyOutStream};
use uuid::Uuid;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// Flags and the length of an extension, which nobody uses.
const HEADER: usize = SIGNATURE.len() + 8;

/// The rows.
pub(super) struct Rows {
    stream: Pin<Box<CopyOutStream>>,
    buffer: Vec<u8>,
    at: usize,
}

impl Rows {
    /// Begins to read; the statement is part of the program.
    pub async fn open(client: &Client, copy: &'static str) -> anyhow::Result<Self> {
        let mut rows = Self { stream: Box::pin(client.copy_out(copy).await?), buffer: Vec::new(), at: 0 };
        while rows.buffer.len() < HEADER {
            if !rows.more().await? {
                bail!("the copy has no header");
            }
        }
        if !rows.buffer.starts_with(SIGNATURE) {
            bail!("the copy has an unknown form");
        }
        rows.at = HEADER;
        Ok(rows)
    }

    async fn more(&mut self) -> anyhow::Result<bool> {
        let Some(chunk) = self.stream.next().await else { return Ok(false) };
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(&chunk?);
        Ok(true)
    }

    /// The next row: its columns, each with its length before it.
    pub async fn next(&mut self) -> anyhow::Result<Option<&[u8]>> {
        loop {
            match whole_row(self.buffer.get(self.at..).unwrap_or_default()) {
                Row::End => return Ok(None),
                Row::Of(length) => {
                    let from = self.at + 2;
                    self.at = from + length;
                    return Ok(Some(self.buffer.get(from..self.at).context("a row")?));
                }
                Row::Torn => {
                    if !self.more().await? {
                        bail!("the copy ended inside a row");
                    }
                }
            }
        }
    }
}

enum Row {
    End,
    Torn,
    Of(usize),
}

fn whole_row(bytes: &[u8]) -> Row {
    let Some((count, mut rest)) = bytes.split_first_chunk::<2>() else { return Row::Torn };
    let Ok(count) = u16::try_from(i16::from_be_bytes(*count)) else { return Row::End };
    let whole = rest.len();
    for _ in 0..count {
        let Some((length, after)) = rest.split_first_chunk::<4>() else { return Row::Torn };
        // A negative length is null.
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
        let Some(after) = after.get(length..) else { return Row::Torn };
        rest = after;
    }
    Row::Of(whole - rest.len())
}

/// A value of a fixed length; zeros for one of another length, which then agrees with nothing.
pub(super) fn fixed<const N: usize>(field: Option<Option<&[u8]>>) -> [u8; N] {
    field.flatten().and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
}

/// A number.
pub(super) fn number(field: Option<Option<&[u8]>>) -> i64 {
    i64::from_be_bytes(fixed(field))
}

/// An id.
pub(super) fn id(field: Option<Option<&[u8]>>) -> Uuid {
    Uuid::from_bytes(fixed(field))
}

/// Microseconds since 1970 from PostgreSQL's since 2000.
pub(super) fn since_1970(micros: i64) -> i64 {
    micros.saturating_add(946_684_800_000_000)
}
