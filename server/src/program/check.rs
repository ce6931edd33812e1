//! The tree checks itself: every path against its parent, every figure against a recount.

use std::process::ExitCode;

use tokio_postgres::Client;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which check found it.
    pub check: &'static str,
    /// Where.
    pub place: String,
}

/// Each finds rows that should not be there; the first column says where.
const CHECKS: [(&str, &str); 5] = [
    ("path", include_str!("sql/check_paths.sql")),
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
