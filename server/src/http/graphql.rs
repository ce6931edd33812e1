//! GraphQL over HTTP, by the specification of that name.

use std::collections::HashMap;

use async_graphql::{Request, Variables};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, body::Body};
use serde_json::{Map, Value};

use super::App;
use super::incoming::{Origin, text};
use super::security::{is_same_origin, plain};
use crate::base::error::ErrorCode;
use crate::schema::{Answer, Incoming, StepUpAnswer};

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// A document in the address: queries only.
pub async fn by_get(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let Some(media) = accepted(&headers) else { return plain(StatusCode::NOT_ACCEPTABLE, ErrorCode::BadInput, &origin) };
    let object = |name: &str| match parameters.get(name).filter(|text| !text.is_empty()) {
        None => Ok(Value::Null),
        Some(text) => serde_json::from_str::<Value>(text),
    };
    let (Ok(variables), Ok(extensions)) = (object("variables"), object("extensions")) else {
        return bad_request(media, &origin);
    };
    let mut body = Map::new();
    for name in ["query", "operationName"] {
        if let Some(value) = parameters.get(name) {
            body.insert(name.to_owned(), Value::String(value.clone()));
        }
    }
    body.insert("variables".to_owned(), variables);
    body.insert("extensions".to_owned(), extensions);
    run(app, origin, &headers, Value::Object(body), media, true).await
}

/// A document in a body of JSON.
pub async fn by_post(
    State(app): State<App>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(media) = accepted(&headers) else { return plain(StatusCode::NOT_ACCEPTABLE, ErrorCode::BadInput, &origin) };
    // Only JSON: a form of another site can send anything else without being asked.
    if !is_json(&headers) {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, &origin);
    }
    if origin.by_cookie && !is_same_origin(&headers) {
        return plain(StatusCode::FORBIDDEN, ErrorCode::Forbidden, &origin);
    }
    let Ok(bytes) = body else { return plain(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooComplex, &origin) };
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(body) => run(app, origin, &headers, body, media, false).await,
        Err(_) => bad_request(media, &origin),
    }
}

/// Any other method.
pub async fn wrong_method(Extension(origin): Extension<Origin>) -> Response {
    not_allowed(&origin, "GET, POST")
}

async fn run(app: App, origin: Origin, headers: &HeaderMap, body: Value, media: &'static str, reads_only: bool) -> Response {
    let step_up = step_up_of(&body);
    let Some(request) = request_of(body) else { return bad_request(media, &origin) };
    let incoming = Incoming {
        request,
        token: origin.token.clone(),
        language: origin.language,
        request_id: origin.request_id.clone(),
        source: origin.address.map(|address| address.to_string()),
        idempotency_key: text(headers, "idempotency-key").map(str::to_owned),
        reads_only,
        browses: false,
        step_up,
        administration: origin.administration.clone(),
    };
    match app.engine.run(incoming).await {
        Answer::Response(response, executed) => answer(&response, executed, media),
        Answer::Repeated(body) => with_media(StatusCode::OK, body, media),
        Answer::WrongMethod => not_allowed(&origin, "POST"),
    }
}

/// The confirmation of a dangerous action, in the part of the body that is there for extensions.
fn step_up_of(body: &Value) -> Option<StepUpAnswer> {
    let answer = body.get("extensions")?.get("stepUp")?;
    let id = answer.get("id")?.as_str()?.parse().unwrap_or_default();
    Some(StepUpAnswer { id, credential: answer.get("credential").filter(|credential| !credential.is_null()).cloned() })
}

/// The parts of a body that the specification knows, each of its own type; anything else is no request.
pub fn request_of(body: Value) -> Option<Request> {
    let Value::Object(mut body) = body else { return None };
    let Some(Value::String(query)) = body.remove("query") else { return None };
    let mut request = Request::new(query);
    match body.remove("operationName") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => request = request.operation_name(name),
        Some(_) => return None,
    }
    match body.remove("variables") {
        None | Some(Value::Null) => {}
        Some(variables @ Value::Object(_)) => request = request.variables(Variables::from_json(variables)),
        Some(_) => return None,
    }
    match body.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Some(request),
        Some(_) => None,
    }
}

/// The media type that the client reads best of the two that there are.
fn accepted(headers: &HeaderMap) -> Option<&'static str> {
    let Some(accept) = text(headers, header::ACCEPT.as_str()) else { return Some(JSON) };
    let mut found = None;
    for part in accept.split(',') {
        let media = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media.as_str() {
            GRAPHQL_JSON => return Some(GRAPHQL_JSON),
            JSON | "*/*" | "application/*" => found = found.or(Some(JSON)),
            _ => {}
        }
    }
    found
}

/// Whether the body says that it is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let content_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    parts.next() == Some(JSON)
        && parts
            .all(|part| part.strip_prefix("charset=").is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8")))
}

fn answer(response: &async_graphql::Response, executed: bool, media: &'static str) -> Response {
    // Nothing was executed: then there is no data, not even null. The order of the fields is that of the
    // document, so the body is written from the response and not from a map that sorts them.
    let body =
        if executed { serde_json::to_string(response) } else { serde_json::to_string(&Unexecuted { errors: &response.errors }) };
    let is = |code: ErrorCode| response.errors.iter().any(|error| code_of(error).is_some_and(|found| found == code.as_str()));
    let status = match executed {
        true => StatusCode::OK,
        false if is(ErrorCode::Unavailable) || is(ErrorCode::Deadline) => StatusCode::SERVICE_UNAVAILABLE,
        false if is(ErrorCode::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
        // Clients of the older media type take any other status for the answer of a proxy; the
        // specification asks for 200 whenever the request itself could be read.
        false if media == JSON => StatusCode::OK,
        false => StatusCode::BAD_REQUEST,
    };
    with_media(status, body.unwrap_or_default(), media)
}

/// A response without data.
#[derive(serde::Serialize)]
struct Unexecuted<'a> {
    errors: &'a [async_graphql::ServerError],
}

fn code_of(error: &async_graphql::ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code.clone()),
        _ => None,
    }
}

fn bad_request(media: &'static str, origin: &Origin) -> Response {
    let body = super::security::coded(ErrorCode::BadInput, origin.language, &origin.request_id);
    with_media(StatusCode::BAD_REQUEST, body, media)
}

fn not_allowed(origin: &Origin, allow: &'static str) -> Response {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadInput, origin);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}

fn with_media(status: StatusCode, body: String, media: &'static str) -> Response {
    let content_type =
        if media == JSON { "application/json; charset=utf-8" } else { "application/graphql-response+json; charset=utf-8" };
    (status, [(header::CONTENT_TYPE, content_type)], Body::from(body)).into_response()
}
