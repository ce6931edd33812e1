//! Signing in with a password, and changing it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Body, failed, knock, opened, wait};
use crate::areas::accounts::{self, ChangePassword, PasswordSignIn};
use crate::base::error::{ErrorCode, Failure};
use crate::base::problem::Problem;
use crate::http::incoming::Origin;
use crate::http::security::{coded_value, plain};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignIn {
    user_name: String,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct Change {
    old: String,
    new: String,
}

pub(super) async fn sign_in((app, origin, headers): Asked, Body(body): Body<SignIn>) -> Response {
    let knock = knock(&origin, &headers);
    match accounts::sign_in_with_password(&app.engine.door(), &knock, &body.user_name, body.password).await {
        Ok(PasswordSignIn::Opened(session, must_change)) => opened(json!({ "passwordChangeRequired": must_change }), &session),
        Ok(PasswordSignIn::Refused) => plain(StatusCode::UNAUTHORIZED, ErrorCode::PasswordSignInFailed, &origin),
        Ok(PasswordSignIn::Wait(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}

pub(super) async fn change((app, origin, headers): Asked, Body(body): Body<Change>) -> Response {
    let Some(token) = &origin.token else { return failed(&Failure::Unauthenticated, &origin) };
    let knock = knock(&origin, &headers);
    match accounts::change_password(&app.engine.door(), &knock, token, body.old, body.new).await {
        Ok(ChangePassword::Changed(session)) => opened(json!({}), &session),
        Ok(ChangePassword::Refused(problems)) => refused(&problems, &origin),
        Ok(ChangePassword::Wait(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}

/// What is wrong with a password, each with its field.
pub(super) fn refused(problems: &[Problem], origin: &Origin) -> Response {
    let mut body = coded_value(ErrorCode::PasswordRefused, origin.language, &origin.request_id);
    let list: Vec<Value> = problems
        .iter()
        .map(
            |problem| json!({ "code": problem.code.name(), "field": problem.field, "message": problem.message(origin.language) }),
        )
        .collect();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("problems".to_owned(), Value::Array(list));
    }
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
