//! Who is asking: found out in the transaction that is then made for them.

use std::sync::Arc;

use super::{Engine, Incoming, end_quietly};
use crate::access::Viewer;
use crate::areas::accounts::{PasswordProfile, find_policy};
use crate::base::db::{Db, Kind, Session};
use crate::base::error::Failure;
use crate::base::secret::hash;
use crate::gql::Cx;

/// Where it is noted that a session is in use.
#[derive(Clone, Copy)]
pub(super) enum Noted {
    /// Where the request is answered, before it is.
    Here,
    /// At the primary, which a request that a replica answers does not wait for.
    Beside,
    /// Nowhere: the primary is gone.
    Nowhere,
}

impl Engine {
    /// Who is asking, and the transaction made for them; none for a stranger.
    pub(super) async fn begin(&self, incoming: &Incoming, kind: Kind) -> Result<(Cx, Option<Session>), Failure> {
        self.begin_at((&self.inner.db, Noted::Here), incoming, kind).await
    }

    /// As [`Engine::begin`], at one of several databases.
    pub(super) async fn begin_at(
        &self,
        at: (&Db, Noted),
        incoming: &Incoming,
        kind: Kind,
    ) -> Result<(Cx, Option<Session>), Failure> {
        let administration = incoming.administration.as_ref();
        let asker = match &incoming.token {
            None => None,
            Some(token) => self.authenticate_at(at, token, administration, kind, incoming.browses).await?,
        };
        let session = asker.as_ref().map(|(_, session)| session.clone());
        if !self.is_allowed(incoming, asker.as_ref().map(|(viewer, _)| &**viewer)) {
            end_quietly(session, &incoming.request_id).await;
            return Err(Failure::UntrustedDocument);
        }
        let around = self.surroundings(incoming.language, &incoming.request_id, incoming.source.as_deref());
        Ok((Cx::new(asker, around), session))
    }

    /// Who holds a token, with their transaction.
    pub(super) async fn authenticate(
        &self,
        token: &str,
        administration: Option<&Arc<str>>,
        kind: Kind,
        browses: bool,
    ) -> Result<Option<(Arc<Viewer>, Session)>, Failure> {
        self.authenticate_at((&self.inner.db, Noted::Here), token, administration, kind, browses).await
    }

    async fn authenticate_at(
        &self,
        (db, noted): (&Db, Noted),
        token: &str,
        administration: Option<&Arc<str>>,
        kind: Kind,
        browses: bool,
    ) -> Result<Option<(Arc<Viewer>, Session)>, Failure> {
        let token_hash = hash(token.as_bytes());
        let mut begun = db.begin(kind).await?;
        let found = Viewer::find(begun.conn().await?.get(), &token_hash, self.inner.clock.now()).await?;
        let Some(mut viewer) = found else {
            begun.give_back().await?;
            return Ok(None);
        };
        if let Some(elsewhere) = administration {
            viewer.enter_as_member(elsewhere.clone());
        }
        match noted {
            // Not in the snapshot of a query, and kept whatever becomes of a mutation.
            Noted::Here if viewer.must_touch => {
                begun.give_back().await?;
                self.touch(&token_hash).await?;
                begun = db.begin(kind).await?;
            }
            Noted::Beside if viewer.must_touch => {
                let engine = self.clone();
                tokio::spawn(async move {
                    if let Err(failure) = engine.touch(&token_hash).await {
                        tracing::debug!(?failure, "a session that is in use was not noted");
                    }
                });
            }
            _ => {}
        }
        let settings = crate::base::db::Settings { browses, ..viewer.settings() };
        let session = begun.scoped(&settings, self.deadline_ms()).await?;
        Ok(Some((Arc::new(viewer), session)))
    }

    async fn touch(&self, token_hash: &[u8]) -> Result<(), Failure> {
        let touching = self.inner.db.begin(Kind::Write).await?;
        Viewer::touch(touching.conn().await?.get(), token_hash, self.inner.clock.now()).await?;
        touching.finish().await
    }

    /// What a token opens: whether the password must be changed first, and by which rules; None for nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at(&self, token: &str) -> Result<Option<(bool, PasswordProfile)>, Failure> {
        let Some((viewer, session)) = self.authenticate(token, None, Kind::Read, false).await? else { return Ok(None) };
        let policy = find_policy(&session, viewer.tenant).await?;
        session.finish(true).await?;
        Ok(Some((viewer.must_change, policy.password_profile)))
    }

    pub(super) async fn open(&self, viewer: &Viewer, kind: Kind) -> Result<(Arc<Viewer>, Session), Failure> {
        let session = self.inner.db.open(kind, &viewer.settings(), self.deadline_ms()).await?;
        Ok((Arc::new(viewer.clone()), session))
    }
}
