//! Before anyone is anybody: the transaction of a sign-in, which becomes an account's own once that is known.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Text, Uuid as SqlUuid};
use tokio::time::Instant;
use uuid::Uuid;

use super::keys::RelyingParty;
use super::sessions::Lifetimes;
use crate::access::Viewer;
use crate::base::clock::Clock;
use crate::base::db::prelude::*;
use crate::base::db::{Db, Kind, Session, Settings, Statement};
use crate::base::error::Failure;
use crate::base::language::Language;
use crate::base::password_cost::PasswordCost;
use crate::base::secret::Secrets;
use crate::gql::{Cx, Surroundings};

/// Signing in is not waited for longer than this.
pub(super) const DEADLINE_MS: u64 = 10_000;
/// No subtree at all.
const NOWHERE: &str = "{}";

/// What signing in stands on.
#[derive(Clone)]
pub struct Door {
    /// The pool.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Keys of the server.
    pub secrets: Arc<Secrets>,
    /// The server's side of WebAuthn.
    pub relying_party: Arc<RelyingParty>,
    /// How long sessions last.
    pub lifetimes: Lifetimes,
    /// What guessing a password costs.
    pub password_cost: PasswordCost,
}

/// Who knocks, as far as a request tells.
#[derive(Clone, Debug)]
pub struct Knock {
    /// Where from.
    pub source: Option<String>,
    /// With which browser.
    pub agent: Option<String>,
    /// Number of the request.
    pub request_id: String,
    /// Language of the answer.
    pub language: Language,
}

/// An account that someone may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Someone {
    pub(super) tenant: Uuid,
    pub(super) account: Uuid,
}

impl Door {
    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A transaction of nobody: it sees no row.
    pub(super) async fn open(&self) -> Result<Session, Failure> {
        let nowhere = || NOWHERE.to_owned();
        let settings =
            Settings { scope: nowhere(), people: nowhere(), journal: nowhere(), grants: nowhere(), ..Settings::default() };
        self.db.open(Kind::Write, &settings, DEADLINE_MS).await
    }

    /// From here on the transaction is the account's own: its row, its keys, its password, its sessions.
    pub(super) async fn step_in(&self, session: &Session, someone: Someone) -> Result<(), Failure> {
        let conn = session.conn().await?;
        let become_it = Statement::<Text>::new("SELECT set_config('app.account', $1, true)").bind(someone.account.to_string());
        become_it.execute(&mut conn.get()).await?;
        Ok(())
    }

    /// Whoever a session's token was just written for, as a request of theirs would be.
    pub(super) async fn as_viewer(&self, session: &Session, token_hash: &[u8], knock: &Knock) -> Result<Cx, Failure> {
        let viewer = Viewer::find_in(session, token_hash, self.now()).await?;
        let viewer = viewer.ok_or_else(|| Failure::Internal(anyhow::anyhow!("a session that was just opened is not there")))?;
        Ok(Cx::new(Some((Arc::new(viewer), session.clone())), self.surroundings(knock)))
    }

    pub(super) fn surroundings(&self, knock: &Knock) -> Surroundings {
        Surroundings {
            language: knock.language,
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
            request_id: knock.request_id.clone(),
            source: knock.source.clone(),
            demonstration: false,
            // Nobody attaches files or moves anything on the way in.
            attachment_quota: 0,
            moved_at_once: 0,
            password_cost: self.password_cost,
        }
    }
}

/// Waits until a whole number of steps has passed: how much was to be done cannot be told from the time.
pub(super) async fn even_out(began: Instant, step: StdDuration) {
    let whole = began.elapsed().as_micros() / step.as_micros() + 1;
    tokio::time::sleep_until(began + step * u32::try_from(whole).unwrap_or(1)).await;
}

/// One of the functions that find out who someone would be.
pub(super) async fn identify(session: &Session, statement: Statement<(SqlUuid, SqlUuid)>) -> Result<Option<Someone>, Failure> {
    let conn = session.conn().await?;
    let found: Vec<(Uuid, Uuid)> = statement.load(&mut conn.get()).await?;
    // Two of one name in two tenants: neither, until the tenant is named too.
    Ok(match found.as_slice() {
        [(tenant, account)] => Some(Someone { tenant: *tenant, account: *account }),
        _ => None,
    })
}
