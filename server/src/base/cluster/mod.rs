//! The private PostgreSQL cluster: the database of a server that was not given one.
//!
//! Words: the *cluster* is PostgreSQL's folder of databases, the *postmaster* its first process,
//! the *owner* its superuser. Whoever holds the lock of the data folder may start the cluster.
//!
//! ```text
//! <data_dir>/lock              held while a program of ours owns the cluster
//!            postgres/         the cluster; made as postgres.new/ and renamed when whole
//!            postgres.log      what PostgreSQL has to say
//!            postgres.socket   where the socket is and who listens, while it runs
//!            run/              the socket, unless the path would be too long or closed
//! ```
//!
//! Invariants
//! - No TCP port is ever opened, and the folder of the socket is closed to other users.
//! - At most one postmaster works in the folder, also after `kill -9` of us, of it, or of both.
//! - A cluster ends with the [`Cluster`] that started it; one only attached to goes on.

mod account;
mod lock;
mod postmaster;
mod programs;
mod running;
mod sockets;
mod standby;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::Command;

use account::Account;
use programs::Programs;
use running::Settings;
use sockets::Address;

pub use running::Cluster;
pub use standby::follow_for_tests;

/// The superuser of the cluster, who owns every table.
pub const OWNER: &str = "banyan_owner";

/// How long we wait for another program to finish starting or stopping the cluster.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the private cluster below `data_dir`, and makes it first when there is none.
///
/// # Errors
///
/// When PostgreSQL is not installed, when another program owns the data folder, or when the
/// cluster does not come up; the message then ends with the last lines of its log.
pub async fn start(data_dir: &Path) -> anyhow::Result<Cluster> {
    start_with(data_dir, Settings::Durable).await
}

/// The same for tests: faster, with room for many connections, and not safe against a power cut.
///
/// # Errors
///
/// As [`start`].
pub async fn start_for_tests(data_dir: &Path) -> anyhow::Result<Cluster> {
    start_with(data_dir, Settings::Fast).await
}

/// Whether a program of ours runs the cluster below `data_dir` and it takes connections.
pub fn is_running(data_dir: &Path) -> bool {
    lock::is_held(data_dir) && Layout::existing(data_dir).is_some_and(|layout| layout.running().is_some())
}

/// Uses the cluster of a server that is running, or else starts it for as long as it is needed.
///
/// # Errors
///
/// As [`start`], and when another program owns the folder but its cluster is not ready in time.
pub async fn attach_or_start(data_dir: &Path) -> anyhow::Result<Attachment> {
    let layout = Layout::make(data_dir)?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(lock) = lock::try_take(&layout.lock())? {
            let cluster = start_locked(&layout, lock, Settings::Durable).await?;
            return Ok(Attachment::Owned(Box::new(cluster)));
        }
        if let Some(address) = layout.running() {
            return Ok(Attachment::Shared(SharedCluster { address }));
        }
        if tokio::time::Instant::now() > deadline {
            bail!(
                "另一个程序占用数据文件夹 {0}，但其数据库在 {1} 秒内没有就绪。\n\
                 Another program owns the data folder {0}, but its database was not ready within {1} seconds.",
                layout.root.display(),
                PATIENCE.as_secs()
            );
        }
        tokio::time::sleep(postmaster::PAUSE).await;
    }
}

/// A cluster to work with, ours or that of a server running beside us.
#[derive(Debug)]
pub enum Attachment {
    /// We started it, and it ends with us.
    Owned(Box<Cluster>),
    /// Another program started it, and it goes on when we have finished.
    Shared(SharedCluster),
}

/// The cluster of another program.
#[derive(Debug)]
pub struct SharedCluster {
    address: Address,
}

impl Attachment {
    /// See [`Cluster::url`].
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        self.address().url(user, database)
    }

    /// See [`Cluster::create_database_if_missing`].
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub async fn create_database_if_missing(&self, name: &str) -> anyhow::Result<()> {
        running::create_database_if_missing(self.address(), name).await
    }

    /// Starts the cluster again whenever it ends, if it is ours. Ends when that fails.
    pub async fn keep(&mut self) -> anyhow::Error {
        match self {
            Self::Owned(cluster) => cluster.keep().await,
            Self::Shared(_) => std::future::pending().await,
        }
    }

    /// Stops the cluster if it is ours.
    ///
    /// # Errors
    ///
    /// As [`Cluster::stop`].
    pub async fn stop(self) -> anyhow::Result<()> {
        match self {
            Self::Owned(cluster) => cluster.stop().await,
            Self::Shared(_) => Ok(()),
        }
    }

    fn address(&self) -> &Address {
        match self {
            Self::Owned(cluster) => cluster.address(),
            Self::Shared(shared) => &shared.address,
        }
    }
}

