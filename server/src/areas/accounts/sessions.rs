//! Sessions: opened, ended, listed. Opaque, and only their hash is kept.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use banyan_tables::{grants, sessions};
use chrono::{DateTime, Duration, Utc};
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use super::door::{Door, Knock, Someone};
use super::events::{self, NewEvent, SecurityEventKind};
use super::{AccountRow, store};
use crate::access::SignInMethod;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Db, Kind, Session, Statement, begin_upkeep, end_upkeep};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, SessionId, new_key};
use crate::base::secret::{hash, new_token};
use crate::gql::{Cx, all_failed, loader};

/// How long sessions last: unused, and in all (SEC-C02).
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Of accounts that administer, unused.
    pub administrator_idle: Duration,
    /// Of accounts that administer, in all.
    pub administrator: Duration,
    /// Of members, unused.
    pub member_idle: Duration,
    /// Of members, in all.
    pub member: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            administrator_idle: Duration::minutes(30),
            administrator: Duration::hours(10),
            member_idle: Duration::hours(2),
            member: Duration::hours(24),
        }
    }
}

/// How long a session of the demonstration lasts.
const DEMONSTRATION_HOURS: i64 = 12;

/// A session that was opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// The secret, for the cookie; only its hash is kept.
    pub token: String,
}

/// A session as it is listed.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub id: Uuid,
    pub account_id: Uuid,
    pub method: String,
    pub key_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub idle_seconds: Option<i32>,
    pub administrator_expires_at: Option<DateTime<Utc>>,
    pub administrator_idle_seconds: Option<i32>,
    pub source: Option<String>,
    pub agent: Option<String>,
}

impl SessionRow {
    /// With the limits that hold for it while its account administers, if it was opened as a member's.
    fn of_administrator(self) -> Self {
        let sooner = |one: Option<i32>, other: Option<i32>| one.into_iter().chain(other).min();
        Self {
            expires_at: self.administrator_expires_at.map_or(self.expires_at, |limit| limit.min(self.expires_at)),
            idle_seconds: sooner(self.idle_seconds, self.administrator_idle_seconds),
            ..self
        }
    }

    /// Whether it still opens something.
    #[must_use]
    pub fn runs_at(&self, at: DateTime<Utc>) -> bool {
        let used = self.last_used_at.unwrap_or(self.created_at);
        self.expires_at > at && self.idle_seconds.is_none_or(|idle| used + Duration::seconds(i64::from(idle)) > at)
    }
}

type Times = (DateTime<Utc>, Option<DateTime<Utc>>);

/// From when and until when an account administers, by its grants that were not ended.
#[derive(Clone, Debug)]
pub struct Administration(Vec<Times>);

impl Administration {
    /// Whether it does at a moment.
    fn is_on(&self, at: DateTime<Utc>) -> bool {
        self.0.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| until > at))
    }
}

async fn list_administrations(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<(Uuid, Times)>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = grants::table
        .filter(grants::tenant_id.eq(tenant))
        .filter(grants::account_id.eq_any(ids))
        .filter(grants::role.ne("member"))
        .filter(grants::ended_at.is_null())
        .filter(grants::pending.eq(false));
    let columns = (grants::account_id, (grants::valid_from, grants::valid_until));
    Ok(query.select(columns).load(&mut conn.get()).await?)
}

