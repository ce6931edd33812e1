//! The outside of the server: methods, media types, sizes, headers, sessions.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use banyan::testing::{Documents, Entrances, FreeText, addresses, around};
use banyan_tests::{Client, TestApp, clone_of_template, outside};
use serde_json::json;
use tower::ServiceExt;

fn post(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/json")
}

/// covers: API03
#[tokio::test]
async fn a_mutation_by_get_is_refused_and_a_query_is_answered() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    let answer = client.request(Request::get("/graphql?query=%7B__typename%7D"), Body::empty()).await;
    assert_eq!((answer.status, answer.at("/__typename")), (StatusCode::OK, json!("Query")));
    let before = app.database.number("SELECT count(*) FROM journal").await;
    let answer = client.request(Request::get("/graphql?query=mutation%7B__typename%7D"), Body::empty()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers[header::ALLOW], "POST");
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, before);
    let answer = client.request(Request::builder().method(Method::DELETE).uri("/graphql"), Body::empty()).await;
    assert_eq!((answer.status, answer.headers[header::ALLOW].to_str().ok()), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, POST")));
}

/// covers: API04
#[tokio::test]
async fn only_json_bodies_are_read() {
    let app = TestApp::new().await;
    let body = json!({ "query": "{ __typename }" }).to_string();
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "",
    ] {
        let mut request = Request::post("/graphql");
        if !media.is_empty() {
            request = request.header(header::CONTENT_TYPE, media);
        }
        let answer = app.stranger().request(request, Body::from(body.clone())).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_INPUT"), "{media}");
    }
}

