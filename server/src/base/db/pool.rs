//! The pool of connections of the application's role.

use std::time::Duration;

use anyhow::Context;
use diesel::connection::CacheSize;
use diesel::sql_types::Bool;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, SetupCallback};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;

use super::Statement;
use super::session::{Begun, Kind, Session, Settings, Underway};
use crate::base::error::Failure;

/// A database that says nothing for so long is not there.
const LIFE_SIGN_WITHIN: Duration = Duration::from_secs(4);
/// So that a network that was cut is noticed by the kernel; nothing of this concerns the private cluster's socket.
const WIRE: [(&str, &str); 4] =
    [("tcp_user_timeout", "10"), ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_retries", "3")];

/// The same address with what notices a cut network, unless it says so itself.
pub(crate) fn on_the_wire(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in WIRE {
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// The role in which everything but commands and migrations is done.
pub(super) const ROLE: &str = "banyan_app";

/// The same for the other end. When a connection is given up while the network is cut, its end never arrives: the database
/// would keep its half for two hours, and some cuts later it would have no connection left to give.
const WIRE_BACK: &str = "SET tcp_user_timeout = '10s'; SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; \
    SET tcp_keepalives_count = 3";
/// What a connection of our own says once, so that no transaction says it again: nobody's person, branch and account,
/// and one plan for a statement by id.
const LASTING: &str = "SET idle_in_transaction_session_timeout = '60s'; SET application_name = 'banyan'; \
    SET plan_cache_mode = force_generic_plan; SET app.person = ''; SET app.branch = ''; SET app.account = ''";

/// How a database is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A connection is a connection.
    Direct,
    /// A pooler gives each transaction some connection, as PgBouncer does in transaction mode.
    Pooled {
        /// Whether it follows prepared statements from one to the next, as PgBouncer does from 1.21 on; without that
        /// each statement is prepared in its transaction and forgotten with it.
        follows_statements: bool,
    },
}

/// The pool. Only whoever begins a request takes from it.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    way: Way,
}

impl Db {
    /// A pool on a database. Every connection leaves the rights of whoever signed in behind it:
    /// the application's role owns nothing and cannot bypass a policy.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn new(url: &str, size: usize, wait: Duration) -> anyhow::Result<Self> {
        Self::through(url, size, wait, Way::Direct)
    }

    /// A pool on a database that may lie behind a pooler of transactions.
    ///
    /// # Errors
    /// As [`Db::new`].
    pub fn through(url: &str, size: usize, wait: Duration, way: Way) -> anyhow::Result<Self> {
        let setup: SetupCallback<AsyncPgConnection> = Box::new(move |url| {
            async move {
                // Behind a pooler nothing lasts from one transaction to the next; each begins by leaving the owner's rights.
                Ok(match way {
                    Way::Direct => {
                        let mut connection = AsyncPgConnection::establish(url).await?;
                        leave_rights(&mut connection).await?;
                        connection
                    }
                    Way::Pooled { follows_statements: true } => AsyncPgConnection::establish(url).await?,
                    Way::Pooled { follows_statements: false } => {
                        let mut connection = establish_in_one_transaction(url).await?;
                        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
                        connection
                    }
                })
            }
            .boxed()
        });
        Self::built(url, size, wait, way, setup)
    }

    /// A pool of which every connection leads to the same server, known by when it was started, whatever is behind
    /// its address later.
    pub(super) fn of_one_server(url: &str, size: usize, wait: Duration, started: String) -> anyhow::Result<Self> {
        let setup: SetupCallback<AsyncPgConnection> = Box::new(move |url| {
            let started = started.clone();
            async move {
                let mut connection = AsyncPgConnection::establish(url).await?;
                is_server_started_at(&mut connection, &started).await?;
                leave_rights(&mut connection).await?;
                Ok(connection)
            }
            .boxed()
        });
        Self::built(url, size, wait, Way::Direct, setup)
    }

    fn built(url: &str, size: usize, wait: Duration, way: Way, setup: SetupCallback<AsyncPgConnection>) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::default();
        config.custom_setup = setup;
        // A connection with an open transaction is thrown away; a lost one shows at its first
        // statement, which then answers UNAVAILABLE: no round trip for a ping before each request.
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(on_the_wire(url), config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(wait))
            .create_timeout(Some(wait))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .context("cannot build the pool")?;
        Ok(Self { pool, way })
    }

    /// Begins a transaction of which it is not known yet whose it is.
    ///
    /// # Errors
    /// `UNAVAILABLE` when no connection is free in time.
    pub async fn begin(&self, kind: Kind) -> Result<Begun, Failure> {
        Begun::send(self.take().await?, kind, self.way)
    }

    /// Begins a transaction with its scope.
    ///
    /// # Errors
    /// As [`Db::begin`], and when the connection is lost.
    pub async fn open(&self, kind: Kind, settings: &Settings, deadline_ms: u64) -> Result<Session, Failure> {
        self.begin(kind).await?.scoped(settings, deadline_ms).await
    }

    /// A connection, outside any transaction.
    ///
    /// # Errors
    /// `UNAVAILABLE` when none is free in time.
    pub async fn take(&self) -> Result<Object<AsyncPgConnection>, Failure> {
        self.pool.get().await.map_err(|error| Failure::Unavailable(anyhow::anyhow!("{error}")))
    }

    /// Whether the database answers.
    pub async fn is_alive(&self) -> bool {
        let asked = async {
            let mut connection = Underway::new(self.take().await?);
            let answered = connection.conn()?.batch_execute("SELECT 1").await.is_ok();
            if answered {
                drop(connection.settle()?);
            }
            Ok::<bool, Failure>(answered)
        };
        tokio::time::timeout(LIFE_SIGN_WITHIN, asked).await.is_ok_and(|answered| answered.unwrap_or(false))
    }

    /// Connections in use and in all.
    #[must_use]
    pub fn gauge(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }

    /// Closes what waits in the pool: the server behind it ended, or may have.
    pub fn forget_idle(&self) {
        drop(self.pool.retain(|_, _| false));
    }

    /// Closes the pool.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// What the driver itself sets on a connection it prepares and then runs: in two transactions a pooler that does not
