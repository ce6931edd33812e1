//! Migrations at the start: one server at a time, then the functions are replaced.

use anyhow::{Context, anyhow};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");
/// Functions of the database, replaced at every start.
pub const FUNCTIONS: &str = include_str!("functions.sql");
/// Number of the lock that servers starting together take in turn.
const MIGRATION_LOCK: i64 = 0x0062_616e_7961_6e01;

/// Brings the database to this program's form. True when a newer program was here before: then it keeps that
/// program's functions, which this one can live with as it can with its tables, while the newer one could not
/// live with ours.
///
/// # Errors
/// When the database cannot be reached or a migration fails; it is then as before.
pub async fn migrate(owner_url: &str) -> anyhow::Result<bool> {
    let guard = super::connect(owner_url).await?;
    guard.execute("SELECT pg_advisory_lock($1)", &[&MIGRATION_LOCK]).await?;
    let url = owner_url.to_owned();
    // The migration harness blocks its thread and wants a runtime with several, so it gets its own.
    tokio::task::spawn_blocking(move || run_pending(&url)).await??;
    let is_ahead = is_ahead(&guard).await?;
    if is_ahead {
        tracing::warn!("the database has migrations of a newer program, whose functions stay");
    } else {
        replace_functions(&guard).await.context("cannot replace the functions")?;
    }
    guard.execute("SELECT pg_advisory_unlock($1)", &[&MIGRATION_LOCK]).await?;
    Ok(is_ahead)
}

async fn is_ahead(owner: &tokio_postgres::Client) -> anyhow::Result<bool> {
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|error| anyhow!("{error}"))?;
    let known: Vec<String> = known.iter().map(|migration| migration.name().version().to_string()).collect();
    let row =
        owner.query_one("SELECT EXISTS (SELECT FROM __diesel_schema_migrations WHERE version <> ALL ($1))", &[&known]).await?;
    Ok(row.try_get(0)?)
}

fn run_pending(owner_url: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let connection = AsyncPgConnection::establish(owner_url).await.context("cannot reach the database")?;
        let mut harness = AsyncMigrationHarness::new(connection);
        harness.run_pending_migrations(MIGRATIONS).map_err(|error| anyhow!("{error}")).context("a migration failed")?;
        Ok(())
    })
}

/// Replaces the functions when they are not this program's: replacing them makes every connection of a
/// running server plan anew, so a command beside it must not do it for nothing.
async fn replace_functions(owner: &tokio_postgres::Client) -> anyhow::Result<()> {
    let digest = crate::base::secret::hash(FUNCTIONS.as_bytes());
    let known = owner.query_opt("SELECT FROM loaded_files WHERE name = 'functions' AND digest = $1", &[&digest]).await?;
    if known.is_none() {
        let mark = format!(
            "INSERT INTO loaded_files (name, digest) VALUES ('functions', '\\x{}')
             ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
            data_encoding::HEXLOWER.encode(&digest)
        );
        owner.batch_execute(&format!("BEGIN; {FUNCTIONS}; {mark}; COMMIT;")).await?;
    }
    Ok(())
}
