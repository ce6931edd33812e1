//! Files over HTTP: in as the bare bytes, out as something to keep and never as a page of ours.

use std::collections::HashMap;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::Semaphore;

use super::App;
use super::incoming::{Origin, text};
use super::security::{is_same_origin, plain};
use crate::areas::attachments::{LARGEST, too_large};
use crate::base::error::{ErrorCode, Failure};
use crate::base::problem::Problem;
use crate::schema::Bearer;

/// Each holds a whole file in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// A body that comes more slowly is given up.
const PATIENCE: Duration = Duration::from_secs(120);
/// A file is no page: whatever is in it runs nothing, loads nothing and belongs to no origin.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Takes a file: the body is the bytes, `?name=` its name. A mutation attaches it within an hour.
pub async fn receive(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Query(parameters): Query<HashMap<String, String>>,
    body: Body,
) -> Response {
    // A form of another site can send neither this type nor a header of its own without being asked.
    if text(&headers, header::CONTENT_TYPE.as_str()) != Some("application/octet-stream") {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, &origin);
    }
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    let by = bearer(&origin);
    if let Err(failure) = app.engine.may_send_files(by).await {
        return failed(&failure, &origin);
    }
    let Ok(_turn) = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, &origin);
    };
    let content = match tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await {
        Ok(Ok(content)) => content,
        Ok(Err(_)) => return refused(&[too_large()], &origin),
        Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, ErrorCode::Deadline, &origin),
    };
    let name = parameters.get("name").cloned().unwrap_or_default();
    match app.engine.receive(by, name, content.into()).await {
        Ok(file) => {
            let upload = json!({ "id": file.id, "mediaType": file.media_type, "bytes": file.bytes });
            axum::Json(json!({ "upload": upload, "userErrors": [] })).into_response()
        }
        Err(Failure::Problems(problems)) => refused(&problems, &origin),
        Err(failure) => failed(&failure, &origin),
    }
}

fn bearer(origin: &Origin) -> Bearer<'_> {
    Bearer { token: origin.token.as_deref(), administration: origin.administration.as_ref() }
}

/// Gives a file out by its link.
pub async fn deliver(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    Path((id, until, signature)): Path<(String, String, String)>,
) -> Response {
    let until = until.parse().unwrap_or_default();
    match app.engine.deliver(bearer(&origin), &id, until, &signature).await {
        Ok(file) => {
            let kept = disposition(&file.name);
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_str(&file.media_type)),
                (header::CONTENT_DISPOSITION, HeaderValue::from_str(&kept)),
                (header::CONTENT_SECURITY_POLICY, Ok(HeaderValue::from_static(POLICY))),
                (header::CACHE_CONTROL, Ok(HeaderValue::from_static("private, no-store"))),
            ];
            let mut response = Response::new(Body::from(file.content));
            for (name, value) in headers {
                let Ok(value) = value else { return plain(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, &origin) };
                response.headers_mut().insert(name, value);
            }
            response
        }
        Err(failure) => failed(&failure, &origin),
    }
}

/// Any other method.
pub async fn wrong_method(Extension(origin): Extension<Origin>) -> Response {
    plain(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadInput, &origin)
}

/// To be kept, under its own name (RFC 6266); the plain form for what cannot read the other.
fn disposition(name: &str) -> String {
    let ending = name.rsplit('.').next().filter(|ending| ending.chars().all(|character| character.is_ascii_alphanumeric()));
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"attachment.{}\"; filename*=UTF-8''{encoded}", ending.unwrap_or("bin"))
}

/// What is wrong with the file, as a mutation would say it.
fn refused(problems: &[Problem], origin: &Origin) -> Response {
    let told = |problem: &Problem| json!({ "code": problem.code.name(), "message": problem.message(origin.language), "path": [problem.field], "hint": problem.value });
    axum::Json(json!({ "upload": null, "userErrors": problems.iter().map(told).collect::<Vec<_>>() })).into_response()
}

fn failed(failure: &Failure, origin: &Origin) -> Response {
    let status = match failure {
        Failure::Unauthenticated => StatusCode::UNAUTHORIZED,
        Failure::Forbidden | Failure::ReadOnly | Failure::KeyRequired | Failure::PasswordChangeRequired => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Conflict => StatusCode::CONFLICT,
        Failure::Unavailable(error) => {
            tracing::warn!(request_id = origin.request_id, error = format!("{error:#}"), "the database is not available");
            StatusCode::SERVICE_UNAVAILABLE
        }
        other => {
            tracing::error!(request_id = origin.request_id, failure = ?other, "a file could not be passed on");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    plain(status, failure.code(), origin)
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn the_name_of_a_file_cannot_leave_its_header() {
        assert_eq!(
            disposition("批复\"; x=\r\n.pdf"),
            "attachment; filename=\"attachment.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D%22%3B%20x%3D%0D%0A.pdf"
        );
        assert_eq!(disposition("a.b\"c"), "attachment; filename=\"attachment.bin\"; filename*=UTF-8''a.b%22c");
    }
}
