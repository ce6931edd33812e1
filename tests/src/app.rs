//! The real router on a test's own database.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use banyan::testing::{
    App, Blobs, Changes, Clock, Db, Documents, Door, Engine, Entrances, FreeText, KeyModels, Lifetimes, Limits, Pace,
    PasswordCost, Reach, RelyingParty, Replicas, Secrets, Settings, Stopping, Worker, built_in, router,
};

use crate::client::Client;
use crate::database::{Database, clone_of_template};

/// The root of all keys of a test; the seed seals with the same.
pub const ROOT_KEY: [u8; 32] = [42; 32];

/// What one organization of a test may keep.
pub const ATTACHMENT_QUOTA: i64 = 3 * 1024 * 1024;

/// Where the tests' browsers are.
pub const ORIGIN: &str = "http://localhost:8080";

/// Where administrators have an entrance of their own, in the tests that give them one.
pub const ADMINISTRATION: &str = "http://admin.localhost:8080";

/// A server on a database of its own.
pub struct TestApp {
    /// The routes, without a socket.
    pub router: Router,
    /// The server's clock, which a test may move.
    pub clock: Clock,
    /// The pipeline.
    pub engine: Engine,
    /// The database.
    pub database: Database,
    /// The store of files, in a folder of the test's own.
    pub blobs: Blobs,
    folder: Arc<tempfile::TempDir>,
}

impl TestApp {
    /// On a clone of the seed, in development mode.
    pub async fn new() -> Self {
        Self::on(clone_of_template().await, true, Duration::from_secs(20)).await
    }

    /// In production: no open entries, and only the documents of the program are answered.
    pub async fn in_production() -> Self {
        Self::answering(FreeText::Nobody, built_in().expect("the program's documents")).await
    }

    /// In production, but with texts of others from some, and a list of one's own.
    pub async fn answering(free_text: FreeText, documents: Documents) -> Self {
        let settings = Settings { free_text, documents, ..settings(false, Duration::from_secs(20)) };
        Self::built(clone_of_template().await, settings, (secrets(), None))
    }

    /// Moves of more organizations than this go as a job.
    pub async fn moving_at_once(organizations: i64) -> Self {
        Self::moving_on(clone_of_template().await, organizations)
    }

    /// The same on a database that another server may serve, too.
    pub fn moving_on(database: Database, organizations: i64) -> Self {
        let settings = Settings { moved_at_once: organizations, ..settings(true, Duration::from_secs(20)) };
        Self::built(database, settings, (secrets(), None))
    }

    /// What does jobs, when a test asks it to. It looks often, holds a job for long and gives up at once when it is stopped.
    pub fn worker(&self) -> Worker {
        let pace = Pace { beat: Duration::from_millis(20), grace: Duration::ZERO, ..Pace::default() };
        Worker { engine: self.engine.clone(), db: self.engine.db().clone(), pace }
    }

    /// On a database, in a mode, with a deadline.
    pub async fn on(database: Database, demonstration: bool, deadline: Duration) -> Self {
        Self::built(database, settings(demonstration, deadline), (secrets(), None))
    }

    /// With a list of the models of keys that may be enrolled.
    pub async fn with_models(models: &KeyModels) -> Self {
        Self::built(clone_of_template().await, settings(true, Duration::from_secs(20)), (secrets(), Some(models)))
    }

    /// Where guessing a password costs so much.
    pub async fn with_password_cost(database: Database, password_cost: PasswordCost) -> Self {
        let app = Self::on(database, true, Duration::from_secs(20)).await;
        let door = Door { password_cost, ..app.engine.door() };
        let settings = settings(true, Duration::from_secs(20));
        let engine = Engine::new(door, app.engine.changes().clone(), settings, app.blobs.clone());
        let router = router(outside(&engine, Entrances::default()));
        Self { engine, router, ..app }
    }

    /// With keys of the test's own.
    pub async fn with(database: Database, secrets: Arc<Secrets>) -> Self {
        Self::built(database, settings(true, Duration::from_secs(20)), (secrets, None))
    }

