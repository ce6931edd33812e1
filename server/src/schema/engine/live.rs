//! Live streams through the pipeline: the same limits, and a transaction for every event.

use async_graphql::Response;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::super::failure::{bare, report};
use super::super::subscription::{StreamToken, Watched, find_watched};
use super::{Engine, Incoming, response_of};
use crate::base::db::Kind;
use crate::base::error::{ErrorCode, Failure};
use crate::base::ids::OrganizationId;
use crate::gql::limits::{Exceeded, check_document, check_text};
use crate::gql::{CurrentCx, Cx};

impl Engine {
    /// A live stream of responses.
    #[must_use]
    pub fn stream(&self, mut incoming: Incoming) -> BoxStream<'static, Response> {
        let engine = self.clone();
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        let opened = async move {
            let limits = &engine.inner.settings.limits;
            if let Err(code) = engine.recognize(&mut incoming) {
                return futures_util::stream::iter([bare(code, None, language, &request_id)]).boxed();
            }
            let refuse = |exceeded: Exceeded| {
                let detail = format!("{} > {}", exceeded.limit, exceeded.allowed);
                futures_util::stream::iter([bare(ErrorCode::TooComplex, Some(&detail), language, &request_id)]).boxed()
            };
            if incoming.document.is_none()
                && let Err(exceeded) = check_text(limits, &incoming.request.query)
            {
                return refuse(exceeded);
            }
            let (name, variables) = (incoming.request.operation_name.clone(), incoming.request.variables.clone());
            // What is no document at all is refused by the schema, as everywhere.
            if let Ok(document) = incoming.request.parsed_query()
                && let Err(exceeded) = check_document(limits, document, name.as_deref(), &variables)
            {
                return refuse(exceeded);
            }
            let token = incoming.token.clone().unwrap_or_default();
            let (cx, session) = match engine.begin(&incoming, Kind::Read).await {
                Ok(begun) => begun,
                Err(failure) => return futures_util::stream::iter([response_of(failure, language, &request_id)]).boxed(),
            };
            let place = CurrentCx::new(cx);
            let request = engine.as_far_as_allowed(incoming.request, &place);
            let request = request.data(place.clone()).data(engine.clone()).data(StreamToken(token));
            // The stream opens transactions of its own.
            if let Some(session) = session
                && let Err(failure) = session.finish(true).await
            {
                return futures_util::stream::iter([response_of(failure, language, &request_id)]).boxed();
            }
            let stream = engine.inner.schema.execute_stream(request);
            stream
                .then(move |mut response| {
                    report(&mut response, language, &request_id);
                    let (engine, place) = (engine.clone(), place.clone());
                    // The answer is made: a subscriber who does not read it keeps no transaction open.
                    async move {
                        engine.rest(&place).await;
                        response
                    }
                })
                .boxed()
        };
        futures_util::stream::once(opened).flatten().boxed()
    }

    /// Looks the right of a stream up again, and puts a context with a fresh transaction in its place.
    /// None when the right, the session or the organization is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::schema) async fn watch(
        &self,
        place: &CurrentCx,
        token: &str,
        id: OrganizationId,
    ) -> Result<Option<Watched>, Failure> {
        let old = place.get();
        let entrance = old.viewer_if_any().and_then(|viewer| viewer.administration.clone());
        let Some(asker) = self.authenticate(token, entrance.as_ref(), Kind::Read, false).await? else { return Ok(None) };
        if asker.0.must_change {
            asker.1.finish(false).await?;
            return Ok(None);
        }
        let around = self.surroundings(old.language, &old.request_id, old.source.as_deref());
        let cx = Cx::new(Some(asker), around);
        let watched = find_watched(&cx, id).await?;
        place.set(cx);
        if watched.is_none() {
            self.rest(place).await;
        }
        Ok(watched)
    }

    /// Ends the transaction of a stream's last event.
    pub(in crate::schema) async fn rest(&self, place: &CurrentCx) {
        if let Ok(session) = place.get().session()
            && let Err(failure) = session.leave().await
        {
            tracing::debug!(?failure, "the end of an event");
        }
    }
}
