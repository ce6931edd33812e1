//! Entering and leaving, over JSON: keys, passwords, enrolment, claims, and the open entries of the
//! demonstration. Here and not in GraphQL, because it is the cookie that comes of it.

mod claim;
mod enrolment;
mod key;
mod password;
mod session;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::App;
use super::graphql::is_json;
use super::incoming::{COOKIE, Origin, text};
use super::security::{is_same_origin, plain};
use crate::areas::accounts::{Knock, OpenedSession};
use crate::base::error::{ErrorCode, Failure};

/// A browser's name is kept no longer than this.
const LONGEST_AGENT: usize = 200;

/// All routes of signing in.
pub fn routes() -> Vec<(&'static str, MethodRouter<App>)> {
    vec![
        ("/session", get(session::describe).delete(session::end)),
        ("/session/demonstration", post(session::enter)),
        ("/session/key/begin", post(key::begin)),
        ("/session/key/finish", post(key::finish)),
        ("/session/key/password", post(key::password)),
        ("/session/raise/begin", post(key::begin_raising)),
        ("/session/raise/finish", post(key::finish_raising)),
        ("/session/password", post(password::sign_in)),
        ("/session/password/change", post(password::change)),
        ("/session/enrolment/look", post(enrolment::look)),
        ("/session/enrolment/begin", post(enrolment::begin)),
        ("/session/enrolment/finish", post(enrolment::finish)),
        ("/session/claim", post(claim::claim)),
    ]
}

/// As long as any request, body and waiting for a connection included; what was under way is undone.
pub async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
    let answered = tokio::time::timeout(app.engine.settings().deadline, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        tracing::warn!(request_id = origin.request_id, "signing in passed its deadline");
        plain(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Deadline, &origin)
    })
}

/// A body of JSON from a page of ours: a form of another site can send neither.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
        let headers: HeaderMap = request.headers().clone();
        if !is_json(&headers) {
            return Err(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, &origin));
        }
        if !is_same_origin(&headers) {
            return Err(plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin));
        }
        let bad = || plain(StatusCode::BAD_REQUEST, ErrorCode::BadInput, &origin);
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|_| plain(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooComplex, &origin))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| bad())
    }
}

/// Who knocks.
fn knock(origin: &Origin, headers: &HeaderMap) -> Knock {
    let agent = text(headers, header::USER_AGENT.as_str()).map(|agent| agent.chars().take(LONGEST_AGENT).collect());
    Knock {
        source: origin.address.map(|address| address.to_string()),
        agent,
        request_id: origin.request_id.clone(),
        language: origin.language,
    }
}

/// An answer with the cookie of a session. It ends with the browser (A16); the server's own limits hold anyway.
fn opened(mut body: serde_json::Value, session: &OpenedSession) -> Response {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("ok".to_owned(), json!(true));
    }
    with_cookie(Json(body).into_response(), &format!("{COOKIE}={}", session.token))
}

fn with_cookie(mut response: Response, pair: &str) -> Response {
    let cookie = format!("{pair}; Path=/; Secure; HttpOnly; SameSite=Strict");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// The answer to too many tries.
fn wait(origin: &Origin, wait: chrono::Duration) -> Response {
    let mut response = plain(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyTries, origin);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.num_seconds().max(1)));
    response
}

/// The answer to what is not a matter of who asks.
fn failed(failure: &Failure, origin: &Origin) -> Response {
    let status = match failure {
        Failure::Unauthenticated => StatusCode::UNAUTHORIZED,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Problems(_) | Failure::BadInput(_) | Failure::BadId => StatusCode::BAD_REQUEST,
        Failure::Conflict => StatusCode::CONFLICT,
        Failure::Internal(error) => {
            tracing::error!(request_id = origin.request_id, error = format!("{error:#}"), "signing in failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        other => {
            tracing::warn!(request_id = origin.request_id, failure = ?other, "signing in failed");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let code = if status == StatusCode::SERVICE_UNAVAILABLE { ErrorCode::Unavailable } else { failure.code() };
    plain(status, code, origin)
}

/// Everything that an extractor brings.
type Asked = (State<App>, axum::Extension<Origin>, HeaderMap);