    /// Hearing what the server of another database commits.
    pub fn listening(database: Database, changes: Changes) -> Self {
        let settings = settings(true, Duration::from_secs(20));
        Self::assembled(database, changes, settings, 2, (secrets(), None))
    }

    /// Reading from replicas of its database.
    pub fn reading_from(database: Database, replicas: &[String]) -> Self {
        let (changes, clock) = (Changes::listen(database.app_url.clone()), Clock::default());
        let door = door(&database, 8, &clock, (secrets(), None));
        let reach = Reach { connections: 8, wait: Duration::from_secs(3) };
        let replicas = Replicas::follow((database.app_url.clone(), door.db.clone()), replicas, reach, clock.clone());
        Self::of(database, changes, settings(true, Duration::from_secs(20)), door, Some(replicas))
    }

    fn built(database: Database, settings: Settings, keys: (Arc<Secrets>, Option<&KeyModels>)) -> Self {
        let changes = Changes::listen(database.app_url.clone());
        Self::assembled(database, changes, settings, 8, keys)
    }

    fn assembled(
        database: Database,
        changes: Changes,
        settings: Settings,
        connections: usize,
        keys: (Arc<Secrets>, Option<&KeyModels>),
    ) -> Self {
        let door = door(&database, connections, &Clock::default(), keys);
        Self::of(database, changes, settings, door, None)
    }

    fn of(database: Database, changes: Changes, settings: Settings, door: Door, replicas: Option<Replicas>) -> Self {
        let clock = door.clock.clone();
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let blobs = Blobs::in_folder(&folder.path().join("files")).expect("a store of files");
        let engine = Engine::reading_from(replicas, door, changes, settings, blobs.clone());
        let router = router(outside(&engine, Entrances::default()));
        Self { router, clock, engine, database, blobs, folder }
    }

    /// The same server with a second entrance for administrators, for these networks.
    pub fn with_two_entrances(&self, networks: &[&str]) -> Router {
        let networks: Vec<_> = networks.iter().map(|network| network.parse().expect("a network")).collect();
        let entrances = Entrances::new(Some(&ADMINISTRATION.parse().expect("an origin")), &networks).expect("entrances");
        router(outside(&self.engine, entrances))
    }

    /// Whoever holds this token of the seed, as `county-administrator`.
    pub fn sign_in(&self, token: &str) -> Client {
        Client::new(&self.router, Some(token))
    }

    /// Nobody.
    pub fn stranger(&self) -> Client {
        Client::new(&self.router, None)
    }

    /// The folder of the store of files.
    pub fn files(&self) -> std::path::PathBuf {
        self.folder.path().join("files")
    }

    /// Closes the connections, so that the database can be copied.
    pub fn close(&self) {
        self.engine.db().close();
    }
}

/// What the routes stand on, around a pipeline.
pub fn outside(engine: &Engine, entrances: Entrances) -> App {
    App { engine: engine.clone(), proxies: Arc::new(Vec::new()), entrances, stopping: Stopping::default() }
}

/// Most tests ask what they like.
pub fn settings(demonstration: bool, deadline: Duration) -> Settings {
    Settings {
        limits: Limits::default(),
        deadline,
        demonstration,
        free_text: FreeText::Anyone,
        documents: Documents::default(),
        attachment_quota: ATTACHMENT_QUOTA,
        moved_at_once: 2_000,
    }
}

/// The keys of every test.
pub fn secrets() -> Arc<Secrets> {
    Arc::new(Secrets::from_root(&ROOT_KEY).expect("keys"))
}

/// What signing in stands on, in a test.
pub fn door(database: &Database, connections: usize, clock: &Clock, keys: (Arc<Secrets>, Option<&KeyModels>)) -> Door {
    let db = Db::new(&database.app_url, connections, Duration::from_secs(20)).expect("a pool");
    let origin = ORIGIN.parse().expect("an origin");
    let relying_party =
        Arc::new(RelyingParty::new(&origin, Some(&ADMINISTRATION.parse().expect("an origin")), keys.1).expect("a relying party"));
    Door {
        db,
        clock: clock.clone(),
        secrets: keys.0,
        relying_party,
        lifetimes: Lifetimes::default(),
        password_cost: PasswordCost::LEAST,
    }
}
