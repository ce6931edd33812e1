//! A member claims the account of the own record (A15).

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::password::refused;
use super::{Asked, Body, failed, knock, opened, wait};
use crate::areas::accounts::{self, Claim, Claimed};
use crate::base::error::ErrorCode;
use crate::http::security::plain;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    name: String,
    identity_number: String,
    code: String,
    password: String,
}

pub(super) async fn claim((app, origin, headers): Asked, Body(body): Body<Wanted>) -> Response {
    let Wanted { name, identity_number, code, password } = body;
    let wanted = Claim { name, identity_number, code, password };
    match accounts::claim(&app.engine.door(), &knock(&origin, &headers), wanted).await {
        Ok(Claimed::Opened(session, user_name)) => opened(json!({ "userName": user_name }), &session),
        Ok(Claimed::Refused) => plain(StatusCode::UNAUTHORIZED, ErrorCode::ClaimFailed, &origin),
        Ok(Claimed::Taken) => plain(StatusCode::CONFLICT, ErrorCode::ClaimTaken, &origin),
        Ok(Claimed::BadPassword(problems)) => refused(&problems, &origin),
        Ok(Claimed::Wait(long)) => wait(&origin, long),
        Err(failure) => failed(&failure, &origin),
    }
}
