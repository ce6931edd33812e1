//! The console's built files, the list of its documents, and GraphiQL.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use super::App;
use super::incoming::{Origin, text};
use super::security::plain;
use crate::base::error::ErrorCode;

/// What `npm run build` leaves; without it the server answers everything else.
#[derive(rust_embed::Embed)]
#[folder = "../client-examples/web/dist"]
#[allow_missing = true]
struct Built;

const INDEX: &str = "index.html";
/// For the server alone: what strangers cannot read, they cannot ask by.
const LIST: &str = "persisted-documents.json";

/// The list of the console's documents; none where there is no console.
pub fn listed() -> Option<String> {
    Built::get(LIST).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

/// A file of the console, or its page for an address that the console itself knows.
pub async fn file(Extension(origin): Extension<Origin>, headers: HeaderMap, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_page =
        text(&headers, header::ACCEPT.as_str()).is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"));
    // A name with a dot is a file: what is not there is not there, and no page in its place.
    let wanted = if path.is_empty() || (is_page && !path.contains('.')) { INDEX } else { path };
    let Some(found) = Built::get(wanted).filter(|_| wanted != LIST) else {
        return plain(StatusCode::NOT_FOUND, ErrorCode::NotFound, &origin);
    };
    // Built files carry a hash of their content in the name; the page itself must be asked for anew.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&found.metadata.sha256_hash()));
    if text(&headers, header::IF_NONE_MATCH.as_str()) == Some(tag.as_str()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, cache.to_owned())]).into_response();
    }
    let content_type = media_type(wanted).to_owned();
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag)];
    (headers, found.data.into_owned()).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// GraphiQL for those who are signed in and may send texts of their own. Its editor writes styles at run time,
/// which the console's policy forbids, so this one page has a policy of its own.
pub async fn ide(State(app): State<App>, Extension(origin): Extension<Origin>) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let may_explore = match &origin.token {
        Some(token) => app.engine.may_explore(token).await,
        None => false,
    };
    let page = Built::get("graphiql/index.html").filter(|_| may_explore);
    let Some(page) = page else { return plain(StatusCode::NOT_FOUND, ErrorCode::NotFound, &origin) };
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, Html(page.data.into_owned())).into_response()
}
