//! Rows of terms and posts.

use banyan_tables::{leadership_posts, leadership_terms};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::access::Role;
use crate::areas::journal::Facts;
use crate::base::ids::{LeadershipPostId, LeadershipTermId};

/// A term of an organization's leadership.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = leadership_terms)]
pub struct TermRow {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub number: i32,
    pub from_day: NaiveDate,
    pub planned_until: Option<NaiveDate>,
    pub until_day: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl TermRow {
    /// The id.
    #[must_use]
    pub fn key(&self) -> LeadershipTermId {
        LeadershipTermId(self.id)
    }

    /// The fields for the log.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::default()
            .text("termNumber", Some(&self.number.to_string()))
            .day("from", Some(self.from_day))
            .day("plannedUntil", self.planned_until)
            .day("until", self.until_day)
    }
}

/// A post of a person in a term.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = leadership_posts)]
pub struct PostRow {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub term_id: Uuid,
    pub person_id: Uuid,
    pub person_name: String,
    pub post: String,
    pub administers: bool,
    pub role: Option<String>,
    pub duty: Option<String>,
    pub sort_order: i32,
    pub from_day: NaiveDate,
    pub until_day: Option<NaiveDate>,
    pub leave_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl PostRow {
    /// The id.
    #[must_use]
    pub fn key(&self) -> LeadershipPostId {
        LeadershipPostId(self.id)
    }

    /// The role that goes with it.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.role.as_deref().and_then(Role::parse)
    }

    /// Whether it is held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.until_day.is_none()
    }

    /// The role that someone has by it now, if there is an account.
    #[must_use]
    pub fn running_role(&self) -> Option<Role> {
        self.role().filter(|_| self.is_held())
    }

    /// The fields for the log.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::default()
            .text("personName", Some(&self.person_name))
            .code("post", "party_post", Some(&self.post))
            .text("administers", self.administers.then_some("✓"))
            .text("role", self.role.as_deref())
            .text("duty", self.duty.as_deref())
            .day("from", Some(self.from_day))
            .day("until", self.until_day)
            .code("leaveReason", "post_leave_reason", self.leave_reason.as_deref())
    }
}

/// What an edit writes: every field, changed or not.
#[derive(diesel::AsChangeset)]
#[diesel(table_name = leadership_posts, treat_none_as_null = true)]
pub(super) struct PostChange {
    pub post: String,
    pub administers: bool,
    pub role: Option<String>,
    pub duty: Option<String>,
    pub from_day: NaiveDate,
    pub until_day: Option<NaiveDate>,
    pub leave_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl PostChange {
    /// The row as a change, with the next version.
    pub(super) fn of(row: PostRow, now: DateTime<Utc>) -> Self {
        Self {
            post: row.post,
            administers: row.administers,
            role: row.role,
            duty: row.duty,
            from_day: row.from_day,
            until_day: row.until_day,
            leave_reason: row.leave_reason,
            version: row.version + 1,
            updated_at: now,
        }
    }
}
