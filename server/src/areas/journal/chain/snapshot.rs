//! One state of the database read through several connections at once, as the owner.

use anyhow::Context;
use chrono::{DateTime, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use super::encoding::{Hash, START};
use super::manifest::Manifest;
use crate::base::db::connect;

/// A snapshot: one connection that holds it and answers questions, three that read streams.
pub(super) struct Snapshot {
    pub ask: Client,
    pub entries: Client,
    pub links: Client,
    pub checkpoints: Client,
}

/// How a connection begins. An owner who is held back by a policy gets an error and never fewer rows; the
/// plans follow the indexes, so that the first row comes at once.
const BEGIN: &str = "SET row_security = off; SET enable_sort = off; SET jit = off; SET max_parallel_workers_per_gather = 0;
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl Snapshot {
    pub async fn take(url: &str) -> anyhow::Result<Self> {
        let ask = connect(url).await?;
        ask.batch_execute(BEGIN).await?;
        let name: String = ask.query_one("SELECT pg_export_snapshot()", &[]).await?.try_get(0)?;
        let share = format!("{BEGIN}; SET TRANSACTION SNAPSHOT '{name}'");
        let (entries, links, checkpoints) = (connect(url).await?, connect(url).await?, connect(url).await?);
        for client in [&entries, &links, &checkpoints] {
            client.batch_execute(&share).await?;
        }
        Ok(Self { ask, entries, links, checkpoints })
    }

    /// What the statements of the streams mean.
    pub async fn about(&self, tenant: Uuid) -> anyhow::Result<()> {
        for client in [&self.entries, &self.links, &self.checkpoints] {
            client.execute("SELECT set_config('banyan.tenant', $1, false)", &[&tenant.to_string()]).await?;
        }
        Ok(())
    }

    /// Every tenant that has, or had, a journal.
    pub async fn tenants(&self) -> anyhow::Result<Vec<Uuid>> {
        let rows = self.ask.query(include_str!("sql/tenants.sql"), &[]).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    /// The archived segments of a tenant, in order.
    pub async fn segments(&self, tenant: Uuid) -> anyhow::Result<Vec<Manifest>> {
        let rows = self
            .ask
            .query(
                "SELECT first_seq, last_seq, previous_link, last_link, digest, at, key_number::integer, signature
                 FROM journal_segments WHERE tenant_id = $1 ORDER BY last_seq",
                &[&tenant],
            )
            .await?;
        let read = |row: &tokio_postgres::Row| {
            Ok(Manifest {
                tenant,
                first: row.try_get(0)?,
                last: row.try_get(1)?,
                previous_link: row.try_get(2)?,
                last_link: row.try_get(3)?,
                digest: row.try_get(4)?,
                at: row.try_get::<_, DateTime<Utc>>(5)?.timestamp_micros(),
                key: row.try_get(6)?,
                signature: row.try_get(7)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Where the chain in the database begins: behind the last archived segment.
    pub async fn base(&self, tenant: Uuid) -> anyhow::Result<(i64, Hash)> {
        match self.segments(tenant).await?.pop() {
            Some(segment) => Ok((segment.last, segment.last_link.try_into().ok().context("the link of a segment")?)),
            None => Ok((0, START)),
        }
    }
}
