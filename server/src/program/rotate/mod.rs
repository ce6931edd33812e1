//! `banyan rotate-key`: a new key, and what older keys have sealed rewritten with it, while servers run.
//!
//! Every value is rewritten by comparing: a row whose bytes are no longer those that were read keeps what
//! the other wrote. Versions and times stay, because nothing that anyone can see has changed. Stopped at any
//! point, the next call goes on with the newest key: a further key is added only when nothing is left under older ones.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::Database;
use crate::base::db::connect;
use crate::base::secret::{LOOK_AGAIN, Secrets};
use crate::config::RotateKey;

/// Number of the lock that lets one rotation run at a time.
const ROTATION_LOCK: i64 = 0x0062_616e_7961_6e02;
/// How long requests that began under the old key are waited for; the pool ends idle ones after a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// A table with sealed columns. The statements are files, because a name cannot be a parameter.
struct Sealed {
    /// Which values, for people.
    name: &'static str,
    /// How many values each key has sealed: key number, count.
    count: &'static str,
    /// `$1` key number, `$2` tenant and `$3` id behind which to go on, `$4` how many: tenant, id, and the columns.
    read: &'static str,
    /// `$1` tenants, `$2` ids, then old and new values of each column.
    write: &'static str,
    /// How many columns.
    columns: usize,
}

/// Everything that is sealed in rows. What is sealed in the journal stays under its key: entries never change.
const SEALED: &[Sealed] = &[
    Sealed {
        name: "people",
        count: include_str!("sql/people_count.sql"),
        read: include_str!("sql/people_read.sql"),
        write: include_str!("sql/people_write.sql"),
        columns: 4,
    },
    // The keys of files; the files themselves stay as they are.
    Sealed {
        name: "attachments",
        count: include_str!("sql/attachments_count.sql"),
        read: include_str!("sql/attachments_read.sql"),
        write: include_str!("sql/attachments_write.sql"),
        columns: 1,
    },
    Sealed {
        name: "uploads",
        count: include_str!("sql/uploads_count.sql"),
        read: include_str!("sql/uploads_read.sql"),
        write: include_str!("sql/uploads_write.sql"),
        columns: 1,
    },
];
const JOURNAL: (&str, &str) = ("journal", include_str!("sql/journal_count.sql"));

/// How to rotate.
#[derive(Clone, Copy, Debug)]
pub struct Rotating {
    /// Rows in one transaction.
    pub batch: i64,
    /// Whether to show how far it is.
    pub progress: bool,
}

