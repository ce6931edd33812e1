//! One request, one connection, one transaction, one scope.
//!
//! All resolvers and loaders of a request share the connection through [`Session::conn`]; the
//! driver pipelines what they ask at the same time. Nothing inside a request takes a second one:
//! that pattern deadlocks on a small pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

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
    slot: Arc<RwLock<Option<Object<AsyncPgConnection>>>>,
    statements: Arc<AtomicU32>,
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
        mut connection: Object<AsyncPgConnection>,
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
        let Settings { scope, people, journal, grants, person, branch, account } = settings;
        let opening = format!(
            "BEGIN {mode}; SET LOCAL app.scope = '{scope}'; SET LOCAL app.scope_people = '{people}'; \
             SET LOCAL app.scope_journal = '{journal}'; SET LOCAL app.scope_grants = '{grants}'; \
             SET LOCAL app.person = '{person}'; SET LOCAL app.branch = '{branch}'; SET LOCAL app.account = '{account}'; \
             SET LOCAL statement_timeout = {deadline_ms}"
        );
        // The manager must know of the transaction: a request that is dropped half-way then
        // leaves a connection that the pool throws away.
        AnsiTransactionManager::begin_transaction_sql(&mut *connection, &opening).await?;
        Ok(Self { slot: Arc::new(RwLock::new(Some(connection))), statements: Arc::new(AtomicU32::new(0)) })
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
        let Some(mut connection) = self.slot.write().await.take() else { return Ok(()) };
        if commit {
            AnsiTransactionManager::commit_transaction(&mut *connection).await?;
        } else {
            AnsiTransactionManager::rollback_transaction(&mut *connection).await?;
        }
        Ok(())
    }
}
