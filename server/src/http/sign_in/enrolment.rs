//! Enrolling a key with a one-time code.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Asked, Body, failed, knock, opened, wait};
use crate::areas::accounts::{self, Enrolled};
use crate::base::error::ErrorCode;
use crate::http::security::plain;

#[derive(Deserialize)]
pub(super) struct Code {
    code: String,
}

#[derive(Deserialize)]
pub(super) struct Finish {
    ceremony: Uuid,
    credential: Value,
    name: String,
}

pub(super) async fn look((app, origin, headers): Asked, Body(body): Body<Code>) -> Response {
    match accounts::look_at_invitation(&app.engine.door(), &knock(&origin, &headers), &body.code).await {
        Ok(Ok(Some(invited))) => Json(json!({
            "account": { "name": invited.account },
            "organization": invited.organization.map(|name| json!({ "name": name })),
            "expiresAt": invited.expires_at.to_rfc3339(),
            "replaces": invited.replaces,
        }))
        .into_response(),
        Ok(Ok(None)) => plain(StatusCode::NOT_FOUND, ErrorCode::EnrolmentNotFound, &origin),
        Ok(Err(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}

pub(super) async fn begin((app, origin, headers): Asked, Body(body): Body<Code>) -> Response {
    match accounts::begin_enrolment(&app.engine.door(), &knock(&origin, &headers), &body.code).await {
        Ok(Ok(Some((ceremony, options)))) => Json(json!({ "ceremony": ceremony, "options": options })).into_response(),
        Ok(Ok(None)) => plain(StatusCode::NOT_FOUND, ErrorCode::EnrolmentNotFound, &origin),
        Ok(Err(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}

pub(super) async fn finish((app, origin, headers): Asked, Body(body): Body<Finish>) -> Response {
    let knock = knock(&origin, &headers);
    match accounts::finish_enrolment(&app.engine.door(), &knock, body.ceremony, &body.credential, &body.name).await {
        Ok(Enrolled::Done(Some(session))) => opened(json!({ "verifiesUser": true }), &session),
        Ok(Enrolled::Done(None)) => Json(json!({ "ok": true, "verifiesUser": false })).into_response(),
        Ok(Enrolled::Refused) => plain(StatusCode::UNAUTHORIZED, ErrorCode::EnrolmentFailed, &origin),
        Ok(Enrolled::ModelNotAllowed) => plain(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::KeyModelNotAllowed, &origin),
        Err(failure) => failed(&failure, &origin),
    }
}
