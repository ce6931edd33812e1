//! The pipeline: limits, who is asking, one transaction with its scope, execution, commit.
//!
//! A query reads one snapshot. A mutation is one action in one transaction, and its answer is
//! stored with it when the client gave a key, so that after a lost reply the same request brings the
//! same answer and nothing happens twice.

mod asker;
mod files;
mod known;
mod live;
mod route;
mod shape;
mod step_up;
mod trust;
mod write;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ValidationMode};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::documents::{Document, Documents, FreeText};
use super::failure::{bare, report};
use super::listen::Changes;
use super::{Whole, build};
use crate::areas::accounts::{Door, Lifetimes, RelyingParty};
use crate::base::blob::Blobs;
use crate::base::clock::Clock;
use crate::base::db::{Db, Kind, Replicas, Session};
use crate::base::error::{ErrorCode, Failure};
use crate::base::language::Language;
use crate::base::password_cost::PasswordCost;
use crate::base::secret::Secrets;
use crate::gql::limits::{Limits, check_document, check_text, operation_of};
use crate::gql::{CurrentCx, Cx, Surroundings};
pub use files::Bearer;
use known::Recent;
use route::Reading;
pub use route::stale_as_of;
use shape::{browses, copy, is_about_oneself, is_one_action, was_executed};
pub use step_up::StepUpAnswer;

/// What the pipeline is set to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What a document may ask for.
    pub limits: Limits,
    /// After this a request is given up and its work in the database cancelled.
    pub deadline: Duration,
    /// Made-up people and open entries.
    pub demonstration: bool,
    /// Who may send texts that are not on the list.
    pub free_text: FreeText,
    /// The list.
    pub documents: Documents,
    /// Bytes of attachments that one organization may keep.
    pub attachment_quota: i64,
    /// Organizations that are moved within a request; more go as a job.
    pub moved_at_once: i64,
}

/// A request as it came in.
pub struct Incoming {
    /// The document, its variables and the name of the operation.
    pub request: Request,
    /// The id of a listed document, in place of its text.
    pub document_id: Option<String>,
    /// The document, if it was parsed before; found out from id or text.
    pub document: Option<Arc<Document>>,
    /// Whether it is on the list.
    pub is_listed: bool,
    /// The secret of a cookie or a bearer.
    pub token: Option<String>,
    /// Language of the answer.
    pub language: Language,
    /// Number of the request.
    pub request_id: String,
    /// Where it came from.
    pub source: Option<String>,
    /// The client's key of a mutation.
    pub idempotency_key: Option<String>,
    /// Whether mutations are refused because of the way it came (GET).
    pub reads_only: bool,
    /// Whether it reads a list over a range of the tree; found out from the document.
    pub browses: bool,
    /// The confirmation of a dangerous action.
    pub step_up: Option<StepUpAnswer>,
    /// Where the administrators' own entrance is, for a request that did not come by it.
    pub administration: Option<Arc<str>>,
}

impl Incoming {
    /// The same once more, for another try. Whatever confirms it was looked at before the first.
    fn again(&mut self) -> Self {
        Self {
            request: copy(&mut self.request),
            document_id: None,
            document: self.document.clone(),
            is_listed: self.is_listed,
            token: self.token.clone(),
            language: self.language,
            request_id: self.request_id.clone(),
            source: self.source.clone(),
            idempotency_key: self.idempotency_key.clone(),
            reads_only: self.reads_only,
            browses: self.browses,
            step_up: None,
            administration: self.administration.clone(),
        }
    }
}

/// What goes out.
pub enum Answer {
    /// A response, and whether anything was executed for it.
    Response(Box<Response>, bool),
    /// The stored answer of the same request.
    Repeated(String),
    /// A mutation came by a way that only reads.
    WrongMethod,
}

/// The pipeline and what it stands on.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    schema: Whole,
    /// The same for documents that are known to be valid.
    quick: Whole,
    recent: Recent,
    db: Db,
    clock: Clock,
    secrets: Arc<Secrets>,
    changes: Changes,
    settings: Settings,
    blobs: Blobs,
    relying_party: Arc<RelyingParty>,
    lifetimes: Lifetimes,
    replicas: Option<Replicas>,
    password_cost: PasswordCost,
}

impl Engine {
    /// A pipeline.
    #[must_use]
    pub fn new(door: Door, changes: Changes, settings: Settings, blobs: Blobs) -> Self {
        Self::reading_from(None, door, changes, settings, blobs)
    }