/// follow statements would look for it in vain.
async fn establish_in_one_transaction(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let bad = |error: tokio_postgres::Error| diesel::ConnectionError::BadConnection(error.to_string());
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(bad)?;
    // It travels before everything that the driver asks, and is not waited for.
    if let Some(Err(error)) = client.batch_execute("BEGIN").now_or_never() {
        return Err(bad(error));
    }
    let mut connection = AsyncPgConnection::try_from_client_and_connection(client, connection).await?;
    connection.batch_execute("COMMIT").await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

async fn is_server_started_at(connection: &mut AsyncPgConnection, started: &str) -> diesel::ConnectionResult<()> {
    let same = Statement::<Bool>::new("SELECT extract(epoch FROM pg_postmaster_start_time())::text = $1").bind(started);
    match same.get_result(connection).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(diesel::ConnectionError::BadConnection("another server answers at this address".to_owned())),
        Err(error) => Err(diesel::ConnectionError::CouldntSetupConfiguration(error)),
    }
}

/// The application's role owns nothing and cannot bypass a policy.
async fn leave_rights(connection: &mut AsyncPgConnection) -> diesel::ConnectionResult<()> {
    let lasting = format!("{WIRE_BACK}; SET ROLE {ROLE}; {LASTING}");
    connection.batch_execute(&lasting).await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)
}

/// One plain connection as whoever the URL says: the owner, for migrations and commands.
///
/// # Errors
/// When the database cannot be reached.
pub async fn connect(url: &str) -> anyhow::Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.context("cannot reach the database")?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "a database connection ended");
        }
    });
    client.batch_execute(WIRE_BACK).await.context("cannot prepare the connection to the database")?;
    Ok(client)
}
