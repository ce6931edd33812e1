//! Live streams: server-sent events (GraphQL over SSE, distinct connections) and WebSocket
//! (`graphql-transport-ws`).

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::http::ALL_WEBSOCKET_PROTOCOLS;
use async_graphql::{Data, Executor, Request, Response as GraphqlResponse};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::App;
use super::graphql::{document_id_in, is_json, request_of};
use super::incoming::Origin;
use super::security::{is_same_origin, plain};
use crate::base::error::ErrorCode;
use crate::schema::{Answer, Engine, Incoming};

/// A subscription whose events are server-sent.
pub async fn events(State(app): State<App>, Extension(origin): Extension<Origin>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_json(&headers) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, &origin);
    }
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    let Some((request, document_id)) = serde_json::from_slice(&body).ok().and_then(request_of) else {
        return plain(StatusCode::BAD_REQUEST, ErrorCode::BadInput, &origin);
    };
    if origin.token.is_none() {
        return plain(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, &origin);
    }
    let incoming = Incoming { document_id, ..incoming(request, &origin) };
    let next = app.engine.stream(incoming).map(|response| Event::default().event("next").json_data(&response));
    let complete = futures_util::stream::once(async { Ok(Event::default().event("complete").data("")) });
    // Without the last event where it is the server that ends: the client asks again, at another one or later.
    let events = next.chain(complete).take_until(Box::pin(app.stopping.asked()));
    let events = events.map(|event| Ok::<_, Infallible>(event.unwrap_or_default()));
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// Subscriptions over one WebSocket.
pub async fn socket(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    protocol: GraphQLProtocol,
    upgrade: WebSocketUpgrade,
) -> Response {
    // A browser sends the cookie with a handshake from any page.
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    if origin.token.is_none() {
        return plain(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, &origin);
    }
    let executor = Scoped { engine: app.engine, origin };
    upgrade.protocols(ALL_WEBSOCKET_PROTOCOLS).on_upgrade(move |socket| async move {
        let served = GraphQLWebSocket::new(socket, executor, protocol).keepalive_timeout(Duration::from_secs(30)).serve();
        tokio::select! {
            () = served => {}
            () = app.stopping.asked() => {}
        }
    })
}

fn incoming(request: Request, origin: &Origin) -> Incoming {
    Incoming {
        document_id: document_id_in(&request),
        document: None,
        is_listed: false,
        request,
        token: origin.token.clone(),
        language: origin.language,
        request_id: origin.request_id.clone(),
        source: origin.address.map(|address| address.to_string()),
        idempotency_key: None,
        reads_only: true,
        browses: false,
        step_up: None,
        administration: origin.administration.clone(),
    }
}

/// The pipeline, as whoever opened the socket.
#[derive(Clone)]
struct Scoped {
    engine: Engine,
    origin: Origin,
}

impl Executor for Scoped {
    async fn execute(&self, request: Request) -> GraphqlResponse {
        match self.engine.run(incoming(request, &self.origin)).await {
            Answer::Response(response, _) => *response,
            // Mutations have their own address, where the client's key and the origin are looked at.
            Answer::Repeated(_) | Answer::WrongMethod => {
                crate::schema::bare(ErrorCode::BadDocument, Some("POST /graphql"), self.origin.language, &self.origin.request_id)
            }
        }
    }

    fn execute_stream(&self, request: Request, _session: Option<std::sync::Arc<Data>>) -> BoxStream<'static, GraphqlResponse> {
        self.engine.stream(incoming(request, &self.origin))
    }
}
