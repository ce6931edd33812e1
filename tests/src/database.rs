//! One private cluster for the whole test program; a database for every test.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use banyan::testing::{cluster, connect, load_reference, migrate};
use tokio::sync::OnceCell;
use tokio_postgres::Client;

use crate::seed::{Seed, plant};

const TEMPLATE: &str = "banyan_template";

/// A cluster that ends with the test program.
struct Shared {
    cluster: cluster::Cluster,
    seed: Seed,
    _watchdog: Child,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

async fn shared() -> &'static Shared {
    SHARED
        .get_or_init(|| async {
            let folder = tempfile::Builder::new().prefix("banyan-test-").tempdir().expect("a temporary folder").keep();
            // A program of Rust tests has no last moment: a shell waits for the end of our pipe,
            // which comes however we end, stops the database and removes its folder.
            let cluster = cluster::start_for_tests(&folder).await.expect("a cluster");
            let watchdog = Command::new("sh")
                .arg("-c")
                .arg(r#"read -r _; pid=$(head -n 1 "$0/postgres/postmaster.pid"); kill -INT "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; rm -rf "$0""#)
                .arg(&folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("a shell");
            cluster.create_database_if_missing(TEMPLATE).await.expect("the template");
            let url = cluster.url(cluster::OWNER, TEMPLATE);
            migrate(&url).await.expect("migrations");
            let mut client = connect(&url).await.expect("a connection");
            load_reference(&client).await.expect("reference data");
            let seed = plant(&mut client).await.expect("the seed");
            Shared { cluster, seed, _watchdog: watchdog }
        })
        .await
}

/// A database of one test.
pub struct Database {
    /// As the owner of the tables: sees everything.
    pub owner_url: String,
    /// As the application: sees what its settings say.
    pub app_url: String,
    /// What is in it.
    pub seed: Seed,
}

impl Database {
    /// A connection of the owner, to look at the tables and not at the answers.
    pub async fn owner(&self) -> Client {
        connect(&self.owner_url).await.expect("a connection")
    }

    /// One number that a query of the owner answers.
    pub async fn number(&self, sql: &str) -> i64 {
        self.owner().await.query_one(sql, &[]).await.expect("a query").get(0)
    }

    /// Runs statements as the owner.
    pub async fn change(&self, sql: &str) {
        self.owner().await.batch_execute(sql).await.expect("statements");
    }

    /// The same database, for another server.
    pub fn again(&self) -> Database {
        Database { owner_url: self.owner_url.clone(), app_url: self.app_url.clone(), seed: self.seed.clone() }
    }

    /// A copy of this database as it is now. Nobody may be connected to it.
    pub async fn copy(&self) -> Database {
        let name = self.owner_url.rsplit('/').next().expect("a name").to_owned();
        clone(&name).await
    }
}

/// The seed, cloned.
pub async fn clone_of_template() -> Database {
    clone(TEMPLATE).await
}

async fn clone(template: &str) -> Database {
    let shared = shared().await;
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let admin = connect(&shared.cluster.url(cluster::OWNER, "postgres")).await.expect("a connection");
    // A connection that just ended may still be leaving.
    for attempt in 0.. {
        match admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")).await {
            Ok(()) => break,
            Err(error) if attempt < 100 && error.code() == Some(&tokio_postgres::error::SqlState::OBJECT_IN_USE) => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            Err(error) => panic!("cannot clone {template}: {error}"),
        }
    }
    of(shared, &name)
}

/// A migrated database without anything in it.
pub async fn empty_database() -> Database {
    let shared = shared().await;
    let name = format!("empty_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    shared.cluster.create_database_if_missing(&name).await.expect("a database");
    let database = of(shared, &name);
    migrate(&database.owner_url).await.expect("migrations");
    database
}

fn of(shared: &Shared, name: &str) -> Database {
    Database {
        owner_url: shared.cluster.url(cluster::OWNER, name),
        app_url: shared.cluster.url("banyan_app", name),
        seed: shared.seed.clone(),
    }
}
