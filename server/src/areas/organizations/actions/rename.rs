//! Rename with date and document (B09).

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;

use super::super::{OrganizationRow, rules, store, versions};
use super::{change_of, free_names, fresh, with_unique_names};
use crate::access::Permission;
use crate::areas::attachments::{Attach, Owner, attach};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::Failure;
use crate::base::ids::{OrganizationId, UploadId};
use crate::base::mistakes::Mistakes;
use crate::base::problem::{Code, Problem};
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// Code of `org_change_kind`: renamed.
const RENAMED: &str = "3";

/// Code of `attachment_kind`: an adjustment document.
const ADJUSTMENT: &str = "24";

/// A new name, from when and by which document.
#[derive(Debug)]
pub struct RenameOrganization {
    pub id: OrganizationId,
    pub version: i32,
    pub name: String,
    pub short_name: MaybeUndefined<String>,
    pub on: NaiveDate,
    pub document: String,
    /// The approval document itself, sent before.
    pub upload: Option<UploadId>,
}

/// Gives an organization a new name from a day on; the old one stays in its history.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `STALE_VERSION`, or every mistake of the form.
pub async fn rename(cx: &Cx, input: RenameOrganization) -> Result<OrganizationRow, Failure> {
    let permit = cx.viewer()?.permit(cx.session()?, Permission::RenameOrganization, input.id).await?;
    let before = store::lock(cx, &permit).await?;
    fresh(&before, input.version)?;
    rules::active(&before, "id")?;
    let mut mistakes = Mistakes::new();
    let name = mistakes.field(text::required(&input.name, "name", NAME_LIMIT));
    let short_name = match &input.short_name {
        MaybeUndefined::Undefined => Some(before.short_name.clone()),
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(short) => mistakes.field(text::optional(Some(short), "shortName", NAME_LIMIT)),
    };
    if name.as_ref() == Some(&before.name) && short_name.as_ref() == Some(&before.short_name) {
        mistakes.note(Problem::new(Code::OrganizationNameUnchanged, "name"));
    }
    free_names(cx, &mut mistakes, before.parent_id, (name.as_deref(), None), Some(before.id)).await?;
    let on = input.on;
    if mistakes.field(rules::past_day(on, cx.clock.today(), "on")).is_some() {
        mistakes.found(versions::not_before(cx, input.id, on).await)?;
    }
    let document = mistakes.field(text::required(&input.document, "document", REMARK_LIMIT)).unwrap_or_default();
    mistakes.end()?;

    let (name, short_name) = (name.unwrap_or_default(), short_name.flatten());
    let row = OrganizationRow { name, short_name, ..before.clone() };
    let row = with_unique_names(store::update(cx, &permit, &change_of(cx, &row)).await, "name")?;
    versions::begin(cx, &row, on, RENAMED, Some(&document)).await?;
    let file = match input.upload {
        Some(upload) => {
            let owner = Owner::Organization(row.key());
            Some(attach(cx, &permit, Attach { owner, upload, kind: ADJUSTMENT.to_owned(), dated_on: Some(on) }).await?)
        }
        None => None,
    };
    let (old, new) = Facts::differences(&before.facts(), &row.facts());
    let subject = Subject {
        event: Event::OrganizationRenamed,
        kind: SubjectKind::Organization,
        id: row.id,
        name: &row.name,
        before: old,
        after: new
            .day("on", Some(on))
            .text("document", Some(&document))
            .text("attachment", file.as_ref().map(|file| file.name.as_str())),
        reason: None,
        moved_from: None,
    };
    journal::record(cx, &permit, subject).await?;
    Ok(row)
}
