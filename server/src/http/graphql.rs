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
use crate::schema::{Answer, Incoming, StepUpAnswer, stale_as_of};

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";
/// The time up to which an answer is true that was made while the primary was gone.
const STALE: &str = "banyan-stale";

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
    for name in ["query", "documentId", "operationName"] {
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
    let Some((request, document_id)) = request_of(body) else { return bad_request(media, &origin) };
    let incoming = Incoming {
        request,
        document_id,
        document: None,
        is_listed: false,
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

/// The parts of a body that the specification knows, each of its own type, and the id of a listed document if
/// it stands in place of a text; anything else is no request.
pub fn request_of(body: Value) -> Option<(Request, Option<String>)> {
    let Value::Object(mut body) = body else { return None };
    let mut text = |name: &str| match body.remove(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text)),
        Some(_) => None,
    };
    let (query, named, operation_name) = (text("query")?, text("documentId")?, text("operationName")?);
    let variables = match body.remove("variables") {
        None | Some(Value::Null) => Variables::default(),
        Some(variables @ Value::Object(_)) => Variables::from_json(variables),
        Some(_) => return None,
    };
    let extensions = body.remove("extensions").filter(|extensions| !extensions.is_null()).unwrap_or_else(|| Map::new().into());
    let digest = extensions.as_object()?.get("persistedQuery");
    let (query, document_id) = match (query, named) {
        (Some(query), None) if !query.is_empty() || digest.is_none() => (query, None),
        // Which of the two is meant must not be guessed.
        (Some(query), Some(_)) if !query.is_empty() => return None,
        (_, Some(id)) => (String::new(), Some(id)),
        (_, None) => (String::new(), Some(digest_in(digest?)?)),
    };
    let mut request = Request::new(query).variables(variables);
    request.operation_name = operation_name;
    Some((request, document_id))
}

/// The digest of a document as Apollo's clients send it, in the extensions.
fn digest_in(extension: &Value) -> Option<String> {
    extension.get("sha256Hash")?.as_str().map(str::to_owned)
}

/// The id in a request that was read by someone else, as over WebSocket.
pub fn document_id_in(request: &Request) -> Option<String> {
    let extension = request.extensions.get("persistedQuery").filter(|_| request.query.is_empty())?;
    digest_in(&extension.clone().into_json().ok()?)
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
    let mut answer = with_media(status, body.unwrap_or_default(), media);
    if let Some(as_of) = stale_as_of(response).and_then(|as_of| HeaderValue::from_str(as_of).ok()) {
        answer.headers_mut().insert(STALE, as_of);
    }
    answer
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
