//! The tree checks itself while it is served: what `banyan check` recounts is recounted again and again, and a difference
//! raises an alarm, in the log and on the metrics address.

use std::time::Duration;

use super::check::{Difference, check};
use crate::base::db::connect;

/// The figure for an alarm: how many differences the last look found.
const GAUGE: &str = "banyan_check_differences";
/// Of many differences so many are named; their number is told anyway.
const NAMED: usize = 50;
/// Under this lock one server at a time looks.
const LOCK: i64 = 0x6261_6e79_616e_0c4e;

/// What looks.
#[derive(Clone, Debug)]
pub struct SelfCheck {
    /// As the owner, who sees every row.
    pub owner_url: String,
    /// Between two looks.
    pub every: Duration,
}

impl SelfCheck {
    /// Looks again and again, for as long as the server runs.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(self.every).await;
            match self.look().await {
                Ok(Some(differences)) => alarm(&differences),
                Ok(None) => tracing::debug!("another server checks the tree now"),
                Err(error) => tracing::warn!(error = format!("{error:#}"), "the tree was not checked"),
            }
        }
    }

    /// One look, on one snapshot that only reads; none while another server looks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self) -> anyhow::Result<Option<Vec<Difference>>> {
        // The lock ends with the connection, however that one ends.
        let client = connect(&self.owner_url).await?;
        let alone: bool = client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]).await?.try_get(0)?;
        if alone { Ok(Some(check(&client).await?)) } else { Ok(None) }
    }
}

/// Kinds of differences, codes and ids; never a name.
fn alarm(differences: &[Difference]) {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts so many differences")]
    metrics::gauge!(GAUGE).set(differences.len() as f64);
    if differences.is_empty() {
        tracing::info!("the tree agrees with itself");
        return;
    }
    tracing::error!(differences = differences.len(), "the tree does not agree with itself");
    for Difference { check, place } in differences.iter().take(NAMED) {
        tracing::error!(check, place, "a difference");
    }
}
