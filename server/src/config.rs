//! Every setting: a flag, an environment variable `BANYAN_*`, a line in `banyan help`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::areas::organizations::MOVED_AT_ONCE;
use crate::base::password_cost::PasswordCost;
use crate::schema::FreeText;

/// Membership administration for a very large tree of organizations.
#[derive(Parser, Debug)]
#[command(name = "banyan", version, about, disable_help_subcommand = false)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the database is.
#[derive(Args, Debug, Clone)]
pub struct Place {
    /// Folder of the keys and, without --database-url, of the private database.
    #[arg(long, env = "BANYAN_DATA_DIR", default_value = ".banyan")]
    pub data_dir: PathBuf,
    /// A PostgreSQL of one's own (15 or later), as the owner of the database; the private one is then not started.
    #[arg(long, env = "BANYAN_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The file of the keys, if it is not secret.key in the data folder.
    #[arg(long, env = "BANYAN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Where files lie, as s3://bucket/prefix with the variables AWS_* (a program built with S3); the folder files in the data folder without it.
    #[arg(long, env = "BANYAN_FILES")]
    pub files: Option<url::Url>,
}

impl Place {
    /// The file of the keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve GraphQL and the console.
    Serve(Box<Serve>),
    /// Bring the database to this program's form.
    Migrate {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
    },
    /// Load made-up organizations and people into an empty database.
    Demo {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// How many people.
        #[arg(long, env = "BANYAN_DEMO_PEOPLE", default_value_t = 200_000)]
        people: u64,
        /// The same seed makes the same people.
        #[arg(long, env = "BANYAN_DEMO_SEED", default_value_t = 1)]
        seed: u64,
    },
    /// Print a bearer token for scripts: one role at one organization, for a time.
    Token {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// Code of the organization.
        #[arg(long)]
        organization: String,
        /// The role, as auditor or organization-administrator.
        #[arg(long)]
        role: String,
        /// How long it lasts, as 30m, 1h or 7d.
        #[arg(long, default_value = "1h", value_parser = lifetime)]
        ttl: Duration,
        /// Let it write; it reads only otherwise.
        #[arg(long)]
        write: bool,
    },
    /// Make the first administrator of an organization: prints a one-time link, valid one hour, that enrols a key.
    Bootstrap {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// Code of the organization.
        #[arg(long)]
        organization: String,
        /// Name of the account.
        #[arg(long, default_value = "管理员")]
        name: String,
        /// Found a new tenant whose outermost organization has this name.
        #[arg(long)]
        create: Option<String>,
        /// Where people reach the console.
        #[arg(long, env = "BANYAN_ORIGIN", default_value = "http://localhost:8080")]
        origin: url::Url,
    },
    /// Print the GraphQL schema.
    Schema,
    /// The operation log's chain: verify, prove, archive.
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: Audit,
    },
    /// Add a new key and rewrite with it what older keys have sealed, while servers run; goes on where it was stopped.
    RotateKey(RotateKey),
    /// Recount the figures and verify every path; exits with 1 on a difference.
    Check {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
    },
}

/// How to change the key.
#[derive(Args, Debug, Clone)]
pub struct RotateKey {
    /// Where the database is.
    #[command(flatten)]
    pub place: Place,
    /// Only say how many values each key has sealed.
    #[arg(long, conflicts_with = "add_only")]
    pub status: bool,
    /// Only add the key, to copy the file to other machines before it rewrites anything.
    #[arg(long)]
    pub add_only: bool,
}

