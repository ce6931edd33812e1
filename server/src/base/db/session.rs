//! One request, one connection, one transaction, one scope.
//!
//! All resolvers and loaders of a request share the connection through [`Session::conn`]; the
//! driver pipelines what they ask at the same time. Nothing inside a request takes a second one:
//! that pattern deadlocks on a small pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::sql_types::Text;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use super::Statement;
use super::pool::{ROLE, Way};
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

impl Settings {
    /// The batch that says all this to a transaction, after what its connection says by itself (`pool::LASTING`).
    ///
    /// SET LOCAL and not set_config(): only that is passed on by Citus. The texts are made by `Scope` and from ids,
    /// never from input.
    fn opening(&self, way: Way, deadline_ms: u64) -> String {
        let Self { scope, people, journal, grants, person, branch, account, browses } = self;
        let is_direct = way == Way::Direct;
        let mut opening = format!(
            "SET LOCAL app.scope = '{scope}'; SET LOCAL app.scope_people = '{people}'; \
             SET LOCAL app.scope_journal = '{journal}'; SET LOCAL app.scope_grants = '{grants}'; \
             SET LOCAL statement_timeout = {deadline_ms}"
        );
        // Each costs the database as much as a tenth of a read by id: what lasts is not said again.
        for (name, value) in [("person", person), ("branch", branch), ("account", account)] {
            if !(value.is_empty() && is_direct) {
                opening.push_str(&format!("; SET LOCAL app.{name} = '{value}'"));
            }
        }
        let plans = if *browses { Plans::ForThisRange } else { Plans::ForAny };
        if !(plans == Plans::ForAny && is_direct) {
            opening.push_str("; ");
            opening.push_str(plans.setting());
        }
        opening
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One snapshot for the whole request.
    Read,
    /// Each statement sees what is committed; rows are locked by the statements.
    Write,
}

/// How statements are planned from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    /// One plan for all: of a statement by id there is only one good plan, and planning it anew costs more than running it.
    ForAny,
    /// One plan for all pages in the order of their range: along the index. Not knowing how much a range holds, PostgreSQL
    /// may otherwise find it cheaper to read all of it and sort, which for a municipality is a hundred times the work.
    InItsOrder,
    /// Anew for the range in hand: in another order than that of the range, or with a filter, the best plan for a
    /// branch is the worst for a county.
    ForThisRange,
}

impl Plans {
    fn setting(self) -> &'static str {
        match self {
            Self::ForAny => {
                "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_sort = on; SET LOCAL enable_bitmapscan = on"
            }
            Self::InItsOrder => {
                "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            }
            Self::ForThisRange => "SET LOCAL plan_cache_mode = force_custom_plan",
        }
    }
}

/// The connection of a request, shared by everything that answers it.
#[derive(Clone)]
pub struct Session {
    slot: Slot,
    statements: Arc<AtomicU32>,
    planning: Arc<Mutex<()>>,
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

/// A transaction of which it is not known yet whose it is: it sees no row, and can only be asked that.
pub struct Begun {
    slot: Slot,
    net: Arc<Unfinished>,
    way: Way,
}

impl Begun {
    /// Begins a transaction. The database is not waited for: what is asked next travels with it.
    ///
    /// # Errors
    /// When the connection is lost.
    pub(super) fn send(connection: Object<AsyncPgConnection>, kind: Kind, way: Way) -> Result<Self, Failure> {
        let begin = match kind {
            Kind::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Kind::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        match way {
            Way::Direct => send(&connection, begin)?,
            // Said in every transaction: behind a pooler it may be any connection that it gets.
            Way::Pooled { .. } => send(
                &connection,
                &format!("{begin}; SET LOCAL ROLE {ROLE}; SET LOCAL idle_in_transaction_session_timeout = '60s'"),
            )?,
        }
        // Whoever is dropped from here on leaves nothing open.
        let slot = Arc::new(RwLock::new(Some(connection)));
        Ok(Self { slot: slot.clone(), net: Arc::new(Unfinished(slot)), way })
    }

    /// The connection, for the question who it is.
    ///
    /// # Errors
    /// Never: it is there until a scope is set or it is given back.
    pub async fn conn(&self) -> Result<Shared, Failure> {
        shared(&self.slot).await
    }

    /// Sets the scope, which also travels with what is asked next.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn scoped(self, settings: &Settings, deadline_ms: u64) -> Result<Session, Failure> {
        send(self.conn().await?.get(), &settings.opening(self.way, deadline_ms))?;
        let (statements, planning) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(())));
        Ok(Session { slot: self.slot, statements, planning, _net: self.net })
    }

    /// Keeps what was written, for what is done in nobody's scope.
    ///
    /// # Errors
    /// As [`Session::finish`].
    pub async fn finish(self) -> Result<(), Failure> {
        end(&self.slot, "SELECT; COMMIT", None).await
    }

    /// Ends the transaction and gives the connection back.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn give_back(self) -> Result<(), Failure> {
        leave(&self.slot).await
    }
}