loader! {
    /// When an account administers; the clock says whether it does now.
    AdministrationOf: AccountId => Arc<Administration>, |session, tenant, keys| {
        match list_administrations(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_account: HashMap<Uuid, Vec<Times>> = HashMap::new();
                for (account, times) in rows {
                    by_account.entry(account).or_default().push(times);
                }
                let mut of = |key: &AccountId| Arc::new(Administration(by_account.remove(&key.0).unwrap_or_default()));
                keys.iter().map(|key| (*key, Ok(Some(of(key))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

async fn list_open(session: &Session, tenant: Uuid, keys: &[AccountId]) -> Result<Vec<SessionRow>, Failure> {
    let ids: Vec<Uuid> = keys.iter().map(|id| id.0).collect();
    let conn = session.conn().await?;
    let query = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::account_id.eq_any(ids))
        .filter(sessions::ended_at.is_null());
    Ok(query.order(sessions::id.desc()).limit(2_000).select(SessionRow::as_select()).load(&mut conn.get()).await?)
}

loader! {
    /// Sessions by account that were not ended; the clock says which of them run.
    SessionsOf: AccountId => Arc<Vec<SessionRow>>, |session, tenant, keys| {
        match list_open(session, tenant, keys).await {
            Ok(rows) => {
                let mut by_account: HashMap<Uuid, Vec<SessionRow>> = HashMap::new();
                for row in rows {
                    by_account.entry(row.account_id).or_default().push(row);
                }
                keys.iter().map(|key| (*key, Ok(Some(Arc::new(by_account.remove(&key.0).unwrap_or_default()))))).collect()
            }
            Err(failure) => all_failed(keys, failure),
        }
    }
}

/// The sessions of an account that run, newest first, with the limits that hold for them now.
pub async fn running_sessions(cx: &Cx, account: AccountId) -> Result<Vec<SessionRow>, Failure> {
    let now = cx.clock.now();
    let open = cx.load::<SessionsOf>(account).await?.unwrap_or_default();
    let administers = cx.load::<AdministrationOf>(account).await?.is_some_and(|times| times.is_on(now));
    let limited = |row: &SessionRow| if administers { row.clone().of_administrator() } else { row.clone() };
    Ok(open.iter().map(limited).filter(|row| row.runs_at(now)).collect())
}

/// Opens a session in the account's own transaction.
pub(super) async fn insert(
    door: &Door,
    session: &Session,
    tenant: Uuid,
    account: &AccountRow,
    (method, key): (SignInMethod, Option<Uuid>),
    knock: &Knock,
) -> Result<OpenedSession, Failure> {
    let (token, token_hash) = new_token();
    let now = door.now();
    let lasts = lifetime_of(door, session, tenant, account, method).await?;
    let seconds = |idle: Duration| i32::try_from(idle.num_seconds()).ok();
    let conn = session.conn().await?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::tenant_id.eq(tenant),
            sessions::id.eq(new_key()),
            sessions::account_id.eq(account.id),
            sessions::organization_id.eq(account.organization_id),
            sessions::path.eq(&account.path),
            sessions::token_hash.eq(token_hash),
            sessions::kind.eq("browser"),
            sessions::method.eq(method.as_str()),
            sessions::key_id.eq(key),
            sessions::read_only.eq(false),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(now + lasts.whole),
            sessions::idle_seconds.eq(lasts.idle.and_then(seconds)),
            sessions::administrator_expires_at.eq(lasts.administrator.map(|(_, whole)| now + whole)),
            sessions::administrator_idle_seconds.eq(lasts.administrator.and_then(|(idle, _)| seconds(idle))),
            sessions::source.eq(&knock.source),
            sessions::agent.eq(&knock.agent),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(OpenedSession { token })
}

/// How long one session lasts.
struct Lasts {
    idle: Option<Duration>,
    whole: Duration,
    /// Unused and in all, from the moment at which rights beyond the member's work in it.
    administrator: Option<(Duration, Duration)>,
}

/// Unused and in all, by what the account holds: one that administers is left alone for a shorter time. A member's may
/// be given more while it is open, and a grant may begin later; the administrators' limits then hold from its opening
/// on. `session_viewer` looks at them. With a password alone nothing beyond the member's ever works.
async fn lifetime_of(
    door: &Door,
    session: &Session,
    tenant: Uuid,
    account: &AccountRow,
    method: SignInMethod,
) -> Result<Lasts, Failure> {
    if method == SignInMethod::Demonstration {
        return Ok(Lasts { idle: None, whole: Duration::hours(DEMONSTRATION_HOURS), administrator: None });
    }
    let conn = session.conn().await?;
    let administers: bool = account.kind == "administrator"
        || diesel::select(diesel::dsl::exists(
            grants::table
                .filter(grants::tenant_id.eq(tenant))
                .filter(grants::account_id.eq(account.id))
                .filter(grants::role.ne("member"))
                .filter(grants::ended_at.is_null()),
        ))
        .get_result(&mut conn.get())
        .await?;
    let lifetimes = &door.lifetimes;
    let administrator = (lifetimes.administrator_idle, lifetimes.administrator);
    Ok(match (administers, method) {
        (_, SignInMethod::Password) => Lasts { idle: Some(lifetimes.member_idle), whole: lifetimes.member, administrator: None },
        (true, _) => Lasts { idle: Some(administrator.0), whole: administrator.1, administrator: None },
        (false, _) => Lasts { idle: Some(lifetimes.member_idle), whole: lifetimes.member, administrator: Some(administrator) },
    })
}

/// Ends a session that one may end; how many that were.
pub(super) async fn close(
    session: &Session,
    tenant: Uuid,
    id: SessionId,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<usize, Failure> {
    let conn = session.conn().await?;
    let open = sessions::table.find((tenant, id.0)).filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set((sessions::ended_at.eq(at), sessions::ended_reason.eq(reason))).execute(&mut conn.get()).await?)
}

/// The account of a session that one may see.
pub(super) async fn find(session: &Session, tenant: Uuid, id: SessionId) -> Result<Option<SessionRow>, Failure> {
    let conn = session.conn().await?;
    let query = sessions::table.find((tenant, id.0)).filter(sessions::ended_at.is_null());
    Ok(query.select(SessionRow::as_select()).first(&mut conn.get()).await.optional()?)
}

/// A session that one may see, also one that was ended.
pub(super) async fn find_any(session: &Session, tenant: Uuid, id: SessionId) -> Result<Option<SessionRow>, Failure> {
    let conn = session.conn().await?;
    let query = sessions::table.find((tenant, id.0)).select(SessionRow::as_select());
    Ok(query.first(&mut conn.get()).await.optional()?)
}

/// Ends all sessions of an account but one; how many.
pub(super) async fn close_all(
    session: &Session,
    tenant: Uuid,
    account: AccountId,
    except: Option<SessionId>,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<usize, Failure> {
    let conn = session.conn().await?;
    let open = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::account_id.eq(account.0))
        .filter(sessions::id.ne(except.map(|id| id.0).unwrap_or_default()))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set((sessions::ended_at.eq(at), sessions::ended_reason.eq(reason))).execute(&mut conn.get()).await?)
}

/// Ends the sessions that a key opened; how many.
pub(super) async fn close_of_key(session: &Session, tenant: Uuid, key: Uuid, at: DateTime<Utc>) -> Result<usize, Failure> {
    let conn = session.conn().await?;
    let open = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::key_id.eq(key))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(open)
        .set((sessions::ended_at.eq(at), sessions::ended_reason.eq("key_removed")))
        .execute(&mut conn.get())
        .await?)
}

/// Ends the session of a token; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn close_session(door: &Door, token: &str) -> Result<bool, Failure> {
    let begun = door.db.begin(Kind::Write).await?;
    let statement = Statement::<Bool>::new("SELECT session_end($1, $2)").bind(hash(token.as_bytes())).bind(door.now());
    let ended = statement.get_result(&mut begun.conn().await?.get()).await?;
    begun.finish().await?;
    Ok(ended)
}

/// Closes sessions and grants that ran out, and forgets old challenges and tries.
///
/// # Errors
/// When the database fails.
pub async fn close_expired(db: &Db, clock: &Clock, longest: StdDuration) -> Result<(), Failure> {
    let work = async {
        let mut connection = begin_upkeep(db, longest).await?;
        Statement::<Text>::new("SELECT close_expired($1)").bind(clock.now()).execute(connection.conn()?).await?;
        end_upkeep(connection).await
    };
    // The database cancels its part; a database that is silent is given up on from here.
    tokio::time::timeout(longest + StdDuration::from_millis(250), work).await.unwrap_or(Err(Failure::Deadline))
}

/// Opens a session for an account of the demonstration. The caller has checked that the server runs it.
///
/// # Errors
/// `NOT_FOUND` when the account is gone or disabled.
pub async fn enter_demonstration(door: &Door, knock: &Knock, account: Uuid) -> Result<OpenedSession, Failure> {
    let session = door.open().await?;
    door.step_in(&session, Someone { tenant: Uuid::nil(), account }).await?;
    let Some((tenant, found)) = store::find_own(&session, account).await?.filter(|(_, found)| found.active) else {
        session.finish(false).await?;
        return Err(Failure::NotFound);
    };
    let method = SignInMethod::Demonstration;
    let opened = insert(door, &session, tenant, &found, (method, None), knock).await?;
    let event = NewEvent {
        method: Some(method),
        ..NewEvent::of(SecurityEventKind::SignedIn, knock.source.as_deref(), &knock.request_id)
    };
    events::note(&session, tenant, &found, door.now(), &event).await?;
    store::note_sign_in(&session, tenant, found.id, door.now()).await?;
    session.finish(true).await?;
    Ok(opened)
}