/// The operation log's chain.
#[derive(Subcommand, Debug)]
pub enum Audit {
    /// Find what was edited, deleted, inserted, swapped or cut off; exits with 1 on a finding.
    Verify {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// Code of one tenant's root organization; all tenants without it.
        #[arg(long)]
        tenant: Option<String>,
        /// Verify an archive instead, without any database.
        #[arg(long, conflicts_with_all = ["tenant", "proof"])]
        archive: Option<PathBuf>,
        /// Verify the proof of one entry instead, without any database.
        #[arg(long, conflicts_with = "tenant")]
        proof: Option<PathBuf>,
        /// Verify the signed confirmations of dangerous actions instead.
        #[arg(long, conflicts_with_all = ["archive", "proof"])]
        assertions: bool,
        /// Public keys as `banyan audit keys` prints them, instead of the key file.
        #[arg(long)]
        public_keys: Option<PathBuf>,
    },
    /// Chain and sign now what is new; a running server does so by itself.
    Seal {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
    },
    /// Print the public keys, with which anyone can verify.
    Keys {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
    },
    /// Print the proof of one entry as JSON.
    Proof {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// The entry, as jou_… or as its uuid.
        #[arg(long)]
        entry: String,
    },
    /// Write the sealed entries from before a day to a file that can be verified by itself.
    Archive {
        /// Where the database is.
        #[command(flatten)]
        place: Place,
        /// Code of the tenant's root organization; may be left out where there is one tenant.
        #[arg(long)]
        tenant: Option<String>,
        /// The first day that stays.
        #[arg(long)]
        before: NaiveDate,
        /// The file, which must not exist.
        #[arg(long)]
        out: PathBuf,
        /// Take them out of the database as well.
        #[arg(long)]
        remove: bool,
        /// Months that entries stay in the database at least; six or more.
        #[arg(long, env = "BANYAN_AUDIT_RETENTION_MONTHS", default_value_t = 6, value_parser = clap::value_parser!(u32).range(6..=1200))]
        retention_months: u32,
    },
}

