//! What a session is, the demonstration's entries, and leaving.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{App, Body, failed, knock, opened, with_cookie};
use crate::areas::accounts::{PasswordProfile, close_session, enter_demonstration};
use crate::base::error::ErrorCode;
use crate::demo;
use crate::http::incoming::{COOKIE, Origin};
use crate::http::security::{is_same_origin, plain};

/// Whether this is a demonstration, by which entries one may enter, and who is signed in already.
pub(super) async fn describe(State(app): State<App>, Extension(origin): Extension<Origin>) -> Response {
    let demonstration = app.engine.settings().demonstration;
    let entries: Vec<Value> = if demonstration {
        demo::entries()
            .iter()
            .map(|entry| json!({ "as": entry.key, "title": { "zh": entry.title_zh, "en": entry.title_en } }))
            .collect()
    } else {
        Vec::new()
    };
    let seen = match &origin.token {
        Some(token) => match app.engine.look_at(token).await {
            Ok(seen) => seen,
            Err(failure) => return failed(&failure, &origin),
        },
        None => None,
    };
    let (must_change, profile) = seen.map_or((false, PasswordProfile::Asvs), |seen| seen);
    Json(json!({
        "demonstration": demonstration,
        "entries": entries,
        "signedIn": seen.is_some(),
        "passwordChangeRequired": must_change,
        "passwordPolicy": { "profile": profile.as_str(), "minimum": profile.rules().minimum },
    }))
    .into_response()
}

#[derive(Deserialize)]
pub(super) struct Enter {
    r#as: String,
}

/// Enters the demonstration.
pub(super) async fn enter(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    body: Result<Body<Enter>, Response>,
) -> Response {
    // Elsewhere there is no such door.
    if !app.engine.settings().demonstration {
        return plain(StatusCode::NOT_FOUND, ErrorCode::NotFound, &origin);
    }
    let Body(wanted) = match body {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let entry = demo::entries().into_iter().find(|entry| entry.key == wanted.r#as);
    let Some(entry) = entry else { return plain(StatusCode::BAD_REQUEST, ErrorCode::BadInput, &origin) };
    match enter_demonstration(&app.engine.door(), &knock(&origin, &headers), entry.account_id).await {
        Ok(session) => opened(json!({}), &session),
        Err(failure) => failed(&failure, &origin),
    }
}

/// Leaves: the session is over on the server, whatever the browser keeps.
pub(super) async fn end(State(app): State<App>, Extension(origin): Extension<Origin>, headers: HeaderMap) -> Response {
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    if let Some(token) = &origin.token
        && let Err(failure) = close_session(&app.engine.door(), token).await
    {
        return failed(&failure, &origin);
    }
    with_cookie(StatusCode::NO_CONTENT.into_response(), &format!("{COOKIE}=; Max-Age=0"))
}