impl Default for Rotating {
    fn default() -> Self {
        Self { batch: 200, progress: true }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The key that everything is sealed with now.
    pub key: u8,
    /// Whether an earlier rotation was finished, without a new key.
    pub resumed: bool,
    /// Rows rewritten.
    pub rows: u64,
}

/// How many values each key has sealed, by table.
///
/// # Errors
/// When the database fails.
pub async fn count_by_key(owner: &Client) -> anyhow::Result<BTreeMap<(&'static str, i32), i64>> {
    let mut counts = BTreeMap::new();
    for (name, sql) in SEALED.iter().map(|it| (it.name, it.count)).chain([JOURNAL]) {
        for row in owner.query(sql, &[]).await? {
            *counts.entry((name, row.try_get(0)?)).or_default() += row.try_get::<_, i64>(1)?;
        }
    }
    Ok(counts)
}

async fn left_behind(owner: &Client, newest: u8) -> anyhow::Result<i64> {
    let counts = count_by_key(owner).await?;
    Ok(counts.iter().filter(|((name, key), _)| *name != JOURNAL.0 && *key != i32::from(newest)).map(|(_, count)| count).sum())
}

/// Adds a key, or finishes an earlier rotation, and rewrites until nothing is left under older keys.
///
/// # Errors
/// When another rotation runs, the key file cannot be written, a value does not open, or the database fails.
pub async fn rotate(owner: &mut Client, key_file: &Path, how: Rotating) -> anyhow::Result<Rotation> {
    owner.batch_execute("SET row_security = off").await?;
    let free: bool = owner.query_one("SELECT pg_try_advisory_lock($1)", &[&ROTATION_LOCK]).await?.try_get(0)?;
    if !free {
        bail!("另一个密钥轮换正在进行 / another rotation of the key is running");
    }
    let rotated = rotate_locked(owner, key_file, how).await;
    let _ = owner.execute("SELECT pg_advisory_unlock($1)", &[&ROTATION_LOCK]).await;
    rotated
}

async fn rotate_locked(owner: &mut Client, key_file: &Path, how: Rotating) -> anyhow::Result<Rotation> {
    let secrets = Secrets::load(key_file)?;
    let resumed = left_behind(owner, secrets.newest_key()).await? > 0;
    if !resumed {
        Secrets::add_key(key_file)?;
        secrets.look_again()?;
    }
    // From here on every server seals with the new key within this time.
    let known_to_all = Instant::now() + LOOK_AGAIN + Duration::from_millis(500);
    let key = secrets.newest_key();
    let total = left_behind(owner, key).await?;
    let progress = Progress::new(u64::try_from(total).unwrap_or_default(), how.progress);
    let mut rows = 0;
    for sealed in SEALED {
        rows += rewrite(owner, &secrets, key, sealed, how, &progress).await?;
    }
    tokio::time::sleep_until(known_to_all.into()).await;
    wait_for_earlier_requests(owner).await?;
    // What those had sealed with the old key is committed now; nobody seals with it any more.
    for _ in 0..10 {
        if left_behind(owner, key).await? == 0 {
            progress.finish();
            return Ok(Rotation { key, resumed, rows });
        }
        for sealed in SEALED {
            rows += rewrite(owner, &secrets, key, sealed, how, &progress).await?;
        }
    }
    bail!(
        "仍有用旧密钥封存的新值：某个服务器使用另一份密钥文件 / values are still being sealed with an older key: a server reads another key file"
    )
}

/// A request seals inside its transaction, so an old key can only come from one that began before now.
async fn wait_for_earlier_requests(owner: &Client) -> anyhow::Result<()> {
    let earlier = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'banyan' AND pid <> pg_backend_pid() AND xact_start < $1::timestamptz";
    let now: chrono::DateTime<chrono::Utc> = owner.query_one("SELECT clock_timestamp()", &[]).await?.try_get(0)?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let running: i64 = owner.query_one(earlier, &[&now]).await?.try_get(0)?;
        if running == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tracing::warn!("a request is running for longer than a minute; run rotate-key --status afterwards");
    Ok(())
}

async fn rewrite(
    owner: &mut Client,
    secrets: &Secrets,
    key: u8,
    sealed: &Sealed,
    how: Rotating,
    progress: &Progress,
) -> anyhow::Result<u64> {
    let (mut tenant, mut id) = (Uuid::nil(), Uuid::nil());
    let mut rewritten = 0;
    loop {
        let rows = owner.query(sealed.read, &[&i32::from(key), &tenant, &id, &how.batch]).await?;
        let Some(last) = rows.last() else { return Ok(rewritten) };
        (tenant, id) = (last.try_get(0)?, last.try_get(1)?);
        let (mut tenants, mut ids) = (Vec::new(), Vec::new());
        let mut values: Vec<Vec<Option<Vec<u8>>>> = vec![Vec::new(); sealed.columns * 2];
        let mut fresh = 0;
        for row in &rows {
            let (row_tenant, row_id): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            tenants.push(row_tenant);
            ids.push(row_id);
            for (column, pair) in values.chunks_exact_mut(2).enumerate() {
                let old: Option<Vec<u8>> = row.try_get(column + 2)?;
                let stale = old.filter(|old| Secrets::key_of(old) != Some(key));
                let new = match &stale {
                    Some(old) => {
                        let plain = secrets.open(old).with_context(|| {
                            format!("{0} {row_id}:该值无法解开 / a value of {0} {row_id} does not open", sealed.name)
                        })?;
                        fresh += 1;
                        Some(secrets.seal(&plain))
                    }
                    None => None,
                };
                if let [olds, news] = pair {
                    olds.push(stale);
                    news.push(new);
                }
            }
        }
        let mut parameters: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> = vec![&tenants, &ids];
        parameters.extend(values.iter().map(|column| column as &(dyn tokio_postgres::types::ToSql + Sync)));
        rewritten += write(owner, sealed.write, &parameters).await?;
        progress.add(fresh);
    }
}

async fn write(owner: &Client, sql: &str, parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)]) -> anyhow::Result<u64> {
    for attempt in 0.. {
        match owner.execute(sql, parameters).await {
            Ok(rows) => return Ok(rows),
            // A request holds one of the rows and wants another of them.
            Err(error)
                if attempt < 20
                    && matches!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE)) =>
            {
                tokio::time::sleep(Duration::from_millis(rand::random_range(10..60))).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(0)
}

/// A bar on a terminal, else a line for every tenth.
struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    total: u64,
    done: AtomicU64,
}

impl Progress {
    fn new(total: u64, wanted: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (wanted && terminal).then(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}") {
                bar.set_style(style);
            }
            bar.set_message("重新封存 sealing anew");
            bar
        });
        Self { bar, lines: wanted && !terminal, total, done: AtomicU64::new(0) }
    }

    fn add(&self, more: u64) {
        let tenth = |done: u64| done * 10 / self.total.max(1);
        let before = self.done.fetch_add(more, Ordering::Relaxed);
        let done = before + more;
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if self.lines && tenth(done) > tenth(before) => eprintln!("{}% ({done}/{})", tenth(done) * 10, self.total),
            None => {}
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `banyan rotate-key`.
pub(super) async fn run(options: RotateKey) -> anyhow::Result<ExitCode> {
    let file = options.place.keys();
    if options.add_only {
        let number = Secrets::add_key(&file)?;
        println!("已加入{number}号密钥，尚未重写 / key {number} is added, nothing rewritten yet: {}", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let database = Database::open(&options.place).await?;
    let done = async {
        let mut owner = connect(database.owner_url()).await?;
        if options.status {
            owner.batch_execute("SET row_security = off").await?;
            let newest = Secrets::load(&file)?.newest_key();
            println!("当前密钥 / current key: {newest}");
            for ((name, key), count) in count_by_key(&owner).await? {
                println!("{name:<10} 密钥 key {key:>3}  {count}");
            }
            return Ok(());
        }
        let it = rotate(&mut owner, &file, Rotating::default()).await?;
        let resumed = if it.resumed { "，接续上次 / going on from an earlier call" } else { "" };
        println!(
            "全部以{0}号密钥封存，重写{1}行 / everything is sealed with key {0}, {1} rows rewritten{resumed}",
            it.key, it.rows
        );
        anyhow::Ok(())
    }
    .await;
    database.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}
