//! An attachment in the schema.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::super::loaders::AttachmentsOf;
use super::super::model::{AttachmentRow, Owner};
use super::super::uploads;
use crate::areas::organizations::OrganizationById;
use crate::areas::organizations::graphql::Organization;
use crate::areas::people::PersonById;
use crate::areas::people::graphql::Person;
use crate::areas::reference::graphql::Code;
use crate::base::ids::{Id, OrganizationId, PersonId};
use crate::gql::{Cx, Day};

/// An attachment.
#[derive(Clone)]
pub struct Attachment(pub AttachmentRow);

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        Self(row)
    }
}

/// A file of an organization or of a person (Q01, Q02).
#[Object]
impl Attachment {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Name of the file, with the ending of what it is.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is to its owner (`attachment_kind`).
    async fn kind(&self) -> Result<Code> {
        Code::of("attachment_kind", &self.0.kind)
    }

    /// The day that the document bears.
    async fn dated_on(&self) -> Option<Day> {
        self.0.dated_on.map(Day)
    }

    /// What the file is, found out from its content.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// How long it is.
    async fn bytes(&self) -> i32 {
        i32::try_from(self.0.bytes).unwrap_or(i32::MAX)
    }

    /// SHA-256 of the content, in hexadecimal digits.
    async fn digest(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0.digest)
    }

    /// The organization where it is kept.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// The person whose file it is; null for one of the organization itself.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(person) = self.0.person_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<PersonById>(PersonId(person)).await?.map(Person))
    }

    /// Who added it.
    async fn added_by(&self) -> &str {
        &self.0.added_by_name
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Where it is fetched: an address on this server for the asker alone, for five minutes. The right is looked
    /// up again when it is used (SEC-E04).
    async fn link(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(uploads::link(&Cx::of(ctx), &self.0)?.0)
    }
}

/// The files of an owner, oldest first; at most ten.
///
/// # Errors
/// When the database fails.
pub async fn attachments_of(ctx: &Context<'_>, owner: Owner) -> Result<Vec<Attachment>> {
    let rows = Cx::of(ctx).load::<AttachmentsOf>(owner).await?.unwrap_or_default();
    Ok(rows.iter().cloned().map(Attachment).collect())
}
