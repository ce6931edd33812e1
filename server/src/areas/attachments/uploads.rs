//! Files on their way in and out. The bytes come over HTTP and not through GraphQL; what they are attached to
//! is decided by a mutation like any other.

use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE64URL_NOPAD;

use super::content::{MediaType, inspect};
use super::model::{AttachmentRow, UploadRow};
use super::{rules, store};
use crate::access::Permission;
use crate::base::blob::{ContentKey, Object};
use crate::base::error::Failure;
use crate::base::ids::{AttachmentId, Id, UploadId, new_key};
use crate::base::problem::{Code, Problem};
use crate::base::secret::{Secrets, hash};
use crate::gql::Cx;

/// Largest file, in bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// Most uploads of one account that wait to be attached.
const WAITING: i64 = 20;
/// How long a link can be used.
const LINK: Duration = Duration::minutes(5);
const FIELD: &str = "file";

/// A file whose content and name were looked at.
pub struct Checked {
    name: String,
    is: MediaType,
    content: Vec<u8>,
}

impl Checked {
    /// What the file is.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.is.as_str()
    }
}

/// Looks at a file; takes its time and needs no connection.
///
/// # Errors
/// Why it is not taken.
pub fn check(name: &str, content: Vec<u8>) -> Result<Checked, Problem> {
    if content.len() > LARGEST {
        return Err(too_large());
    }
    let is = inspect(&content, FIELD)?;
    Ok(Checked { name: rules::name(name, is, FIELD)?, is, content })
}

/// The refusal of a file that is too large.
#[must_use]
pub fn too_large() -> Problem {
    Problem::new(Code::AttachmentTooLarge, FIELD).with(LARGEST / 1024 / 1024)
}

/// Only those send files who may attach one somewhere.
///
/// # Errors
/// `UNAUTHENTICATED`, `READ_ONLY`, `PASSWORD_CHANGE_REQUIRED`, `FORBIDDEN`.
pub fn may_upload(cx: &Cx) -> Result<(), Failure> {
    let viewer = cx.viewer()?;
    if viewer.read_only {
        return Err(Failure::ReadOnly);
    }
    if viewer.must_change {
        return Err(Failure::PasswordChangeRequired);
    }
    let may = |permission| !viewer.scope(permission).is_empty();
    if may(Permission::EditOrganization) || may(Permission::EditPerson) {
        Ok(())
    } else {
        Err(viewer.refusal(Permission::EditPerson))
    }
}

/// A file whose row is written and whose bytes are not yet.
pub struct PendingUpload {
    /// Its id.
    pub id: UploadId,
    /// Where the bytes go.
    pub object: Object,
    /// With which key.
    pub key: ContentKey,
    /// The bytes.
    pub content: Vec<u8>,
}

/// Writes the row of an upload.
///
/// # Errors
/// As [`may_upload`], or too many that wait.
pub async fn announce(cx: &Cx, file: Checked) -> Result<PendingUpload, Failure> {
    may_upload(cx)?;
    if store::count_uploads(cx).await? >= WAITING {
        return Err(Problem::new(Code::UploadTooMany, FIELD).with(WAITING).into());
    }
    let viewer = cx.viewer()?;
    let (key, id) = (ContentKey::new(), UploadId::new());
    let row = UploadRow {
        tenant_id: viewer.tenant,
        id: id.0,
        account_id: viewer.account.0,
        object: new_key(),
        name: file.name,
        media_type: file.is.as_str().to_owned(),
        bytes: i64::try_from(file.content.len()).unwrap_or(i64::MAX),
        digest: hash(&file.content),
        content_key: key.sealed(&cx.secrets),
        stored: false,
        created_at: cx.clock.now(),
    };
    store::insert_upload(cx, &row).await?;
    Ok(PendingUpload { id, object: (row.tenant_id, row.object), key, content: file.content })
}

/// Notes that the bytes of an upload are in the store; only then it can be attached.
///
/// # Errors
/// `CONFLICT` when the upload took so long that it was given up.
pub async fn confirm_arrival(cx: &Cx, id: UploadId) -> Result<(), Failure> {
    if store::update_stored(cx, id).await? { Ok(()) } else { Err(Failure::Conflict) }
}

fn signed(account: &str, id: &str, until: i64) -> Vec<u8> {
    format!("file\n{account}\n{id}\n{until}").into_bytes()
}

/// The address of a file for whoever asks, for five minutes. It opens nothing by itself: the right is looked up
/// again when it is used, so it is of no use to anyone else.
///
/// # Errors
/// `UNAUTHENTICATED`.
pub(super) fn link(cx: &Cx, row: &AttachmentRow) -> Result<(String, DateTime<Utc>), Failure> {
    let until = cx.clock.now() + LINK;
    let id = row.key().global();
    let signature = cx.secrets.sign(&signed(&cx.viewer()?.account.global(), &id, until.timestamp()));
    Ok((format!("/files/{id}/{}/{}", until.timestamp(), BASE64URL_NOPAD.encode(&signature)), until))
}

fn opens(secrets: &Secrets, account: &str, id: &str, until: i64, signature: &str) -> bool {
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap_or_default();
    secrets.verify(&signed(account, id, until), &signature)
}

/// The row of a file behind a link, if the viewer may see it now.
///
/// # Errors
/// `NOT_FOUND` for everything that is not there, out of reach, out of time or not this server's link.
pub async fn deliverable(cx: &Cx, id: &str, until: i64, signature: &str) -> Result<AttachmentRow, Failure> {
    let viewer = cx.viewer()?;
    if viewer.must_change {
        return Err(Failure::PasswordChangeRequired);
    }
    if !opens(&cx.secrets, &viewer.account.global(), id, until, signature) || cx.clock.now().timestamp() > until {
        return Err(Failure::NotFound);
    }
    let id = AttachmentId::parse(id).map_err(|_| Failure::NotFound)?;
    store::find(cx, id).await?.ok_or(Failure::NotFound)
}
