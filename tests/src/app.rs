//! The real router on a test's own database.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use banyan::testing::{App, Changes, Clock, Db, Engine, Limits, Secrets, Settings, router};

use crate::client::Client;
use crate::database::{Database, clone_of_template};

/// The root of all keys of a test; the seed seals with the same.
pub const ROOT_KEY: [u8; 32] = [42; 32];

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
}

impl TestApp {
    /// On a clone of the seed, in development mode.
    pub async fn new() -> Self {
        Self::on(clone_of_template().await, true, Duration::from_secs(20)).await
    }

    /// In production mode.
    pub async fn in_production() -> Self {
        Self::on(clone_of_template().await, false, Duration::from_secs(20)).await
    }

    /// On a database, in a mode, with a deadline.
    pub async fn on(database: Database, demonstration: bool, deadline: Duration) -> Self {
        let secrets = Arc::new(Secrets::from_root(&ROOT_KEY).expect("keys"));
        Self::built(database, demonstration, deadline, secrets)
    }

    /// With keys of the test's own.
    pub async fn with(database: Database, secrets: Arc<Secrets>) -> Self {
        Self::built(database, true, Duration::from_secs(20), secrets)
    }

    fn built(database: Database, demonstration: bool, deadline: Duration, secrets: Arc<Secrets>) -> Self {
        let clock = Clock::default();
        let db = Db::new(&database.app_url, 8, Duration::from_secs(20)).expect("a pool");
        let changes = Changes::listen(database.app_url.clone());
        let settings = Settings { limits: Limits::default(), deadline, demonstration };
        let engine = Engine::new(db, clock.clone(), secrets, changes, settings);
        let router = router(App { engine: engine.clone(), proxies: Arc::new(Vec::new()) });
        Self { router, clock, engine, database }
    }

    /// Whoever holds this token of the seed, as `county-administrator`.
    pub fn sign_in(&self, token: &str) -> Client {
        Client { router: self.router.clone(), token: Some(token.to_owned()), language: "en", key: None }
    }

    /// Nobody.
    pub fn stranger(&self) -> Client {
        Client { router: self.router.clone(), token: None, language: "en", key: None }
    }

    /// Closes the connections, so that the database can be copied.
    pub fn close(&self) {
        self.engine.db().close();
    }
}
