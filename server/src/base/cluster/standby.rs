//! A second cluster that follows the first, as an installation with a read replica has it. For tests: what the server
//! is given in earnest is kept by whoever keeps the databases.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, bail};
use tokio::process::Command;

use super::account::Account;
use super::programs::Programs;
use super::running::{Cluster, Settings};
use super::{Layout, OWNER, lock, start_locked};

/// Copies a running cluster into `data_dir` and starts the copy, which follows it from then on; it is started again
/// as any other cluster.
///
/// # Errors
///
/// When `data_dir` has a cluster already, when the copy cannot be made, and as [`super::start_for_tests`].
pub async fn follow_for_tests(data_dir: &Path, primary: &Cluster) -> anyhow::Result<Cluster> {
    let layout = Layout::make(data_dir)?;
    let lock = lock::take(&layout.lock()).await?;
    let data = layout.data();
    let programs = Programs::find(None)?;
    let account = Account::choose(&data)?;
    DirBuilder::new().mode(0o700).create(&data).with_context(|| format!("making {}", data.display()))?;
    account.give(&data)?;
    let (name, handle) = account.name_of(&data)?;
    let program = programs.initdb.with_file_name("pg_basebackup");
    let mut command = Command::new(&program);
    command
        .arg("--pgdata")
        .arg(&name)
        .args(["--dbname", &primary.url(OWNER, "postgres")])
        .args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = account.dress(&mut command).output().await.with_context(|| format!("running {}", program.display()))?;
    drop(handle);
    if !output.status.success() {
        let _ = fs::remove_dir_all(&data);
        bail!("the cluster could not be copied ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    start_locked(&layout, lock, Settings::Fast).await
}
