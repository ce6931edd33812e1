//! What every request brings: its number, its token, its language, where it comes from.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use super::App;
use super::entrances::Entered;
use super::security::plain;
use crate::base::error::ErrorCode;
use crate::base::language::Language;

/// Name of the cookie: the prefix binds it to this host and to secure connections.
pub const COOKIE: &str = "__Host-banyan";
const REQUEST_ID: &str = "x-request-id";

/// What is known of a request before it is read.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Number of the request, our own: a client's could be used to confuse the logs.
    pub request_id: String,
    /// Address of the client.
    pub address: Option<IpAddr>,
    /// Language of the answer.
    pub language: Language,
    /// Secret of a bearer or of the cookie.
    pub token: Option<String>,
    /// Whether the secret came by itself, with the cookie.
    pub by_cookie: bool,
    /// Where the administrators' own entrance is, for a request that did not come by it.
    pub administration: Option<Arc<str>>,
}

/// Numbers the request, finds out where it comes from, and logs it when it is answered.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = Uuid::new_v4().simple().to_string();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = client_of(peer, request.headers(), &app.proxies);
    let (token, by_cookie) = token_of(request.headers());
    let language = Language::from_header(text(request.headers(), header::ACCEPT_LANGUAGE.as_str()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let entered = app.entrances.entered(request.uri(), request.headers(), address);
    let mut origin = Origin { request_id: request_id.clone(), address, language, token, by_cookie, administration: None };
    let mut response = match entered {
        // Not even the pages are there for a network that has no business here.
        Entered::Refused => plain(StatusCode::FORBIDDEN, ErrorCode::NetworkNotAllowed, &origin),
        entered => {
            if let Entered::AsMember(elsewhere) = entered {
                origin.administration = Some(elsewhere);
            }
            request.extensions_mut().insert(origin);
            next.run(request).await
        }
    };
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status().as_u16();
    metrics::counter!("banyan_http_requests_total", "status" => status.to_string()).increment(1);
    // The path is shown as bytes would be quoted, so that nobody writes lines into the log.
    tracing::info!(request_id, %method, path = path.escape_default().to_string(), status, milliseconds = started.elapsed().as_millis(), "request");
    response
}

/// The client's address: the peer's, or what a proxy that we know says of it.
fn client_of(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer?;
    if !proxies.contains(&peer) {
        return Some(peer);
    }
    let forwarded = text(headers, "x-forwarded-for").unwrap_or_default();
    let nearest_stranger =
        forwarded.split(',').rev().filter_map(|part| part.trim().parse().ok()).find(|address| !proxies.contains(address));
    Some(nearest_stranger.unwrap_or(peer))
}

fn token_of(headers: &HeaderMap) -> (Option<String>, bool) {
    if let Some(bearer) = text(headers, header::AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer ")) {
        return (Some(bearer.trim().to_owned()), false);
    }
    let cookies =
        headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let token = cookies
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned());
    let by_cookie = token.is_some();
    (token, by_cookie)
}

/// A header as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, client_of};
    use std::net::IpAddr;

    /// covers: SEC-K06
    #[test]
    fn only_a_known_proxy_is_believed_about_the_client() {
        let (stranger, proxy, client): (IpAddr, IpAddr, IpAddr) =
            ("203.0.113.9".parse().unwrap(), "10.0.0.1".parse().unwrap(), "198.51.100.7".parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "192.0.2.1, 198.51.100.7".parse().unwrap());
        assert_eq!(client_of(Some(stranger), &headers, &[proxy]), Some(stranger));
        assert_eq!(client_of(Some(proxy), &headers, &[proxy]), Some(client));
        assert_eq!(client_of(Some(proxy), &HeaderMap::new(), &[proxy]), Some(proxy));
    }
}
