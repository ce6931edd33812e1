//! The context of one request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_graphql::Context;

use super::confirm::{Asked, Confirmation, Confirming};
use super::loader::{Load, Loaders};
use crate::access::Viewer;
use crate::base::clock::Clock;
use crate::base::db::Session;
use crate::base::error::Failure;
use crate::base::language::Language;
use crate::base::password_cost::PasswordCost;
use crate::base::secret::Secrets;

/// What a request brings, whoever sends it.
#[derive(Clone)]
pub struct Surroundings {
    /// Language of the answer.
    pub language: Language,
    /// The clock.
    pub clock: Clock,
    /// Keys.
    pub secrets: Arc<Secrets>,
    /// Number of the request, in logs, errors and the journal.
    pub request_id: String,
    /// Where the request came from.
    pub source: Option<String>,
    /// Whether the server runs with the demonstration's data and entries.
    pub demonstration: bool,
    /// Bytes of attachments that one organization may keep.
    pub attachment_quota: i64,
    /// Organizations that are moved within a request; more go as a job.
    pub moved_at_once: i64,
    /// What guessing a password costs.
    pub password_cost: PasswordCost,
}

/// What a resolver knows of its request.
pub struct Cx {
    /// Who is asking, with the transaction made for them; nobody for a stranger.
    asker: Option<(Arc<Viewer>, Session)>,
    around: Surroundings,
    loaders: Loaders,
    refused: AtomicBool,
    notices: Mutex<Vec<String>>,
    pub(super) confirming: Confirming,
}

impl std::ops::Deref for Cx {
    type Target = Surroundings;

    fn deref(&self) -> &Surroundings {
        &self.around
    }
}

impl Cx {
    /// A context; the pipeline in `schema/engine` makes one for each request.
    #[must_use]
    pub fn new(asker: Option<(Arc<Viewer>, Session)>, around: Surroundings) -> Self {
        Self {
            asker,
            around,
            loaders: Loaders::default(),
            refused: AtomicBool::new(false),
            notices: Mutex::default(),
            confirming: Confirming::default(),
        }
    }

    /// With what a mutation asks for, and the confirmation that came with it.
    #[must_use]
    pub fn confirming(mut self, asked: Asked, given: Confirmation) -> Self {
        self.confirming = Confirming::of(Some(asked), given);
        self
    }

    /// With what was confirmed when the work was ordered: a job is not asked again, and its entry of the log keeps it.
    #[must_use]
    pub fn confirmed_before(mut self, evidence: Option<serde_json::Value>) -> Self {
        self.confirming = Confirming::kept(evidence);
        self
    }

    /// The context of the request, or of the event of a subscription, that a resolver answers.
    #[must_use]
    pub fn of(ctx: &Context<'_>) -> Arc<Self> {
        ctx.data_unchecked::<CurrentCx>().get()
    }

    /// Who is asking.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a stranger.
    pub fn viewer(&self) -> Result<&Viewer, Failure> {
        self.asker.as_ref().map(|(viewer, _)| viewer.as_ref()).ok_or(Failure::Unauthenticated)
    }

    /// Who is asking, or nobody.
    #[must_use]
    pub fn viewer_if_any(&self) -> Option<&Viewer> {
        self.asker.as_ref().map(|(viewer, _)| viewer.as_ref())
    }

    /// The request's transaction.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a stranger.
    pub fn session(&self) -> Result<&Session, Failure> {
        self.asker.as_ref().map(|(_, session)| session).ok_or(Failure::Unauthenticated)
    }

    /// Loads one thing together with all others of its kind that are wanted at this moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load<L: Load>(&self, key: L::Key) -> Result<Option<L::Value>, Failure> {
        let viewer = self.viewer()?;
        let session = self.session()?;
        // In a box: a type's future is as large as that of its largest field, and every field of every row gets one.
        Box::pin(self.loaders.load::<L>(session, viewer, key)).await
    }

    /// Forgets what was loaded, after a write.
    pub fn forget_loaded(&self) {
        self.loaders.forget();
    }

    /// Marks the request as refused: nothing that it wrote is kept.
    pub fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// Keeps what subscribers are told when the transaction is committed.
    pub fn tell(&self, notice: String) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }

    /// What was kept for subscribers.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the request was refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Where resolvers find their context. A request has one for its whole life; a subscription gets a
/// new one, with a transaction of its own, for every event.
#[derive(Clone)]
pub struct CurrentCx(Arc<RwLock<Arc<Cx>>>);

impl CurrentCx {
    /// A place with its first context.
    #[must_use]
    pub fn new(cx: Cx) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(cx))))
    }

    /// The present context.
    #[must_use]
    pub fn get(&self) -> Arc<Cx> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another one in its place.
    pub fn set(&self, cx: Cx) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(cx);
    }
}

/// For a nullable field: a failure nulls this field alone and stands among the errors, as the
/// specification wants; returned as an error it would null the parent.
///
/// # Errors
/// Never; the type is what resolvers return.
pub fn partial<T>(ctx: &Context<'_>, result: Result<Option<T>, Failure>) -> async_graphql::Result<Option<T>> {
    Ok(result.unwrap_or_else(|failure| {
        let error = async_graphql::Error::from(failure).into_server_error(ctx.item.pos);
        ctx.add_error(ctx.set_error_path(error));
        None
    }))
}
