//! Headers of every answer, and the answer when nothing else is left.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use futures_util::FutureExt;

use super::incoming::Origin;
use crate::base::error::ErrorCode;
use crate::base::language::Language;

/// What the console may load: its own files, and nothing inline.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts the security headers on an answer that does not bring its own.
pub async fn headers(request: Request, next: Next) -> axum::response::Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONSOLE_POLICY),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Whether a request that changes something may come from where it says it comes from: a browser
/// names the page's origin, and it must be our own. Scripts send none, and their token does not come by itself.
pub fn is_same_origin(request: &axum::http::HeaderMap) -> bool {
    let text = |name: header::HeaderName| request.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        (Some(_), None) => false,
    }
}

/// The last resort: a code, the number of the request, and nothing of what broke.
pub async fn caught(request: Request, next: Next) -> axum::response::Response {
    let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(request_id = origin.request_id, "a handler panicked");
            plain(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, &origin)
        }
    }
}

/// An error without data, as the text of a body.
pub fn coded(code: ErrorCode, language: Language, request_id: &str) -> String {
    coded_value(code, language, request_id).to_string()
}

/// An error without data.
pub fn coded_value(code: ErrorCode, language: Language, request_id: &str) -> serde_json::Value {
    let error = serde_json::json!({ "message": code.message(language), "extensions": { "code": code.as_str(), "requestId": request_id } });
    serde_json::json!({ "errors": [error] })
}

/// A coded error as an answer outside GraphQL.
pub fn plain(status: StatusCode, code: ErrorCode, origin: &Origin) -> axum::response::Response {
    let body = coded(code, origin.language, &origin.request_id);
    let mut response = axum::response::Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
