//! Rows of the log.

use banyan_tables::journal;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Event, Facts, SubjectKind};
use crate::base::ids::AccountId;

/// One entry.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = journal)]
pub struct JournalRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub at: DateTime<Utc>,
    pub account_name: String,
    pub role: Option<String>,
    pub on_behalf_of: Option<String>,
    pub event: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub subject_name: String,
    pub before: serde_json::Value,
    pub after: serde_json::Value,
    pub reason: Option<String>,
    pub source: Option<String>,
    pub request_id: String,
}

/// A new entry.
#[derive(diesel::Insertable)]
#[diesel(table_name = journal, treat_none_as_default_value = false)]
pub(super) struct NewJournalRow<'a> {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: &'a str,
    pub at: DateTime<Utc>,
    pub account_id: Uuid,
    pub account_name: &'a str,
    pub role: Option<&'a str>,
    pub on_behalf_of: Option<&'a str>,
    pub event: &'a str,
    pub subject_kind: &'a str,
    pub subject_id: Uuid,
    pub subject_name: &'a str,
    pub before: serde_json::Value,
    pub after: serde_json::Value,
    pub reason: Option<&'a str>,
    pub source: Option<&'a str>,
    pub request_id: &'a str,
    pub confirmation: Option<serde_json::Value>,
}

/// What was done to what.
#[derive(Debug)]
pub struct Subject<'a> {
    /// What was done.
    pub event: Event,
    /// What kind of thing it was done to.
    pub kind: SubjectKind,
    /// Which one.
    pub id: Uuid,
    /// Its name at the time.
    pub name: &'a str,
    /// Its fields before.
    pub before: Facts,
    /// Its fields after.
    pub after: Facts,
    /// Why.
    pub reason: Option<&'a str>,
    /// Where it stood before, if it stands elsewhere now.
    pub moved_from: Option<&'a str>,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct JournalFilter {
    /// By one account.
    pub account: Option<AccountId>,
    /// By accounts whose name begins so.
    pub account_name: Option<String>,
    /// Of these events.
    pub events: Vec<Event>,
    /// About one thing.
    pub subject: Option<Uuid>,
    /// Not earlier.
    pub from: Option<DateTime<Utc>>,
    /// Earlier than this.
    pub until: Option<DateTime<Utc>>,
}
