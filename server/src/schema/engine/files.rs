//! Files in and out. The bytes pass by GraphQL; who may send or fetch them is decided as for any other request,
//! in a transaction of the asker's own scope.

use std::sync::Arc;

use super::{Engine, Kind};
use crate::areas::attachments::{announce, check, confirm_arrival, deliverable, may_upload};
use crate::base::blob::ContentKey;
use crate::base::db::Session;
use crate::base::error::Failure;
use crate::base::ids::{Id, UploadId};
use crate::base::language::Language;
use crate::base::secret::hash;
use crate::gql::Cx;

/// With what someone asks for a file, and by which entrance.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'a> {
    /// Secret of a cookie or a bearer.
    pub token: Option<&'a str>,
    /// Where the administrators' own entrance is, for a request that did not come by it.
    pub administration: Option<&'a Arc<str>>,
}

/// A file that was taken.
pub struct Received {
    /// Its id, for the mutation that attaches it.
    pub id: String,
    /// What it is.
    pub media_type: &'static str,
    /// How long it is.
    pub bytes: usize,
}

/// A file on its way out.
pub struct Delivered {
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// The bytes as they were sent.
    pub content: Vec<u8>,
}

impl Engine {
    /// Whether whoever holds the token may send files: asked before a long body is read.
    ///
    /// # Errors
    /// Why not.
    pub async fn may_send_files(&self, by: Bearer<'_>) -> Result<(), Failure> {
        let (cx, session) = self.asking(by, Kind::Read).await?;
        let may = may_upload(&cx);
        session.finish(false).await?;
        may
    }

    /// Takes a file: looks at it, writes its row, then its bytes, then that they are there. Stopped anywhere
    /// between, the row stays behind and the sweep takes both away.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn receive(&self, by: Bearer<'_>, name: String, content: Vec<u8>) -> Result<Received, Failure> {
        let file = tokio::task::spawn_blocking(move || check(&name, content)).await.map_err(anyhow::Error::from)??;
        let media_type = file.media_type();
        let (cx, session) = self.asking(by, Kind::Write).await?;
        let pending = announce(&cx, file).await;
        session.finish(pending.is_ok()).await?;
        let pending = pending?;
        let bytes = pending.content.len();
        self.inner.blobs.put(pending.object, &pending.key, pending.content).await?;
        if let Err(failure) = self.note_arrival(by, pending.id).await {
            // Given up meanwhile: its row may be gone already, and nobody else would take the bytes away.
            self.inner.blobs.remove(pending.object).await?;
            return Err(failure);
        }
        Ok(Received { id: pending.id.global(), media_type, bytes })
    }

    async fn note_arrival(&self, by: Bearer<'_>, id: UploadId) -> Result<(), Failure> {
        let (cx, session) = self.asking(by, Kind::Write).await?;
        let noted = confirm_arrival(&cx, id).await;
        session.finish(noted.is_ok()).await?;
        noted
    }

    /// The file behind a link, if whoever holds the token may see it now.
    ///
    /// # Errors
    /// `NOT_FOUND` for everything else, and what is wrong with the store.
    pub async fn deliver(&self, by: Bearer<'_>, id: &str, until: i64, signature: &str) -> Result<Delivered, Failure> {
        let (cx, session) = self.asking(by, Kind::Read).await?;
        let row = deliverable(&cx, id, until, signature).await;
        // Not while the store works.
        session.finish(false).await?;
        let row = row?;
        let key = ContentKey::of(&row.content_key, &self.inner.secrets)?;
        let content = self.inner.blobs.read((row.tenant_id, row.object), &key).await?;
        if hash(&content) != row.digest {
            return Err(Failure::Internal(anyhow::anyhow!("the file of {} is not what was sent", row.id)));
        }
        Ok(Delivered { name: row.name, media_type: row.media_type, content })
    }

    /// A context of the token's holder outside GraphQL.
    async fn asking(&self, by: Bearer<'_>, kind: Kind) -> Result<(Cx, Session), Failure> {
        let token = by.token.ok_or(Failure::Unauthenticated)?;
        let asker = self.authenticate(token, by.administration, kind, false).await?.ok_or(Failure::Unauthenticated)?;
        if asker.0.must_change {
            asker.1.finish(false).await?;
            return Err(Failure::PasswordChangeRequired);
        }
        let session = asker.1.clone();
        Ok((Cx::new(Some((Arc::clone(&asker.0), asker.1)), self.surroundings(Language::default(), "", None)), session))
    }
}