/// How to serve.
#[derive(Args, Debug, Clone)]
pub struct Serve {
    /// Where the database is.
    #[command(flatten)]
    pub place: Place,
    /// The public address.
    #[arg(long, env = "BANYAN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address of the metrics; none are served without it.
    #[arg(long, env = "BANYAN_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Serve made-up people with open entries; only on a loopback address.
    #[arg(long, env = "BANYAN_DEMO")]
    pub demo: bool,
    /// How many people a first --demo makes.
    #[arg(long, env = "BANYAN_DEMO_PEOPLE", default_value_t = 200_000)]
    pub demo_people: u64,
    /// Where people reach the console, as https://banyan.example: keys are bound to it. http://localhost and the port without it.
    #[arg(long, env = "BANYAN_ORIGIN")]
    pub origin: Option<url::Url>,
    /// A second address where alone administrators' rights work, as https://admin.banyan.example; it lies under the first's host.
    #[arg(long, env = "BANYAN_ADMIN_ORIGIN")]
    pub admin_origin: Option<url::Url>,
    /// Networks from which the administrators' address may be used, as 10.20.0.0/16, separated by commas; all without one.
    #[arg(long, env = "BANYAN_ADMIN_NETWORKS", value_delimiter = ',')]
    pub admin_networks: Vec<ipnet::IpNet>,
    /// A list of the models of security keys that may be enrolled, as JSON; any may without it.
    #[arg(long, env = "BANYAN_KEY_MODELS")]
    pub key_models: Option<PathBuf>,
    /// Further lists of documents that are answered, as JSON from `sha256:` and digest to text, separated by commas.
    #[arg(long, env = "BANYAN_DOCUMENTS", value_delimiter = ',')]
    pub documents: Vec<PathBuf>,
    /// Who may send documents that are not listed, read the schema and open GraphiQL: nobody, or anyone with --demo, without it.
    #[arg(long, env = "BANYAN_FREE_TEXT", value_enum)]
    pub free_text: Option<FreeText>,
    /// Minutes after which an unused session of an administrator ends.
    #[arg(long, env = "BANYAN_ADMINISTRATOR_IDLE", default_value_t = 30)]
    pub administrator_idle: u32,
    /// Hours after which a session of an administrator ends.
    #[arg(long, env = "BANYAN_ADMINISTRATOR_SESSION", default_value_t = 10)]
    pub administrator_session: u32,
    /// Minutes after which an unused session of a member ends.
    #[arg(long, env = "BANYAN_MEMBER_IDLE", default_value_t = 120)]
    pub member_idle: u32,
    /// Hours after which a session of a member ends.
    #[arg(long, env = "BANYAN_MEMBER_SESSION", default_value_t = 24)]
    pub member_session: u32,
    /// KiB of memory that one try of a password takes; a hash of other values is made anew at the next sign-in.
    #[arg(long, env = "BANYAN_ARGON2_MEMORY", default_value_t = PasswordCost::LEAST.memory_kib,
          value_parser = clap::value_parser!(u32).range(i64::from(PasswordCost::LEAST.memory_kib)..=2_097_152))]
    pub argon2_memory: u32,
    /// Passes over that memory.
    #[arg(long, env = "BANYAN_ARGON2_PASSES", default_value_t = PasswordCost::LEAST.passes,
          value_parser = clap::value_parser!(u32).range(i64::from(PasswordCost::LEAST.passes)..=64))]
    pub argon2_passes: u32,
    /// Lanes that work on it at once.
    #[arg(long, env = "BANYAN_ARGON2_LANES", default_value_t = PasswordCost::LEAST.lanes,
          value_parser = clap::value_parser!(u32).range(i64::from(PasswordCost::LEAST.lanes)..=64))]
    pub argon2_lanes: u32,
    /// The same database without a pooler before it, for what listens, migrates and seals: --database-url then leads
    /// through a pooler of transactions, as PgBouncer.
    #[arg(long, env = "BANYAN_DIRECT_URL", requires = "database_url", hide_env_values = true)]
    pub direct_url: Option<String>,
    /// The pooler follows prepared statements, as PgBouncer does from 1.21 on with max_prepared_statements.
    #[arg(long, env = "BANYAN_POOLER_FOLLOWS_STATEMENTS", requires = "direct_url")]
    pub pooler_follows_statements: bool,
    /// Streaming replicas of the database, as the same user and without a pooler: queries are read there. Given several
    /// times, or separated by commas; one address leads to one server.
    #[arg(long, env = "BANYAN_REPLICA_URL", requires = "database_url", value_delimiter = ',', hide_env_values = true)]
    pub replica_url: Vec<String>,
    /// Connections to the database, and to each replica.
    #[arg(long, env = "BANYAN_CONNECTIONS", default_value_t = 20)]
    pub connections: usize,
    /// Clients that may be connected at a time; whoever comes then waits.
    #[arg(long, env = "BANYAN_CLIENTS", default_value_t = 10_000)]
    pub clients: usize,
    /// Seconds after which a request is given up and its work in the database cancelled.
    #[arg(long, env = "BANYAN_DEADLINE", default_value_t = 10)]
    pub deadline: u64,
    /// Proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(long, env = "BANYAN_PROXIES", value_delimiter = ',')]
    pub proxies: Vec<IpAddr>,
    /// Megabytes of attachments that one organization may keep, those of its people included.
    #[arg(long, env = "BANYAN_ATTACHMENT_QUOTA", default_value_t = 1024)]
    pub attachment_quota: u32,
    /// Organizations that are moved within a request; more go as a job behind it.
    #[arg(long, env = "BANYAN_MOVE_AT_ONCE", default_value_t = MOVED_AT_ONCE, value_parser = clap::value_parser!(i64).range(0..))]
    pub move_at_once: i64,
    /// How often the tree is compared with itself, as `banyan check` does, as 6h or 1d; never with 0.
    #[arg(long, env = "BANYAN_CHECK_EVERY", default_value = "6h", value_parser = lifetime_or_none)]
    pub check_every: Pause,
    /// How long it goes on serving when it is asked to stop, as 5s: it says that it is not ready, so that a balancer
    /// turns to others, and asks its clients to hang up. Somewhat longer than the balancer takes to see it; asked a
    /// second time, it waits no longer.
    #[arg(long, env = "BANYAN_LEAVE", default_value = "0", value_parser = lifetime_or_none)]
    pub leave: Pause,
    /// Log lines as JSON.
    #[arg(long, env = "BANYAN_LOG_JSON")]
    pub log_json: bool,
}

/// Between two of something; none for never.
pub type Pause = Option<Duration>;

fn lifetime_or_none(text: &str) -> Result<Pause, String> {
    if text == "0" { Ok(None) } else { lifetime(text).map(Some) }
}

/// Whether a command line is one; what is wrong with it otherwise.
///
/// # Errors
/// The text that the program would end with.
pub fn parse_arguments(arguments: &[&str]) -> Result<(), String> {
    Config::try_parse_from(arguments).map(|_| ()).map_err(|error| error.to_string())
}

fn lifetime(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text}: a number followed by s, m, h or d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).filter(|total| *total > 0).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::{Config, Duration, lifetime, lifetime_or_none};
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Config::command().debug_assert();
        assert_eq!(lifetime("90m"), Ok(Duration::from_secs(5_400)));
        assert_eq!((lifetime_or_none("0"), lifetime_or_none("6h")), (Ok(None), Ok(Some(Duration::from_secs(21_600)))));
        for wrong in ["", "1", "h", "0h", "1w", "-1h"] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}
