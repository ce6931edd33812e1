//! Entering and leaving. Keys and passwords come with the accounts; here are the open entries of
//! the demonstration, which exist only where the server runs with made-up people on loopback.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::App;
use super::graphql::is_json;
use super::incoming::{COOKIE, Origin};
use super::security::{is_same_origin, plain};
use crate::areas::accounts::{close_session, open_session};
use crate::base::error::{ErrorCode, Failure};
use crate::demo;

/// Whether this is a demonstration, and by which entries one may enter.
pub async fn describe(State(app): State<App>) -> Json<Value> {
    let demonstration = app.engine.settings().demonstration;
    let entries: Vec<Value> = if demonstration {
        demo::entries()
            .iter()
            .map(|entry| json!({ "as": entry.key, "title": { "zh": entry.title_zh, "en": entry.title_en } }))
            .collect()
    } else {
        Vec::new()
    };
    Json(json!({ "demonstration": demonstration, "entries": entries }))
}

/// Enters the demonstration.
pub async fn enter(State(app): State<App>, Extension(origin): Extension<Origin>, headers: HeaderMap, body: Bytes) -> Response {
    // Elsewhere there is no such door.
    if !app.engine.settings().demonstration {
        return plain(StatusCode::NOT_FOUND, ErrorCode::NotFound, &origin);
    }
    if !is_json(&headers) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, &origin);
    }
    if !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    let wanted =
        serde_json::from_slice::<Value>(&body).ok().and_then(|body| body.get("as").and_then(Value::as_str).map(str::to_owned));
    let entry = wanted.and_then(|wanted| demo::entries().into_iter().find(|entry| entry.key == wanted));
    let Some(entry) = entry else { return plain(StatusCode::BAD_REQUEST, ErrorCode::BadInput, &origin) };
    match open_session(app.engine.db(), app.engine.clock(), entry.account_id).await {
        Ok(session) => {
            let seconds = (session.expires_at - app.engine.clock().now()).num_seconds();
            with_cookie(Json(json!({ "ok": true })).into_response(), &session.token, seconds)
        }
        Err(Failure::NotFound) => plain(StatusCode::NOT_FOUND, ErrorCode::NotFound, &origin),
        Err(failure) => {
            tracing::warn!(request_id = origin.request_id, ?failure, "entering failed");
            plain(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, &origin)
        }
    }
}

/// Leaves: the session is over on the server, whatever the browser keeps.
pub async fn end(State(app): State<App>, Extension(origin): Extension<Origin>, headers: HeaderMap) -> Response {
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    if let Some(token) = &origin.token
        && let Err(failure) = close_session(app.engine.db(), app.engine.clock(), token).await
    {
        tracing::warn!(request_id = origin.request_id, ?failure, "leaving failed");
        return plain(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, &origin);
    }
    with_cookie(StatusCode::NO_CONTENT.into_response(), "", 0)
}

fn with_cookie(mut response: Response, token: &str, seconds: i64) -> Response {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
