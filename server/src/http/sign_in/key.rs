//! Signing in with a key, and raising a session with one.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Asked, Body, failed, knock, opened, wait};
use crate::areas::accounts::{self, KeyQuestion, KeySignIn};
use crate::base::error::{ErrorCode, Failure};
use crate::http::incoming::Origin;
use crate::http::security::plain;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begin {
    user_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Finish {
    ceremony: Uuid,
    credential: Value,
}

#[derive(Deserialize)]
pub(super) struct Password {
    ceremony: Uuid,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn begin((app, origin, headers): Asked, Body(body): Body<Begin>) -> Response {
    let knock = knock(&origin, &headers);
    match accounts::begin_key_sign_in(&app.engine.door(), &knock, body.user_name.as_deref()).await {
        Ok(KeyQuestion::Asked(ceremony, options)) => Json(json!({ "ceremony": ceremony, "options": options })).into_response(),
        Ok(KeyQuestion::Wait(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}

pub(super) async fn finish((app, origin, headers): Asked, Body(body): Body<Finish>) -> Response {
    let knock = knock(&origin, &headers);
    outcome(accounts::finish_key_sign_in(&app.engine.door(), &knock, body.ceremony, &body.credential).await, &origin)
}

pub(super) async fn password((app, origin, headers): Asked, Body(body): Body<Password>) -> Response {
    let knock = knock(&origin, &headers);
    outcome(accounts::finish_with_password(&app.engine.door(), &knock, body.ceremony, body.password).await, &origin)
}

fn outcome(outcome: Result<KeySignIn, Failure>, origin: &Origin) -> Response {
    match outcome {
        Ok(KeySignIn::Opened(session)) => opened(json!({}), &session),
        Ok(KeySignIn::PasswordWanted(ceremony)) => {
            Json(json!({ "ok": false, "passwordRequired": true, "ceremony": ceremony })).into_response()
        }
        Ok(KeySignIn::Refused) => plain(StatusCode::UNAUTHORIZED, ErrorCode::SignInFailed, origin),
        Ok(KeySignIn::WrongPassword) => plain(StatusCode::UNAUTHORIZED, ErrorCode::WrongPassword, origin),
        Ok(KeySignIn::Wait(long)) => wait(origin, long),
        Err(failure) => failed(&failure, origin),
    }
}

pub(super) async fn begin_raising((app, origin, _): Asked, Body(Nothing {}): Body<Nothing>) -> Response {
    let Some(token) = &origin.token else { return failed(&Failure::Unauthenticated, &origin) };
    match accounts::begin_raise(&app.engine.door(), token).await {
        Ok(Some((ceremony, options))) => Json(json!({ "ceremony": ceremony, "options": options })).into_response(),
        Ok(None) => plain(StatusCode::UNAUTHORIZED, ErrorCode::SignInFailed, &origin),
        Err(failure) => failed(&failure, &origin),
    }
}

pub(super) async fn finish_raising((app, origin, headers): Asked, Body(body): Body<Finish>) -> Response {
    let Some(token) = &origin.token else { return failed(&Failure::Unauthenticated, &origin) };
    let knock = knock(&origin, &headers);
    match accounts::finish_raise(&app.engine.door(), &knock, token, body.ceremony, &body.credential).await {
        Ok(Some(session)) => opened(json!({}), &session),
        Ok(None) => plain(StatusCode::UNAUTHORIZED, ErrorCode::SignInFailed, &origin),
        Err(failure) => failed(&failure, &origin),
    }
}
