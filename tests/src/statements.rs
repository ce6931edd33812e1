//! Counts what the server really asks of the database: by PostgreSQL's own log.

use std::io::{Read, Seek, SeekFrom};

use tokio::sync::{Mutex, MutexGuard};

use crate::{Database, TestApp};

/// The log is the whole cluster's: one test at a time counts in it.
static ALONE: Mutex<()> = Mutex::const_new(());

/// The log of PostgreSQL, in which the statements of one database stand.
pub struct StatementLog {
    path: String,
    read: u64,
    _alone: MutexGuard<'static, ()>,
}

impl StatementLog {
    /// Begins to log the statements of an application's database.
    pub async fn open(app: &TestApp) -> Self {
        let alone = ALONE.lock().await;
        let database: &Database = &app.database;
        let owner = database.owner().await;
        let folder: String = owner.query_one("SHOW data_directory", &[]).await.expect("a folder").get(0);
        let name = database.app_url.rsplit('/').next().expect("a name");
        owner.batch_execute(&format!("ALTER ROLE banyan_app IN DATABASE {name} SET log_statement = 'all'")).await.expect("a log");
        // Connections that are open already do not hear of it.
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        owner.batch_execute(others).await.expect("they end");
        for _ in 0..3 {
            app.sign_in("auditor").ask("{ viewer { readOnly } }").await;
        }
        let path = format!("{folder}.log");
        let read = std::fs::metadata(&path).expect("the log").len();
        Self { path, read, _alone: alone }
    }

    /// How many statements were logged since the last time.
    pub fn statements(&mut self) -> usize {
        let mut file = std::fs::File::open(&self.path).expect("the log");
        file.seek(SeekFrom::Start(self.read)).expect("a place in the log");
        let mut new = Vec::new();
        self.read += file.read_to_end(&mut new).expect("text") as u64;
        let text = String::from_utf8_lossy(&new);
        // The listener, whose connection was ended too, comes back whenever it does.
        let asked = |line: &&str| line.contains("LOG:  execute ") || line.contains("LOG:  statement: ");
        text.lines().filter(asked).filter(|line| !line.contains("statement: LISTEN")).count()
    }
}
