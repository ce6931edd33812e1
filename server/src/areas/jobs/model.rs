//! Rows of jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use async_graphql::Enum;
use banyan_tables::jobs;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::access::Scope;
use crate::base::db::Span;
use crate::base::ids::{JobId, OrganizationId};

/// What is done.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// An organization gets another superior, with everything below it.
    OrganizationMove,
}

impl JobKind {
    pub(super) const ALL: [(Self, &'static str); 1] = [(Self::OrganizationMove, "organization_move")];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, text)| text)
    }

    /// Reads what [`JobKind::as_str`] wrote; none for one that a newer program ordered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == text).map(|(kind, _)| *kind)
    }
}

/// How far a job is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Nobody is at it yet.
    Waiting,
    /// A server is at it.
    Running,
    /// It was done.
    Done,
    /// It was not done, and nothing of it was kept.
    Failed,
}

impl JobState {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Waiting, "waiting"), (Self::Running, "running"), (Self::Done, "done"), (Self::Failed, "failed")];

    /// As it stands in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, text)| text)
    }

    /// Reads what [`JobState::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == text).map(|(state, _)| *state)
    }
}

/// A job, as it is shown.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub kind: String,
    pub state: String,
    pub account_id: Uuid,
    pub account_name: String,
    pub done: i32,
    pub total: i32,
    pub error_code: Option<String>,
    pub error_field: Option<String>,
    pub error_value: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl JobRow {
    /// Its id.
    #[must_use]
    pub fn key(&self) -> JobId {
        JobId(self.id)
    }
}

/// Which jobs a list shows.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub span: Span,
    /// Where the viewer may order such work.
    pub scope: Scope,
    pub states: Option<[JobState; 2]>,
}

/// What a request orders.
#[derive(Debug)]
pub struct Order {
    pub kind: JobKind,
    /// In the form of the kind, which reads it again when the job runs.
    pub input: Value,
    /// How much there is to do.
    pub total: i32,
}

/// A job that this server has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub tenant: Uuid,
    pub id: JobId,
    pub lease: Uuid,
    /// What it is done to.
    pub organization: OrganizationId,
    pub kind: JobKind,
    pub input: Value,
    pub confirmation: Option<Value>,
    pub source: Option<String>,
    pub request_id: String,
    pub total: i32,
    /// How often it was taken, this time included.
    pub attempts: i32,
}

/// How much of a job is done: said by the work, written by whoever watches it, so that the work waits for neither.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicI32>);

impl Progress {
    /// So much is done by now.
    pub fn reach(&self, done: i32) {
        self.0.fetch_max(done, Ordering::Relaxed);
    }

    /// How much that is.
    #[must_use]
    pub fn reached(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }
}
