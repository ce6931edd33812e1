//! Rows of attachments.

use banyan_tables::{attachments, uploads};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::areas::journal::Facts;
use crate::base::ids::{AttachmentId, OrganizationId, PersonId};

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// An organization's.
    Organization(OrganizationId),
    /// A person's.
    Person(PersonId),
}

/// A file of an owner.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = attachments, treat_none_as_default_value = false)]
pub struct AttachmentRow {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub organization_id: Uuid,
    pub path: String,
    pub person_id: Option<Uuid>,
    pub kind: String,
    pub name: String,
    pub dated_on: Option<NaiveDate>,
    pub media_type: String,
    pub bytes: i64,
    pub digest: Vec<u8>,
    pub object: Uuid,
    pub content_key: Vec<u8>,
    pub added_by: Uuid,
    pub added_by_name: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl AttachmentRow {
    /// The id.
    #[must_use]
    pub fn key(&self) -> AttachmentId {
        AttachmentId(self.id)
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        match self.person_id {
            Some(person) => Owner::Person(PersonId(person)),
            None => Owner::Organization(OrganizationId(self.organization_id)),
        }
    }

    /// The fields for the log: by the digest the file can be known again when it is gone.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts::default()
            .text("attachment", Some(&self.name))
            .code("attachmentKind", "attachment_kind", Some(&self.kind))
            .day("datedOn", self.dated_on)
            .text("digest", Some(&data_encoding::HEXLOWER.encode(&self.digest)))
    }
}

/// A file that was sent and is not yet attached.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable, diesel::Insertable)]
#[diesel(table_name = uploads, treat_none_as_default_value = false)]
pub(super) struct UploadRow {
    pub tenant_id: Uuid,
    pub id: Uuid,
    pub account_id: Uuid,
    pub object: Uuid,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    pub digest: Vec<u8>,
    pub content_key: Vec<u8>,
    pub stored: bool,
    pub created_at: DateTime<Utc>,
}