/// covers: API02
#[tokio::test]
async fn both_media_types_are_honoured() {
    let app = TestApp::new().await;
    for (accept, media) in [
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("application/graphql-response+json; q=0.9, application/json; q=0.8", "application/graphql-response+json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
    ] {
        let request = post("/graphql").header(header::ACCEPT, accept);
        let answer = app.stranger().request(request, Body::from(r#"{"query":"{ __typename }"}"#)).await;
        assert_eq!((answer.status, answer.headers[header::CONTENT_TYPE].to_str().expect("text")), (StatusCode::OK, media));
    }
    let answer = app.stranger().request(post("/graphql").header(header::ACCEPT, "text/html"), Body::from("{}")).await;
    assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
}

/// Every malformed request gets a code and a number, never a 500, and writes nothing.
///
/// covers: API14, API19
#[tokio::test]
async fn malformed_requests_get_a_code() {
    let app = TestApp::new().await;
    let client = app.sign_in("municipal-administrator");
    for (body, code) in [
        ("", "BAD_INPUT"),
        ("{", "BAD_INPUT"),
        ("[]", "BAD_INPUT"),
        ("null", "BAD_INPUT"),
        (r#"[{"query":"{ __typename }"}]"#, "BAD_INPUT"),
        (r#"{"query":1}"#, "BAD_INPUT"),
        (r#"{"query":"{ __typename }","variables":[]}"#, "BAD_INPUT"),
        (r#"{"query":"{ __typename }","operationName":1}"#, "BAD_INPUT"),
        (r#"{"query":"{ __typename }","extensions":"x"}"#, "BAD_INPUT"),
        (r#"{"query":"\ud800"}"#, "BAD_INPUT"),
        (r#"{"query":""}"#, "BAD_DOCUMENT"),
        (r#"{"query":"{"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"{ nothing }"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"query A { __typename } query B { __typename }"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"query A { __typename }","operationName":"B"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"subscription { changes(under: \"x\") { at } }"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"query ($id: ID!) { node(id: $id) { id } }"}"#, "BAD_INPUT"),
        (
            r#"{"query":"mutation { a: __typename organizationReorder(input: {id: \"x\", version: 1}) { userErrors { code } } b: organizationReorder(input: {id: \"x\", version: 1}) { userErrors { code } } }"}"#,
            "BAD_DOCUMENT",
        ),
        (r#"{"query":"{ node(id: \"nothing\") { id } }"}"#, "BAD_ID"),
        (r#"{"query":"{ organizations(under: \"per_AZAAAAABcACAAAAAAAAAAQ\") { totalCount } }"}"#, "BAD_ID"),
        (r#"{"query":"{ people(after: \"broken\") { totalCount } }"}"#, "BAD_CURSOR"),
        (r#"{"query":"{ people(first: 0) { totalCount } }"}"#, "BAD_PAGE"),
        (r#"{"query":"{ people(first: 1, last: 1) { totalCount } }"}"#, "BAD_PAGE"),
        (r#"{"query":"{ people(filter: { ageFrom: -1 }) { totalCount } }"}"#, "BAD_INPUT"),
        (r#"{"query":"{ people(filter: { ageTo: 2147483647 }) { totalCount } }"}"#, "BAD_INPUT"),
        (r#"{"query":"{ journal(filter: { events: [NOTHING] }) { totalCount } }"}"#, "BAD_DOCUMENT"),
        (r#"{"query":"{ codes(table: \"nothing\") { totalCount } }"}"#, "NOT_FOUND"),
    ] {
        let answer = client.request(post("/graphql"), Body::from(body)).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.text);
        assert!(answer.status.as_u16() < 500, "{body}");
        let number = answer.json.pointer("/errors/0/extensions/requestId").and_then(|id| id.as_str()).unwrap_or_default();
        assert_eq!(number.len(), 32, "{body}");
    }
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 0);
}

/// What every answer must bring; None for one that does.
fn lacks(headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let policy = text("content-security-policy");
    [
        ("content-security-policy", policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe")),
        ("x-content-type-options", text("x-content-type-options") == "nosniff"),
        ("referrer-policy", text("referrer-policy") == "no-referrer"),
        ("cross-origin-opener-policy", text("cross-origin-opener-policy") == "same-origin"),
        ("cross-origin-resource-policy", text("cross-origin-resource-policy") == "same-origin"),
        ("strict-transport-security", text("strict-transport-security").starts_with("max-age=")),
        ("x-frame-options", text("x-frame-options") == "DENY"),
        ("permissions-policy", text("permissions-policy").contains("camera=()")),
        ("cache-control", !text("cache-control").is_empty()),
        ("x-request-id", text("x-request-id").len() == 32),
    ]
    .into_iter()
    .find_map(|(name, is_there)| (!is_there).then_some(name))
}

/// Every address of the list that the router is made of, by every method, for strangers and others; the console's page,
/// a built file, and what is not there.
///
/// covers: SEC-K02
#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = TestApp::new().await;
    let mut paths: Vec<String> = addresses()
        .into_iter()
        .map(|path| path.replace("{id}", "x").replace("{until}", "1").replace("{signature}", "x"))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    paths.extend(["/", "/people/x", "/nothing.js", "/files/x"].map(str::to_owned));
    let page = app.stranger().request(Request::get("/"), Body::empty()).await.text;
    let built = page.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect::<Vec<_>>();
    // Without a console there is no built file.
    assert_eq!(built.is_empty(), !page.contains("<script"), "{page}");
    paths.extend(built);
    let mut seen = 0;
    for path in paths {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS, Method::PUT] {
            for (token, media) in [(None, "application/json"), (Some("auditor"), "application/json"), (None, "text/plain")] {
                let client = token.map_or_else(|| app.stranger(), |token| app.sign_in(token));
                let request = Request::builder().method(method.clone()).uri(&path).header(header::CONTENT_TYPE, media);
                let answer = client.request(request, Body::from("{}")).await;
                // GraphiQL's editor writes styles at run time, so its page has a policy of its own.
                if path == "/graphiql" && answer.status == StatusCode::OK {
                    assert!(answer.headers["content-security-policy"].to_str().expect("text").contains("script-src 'self';"));
                    continue;
                }
                assert_eq!(lacks(&answer.headers), None, "{method} {path}: {}", answer.status);
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
    // A stream that is open, and a file that is fetched.
    let document = "subscription ($id: ID!) { changes(under: $id) { kind } }";
    let body = json!({ "query": document, "variables": { "id": app.database.seed.organization("N1") } }).to_string();
    let request =
        post("/graphql/stream").header(header::AUTHORIZATION, "Bearer auditor").body(Body::from(body)).expect("a request");
    let stream = app.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!((stream.status(), lacks(stream.headers())), (StatusCode::OK, None));
}

/// What breaks in a handler is answered like any other fault: with the number of the request, in its language, with every
/// header; and what breaks in a resolver, too.
///
/// covers: SEC-K03
#[tokio::test]
async fn what_panics_is_answered_with_a_number_and_nothing_else() {
    let app = TestApp::new().await;
    async fn breaks() -> StatusCode {
        panic!("a secret of the server")
    }
    let routes = axum::Router::new().route("/breaks", axum::routing::get(breaks));
    let broken = Client { router: around(routes, outside(&app.engine, Entrances::default())), ..app.stranger() };
    for (language, message) in [("zh-CN", "服务器内部错误"), ("en", "A fault of the server")] {
        let by_route = broken.clone().speaking(language).request(Request::get("/breaks"), Body::empty()).await;
        assert_eq!(by_route.status, StatusCode::INTERNAL_SERVER_ERROR);
        // No clock goes so far: whoever asks it for the day panics, a resolver here.
        app.clock.shift(i64::MAX);
        let by_resolver = app.stranger().speaking(language).ask("{ server { today } }").await;
        app.clock.shift(-i64::MAX);
        for answer in [by_route, by_resolver] {
            assert_eq!(answer.code(), "INTERNAL", "{}", answer.text);
            assert_eq!(answer.json.pointer("/errors/0/message"), Some(&json!(message)));
            let number = answer.json.pointer("/errors/0/extensions/requestId").and_then(|id| id.as_str()).unwrap_or_default();
            assert_eq!((number.len(), number), (32, answer.headers["x-request-id"].to_str().expect("text")), "{}", answer.text);
            assert_eq!(lacks(&answer.headers), None);
            for word in ["secret", "panic", ".rs", "seconds"] {
                assert!(!answer.text.contains(word), "{}", answer.text);
            }
        }
    }
    assert_eq!(app.stranger().ask("{ server { demonstration } }").await.at("/server/demonstration"), true);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::new().await;
    let body = json!({ "query": "{ __typename }", "variables": { "x": "y".repeat(600_000) } }).to_string();
    let answer = app.stranger().request(post("/graphql"), Body::from(body)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "TOO_COMPLEX"));
}

/// covers: API15
#[tokio::test]
async fn outside_a_demonstration_strangers_learn_nothing_of_the_schema() {
    let app = TestApp::answering(FreeText::Anyone, Documents::default()).await;
    let answer = app.stranger().ask("{ __schema { types { name } } }").await;
    assert!(!answer.text.contains("Organization"), "{}", answer.text);
    let answer = app.stranger().ask("{ organisations { totalCount } }").await;
    assert_eq!(answer.code(), "BAD_DOCUMENT");
    assert!(!answer.text.contains("organizations"), "{}", answer.text);
}

/// There is no account to enter with where the server does not run a demonstration, and nobody is there by default.
///
/// covers: SEC-K04
#[tokio::test]
async fn outside_a_demonstration_there_is_no_open_entry() {
    let app = TestApp::in_production().await;
    let answer = app.stranger().request(Request::get("/session"), Body::empty()).await;
    assert_eq!(answer.json["demonstration"], false);
    assert_eq!(answer.json["entries"], json!([]));
    assert_eq!(answer.json["signedIn"], false);
    let answer = app.stranger().request(post("/session/demonstration"), Body::from(r#"{"as":"municipal-administrator"}"#)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let empty = banyan_tests::empty_database().await;
    for table in ["accounts", "grants", "sessions"] {
        assert_eq!(empty.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_write_with_our_cookie() {
    let app = TestApp::new().await;
    let body = json!({ "query": "{ viewer { account { name } } }" }).to_string();
    let send = |origin: &'static str| {
        let request = post("/graphql")
            .header(header::COOKIE, "a=b; __Host-banyan=county-administrator")
            .header(header::HOST, "localhost:8080")
            .header(header::ORIGIN, origin);
        let (client, body) = (app.stranger(), body.clone());
        async move { client.request(request, Body::from(body)).await }
    };
    assert_eq!(send("http://localhost:8080").await.at("/viewer/account/name"), "county-administrator");
    assert_eq!(send("https://elsewhere.example").await.status, StatusCode::FORBIDDEN);
    assert_eq!(send("null").await.status, StatusCode::FORBIDDEN);
}

/// An operation that takes too long is given up, and the database does not go on with it.
///
/// covers: API32
#[tokio::test]
async fn the_deadline_cancels_the_work_in_the_database() {
    let database = clone_of_template().await;
    // Whoever reads people waits: as a report over a very large subtree would.
    database
        .change(
            "CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(30) IS NOT NULL';
             CREATE POLICY slow ON people AS RESTRICTIVE FOR SELECT TO banyan_app USING ((SELECT slow()))",
        )
        .await;
    let app = TestApp::on(database, true, Duration::from_millis(300)).await;
    let answer = app.sign_in("county-administrator").ask("{ people { nodes { name } } }").await;
    assert_eq!(answer.code(), "DEADLINE", "{}", answer.text);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'banyan_app' AND query LIKE '%people%' AND state = 'active'";
    assert_eq!(app.database.number(running).await, 0);
    // And the connection is good for the next request.
    assert!(
        app.sign_in("county-administrator").ask("{ viewer { account { name } } }").await.at("/viewer/account/name").is_string()
    );
}

#[tokio::test]
async fn health_says_whether_requests_can_be_answered() {
    let app = TestApp::new().await;
    assert_eq!(app.stranger().request(Request::get("/health/live"), Body::empty()).await.status, StatusCode::OK);
    assert_eq!(app.stranger().request(Request::get("/health/ready"), Body::empty()).await.status, StatusCode::OK);
    app.close();
    assert_eq!(app.stranger().request(Request::get("/health/live"), Body::empty()).await.status, StatusCode::OK);
    assert_eq!(
        app.stranger().request(Request::get("/health/ready"), Body::empty()).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let answer = app.sign_in("auditor").ask("{ viewer { readOnly } }").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
}

/// Metrics are on an address of their own: the public one does not know them.
///
/// covers: SEC-K07
#[tokio::test]
async fn metrics_are_not_on_the_public_address() {
    let app = TestApp::new().await;
    let answer = app.stranger().request(Request::get("/metrics").header(header::ACCEPT, "text/plain"), Body::empty()).await;
    assert!(answer.status == StatusCode::NOT_FOUND || !answer.text.contains("banyan_"), "{}", answer.text);
}
