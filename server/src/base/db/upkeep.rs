//! Connections for the server's own work, which no request bounds. They lead straight to the database, as what is
//! set on them lasts.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;

use super::Db;
use super::session::Underway;
use crate::base::error::Failure;

/// A connection whose statements the database cancels after so long. Dropped before [`end_upkeep`], it is closed:
/// whoever waits no longer leaves nothing behind.
///
/// # Errors
/// `UNAVAILABLE` when none is free in time; when the database fails.
pub async fn begin_upkeep(db: &Db, longest: Duration) -> Result<Underway, Failure> {
    let mut connection = Underway::new(db.take().await?);
    connection.conn()?.batch_execute(&format!("SET statement_timeout = {}", longest.as_millis())).await?;
    Ok(connection)
}

/// Gives the connection back as it was.
///
/// # Errors
/// When the database fails.
pub async fn end_upkeep(mut connection: Underway) -> Result<(), Failure> {
    connection.conn()?.batch_execute("RESET statement_timeout").await?;
    drop(connection.settle()?);
    Ok(())
}