    /// A pipeline whose queries are read from replicas.
    #[must_use]
    pub fn reading_from(replicas: Option<Replicas>, door: Door, changes: Changes, settings: Settings, blobs: Blobs) -> Self {
        let (schema, quick) = (build(ValidationMode::Strict), build(ValidationMode::Fast));
        let Door { db, clock, secrets, relying_party, lifetimes, password_cost } = door;
        let inner = Inner {
            schema,
            quick,
            recent: Recent::default(),
            db,
            clock,
            secrets,
            changes,
            settings,
            blobs,
            relying_party,
            lifetimes,
            password_cost,
            replicas,
        };
        Self { inner: Arc::new(inner) }
    }

    /// What signing in stands on.
    #[must_use]
    pub fn door(&self) -> Door {
        let Inner { db, clock, secrets, relying_party, lifetimes, password_cost, .. } = &*self.inner;
        Door {
            db: db.clone(),
            clock: clock.clone(),
            secrets: secrets.clone(),
            relying_party: relying_party.clone(),
            lifetimes: *lifetimes,
            password_cost: *password_cost,
        }
    }

    /// What other transactions committed.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.inner.changes
    }

    /// The pool.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Answers a query or a mutation. Boxed and not generic, so that the executor is compiled once.
    #[must_use]
    pub fn run(&self, incoming: Incoming) -> BoxFuture<'static, Answer> {
        let engine = self.clone();
        Box::pin(async move {
            let started = Instant::now();
            let (language, request_id) = (incoming.language, incoming.request_id.clone());
            // All of it, waiting for a connection and ending the transaction included: a network that was cut
            // answers nothing, not even the roll back. What was under way closes its connection when it is dropped.
            let longest = engine.inner.settings.deadline + Duration::from_secs(1);
            let answered = tokio::time::timeout(longest, AssertUnwindSafe(engine.answer(incoming)).catch_unwind()).await;
            let answer = match answered {
                Ok(Ok(answer)) => answer,
                Err(_) => {
                    tracing::warn!(request_id, "a request was given up");
                    refused(ErrorCode::Deadline, None, language, &request_id)
                }
                // The last resort: whatever broke, the client gets a code and a number.
                Ok(Err(_)) => {
                    tracing::error!(request_id, "a resolver panicked");
                    refused(ErrorCode::Internal, None, language, &request_id)
                }
            };
            metrics::histogram!("banyan_request_seconds").record(started.elapsed().as_secs_f64());
            answer
        })
    }

    async fn answer(&self, mut incoming: Incoming) -> Answer {
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        let refuse = |code, detail: Option<&str>| refused(code, detail, language, &request_id);
        let limits = &self.inner.settings.limits;
        if let Err(code) = self.recognize(&mut incoming) {
            return refuse(code, None);
        }
        if incoming.document.is_none()
            && let Err(exceeded) = check_text(limits, &incoming.request.query)
        {
            return refuse(ErrorCode::TooComplex, Some(&format!("{} > {}", exceeded.limit, exceeded.allowed)));
        }
        let (operation_name, variables) = (incoming.request.operation_name.clone(), incoming.request.variables.clone());
        let document = match incoming.request.parsed_query() {
            Ok(document) => document,
            Err(error) => return refuse(ErrorCode::BadDocument, Some(&error.message)),
        };
        if let Err(exceeded) = check_document(limits, document, operation_name.as_deref(), &variables) {
            return refuse(ErrorCode::TooComplex, Some(&format!("{} > {}", exceeded.limit, exceeded.allowed)));
        }
        let Some(operation) = operation_of(document, operation_name.as_deref()) else {
            return refuse(ErrorCode::BadDocument, Some("operationName"));
        };
        let (kind, browses) = (operation.ty, browses(operation));
        let is_one_action = is_one_action(operation);
        let asked = step_up::asked(operation, &variables);
        let is_about_oneself = is_about_oneself(operation);
        incoming.browses = browses;
        match kind {
            OperationType::Query => self.read(incoming, is_about_oneself).await,
            OperationType::Subscription => refuse(ErrorCode::BadDocument, Some("subscriptions have an address of their own")),
            OperationType::Mutation if incoming.reads_only => Answer::WrongMethod,
            OperationType::Mutation if !is_one_action => refuse(ErrorCode::BadDocument, Some("one mutation a request")),
            OperationType::Mutation => self.write(incoming, asked).await,
        }
    }

    /// A query: one snapshot for all of it.
    async fn read(&self, incoming: Incoming, is_about_oneself: bool) -> Answer {
        if let Some(replicas) = &self.inner.replicas {
            return self.read_somewhere(replicas, incoming, is_about_oneself).await;
        }
        let begun = self.begin(&incoming, Kind::Read).await;
        self.read_in(begun, incoming, is_about_oneself).await.answer
    }

    async fn read_in(
        &self,
        begun: Result<(Cx, Option<Session>), Failure>,
        incoming: Incoming,
        is_about_oneself: bool,
    ) -> Reading {
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        let (cx, session) = match begun {
            Ok(begun) => begun,
            Err(failure) => return Reading::of(failure, language, &request_id),
        };
        if !is_about_oneself && cx.viewer_if_any().is_some_and(|viewer| viewer.must_change) {
            end_quietly(session, &request_id).await;
            return Reading::of(Failure::PasswordChangeRequired, language, &request_id);
        }
        let is_stranger = session.is_none();
        let place = CurrentCx::new(cx);
        let asked = self.as_far_as_allowed(incoming.request, &place);
        let mut response = self.in_time(self.execute_query(asked, &place, incoming.document), language, &request_id).await;
        if let Some(session) = &session {
            metrics::histogram!("banyan_statements_per_query").record(session.statements());
        }
        let executed = was_executed(&response);
        let broken = route::broken_in(&response);
        match session {
            // Every resolver was waited for, and so was every statement.
            Some(session) if executed => leave_quietly(&session, &request_id).await,
            session => end_quietly(session, &request_id).await,
        }
        report(&mut response, language, &request_id);
        if is_stranger && !self.inner.settings.demonstration {
            // A guess at a name is not confirmed by saying what is wrong with it.
            for error in response.errors.iter_mut().filter(|_| !executed) {
                error.message = ErrorCode::BadDocument.message(language).to_owned();
                error.locations.clear();
            }
        }
        Reading { answer: Answer::Response(Box::new(response), executed), broken }
    }

    /// What whoever acts is surrounded by, a request or a job.
    #[must_use]
    pub fn surroundings(&self, language: Language, request_id: &str, source: Option<&str>) -> Surroundings {
        Surroundings {
            language,
            clock: self.inner.clock.clone(),
            secrets: self.inner.secrets.clone(),
            request_id: request_id.to_owned(),
            source: source.map(str::to_owned),
            demonstration: self.inner.settings.demonstration,
            attachment_quota: self.inner.settings.attachment_quota,
            moved_at_once: self.inner.settings.moved_at_once,
            password_cost: self.inner.password_cost,
        }
    }

    fn deadline_ms(&self) -> u64 {
        u64::try_from(self.inner.settings.deadline.as_millis()).unwrap_or(u64::MAX)
    }

    async fn execute_in(&self, request: Request, place: &CurrentCx, language: Language, request_id: &str) -> Response {
        let request = self.as_far_as_allowed(request, place);
        let work = self.inner.schema.execute(request.data(place.clone()));
        self.in_time(work, language, request_id).await
    }

    /// A request that looks at the schema only if whoever asks may.
    fn as_far_as_allowed(&self, request: Request, place: &CurrentCx) -> Request {
        let may_introspect = self.may_introspect(&request, place.get().viewer_if_any());
        if may_introspect { request } else { request.disable_introspection() }
    }

    /// The database cancels its own part at the same moment (statement_timeout); dropping the rest gives the
    /// connection back.
    async fn in_time(&self, work: impl Future<Output = Response>, language: Language, request_id: &str) -> Response {
        match tokio::time::timeout(self.inner.settings.deadline + Duration::from_millis(250), work).await {
            Ok(response) => response,
            Err(_) => bare(ErrorCode::Deadline, None, language, request_id),
        }
    }
}

/// Nothing was written; ending the transaction gives the connection back.
async fn end_quietly(session: Option<Session>, request_id: &str) {
    if let Some(session) = session
        && let Err(failure) = session.finish(false).await
    {
        tracing::debug!(request_id, ?failure, "the end of a snapshot");
    }
}

/// As [`end_quietly`], without waiting for the database.
async fn leave_quietly(session: &Session, request_id: &str) {
    if let Err(failure) = session.leave().await {
        tracing::debug!(request_id, ?failure, "the end of a snapshot");
    }
}

fn response_of(failure: Failure, language: Language, request_id: &str) -> Response {
    let mut response =
        Response::from_errors(vec![async_graphql::Error::from(failure).into_server_error(async_graphql::Pos::default())]);
    report(&mut response, language, request_id);
    for error in &mut response.errors {
        error.locations.clear();
    }
    response
}

fn failed(failure: Failure, language: Language, request_id: &str) -> Answer {
    Answer::Response(Box::new(response_of(failure, language, request_id)), false)
}

fn refused(code: ErrorCode, detail: Option<&str>, language: Language, request_id: &str) -> Answer {
    Answer::Response(Box::new(bare(code, detail, language, request_id)), false)
}
