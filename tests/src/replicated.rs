//! A server with a read replica: a primary of its own and a cluster that follows it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use banyan::testing::{cluster, connect, load_reference, migrate};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::database::Database;
use crate::seed::plant;

const NAME: &str = "banyan";
/// PostgreSQL looks for its primary anew every five seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// Two clusters, and a server on them.
pub struct Replicated {
    /// The server.
    pub app: TestApp,
    primary: Half,
    replica: Half,
}

/// From where an answer was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// The primary.
    Primary,
    /// The replica.
    Replica,
    /// From neither.
    Nowhere,
}

struct Half {
    folder: PathBuf,
    cluster: Option<cluster::Cluster>,
    url: String,
    _kept: tempfile::TempDir,
}

impl Half {
    async fn stop(&mut self) {
        if let Some(cluster) = self.cluster.take() {
            cluster.stop().await.expect("it stops");
        }
    }

    async fn start(&mut self) {
        let cluster = cluster::start_for_tests(&self.folder).await.expect("it starts");
        assert_eq!(cluster.url(cluster::OWNER, NAME), self.url, "where it was before");
        self.cluster = Some(cluster);
    }

    async fn owner(&self) -> tokio_postgres::Client {
        connect(&self.url).await.expect("a connection")
    }

    /// When the server last did something there; at the beginning of time where nobody answers.
    async fn last_use(&self) -> DateTime<Utc> {
        let Some(cluster) = &self.cluster else { return DateTime::UNIX_EPOCH };
        let owner = connect(&cluster.url(cluster::OWNER, NAME)).await.expect("a connection");
        let used = "SELECT max(state_change) FROM pg_stat_activity WHERE application_name = 'banyan' AND backend_type = 'client backend'";
        owner.query_one(used, &[]).await.expect("a time").get::<_, Option<_>>(0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let kept = tempfile::Builder::new().prefix("banyan-pair-").tempdir().expect("a temporary folder");
    // The database's user has to pass through.
    let open = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o711);
    std::fs::set_permissions(kept.path(), open).expect("a mode");
    let folder = kept.path().to_owned();
    (kept, folder)
}

impl Replicated {
    /// With the seed, after the server has begun to read from the replica.
    pub async fn new() -> Self {
        let (kept, place) = folder();
        let primary = cluster::start_for_tests(&place).await.expect("a cluster");
        primary.create_database_if_missing(NAME).await.expect("a database");
        let owner_url = primary.url(cluster::OWNER, NAME);
        let app_url = primary.url("banyan_app", NAME);
        migrate(&owner_url).await.expect("migrations");
        let mut owner = connect(&owner_url).await.expect("a connection");
        // A replica cannot be compared with a primary that does not wait for its own commits.
        owner.batch_execute(&format!("ALTER DATABASE {NAME} SET synchronous_commit = on")).await.expect("a setting");
        load_reference(&owner).await.expect("reference data");
        let seed = plant(&mut owner).await.expect("the seed");
        let primary = Half { folder: place, cluster: Some(primary), url: owner_url.clone(), _kept: kept };

        let (kept, place) = folder();
        let running = primary.cluster.as_ref().expect("it runs");
        let replica = cluster::follow_for_tests(&place, running).await.expect("a replica");
        let url = replica.url("banyan_app", NAME);
        let app = TestApp::reading_from(Database { owner_url, app_url, seed }, &[url]);
        let url = replica.url(cluster::OWNER, NAME);
        let replica = Half { folder: place, cluster: Some(replica), url, _kept: kept };
        let pair = Self { app, primary, replica };
        pair.until_read_from(Read::Replica).await;
        pair
    }

    /// An answer, and from where it was read.
    pub async fn read(&self, client: &Client, document: &str) -> (Answer, Read) {
        let before = (self.primary.last_use().await, self.replica.last_use().await);
        let answer = client.ask(document).await;
        let after = (self.primary.last_use().await, self.replica.last_use().await);
        let read = match (after.0 > before.0, after.1 > before.1) {
            (true, _) => Read::Primary,
            (false, true) => Read::Replica,
            (false, false) => Read::Nowhere,
        };
        (answer, read)
    }

    /// Waits until queries are answered from there, and unmarked.
    pub async fn until_read_from(&self, wanted: Read) {
        let began = Instant::now();
        loop {
            let (answer, read) = self.read(&self.app.sign_in("county-administrator"), "{ viewer { readOnly } }").await;
            if read == wanted && answer.json["extensions"].is_null() && answer.json["errors"].is_null() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "read from {read:?} and not {wanted:?}: {}", answer.text);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Whatever the server asks, when the primary is known to be gone.
    pub async fn until_stale(&self) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.app.sign_in("county-administrator").ask("{ viewer { readOnly } }").await;
            if answer.json["extensions"]["stale"] != Value::Null {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "{}", answer.text);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Lets the replica fall behind: it receives and does not replay.
    pub async fn pause_replay(&self) {
        self.at_replica("SELECT pg_wal_replay_pause()").await;
    }

    /// Lets it catch up.
    pub async fn resume_replay(&self) {
        self.at_replica("SELECT pg_wal_replay_resume()").await;
    }

    /// Runs statements at the replica, as the owner.
    pub async fn at_replica(&self, sql: &str) {
        self.replica.owner().await.batch_execute(sql).await.expect("statements");
    }

    /// One number from the replica.
    pub async fn number_at_replica(&self, sql: &str) -> i64 {
        self.replica.owner().await.query_one(sql, &[]).await.expect("a query").get(0)
    }

    /// Stops the replica.
    pub async fn stop_replica(&mut self) {
        self.replica.stop().await;
    }

    /// Starts it again.
    pub async fn start_replica(&mut self) {
        self.replica.start().await;
    }

    /// Stops the primary.
    pub async fn stop_primary(&mut self) {
        self.primary.stop().await;
    }

    /// Starts it again.
    pub async fn start_primary(&mut self) {
        self.primary.start().await;
    }

    /// Stops both.
    pub async fn end(mut self) {
        self.app.close();
        self.replica.stop().await;
        self.primary.stop().await;
    }
}
