//! The sweep: what nothing refers to any more leaves the store of files.

use std::time::Duration;

use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::base::blob::Blobs;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Db, Statement};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(300);
/// An upload that was not attached by then is given up.
const GIVEN_UP: chrono::Duration = chrono::Duration::hours(1);

/// What sweeping needs.
#[derive(Clone)]
pub struct Sweep {
    /// As the application.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The store.
    pub blobs: Blobs,
}

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads given up.
    pub expired: i64,
    /// Objects removed.
    pub removed: usize,
}

impl Sweep {
    /// Sweeps again and again, for as long as the server runs. Several servers do no harm to each other.
    pub async fn run(self) {
        loop {
            if let Err(error) = sweep_once(&self).await {
                tracing::warn!(error = format!("{error:#}"), "the store of files was not swept");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Gives up old uploads and removes what is due. An object goes first and its line after it: stopped between
/// the two, the next look removes it once more, which is no fault.
///
/// # Errors
/// When the database or the store fails; the next look goes on.
pub async fn sweep_once(sweep: &Sweep) -> anyhow::Result<Swept> {
    let mut conn = sweep.db.take().await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let now = sweep.clock.now();
    let expire = Statement::<BigInt>::new("SELECT expire_uploads($1, $2)").bind(now - GIVEN_UP).bind(now);
    let expired: i64 = expire.get_result(&mut *conn).await?;
    let due = Statement::<(SqlUuid, SqlUuid)>::new("SELECT * FROM files_to_remove($1)").bind(now);
    let due: Vec<(Uuid, Uuid)> = due.load(&mut *conn).await?;
    // Not while the store works.
    drop(conn);
    let mut removed = Vec::new();
    for object in due {
        match sweep.blobs.remove(object).await {
            Ok(()) => removed.push(object),
            Err(error) => tracing::warn!(error = format!("{error:#}"), object = %object.1, "a file was not removed"),
        }
    }
    if !removed.is_empty() {
        let mut conn = sweep.db.take().await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
        let (tenants, objects): (Vec<Uuid>, Vec<Uuid>) = removed.iter().copied().unzip();
        Statement::<Text>::new("SELECT files_removed($1, $2)").bind(tenants).bind(objects).execute(&mut *conn).await?;
    }
    Ok(Swept { expired, removed: removed.len() })
}
