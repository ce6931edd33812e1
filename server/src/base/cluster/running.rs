//! A running cluster: launching the postmaster, waiting until it is ready, stopping it.

use std::fs::{self, File};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::Signal;
use tokio::process::{Child, Command};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use super::account::Account;
use super::postmaster::{PAUSE, PidFile, clear_remains, signal};
use super::programs::Programs;
use super::sockets::Address;
use super::{Layout, OWNER};

/// Replaying the log after a crash takes a while on a large database.
const READY_WITHIN: Duration = Duration::from_secs(600);

/// What the cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settings {
    /// What was committed stays.
    Durable,
    /// What was committed may be lost in a power cut.
    Fast,
}

impl Settings {
    /// Settings for both, on a machine that may be small and shared with others.
    const COMMON: &[&str] = &[
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "shared_buffers=256MB",
        // Compiling a query costs more than any of ours takes.
        "jit=off",
        "random_page_cost=1.1",
        "timezone=UTC",
        "log_timezone=UTC",
        "cluster_name=banyan",
    ];

    fn values(self) -> &'static [&'static str] {
        match self {
            Self::Durable => &["max_connections=100", "synchronous_commit=on"],
            Self::Fast => &["max_connections=300", "fsync=off", "full_page_writes=off", "synchronous_commit=off"],
        }
    }
}

/// A private PostgreSQL cluster that we started. It ends with this value.
#[derive(Debug)]
pub struct Cluster {
    child: Child,
    pid: i32,
    address: Address,
    layout: Layout,
    programs: Programs,
    account: Account,
    settings: Settings,
    /// Whether anybody may have relied on it yet.
    ready: bool,
    /// Held, not used: others see by it that the cluster has an owner.
    _lock: File,
}

impl Cluster {
    pub(super) async fn launch(
        layout: Layout,
        lock: File,
        programs: Programs,
        account: Account,
        address: Address,
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let (child, pid, log_start) = spawn(&layout, &programs, &account, &address, settings)?;
        // From here on dropping the value ends the postmaster, also when the start is given up.
        let mut cluster = Self { child, pid, address, layout, programs, account, settings, ready: false, _lock: lock };
        cluster.wait_until_ready(log_start).await?;
        Ok(cluster)
    }

    /// Starts it again whenever it ends, as after `kill -9` of the postmaster. Ends when that fails.
    pub(super) async fn keep(&mut self) -> anyhow::Error {
        loop {
            let ended = self.child.wait().await;
            tracing::error!(?ended, "the database ended, and is started again");
            if let Err(error) = self.start_again().await {
                return error.context("the database ended and cannot be started again");
            }
            tracing::info!("the database is back");
        }
    }

    async fn start_again(&mut self) -> anyhow::Result<()> {
        // Its children write until they notice that their parent is gone.
        clear_remains(&self.layout.data()).await?;
        let (child, pid, log_start) = spawn(&self.layout, &self.programs, &self.account, &self.address, self.settings)?;
        (self.child, self.pid, self.ready) = (child, pid, false);
        self.wait_until_ready(log_start).await
    }

    async fn wait_until_ready(&mut self, log_start: u64) -> anyhow::Result<()> {
        let data = self.layout.data();
        let start = Instant::now();
        let mut told = false;
        loop {
            if PidFile::read(&data).is_some_and(|file| file.ready && file.pid == self.pid) {
                self.ready = true;
                return fs::write(self.layout.record(), self.address.to_record(self.pid))
                    .context("recording where the socket is");
            }
            let ended = self.child.try_wait().context("looking after the postmaster")?;
            if ended.is_some() || start.elapsed() > READY_WITHIN {
                bail!(
                    "数据库没有启动成功，日志在 {0}。\nThe database did not start; its log is {0}, which ends:\n{1}",
                    self.layout.log().display(),
                    last_lines(&self.layout, log_start)
                );
            }
            if !told && start.elapsed() > Duration::from_secs(3) {
                tracing::info!("the database is recovering from a crash, which can take minutes");
                told = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A URL for tokio-postgres and diesel-async, such as `postgresql://banyan_app@%2Frun%2Fdir/banyan`.
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        self.address.url(user, database)
    }

    /// Creates an empty database unless there is one of that name. Two may do so at the same time.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub async fn create_database_if_missing(&self, name: &str) -> anyhow::Result<()> {
        create_database_if_missing(&self.address, name).await
    }

    /// Stops the cluster: open transactions are rolled back, what was committed is on disk afterwards.
    ///
    /// # Errors
    ///
    /// When the postmaster does not end, even after sharper signals.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        // Nobody new shall attach to a cluster that is about to stop.
        let _ = fs::remove_file(self.layout.record());
        for (sharpness, patience) in [(Signal::INT, 60), (Signal::QUIT, 10), (Signal::KILL, 5)] {
            if self.child.id().is_some() {
                signal(self.pid, sharpness);
            }
            let ended = tokio::time::timeout(Duration::from_secs(patience), self.child.wait()).await;
            if let Ok(ended) = ended {
                ended.context("waiting for the postmaster")?;
                self.address.remove();
                return Ok(());
            }
            tracing::warn!(signal = ?sharpness, "the database does not stop");
        }
        bail!("数据库进程无法结束。\nThe postmaster {} does not end.", self.pid)
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }
}

