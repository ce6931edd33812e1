//! The command line: each command in a few lines, the work elsewhere.

mod assertions;
mod audit;
mod check;
mod database;
mod rotate;
mod self_check;
mod serve;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use crate::access::Role;
use crate::areas::accounts::{Bootstrap, IssueToken, bootstrap, issue_token};
use crate::base::clock::Clock;
use crate::base::db::connect;
use crate::base::secret::Secrets;
use crate::config::{Command, Config, Place};
use crate::demo::{self, DemoOptions, DemoSummary, Seal};

pub use assertions::{Assertions, verify_assertions};
pub use check::{check, check_files};
pub use database::{Database, blobs_of, secrets_of};
pub use rotate::{Rotating, Rotation, count_by_key, rotate};
pub use self_check::SelfCheck;

impl Seal for Secrets {
    fn seal(&self, plain: &str) -> Vec<u8> {
        self.seal(plain)
    }

    fn index(&self, plain: &str) -> Vec<u8> {
        self.index(plain)
    }
}

/// Runs the command line. The runtime is made here and not in the program: whoever polls a future compiles all of it,
/// and the program would be compiled for as long as the library once more.
///
/// # Errors
/// What the person at the command line should read.
pub fn run() -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command())
}

async fn command() -> anyhow::Result<ExitCode> {
    match Config::parse().command {
        Command::Serve(options) => serve::serve(*options).await?,
        Command::Schema => print!("{}", crate::sdl()),
        Command::Migrate { place } => Database::open(&place).await?.close().await?,
        Command::Demo { place, people, seed } => {
            let database = Database::open(&place).await?;
            let summary = load_demo(&database, &place, people, seed).await;
            database.close().await?;
            println!("{}", describe(&summary?));
        }
        Command::Token { place, organization, role, ttl, write } => {
            let role = Role::parse(&role).with_context(|| format!("没有这个角色 / no such role: {role}"))?;
            let database = Database::open(&place).await?;
            let token = token(&database, &organization, role, ttl, write).await;
            database.close().await?;
            println!("{}", token?);
        }
        Command::Audit { command } => return audit::run(command).await,
        Command::RotateKey(options) => return rotate::run(options).await,
        Command::Bootstrap { place, organization, name, create, origin } => {
            let database = Database::open(&place).await?;
            let wanted = Bootstrap { organization: &organization, name: &name, create: create.as_deref() };
            let code = first_administrator(&database, &wanted).await;
            database.close().await?;
            println!("{}/enrol#{}", origin.as_str().trim_end_matches('/'), code?);
            eprintln!("一小时内有效，只能使用一次 / valid for one hour, once");
        }
        Command::Check { place } => {
            let database = Database::open(&place).await?;
            let differences = async {
                let owner = connect(database.owner_url()).await?;
                let mut differences = check(&owner).await?;
                differences.extend(check_files(&owner, &blobs_of(&place)?).await?);
                anyhow::Ok(differences)
            }
            .await;
            database.close().await?;
            return Ok(check::tell(&differences?));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn load_demo(database: &Database, place: &Place, people: u64, seed: u64) -> anyhow::Result<DemoSummary> {
    let secrets = secrets_of(place)?;
    let mut client = connect(database.owner_url()).await?;
    let options = DemoOptions { people, seed, today: Clock::default().today(), progress: true };
    demo::load(&mut client, &secrets, &options).await
}

fn describe(summary: &DemoSummary) -> String {
    format!(
        "已载入 {0} 个党组织、{1} 人（其中党员 {2} 人） / loaded {0} organizations and {1} people, {2} of them members, in {3:.1} s",
        summary.organizations,
        summary.people,
        summary.members,
        summary.elapsed.as_secs_f64()
    )
}

async fn token(
    database: &Database,
    organization: &str,
    role: Role,
    ttl: std::time::Duration,
    write: bool,
) -> anyhow::Result<String> {
    let mut client = connect(database.owner_url()).await?;
    let lifetime = chrono::Duration::from_std(ttl).context("the lifetime is too long")?;
    issue_token(&mut client, Clock::default().now(), &IssueToken { organization, role, lifetime, write }).await
}

async fn first_administrator(database: &Database, wanted: &Bootstrap<'_>) -> anyhow::Result<String> {
    let mut client = connect(database.owner_url()).await?;
    bootstrap(&mut client, Clock::default().now(), wanted).await
}