async fn start_with(data_dir: &Path, settings: Settings) -> anyhow::Result<Cluster> {
    let layout = Layout::make(data_dir)?;
    let lock = lock::take(&layout.lock()).await?;
    start_locked(&layout, lock, settings).await
}

async fn start_locked(layout: &Layout, lock: File, settings: Settings) -> anyhow::Result<Cluster> {
    // Nobody shall attach to what an earlier start left behind while we end it.
    let earlier = layout.withdraw_record();
    let data = layout.data();
    let version = fs::read_to_string(data.join("PG_VERSION")).ok();
    let programs = Programs::find(version.as_deref().map(str::trim))?;
    let account = Account::choose(&data)?;
    if version.is_none() {
        make_cluster(layout, &programs, &account, settings).await?;
    }
    postmaster::clear_remains(&data).await?;
    if let Some(earlier) = earlier {
        earlier.remove();
    }
    let address = Address::prepare(&layout.sockets(), &account)?;
    Cluster::launch(layout.clone(), lock, programs, account, address, settings).await
}

/// Makes the cluster under another name first, so that a kill in the middle leaves nothing half made.
async fn make_cluster(layout: &Layout, programs: &Programs, account: &Account, settings: Settings) -> anyhow::Result<()> {
    let fresh = layout.fresh();
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("removing {}", fresh.display()))?;
    }
    DirBuilder::new().mode(0o700).create(&fresh).with_context(|| format!("making {}", fresh.display()))?;
    account.give(&fresh)?;
    let (name, handle) = account.name_of(&fresh)?;

    let mut command = Command::new(&programs.initdb);
    command
        .arg("--pgdata")
        .arg(&name)
        .args(["--username", OWNER, "--auth", "trust", "--encoding", "UTF8"])
        .args(["--locale", "C.UTF-8", "--data-checksums"])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if settings == Settings::Fast {
        command.arg("--no-sync");
    }
    let output = account.dress(&mut command).output().await.with_context(|| format!("running {}", programs.initdb.display()))?;
    drop(handle);
    if !output.status.success() {
        bail!(
            "创建数据库失败。\nThe database could not be made ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    fs::rename(&fresh, layout.data()).context("putting the new cluster in its place")?;
    // The rename itself must survive a power cut as the files do.
    File::open(&layout.root).and_then(|folder| folder.sync_all()).context("writing the data folder")
}

/// The names of the files below the data folder.
#[derive(Debug, Clone)]
struct Layout {
    root: PathBuf,
}

impl Layout {
    fn make(data_dir: &Path) -> anyhow::Result<Self> {
        // PostgreSQL's user may have to pass through, but nobody else needs to look around.
        DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(data_dir)
            .and_then(|()| data_dir.canonicalize())
            .map(|root| Self { root })
            .with_context(|| format!("无法使用数据文件夹 {0}。\nThe data folder {0} cannot be used", data_dir.display()))
    }

    fn existing(data_dir: &Path) -> Option<Self> {
        data_dir.canonicalize().ok().map(|root| Self { root })
    }

    fn lock(&self) -> PathBuf {
        self.root.join(lock::NAME)
    }

    fn data(&self) -> PathBuf {
        self.root.join("postgres")
    }

    fn fresh(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    fn record(&self) -> PathBuf {
        self.root.join("postgres.socket")
    }

    /// Removes the record and returns the address in it.
    fn withdraw_record(&self) -> Option<Address> {
        let record = fs::read_to_string(self.record()).ok()?;
        let _ = fs::remove_file(self.record());
        Address::from_record(&record).map(|(address, _)| address)
    }

    fn sockets(&self) -> PathBuf {
        self.root.join("run")
    }

    fn open_log(&self) -> anyhow::Result<File> {
        let path = self.log();
        OpenOptions::new().create(true).append(true).open(&path).with_context(|| format!("opening {}", path.display()))
    }

    /// The address of the cluster, if its record names a postmaster that is alive and ready.
    fn running(&self) -> Option<Address> {
        let (address, pid) = Address::from_record(&fs::read_to_string(self.record()).ok()?)?;
        postmaster::is_alive(pid, &self.data()).then_some(address)
    }
}
