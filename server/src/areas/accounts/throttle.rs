//! Growing delays after wrong passwords and codes, per login name and per source (SEC-B08). A name that
//! does not exist waits as long as one that does.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};
use diesel::sql_types::{Nullable, Text, Timestamptz};

use super::door::Knock;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::secret::Secrets;

/// Wrong passwords of one name before it must wait (V.7).
const FREE_PER_NAME: i32 = 5;
/// Wrong tries of one source: an office stands behind one address.
const FREE_PER_SOURCE: i32 = 50;

/// What is counted of a try.
#[derive(Clone, Debug)]
pub(super) struct Subjects {
    name: Vec<u8>,
    source: Vec<u8>,
}

impl Subjects {
    /// A login name, or a code, tried from somewhere.
    pub(super) fn of(secrets: &Secrets, what: &str, name: &str, knock: &Knock) -> Self {
        Self { name: subject(secrets, what, name), source: secrets.index(&format!("throttle source {}", network_of(knock))) }
    }
}

impl Subjects {
    /// The name's part.
    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }
}

/// The hashed form of a name: the table tells nobody which names were tried.
pub(super) fn subject(secrets: &Secrets, what: &str, name: &str) -> Vec<u8> {
    secrets.index(&format!("throttle {what} {name}"))
}

/// The hashed network that asks for challenges.
pub(super) fn network(secrets: &Secrets, knock: &Knock) -> Vec<u8> {
    secrets.index(&format!("challenges of {}", network_of(knock)))
}

/// What counts as one source. Whoever has one address of the newer kind has the 2^64 beside it.
fn network_of(knock: &Knock) -> String {
    let source = knock.source.as_deref().unwrap_or("nowhere");
    match source.parse() {
        Ok(IpAddr::V6(address)) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        _ => source.to_owned(),
    }
}

/// Counts a try before it is made; when it may not be made, how long to wait.
pub(super) async fn enter(session: &Session, subjects: &Subjects, now: DateTime<Utc>) -> Result<Option<Duration>, Failure> {
    let conn = session.conn().await?;
    let free_at: Option<DateTime<Utc>> = Statement::<Nullable<Timestamptz>>::new("SELECT throttle_enter($1, $2, $3)")
        .bind(vec![subjects.name.clone(), subjects.source.clone()])
        .bind(vec![FREE_PER_NAME, FREE_PER_SOURCE])
        .bind(now)
        .get_result(&mut conn.get())
        .await?;
    Ok(free_at.map(|free_at| free_at - now))
}

/// The try was a good one.
pub(super) async fn leave(session: &Session, subjects: &Subjects) -> Result<(), Failure> {
    let conn = session.conn().await?;
    let leave = Statement::<Text>::new("SELECT throttle_leave($1, $2)").bind(subjects.name.clone()).bind(subjects.source.clone());
    leave.execute(&mut conn.get()).await?;
    Ok(())
}

/// Until when a name must wait, if it must.
pub(super) async fn waits_until(session: &Session, name: Vec<u8>, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Failure> {
    let conn = session.conn().await?;
    let waiting = Statement::<Timestamptz>::new("SELECT free_at FROM throttled_until($1, $2)").bind(vec![name]).bind(now);
    Ok(waiting.get_result(&mut conn.get()).await.optional()?)
}

/// A login name whose password was given anew waits no longer.
pub(super) async fn forget(session: &Session, name: Vec<u8>) -> Result<(), Failure> {
    let conn = session.conn().await?;
    Statement::<Text>::new("SELECT throttle_leave($1, NULL)").bind(name).execute(&mut conn.get()).await?;
    Ok(())
}
