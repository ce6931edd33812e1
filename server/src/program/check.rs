//! The tree checks itself: every path against its parent, every figure against a recount.

use std::collections::HashMap;
use std::process::ExitCode;

use tokio_postgres::Client;
use uuid::Uuid;

use crate::base::blob::{Blobs, Object};

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which check found it.
    pub check: &'static str,
    /// Where.
    pub place: String,
}

/// Each finds rows that should not be there; the first column says where.
const CHECKS: [(&str, &str); 6] = [
    ("path", include_str!("sql/check_paths.sql")),
    ("order", include_str!("sql/check_order.sql")),
    ("stale path", include_str!("sql/check_stale.sql")),
    ("figures", include_str!("sql/check_counts.sql")),
    ("tallies", include_str!("sql/check_tallies.sql")),
    ("ledger", include_str!("sql/check_ledger.sql")),
];

/// Runs every check, as the owner, on one snapshot.
///
/// # Errors
/// When the database fails.
pub async fn check(client: &Client) -> anyhow::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    for (check, sql) in CHECKS {
        for row in client.query(sql, &[]).await? {
            differences.push(Difference { check, place: row.try_get(0)? });
        }
    }
    client.batch_execute("COMMIT").await?;
    Ok(differences)
}

/// Files without their bytes, and bytes without a row. The store is read before the rows: whatever came into it
/// by then had its row already.
///
/// # Errors
/// When the database or the store fails.
pub async fn check_files(client: &Client, blobs: &Blobs) -> anyhow::Result<Vec<Difference>> {
    let mut lying: HashMap<Object, u64> = blobs.list().await?.into_iter().collect();
    let mut differences = Vec::new();
    for row in client.query(include_str!("sql/check_files.sql"), &[]).await? {
        let (tenant, object): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
        let (wanted, name): (Option<i64>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
        let found = lying.remove(&(tenant, object));
        let (Some(wanted), Some(name)) = (wanted, name) else { continue };
        // Written after the store was read, perhaps: looked for once more by itself.
        let found = match found {
            None => blobs.size((tenant, object)).await?,
            found => found,
        };
        if found != u64::try_from(wanted).ok() {
            differences.push(Difference { check: "file", place: format!("{name} {object}") });
        }
    }
    for ((tenant, object), _) in lying {
        // The sweep may have taken it away meanwhile.
        if blobs.size((tenant, object)).await?.is_some() {
            differences.push(Difference { check: "file without a row", place: format!("{tenant} {object}") });
        }
    }
    Ok(differences)
}

/// Prints the outcome.
pub(super) fn tell(differences: &[Difference]) -> ExitCode {
    for difference in differences {
        println!("{}: {}", difference.check, difference.place);
    }
    if differences.is_empty() {
        println!("没有差异 / no differences");
        ExitCode::SUCCESS
    } else {
        println!("{0} 处差异 / {0} differences", differences.len());
        ExitCode::FAILURE
    }
}