impl Drop for Cluster {
    /// The net below [`stop`](Self::stop): asks the postmaster to end, but cannot wait for it. The
    /// record stays, so that the next start clears away the socket's folder.
    fn drop(&mut self) {
        // Only while it has not been waited for: afterwards the number may be somebody else's.
        if self.child.id().is_none() {
            return;
        }
        if self.ready {
            signal(self.pid, Signal::INT);
            return;
        }
        // It may not have written its number down yet, and the next start would not see it: it must be gone when the
        // lock is. That takes no longer than the kernel needs, and nobody has been promised anything.
        signal(self.pid, Signal::KILL);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Starts the postmaster: itself, its number, and where in the log its own lines begin.
fn spawn(
    layout: &Layout,
    programs: &Programs,
    account: &Account,
    address: &Address,
    settings: Settings,
) -> anyhow::Result<(Child, i32, u64)> {
    let data = layout.data();
    let (name, handle) = account.name_of(&data)?;
    let log = layout.open_log()?;
    let log_start = log.metadata().context("reading the size of the log")?.len();

    let mut command = Command::new(&programs.postgres);
    command.arg("-D").arg(name);
    for value in Settings::COMMON.iter().chain(settings.values()) {
        command.arg("-c").arg(value);
    }
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", address.setting()))
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("sharing the log")?)
        .stderr(log)
        // Ctrl-C in a terminal goes to a whole group: it shall reach us only, we then stop the cluster in order.
        .process_group(0)
        // Settings of another installation in the environment are not meant for this one.
        .env_remove("PGDATA")
        .env_remove("PGPORT")
        .env("LC_ALL", "C.UTF-8");
    let child = account.dress(&mut command).spawn().with_context(|| format!("starting {}", programs.postgres.display()))?;
    drop(handle);
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).context("the postmaster has no number")?;
    Ok((child, pid, log_start))
}

/// See [`Cluster::create_database_if_missing`].
pub(super) async fn create_database_if_missing(address: &Address, name: &str) -> anyhow::Result<()> {
    let (client, connection) =
        tokio_postgres::connect(&address.url(OWNER, "postgres"), NoTls).await.context("connecting to the cluster")?;
    let talk = tokio::spawn(connection);
    let missing = "select format('create database %I', $1::text)
                   where not exists (select from pg_database where datname = $1)";
    if let Some(row) = client.query_opt(missing, &[&name]).await? {
        // A name cannot be a parameter here; PostgreSQL has quoted it for us.
        let command: String = row.try_get(0)?;
        if let Err(error) = client.batch_execute(&command).await {
            let another_was_faster = matches!(error.code(), Some(&SqlState::DUPLICATE_DATABASE | &SqlState::UNIQUE_VIOLATION));
            if !another_was_faster {
                return Err(error).with_context(|| format!("creating the database {name}"));
            }
        }
    }
    drop(client);
    talk.await??;
    Ok(())
}

/// The end of what the postmaster wrote since this start.
fn last_lines(layout: &Layout, log_start: u64) -> String {
    let bytes = fs::read(layout.log()).unwrap_or_default();
    let start = usize::try_from(log_start).unwrap_or(0);
    let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(10)..).unwrap_or_default();
    tail.join("\n")
}
