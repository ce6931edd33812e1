//! The outside of the server: methods, media types, sizes, headers, sessions.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use banyan::testing::{Documents, FreeText};
use banyan_tests::{TestApp, clone_of_template};
use serde_json::json;

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
        (r#"{"query":"{ journal(filter: { events: [\"NOTHING\"] }) { totalCount } }"}"#, "BAD_INPUT"),
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

/// Text of any kind in every text argument is either taken as text or refused with a code.
///
/// covers: SEC-D03, SEC-D04
#[tokio::test]
async fn odd_texts_are_text_or_refused() {
    let app = TestApp::new().await;
    let client = app.sign_in("municipal-administrator");
    let parent = app.database.seed.organization("N1").to_owned();
    let before = app.database.number("SELECT count(*) FROM organizations").await;
    let odd = [
        "'",
        "'; DROP TABLE people; --",
        "\u{0}",
        "a\u{0}b",
        "\u{202e}abc",
        "%",
        "_",
        "\\",
        "\n",
        "\u{feff}",
        "😀",
        "{}",
        "${x}",
        "\u{d7ff}",
    ];
    for text in odd {
        for document in [
            "query ($t: String!) { organizations(filter: { name: $t }) { totalCount } }",
            "query ($t: String!) { organizations(filter: { code: $t }) { totalCount } }",
            "query ($t: String!) { people(filter: { name: $t }) { totalCount } }",
            "query ($t: String!) { people(filter: { identityNumber: $t }) { totalCount } }",
            "query ($t: String!) { people(filter: { education: $t, sex: $t, ethnicGroup: $t }) { totalCount } }",
            "query ($t: String!) { accounts(search: $t) { totalCount } }",
            "query ($t: String!) { journal(filter: { accountName: $t }) { totalCount } }",
            "query ($t: String!) { divisions(search: $t) { totalCount } }",
            "query ($t: String!) { divisions(parent: $t) { totalCount } }",
            "query ($t: String!) { codes(table: \"sex\", search: $t) { totalCount } }",
            "query ($t: ID!) { node(id: $t) { id } }",
        ] {
            let answer = client.send(document, json!({ "t": text })).await;
            assert!(answer.status.as_u16() < 500 && answer.code() != "INTERNAL", "{text:?} {document}: {}", answer.text);
        }
    }
    for text in ["\u{0}", "a\u{0}b", "\u{202e}abc", "a\nb", "a\u{feff}b"] {
        let input = json!({ "parentId": parent, "kind": "631", "name": text, "code": "T1" });
        let answer = client
            .send(
                "mutation ($i: OrganizationCreateInput!) { organizationCreate(input: $i) { userErrors { code path } } }",
                json!({ "i": input }),
            )
            .await;
        assert_eq!(answer.user_errors(), "name INVALID_CHARACTERS", "{text:?}");
    }
    assert_eq!(app.database.number("SELECT count(*) FROM organizations").await, before);
}

/// covers: SEC-K02
#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = TestApp::new().await;
    for path in ["/", "/graphql", "/session", "/health/live", "/nothing.js", "/graphiql", "/graphql/ws"] {
        let answer = app.stranger().request(Request::get(path), Body::empty()).await;
        let text = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert!(
            text("content-security-policy").contains("frame-ancestors 'none'")
                && !text("content-security-policy").contains("unsafe"),
            "{path}"
        );
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(text("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(text("strict-transport-security").starts_with("max-age="), "{path}");
        assert!(!text("x-request-id").is_empty(), "{path}");
    }
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
