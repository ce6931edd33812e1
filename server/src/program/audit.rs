//! `banyan audit`: the operation log's chain at the command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::assertions::{self, verify_assertions};
use super::{Database, secrets_of};
use crate::areas::journal::chain::{
    Anchors, PublicKeys, Sealed, Sealer, Sealing, Verification, archive, prove, public_keys_of, read_public_keys, seal_once,
    tenant_of, verify, verify_archive, verify_proof,
};
use crate::base::clock::Clock;
use crate::base::db::{Db, connect};
use crate::base::ids::{Id, JournalEntryId};
use crate::base::secret::Secrets;
use crate::config::{Audit, Place};

/// Runs one of the subcommands. What verifies something else of the log gets an arm here and a file of its own.
pub(super) async fn run(command: Audit) -> anyhow::Result<ExitCode> {
    match command {
        Audit::Verify { place, public_keys, archive: Some(file), .. } => {
            tell_after(|| verify_archive(&file, &keys_of(&place, public_keys.as_deref())?))
        }
        Audit::Verify { place, public_keys, proof: Some(file), .. } => {
            tell_after(|| verify_proof(&read_proof(&file)?, &keys_of(&place, public_keys.as_deref())?))
        }
        Audit::Verify { place, tenant, assertions: true, .. } => {
            let found = with(&place, async |database| {
                let tenant = tenant_by(database, tenant.as_deref()).await?;
                verify_assertions(database.owner_url(), tenant).await
            });
            Ok(assertions::tell(&found.await?))
        }
        Audit::Verify { place, tenant, public_keys, .. } => {
            let keys = keys_of(&place, public_keys.as_deref())?;
            let began = Instant::now();
            let verified = with(&place, async |database| {
                let tenant = tenant_by(database, tenant.as_deref()).await?;
                verify(database.owner_url(), &keys, Some(&Anchors::of(&place.data_dir)), tenant).await
            });
            Ok(tell(&verified.await?, began.elapsed()))
        }
        Audit::Seal { place } => {
            let sealed = with(&place, async |database| seal(database, &place).await).await?;
            println!(
                "封存{0}条，签署{1}个检查点 / {0} entries sealed, {1} checkpoints signed",
                sealed.entries, sealed.checkpoints
            );
            Ok(ExitCode::SUCCESS)
        }
        Audit::Keys { place } => {
            for (number, key) in Secrets::load(&place.keys())?.public_keys() {
                println!("{number} {}", HEXLOWER.encode(&key));
            }
            Ok(ExitCode::SUCCESS)
        }
        Audit::Proof { place, entry } => {
            let entry = entry_of(&entry)?;
            let proof = with(&place, async |database| {
                // So that there is a checkpoint behind the entry.
                seal(database, &place).await?;
                prove(database.owner_url(), entry).await
            });
            println!("{}", serde_json::to_string_pretty(&proof.await?)?);
            Ok(ExitCode::SUCCESS)
        }
        Audit::Archive { place, tenant, before, out, remove, retention_months } => {
            let now = Clock::default().now();
            let before = first_moment_of(before)?;
            if remove {
                allow_removal(before, now, retention_months)?;
            }
            let archived = with(&place, async |database| {
                let secrets = Secrets::load(&place.keys())?;
                let tenant = the_tenant(database, tenant.as_deref()).await?;
                archive(database.owner_url(), &secrets, tenant, before, now, &out, remove).await
            });
            let it = archived.await?;
            let removed = if it.removed { "，并已移出数据库 / and taken out of the database" } else { "" };
            println!("第{0}至{1}环已归档 / links {0} to {1} archived: {2}{removed}", it.first, it.last, out.display());
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn with<T>(place: &Place, work: impl AsyncFnOnce(&Database) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let database = Database::open(place).await?;
    let done = work(&database).await;
    database.close().await?;
    done
}

async fn seal(database: &Database, place: &Place) -> anyhow::Result<Sealed> {
    let sealer = Sealer {
        db: Db::new(database.app_url(), 1, Duration::from_secs(10))?,
        clock: Clock::default(),
        secrets: Arc::new(secrets_of(place)?),
        anchors: Some(Anchors::of(&place.data_dir)),
        sealing: Sealing::default(),
    };
    let sealed = seal_once(&sealer, true).await;
    sealer.db.close();
    sealed
}

fn keys_of(place: &Place, public_keys: Option<&Path>) -> anyhow::Result<PublicKeys> {
    match public_keys {
        Some(file) => read_public_keys(file),
        None => public_keys_of(&Secrets::load(&place.keys())?),
    }
}

fn read_proof(file: &PathBuf) -> anyhow::Result<serde_json::Value> {
    let cannot = || format!("无法读取 / cannot read {}", file.display());
    serde_json::from_slice(&std::fs::read(file).with_context(cannot)?).with_context(cannot)
}

async fn tenant_by(database: &Database, code: Option<&str>) -> anyhow::Result<Option<Uuid>> {
    match code {
        Some(code) => Ok(Some(tenant_of(&connect(database.owner_url()).await?, code).await?)),
        None => Ok(None),
    }
}

async fn the_tenant(database: &Database, code: Option<&str>) -> anyhow::Result<Uuid> {
    if let Some(tenant) = tenant_by(database, code).await? {
        return Ok(tenant);
    }
    let rows = connect(database.owner_url()).await?.query("SELECT id FROM tenants", &[]).await?;
    match rows.as_slice() {
        [one] => Ok(one.try_get(0)?),
        _ => bail!("有{0}个租户，请用 --tenant 指明 / there are {0} tenants: say which with --tenant", rows.len()),
    }
}

fn entry_of(text: &str) -> anyhow::Result<Uuid> {
    JournalEntryId::parse(text)
        .ok()
        .map(Id::uuid)
        .or_else(|| text.parse().ok())
        .with_context(|| format!("不是日志记录的编号 / not the id of an entry: {text}"))
}

/// The beginning of a day in Chongqing.
fn first_moment_of(day: NaiveDate) -> anyhow::Result<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_sub_signed(TimeDelta::hours(8)).context("日期超出范围 / the day is out of range")
}

fn allow_removal(before: DateTime<Utc>, now: DateTime<Utc>, months: u32) -> anyhow::Result<()> {
    let limit = now.checked_sub_months(Months::new(months)).context("保留期过长 / the retention is too long")?;
    if before > limit {
        bail!(
            "日志至少保留{months}个月，只能移出{0}以前的记录 / the log is kept for {months} months at least: only entries from before {0} can be taken out",
            limit.date_naive()
        );
    }
    Ok(())
}

fn tell_after(work: impl FnOnce() -> anyhow::Result<Verification>) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let verification = work()?;
    Ok(tell(&verification, began.elapsed()))
}

fn tell(it: &Verification, elapsed: Duration) -> ExitCode {
    for finding in &it.findings {
        println!("{finding}");
    }
    if it.more > 0 {
        println!("另有{0}处 / and {0} more", it.more);
    }
    println!(
        "记录{0}条（待封存{1}），链环{2}，检查点{3}，锚{4}，用时{5:.1}秒 / {0} entries ({1} waiting), {2} links, {3} checkpoints, {4} anchors in {5:.1} s",
        it.entries,
        it.waiting,
        it.links,
        it.checkpoints,
        it.anchors,
        elapsed.as_secs_f64()
    );
    if it.is_clean() {
        println!("日志完整 / the log is whole");
        ExitCode::SUCCESS
    } else {
        let count = u64::try_from(it.findings.len()).unwrap_or_default() + it.more;
        println!("{count}处异常 / {count} findings");
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, allow_removal, first_moment_of};
    use chrono::Months;

    #[test]
    fn nothing_younger_than_the_retention_can_be_taken_out() {
        let now = Clock::default().now();
        let ago = |months| now.checked_sub_months(Months::new(months)).unwrap();
        assert!(allow_removal(ago(5), now, 6).unwrap_err().to_string().contains(" / "));
        assert!(allow_removal(ago(7), now, 6).is_ok());
        assert!(allow_removal(ago(7), now, 12).is_err());
        assert_eq!(first_moment_of("2026-03-01".parse().unwrap()).unwrap().to_rfc3339(), "2026-02-28T16:00:00+00:00");
    }
}
