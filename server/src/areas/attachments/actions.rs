//! Attach, correct and remove files. Each function is one action in the transaction of its request.

use async_graphql::MaybeUndefined;
use chrono::{Duration, NaiveDate};

use super::content::MediaType;
use super::model::{AttachmentRow, Owner};
use super::{rules, store};
use crate::access::{Permission, Permit};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::reference::Codes;
use crate::base::error::{Failure, stale};
use crate::base::ids::{AttachmentId, OrganizationId, PersonId, UploadId, new_key};
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// A removed file stays in the store for so long: a backup of the database taken before finds it.
const KEPT: Duration = Duration::days(7);

/// A file that was sent, and what it is to its owner.
#[derive(Debug)]
pub struct Attach {
    pub owner: Owner,
    pub upload: UploadId,
    pub kind: String,
    pub dated_on: Option<NaiveDate>,
}

/// The right to change the files of an owner, and the owner's name.
async fn permit_for(cx: &Cx, owner: Owner) -> Result<(Permit, String), Failure> {
    let viewer = cx.viewer()?;
    match owner {
        Owner::Organization(id) => {
            let permit = viewer.permit(cx.session()?, Permission::EditOrganization, id).await?;
            if permit.place().status != "active" {
                return Err(Problem::new(Code::OrganizationDissolved, "ownerId").into());
            }
            let name = store::find_name(cx, &permit).await?;
            Ok((permit, name))
        }
        Owner::Person(id) => {
            let (branch, path, ..) = store::find_person(cx, id).await?.ok_or(Failure::NotFound)?;
            // One's own record is visible without any right to change it.
            if !viewer.may(Permission::EditPerson, &path) {
                return Err(if viewer.read_only { Failure::ReadOnly } else { viewer.refusal(Permission::EditPerson) });
            }
            let permit = viewer.permit(cx.session()?, Permission::EditPerson, branch).await?;
            let (name, stage) = store::lock_person(cx, &permit, id).await?;
            if stage == "left" {
                return Err(Problem::new(Code::PersonLeft, "ownerId").into());
            }
            Ok((permit, name))
        }
    }
}

/// Attaches a file that was sent to its owner.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn add(cx: &Cx, input: Attach) -> Result<AttachmentRow, Failure> {
    let (permit, name) = permit_for(cx, input.owner).await?;
    let dated_on = input.dated_on.map(|day| past(cx, day)).transpose()?;
    let kind = rules::kind(Codes::builtin(), &input.kind, input.owner)?;
    let row = attach(cx, &permit, Attach { kind, dated_on, ..input }).await?;
    record(cx, &permit, Event::AttachmentAdded, &row, &name, (Facts::default(), row.facts())).await?;
    Ok(row)
}

/// Attaches a file within another action, which has checked the kind and records what it did.
///
/// # Errors
/// What stands in the way.
pub async fn attach(cx: &Cx, permit: &Permit, input: Attach) -> Result<AttachmentRow, Failure> {
    let upload = store::take_upload(cx, input.upload).await?.ok_or_else(|| Problem::new(Code::UploadGone, "uploadId"))?;
    let used = store::sum_bytes(cx, permit).await?;
    rules::room(store::count(cx, permit, input.owner).await?, used, upload.bytes, cx.attachment_quota)?;
    let now = cx.clock.now();
    let row = AttachmentRow {
        tenant_id: permit.tenant(),
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path().to_owned(),
        person_id: match input.owner {
            Owner::Organization(_) => None,
            Owner::Person(PersonId(id)) => Some(id),
        },
        kind: input.kind,
        name: upload.name,
        dated_on: input.dated_on,
        media_type: upload.media_type,
        bytes: upload.bytes,
        digest: upload.digest,
        object: upload.object,
        content_key: upload.content_key,
        added_by: permit.account().0,
        added_by_name: permit.account_name().to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(cx, &row).await?;
    Ok(row)
}

/// A correction: what is absent stays.
#[derive(Debug)]
pub(super) struct EditAttachment {
    pub(super) id: AttachmentId,
    pub(super) version: i32,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) dated_on: MaybeUndefined<NaiveDate>,
}

/// An attachment with the right to change it.
async fn lock(cx: &Cx, id: AttachmentId, version: i32) -> Result<(Permit, String, AttachmentRow), Failure> {
    let found = store::find(cx, id).await?.ok_or(Failure::NotFound)?;
    let (permit, owner) = permit_for(cx, found.owner()).await?;
    let row = store::lock(cx, &permit, id).await?;
    if row.version != version {
        return Err(stale(row.version, row));
    }
    Ok((permit, owner, row))
}

/// Corrects what is said of a file; the file itself never changes.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn edit(cx: &Cx, input: EditAttachment) -> Result<AttachmentRow, Failure> {
    let (permit, owner, before) = lock(cx, input.id, input.version).await?;
    let is = MediaType::parse(&before.media_type)
        .ok_or_else(|| Failure::Internal(anyhow::anyhow!("an attachment of the type {}", before.media_type)))?;
    let name = input.name.map_or_else(|| Ok(before.name.clone()), |name| rules::name(&name, is, "name"))?;
    let kind = match &input.kind {
        Some(kind) => rules::kind(Codes::builtin(), kind, before.owner())?,
        None => before.kind.clone(),
    };
    let dated_on = match input.dated_on {
        MaybeUndefined::Undefined => before.dated_on,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(day) => Some(past(cx, day)?),
    };
    if (&name, &kind, dated_on) == (&before.name, &before.kind, before.dated_on) {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let row = store::update(cx, &permit, &before, (&name, &kind, dated_on)).await?;
    let facts = Facts::differences(&before.facts(), &row.facts());
    record(cx, &permit, Event::AttachmentEdited, &row, &owner, facts).await?;
    Ok(row)
}

/// Removes a file; the log keeps its name and its digest.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub(super) async fn remove(cx: &Cx, id: AttachmentId, version: i32) -> Result<AttachmentRow, Failure> {
    let (permit, owner, row) = lock(cx, id, version).await?;
    store::close(cx, &permit, &row, cx.clock.now() + KEPT).await?;
    record(cx, &permit, Event::AttachmentRemoved, &row, &owner, (row.facts(), Facts::default())).await?;
    Ok(row)
}

/// A document bears a day that has come.
fn past(cx: &Cx, day: NaiveDate) -> Result<NaiveDate, Problem> {
    if day > cx.clock.today() { Err(Problem::new(Code::DateInFuture, "datedOn")) } else { Ok(day) }
}

/// The entry is about the owner, in whose history it is looked for.
async fn record(
    cx: &Cx,
    permit: &Permit,
    event: Event,
    row: &AttachmentRow,
    name: &str,
    (before, after): (Facts, Facts),
) -> Result<(), Failure> {
    let (kind, id) = match row.owner() {
        Owner::Organization(OrganizationId(id)) => (SubjectKind::Organization, id),
        Owner::Person(PersonId(id)) => (SubjectKind::Person, id),
    };
    let subject = Subject { event, kind, id, name, before, after, reason: None, moved_from: None };
    journal::record(cx, permit, subject).await
}
