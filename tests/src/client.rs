//! A client that speaks to the router as HTTP.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Someone who sends requests.
#[derive(Clone)]
pub struct Client {
    /// Where to.
    pub router: Router,
    /// As whom.
    pub token: Option<String>,
    /// `Accept-Language`.
    pub language: &'static str,
    /// `Idempotency-Key`.
    pub key: Option<String>,
    /// The address of whoever connects; none as from within the process.
    pub address: Option<SocketAddr>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null if it is none.
    pub json: Value,
}

impl Client {
    /// In English, from within the process; a stranger without a token.
    #[must_use]
    pub fn new(router: &Router, token: Option<&str>) -> Self {
        Self { router: router.clone(), token: token.map(str::to_owned), language: "en", key: None, address: None }
    }

    /// In another language.
    #[must_use]
    pub fn speaking(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// With a key for mutations.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Over a network, from an address.
    #[must_use]
    pub fn calling_from(mut self, address: [u8; 4]) -> Self {
        self.address = Some(SocketAddr::from((address, 40_000)));
        self
    }

    /// A document without variables.
    pub async fn ask(&self, document: &str) -> Answer {
        self.send(document, json!({})).await
    }

    /// A document with variables. A dangerous action that a click confirms is confirmed.
    pub async fn send(&self, document: &str, variables: Value) -> Answer {
        let first = self.send_with(document, &variables, Value::Null).await;
        match first.json.pointer("/errors/0/extensions/stepUp") {
            Some(question) if question["byClick"] == true => {
                self.send_with(document, &variables, json!({ "stepUp": { "id": question["id"] } })).await
            }
            _ => first,
        }
    }

    /// A document with variables and extensions, sent once.
    pub async fn send_with(&self, document: &str, variables: &Value, extensions: Value) -> Answer {
        let mut body = json!({ "query": document, "variables": variables });
        if !extensions.is_null() {
            body["extensions"] = extensions;
        }
        let body = body.to_string();
        let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        self.request(request, Body::from(body)).await
    }

    /// Sends a file.
    pub async fn upload(&self, name: &str, content: &[u8]) -> Answer {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let request = Request::post(format!("/files?name={encoded}")).header(header::CONTENT_TYPE, "application/octet-stream");
        self.request(request, Body::from(content.to_vec())).await
    }

    /// What an address answers, as bytes.
    pub async fn fetch(&self, address: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(address);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        (status, headers, to_bytes(response.into_body(), usize::MAX).await.expect("a body").to_vec())
    }

    /// Any request, with our token and language.
    pub async fn request(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let mut request = request.header(header::ACCEPT_LANGUAGE, self.language);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut request = request.body(body).expect("a request");
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, json }
    }
}

impl Answer {
    /// The data, which must have come without an error.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.json.get("errors").is_none(), "{}", self.text);
        &self.json["data"]
    }

    /// Something inside the data, by a JSON pointer as `/people/nodes/0/name`.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        self.data().pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The code of the first top-level error, empty for none.
    pub fn code(&self) -> &str {
        self.json.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default()
    }

    /// The user errors of the only mutation, as `name ORGANIZATION_SAME_NAME`, one a line; empty for none.
    #[track_caller]
    pub fn user_errors(&self) -> String {
        let payload = self.data().as_object().and_then(|data| data.values().next()).expect("a payload");
        let errors = payload["userErrors"].as_array().expect("userErrors in the selection");
        let line = |error: &Value| {
            let path = error["path"].as_array().and_then(|path| path.last()).and_then(Value::as_str).unwrap_or_default();
            format!("{path} {}", error["code"].as_str().unwrap_or_default())
        };
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
