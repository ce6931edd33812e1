//! Mutations of attachments: each is one action.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::super::actions::{self, Attach, EditAttachment};
use super::super::model::Owner;
use super::Attachment;
use crate::base::error::Failure;
use crate::base::ids::{Id, OrganizationId, PersonId};
use crate::gql::{Cx, Day, Outcome, parse_id, payload};

payload! {
    /// What came of a change of an attachment.
    AttachmentPayload attachment: Attachment
}

/// A file for an organization or a person (Q01).
#[derive(InputObject)]
pub struct AttachmentAddInput {
    /// An organization or a person.
    owner_id: ID,
    /// The file, sent before to `POST /files`; within an hour.
    upload_id: ID,
    /// Code of `attachment_kind`, one that such an owner's files have.
    kind: String,
    /// The day that the document bears; not in the future.
    dated_on: Option<Day>,
}

/// A correction of what is said of a file.
#[derive(InputObject)]
pub struct AttachmentEditInput {
    /// The attachment.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Another name, with the same ending.
    name: Option<String>,
    /// Another kind.
    kind: Option<String>,
    /// The day that the document bears; null for none.
    dated_on: MaybeUndefined<Day>,
}

/// A file that goes.
#[derive(InputObject)]
pub struct AttachmentRemoveInput {
    /// The attachment.
    id: ID,
    /// The version that was read.
    version: i32,
}

/// An owner by its id.
fn owner(id: &ID) -> Result<Owner, Failure> {
    match id.split_once('_') {
        Some((OrganizationId::PREFIX, _)) => Ok(Owner::Organization(parse_id(id)?)),
        Some((PersonId::PREFIX, _)) => Ok(Owner::Person(parse_id(id)?)),
        _ => Err(Failure::BadId),
    }
}

/// Mutations of this area.
#[derive(Default)]
pub struct AttachmentMutation;

#[Object]
impl AttachmentMutation {
    /// Attaches a file that was sent to an organization or a person (Q01).
    async fn attachment_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file, to whom.")] input: AttachmentAddInput,
    ) -> Result<AttachmentPayload> {
        let cx = &Cx::of(ctx);
        let attach = Attach {
            owner: owner(&input.owner_id)?,
            upload: parse_id(&input.upload_id)?,
            kind: input.kind,
            dated_on: input.dated_on.map(|day| day.0),
        };
        Ok(Outcome::of(cx, actions::add(cx, attach).await)?.into())
    }

    /// Corrects name, kind or day of a file; the file itself never changes.
    async fn attachment_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is corrected.")] input: AttachmentEditInput,
    ) -> Result<AttachmentPayload> {
        let cx = &Cx::of(ctx);
        let edit = EditAttachment {
            id: parse_id(&input.id)?,
            version: input.version,
            name: input.name,
            kind: input.kind,
            dated_on: input.dated_on.map_value(|day| day.0),
        };
        Ok(Outcome::of(cx, actions::edit(cx, edit).await)?.into())
    }

    /// Removes a file; the log keeps its name and its digest. The payload shows it as it was.
    async fn attachment_remove(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file.")] input: AttachmentRemoveInput,
    ) -> Result<AttachmentPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::remove(cx, parse_id(&input.id)?, input.version).await)?.into())
    }
}