/// Sends a batch and does not wait for the answer: it comes before the answer to whatever is sent next. Should the
/// batch fail, so does everything after it in the transaction, and a scope that was not set shows no rows but an error.
fn send(connection: &AsyncPgConnection, batch: &str) -> Result<(), Failure> {
    let mut connection = connection;
    match connection.batch_execute(batch).now_or_never() {
        Some(Err(error)) => Err(error.into()),
        Some(Ok(())) | None => Ok(()),
    }
}

async fn shared(slot: &Slot) -> Result<Shared, Failure> {
    OwnedRwLockReadGuard::try_map(slot.clone().read_owned().await, |slot| slot.as_deref())
        .map(Shared)
        .map_err(|_| Failure::Internal(anyhow::anyhow!("a statement came after the end of its request")))
}

/// Ends a transaction that keeps nothing. The connection goes back at once: whoever takes it next stands in line behind.
async fn leave(slot: &Slot) -> Result<(), Failure> {
    let mut slot = slot.write().await;
    let Some(connection) = slot.take() else { return Ok(()) };
    if let Err(failure) = send(&connection, "ROLLBACK") {
        drop(Object::take(connection));
        return Err(failure);
    }
    Ok(())
}

impl Session {
    /// The connection, for one statement.
    ///
    /// # Errors
    /// When the request is over.
    pub async fn conn(&self) -> Result<Shared, Failure> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        shared(&self.slot).await
    }

    /// One statement that is planned in this way, and whatever comes after it [`Plans::ForAny`]. The database is not
    /// waited for. One at a time: a plan is made when a statement first runs, which is after it was prepared, and kept;
    /// what another list sets in between would be kept with it.
    ///
    /// # Errors
    /// Those of the statement; when the connection is lost or the request is over.
    pub async fn planned<T>(&self, plans: Plans, statement: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let _alone = self.planning.lock().await;
        send(shared(&self.slot).await?.get(), plans.setting())?;
        let done = statement.await?;
        send(shared(&self.slot).await?.get(), Plans::ForAny.setting())?;
        Ok(done)
    }

    /// How many statements the request has run so far.
    #[must_use]
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Ends a transaction that only read, of which every answer was waited for, without waiting for the end.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn leave(&self) -> Result<(), Failure> {
        leave(&self.slot).await
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
        // COMMIT of a transaction in which a statement failed undoes it and says that all is well: a statement
        // before it fails there instead.
        let batch = if commit { "SELECT; COMMIT" } else { "ROLLBACK" };
        let told = (commit && !notices.is_empty()).then_some((channel, notices));
        end(&self.slot, batch, told).await
    }
}

/// In a transaction of its own: outside one a pooler may give each step of a statement another connection.
async fn tell(connection: &mut AsyncPgConnection, channel: &str, notices: &[String]) -> Result<(), Failure> {
    use diesel_async::RunQueryDsl;
    send(connection, "BEGIN")?;
    let telling = Statement::<Text>::new("SELECT pg_notify($1, notice) FROM unnest($2) AS notice");
    telling.bind(channel).bind(notices.to_vec()).execute(connection).await?;
    Ok(connection.batch_execute("COMMIT").await?)
}

async fn end(slot: &Slot, batch: &str, told: Option<(&str, &[String])>) -> Result<(), Failure> {
    let mut slot = slot.write().await;
    let Some(connection) = slot.as_deref_mut() else { return Ok(()) };
    if let Err(error) = connection.batch_execute(batch).await {
        if let Some(connection) = slot.take() {
            drop(Object::take(connection));
        }
        return Err(error.into());
    }
    if let Some((channel, notices)) = told
        && let Err(error) = tell(connection, channel, notices).await
    {
        tracing::warn!(?error, "a change was not told");
        // Whatever is half-done there does not go back to the pool.
        if let Some(connection) = slot.take() {
            drop(Object::take(connection));
        }
        return Ok(());
    }
    // Only now it goes back to the pool.
    drop(slot.take());
    Ok(())
}
