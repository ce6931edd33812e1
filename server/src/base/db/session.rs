//! One request, one connection, one transaction, one scope.
//!
//! All resolvers and loaders of a request share the connection through [`Session::conn`]; the
//! driver pipelines what they ask at the same time. Nothing inside a request takes a second one:
//! that pattern deadlocks on a small pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::sql_types::Text;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::base::error::Failure;

/// What a transaction may see and do; every text is made of labels and ids only.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `app.scope`.
    pub scope: String,
    /// `app.scope_people`.
    pub people: String,
    /// `app.scope_journal`.
    pub journal: String,
    /// `app.scope_grants`.
    pub grants: String,
    /// `app.person`, empty for none.
    pub person: String,
    /// `app.branch`, empty for none.
    pub branch: String,
    /// `app.account`.
    pub account: String,
    /// Whether a list over a range of the tree is read: only its plan gains from knowing the range.
    pub browses: bool,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One snapshot for the whole request.
    Read,
    /// Each statement sees what is committed; rows are locked by the statements.
    Write,
}

/// The connection of a request, shared by everything that answers it.
#[derive(Clone)]
pub struct Session {
    slot: Slot,
    statements: Arc<AtomicU32>,
    _net: Arc<Unfinished>,
}

type Slot = Arc<RwLock<Option<Object<AsyncPgConnection>>>>;

/// A request that is dropped half-way, because its client went away, must not leave its transaction open
/// in the pool, with its locks, until someone takes the connection: it is closed, and PostgreSQL rolls back.
struct Unfinished(Slot);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Ok(mut slot) = self.0.try_write()
            && let Some(connection) = slot.take()
        {
            drop(Object::take(connection));
        }
    }
}

/// A connection on which something is under way. Dropped half-way, because the request was given up, it is
/// closed: in the pool the next request would wait for an answer that may never come.
pub struct Underway(Option<Object<AsyncPgConnection>>);

impl Underway {
    /// Takes care of a connection.
    #[must_use]
    pub fn new(connection: Object<AsyncPgConnection>) -> Self {
        Self(Some(connection))
    }

    /// The connection.
    ///
    /// # Errors
    /// Never: it is there until it is settled.
    pub fn conn(&mut self) -> Result<&mut AsyncPgConnection, Failure> {
        self.0.as_deref_mut().ok_or_else(|| Failure::Internal(anyhow::anyhow!("the connection was given away")))
    }

    /// Nothing is under way any more.
    ///
    /// # Errors
    /// Never, as above.
    pub fn settle(mut self) -> Result<Object<AsyncPgConnection>, Failure> {
        self.0.take().ok_or_else(|| Failure::Internal(anyhow::anyhow!("the connection was given away")))
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// A shared use of the connection: `&mut conn.get()` is what diesel takes.
pub struct Shared(OwnedRwLockReadGuard<Option<Object<AsyncPgConnection>>, AsyncPgConnection>);

impl Shared {
    /// The connection.
    #[must_use]
    pub fn get(&self) -> &AsyncPgConnection {
        &self.0
    }
}

impl Session {
    /// Begins the transaction with its scope in one round trip.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(
        connection: Object<AsyncPgConnection>,
        kind: Kind,
        settings: &Settings,
        deadline_ms: u64,
    ) -> Result<Self, Failure> {
        let mode = match kind {
            Kind::Read => "ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Kind::Write => "ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        // SET LOCAL and not set_config(): only that is passed on by Citus. The texts are made
        // by `Scope` and from ids, never from input.
        let Settings { scope, people, journal, grants, person, branch, account, browses } = settings;
        // A statement by id has one good plan; planning it anew costs more than running it.
        let plans = if *browses { "auto" } else { "force_generic_plan" };
        let opening = format!(
            "BEGIN {mode}; SET LOCAL app.scope = '{scope}'; SET LOCAL app.scope_people = '{people}'; \
             SET LOCAL app.scope_journal = '{journal}'; SET LOCAL app.scope_grants = '{grants}'; \
             SET LOCAL app.person = '{person}'; SET LOCAL app.branch = '{branch}'; SET LOCAL app.account = '{account}'; \
             SET LOCAL plan_cache_mode = {plans}; SET LOCAL statement_timeout = {deadline_ms}"
        );
        // In its slot before it begins: whoever is dropped between, leaves nothing open either.
        let slot = Arc::new(RwLock::new(Some(connection)));
        let session = Self { slot: slot.clone(), statements: Arc::new(AtomicU32::new(0)), _net: Arc::new(Unfinished(slot)) };
        if let Some(connection) = session.slot.write().await.as_deref_mut() {
            // The manager must know of the transaction: it then knows a broken one.
            AnsiTransactionManager::begin_transaction_sql(connection, &opening).await?;
        }
        Ok(session)
    }

    /// The connection, for one statement.
    ///
    /// # Errors
    /// When the request is over.
    pub async fn conn(&self) -> Result<Shared, Failure> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let guard = self.slot.clone().read_owned().await;
        OwnedRwLockReadGuard::try_map(guard, |slot| slot.as_deref())
            .map(Shared)
            .map_err(|_| Failure::Internal(anyhow::anyhow!("a statement came after the end of its request")))
    }

    /// How many statements the request has run so far.
    #[must_use]
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Ends the transaction, keeping what it wrote or not.
    ///
    /// # Errors
    /// When a deferred constraint refuses the commit, or the connection is lost.
    pub async fn finish(&self, commit: bool) -> Result<(), Failure> {
        self.finish_and_tell(commit, "", &[]).await
    }

    /// Ends the transaction and then tells whoever listens on a channel. After the commit and not in it:
    /// a transaction that notifies takes a lock of the whole database until its commit is on the disk,
    /// and all writers would queue one behind the other (305 against 949 a second). A crash between the
    /// two loses a live update; what was written is written.
    ///
    /// # Errors
    /// As [`Session::finish`].
    pub async fn finish_and_tell(&self, commit: bool, channel: &str, notices: &[String]) -> Result<(), Failure> {
        use diesel_async::RunQueryDsl;
        let mut slot = self.slot.write().await;
        let Some(connection) = slot.as_deref_mut() else { return Ok(()) };
        let ended = if commit {
            AnsiTransactionManager::commit_transaction(connection).await
        } else {
            AnsiTransactionManager::rollback_transaction(connection).await
        };
        if let Err(error) = ended {
            if let Some(connection) = slot.take() {
                drop(Object::take(connection));
            }
            return Err(error.into());
        }
        for notice in notices.iter().filter(|_| commit) {
            let told = diesel::select(pg_notify(channel, notice)).execute(connection).await;
            if let Err(error) = told {
                tracing::warn!(%error, "a change was not told");
            }
        }
        // Only now it goes back to the pool.
        drop(slot.take());
        Ok(())
    }
}

diesel::define_sql_function! {
    /// PostgreSQL's own.
    fn pg_notify(channel: Text, payload: Text) -> Text;
}
