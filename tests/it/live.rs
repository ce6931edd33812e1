//! The live stream honours scope, and ends with the right.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use banyan_tests::TestApp;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

const EDIT: &str = "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { userErrors { code path } } }";

/// Within this an event is told, and a stream ends whose right is gone (SEC-A05, API31).
const SOON: Duration = Duration::from_secs(5);

/// Events of a stream, one by one; none when it has ended.
pub struct Events {
    body: axum::body::BodyDataStream,
    rest: String,
}

impl Events {
    pub async fn open(app: &TestApp, token: &str, under: &str) -> Self {
        let document = "subscription ($id: ID!) { changes(under: $id) { kind subjectKind subjectId subject { id ... on Organization { name address } ... on Person { name } } } }";
        Self::of(app, token, &json!({ "query": document, "variables": { "id": under } })).await
    }

    /// Of any body.
    pub async fn of(app: &TestApp, token: &str, body: &Value) -> Self {
        let mut events = Self::begin(app, token, body).await;
        // A stream begins when it is read; until then it does not listen.
        let _ = tokio::time::timeout(Duration::from_millis(300), events.next()).await;
        events
    }

    /// Of any body, not read yet.
    pub async fn begin(app: &TestApp, token: &str, body: &Value) -> Self {
        let request = Request::post("/graphql/stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()))
            .expect("a request");
        let response = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        Self { body: response.into_body().into_data_stream(), rest: String::new() }
    }

    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.rest.find("\n\n") {
                let event: String = self.rest.drain(..end + 2).collect();
                if event.contains("event: complete") {
                    return None;
                }
                if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                    return serde_json::from_str(data).ok();
                }
                continue;
            }
            let chunk = self.body.next().await?.ok()?;
            self.rest.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    async fn expect(&mut self) -> Value {
        tokio::time::timeout(SOON, self.next()).await.expect("an event in time").expect("an event")
    }
}

async fn edit(app: &TestApp, code: &str, version: i32) {
    let variables =
        json!({ "i": { "id": app.database.seed.organization(code), "version": version, "address": format!("山路{version}号") } });
    assert_eq!(app.sign_in("municipal-administrator").send(EDIT, variables).await.user_errors(), "");
}

/// covers: SEC-A05
#[tokio::test]
async fn a_stream_tells_what_changes_below_and_nothing_beside() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let mut events = Events::open(&app, "county-administrator", seed.organization("N1")).await;
    edit(&app, "S1A", 1).await;
    edit(&app, "N2A", 1).await;
    edit(&app, "N1A", 1).await;
    let event = events.expect().await;
    assert_eq!(event.pointer("/data/changes/subjectId"), Some(&json!(seed.organization("N1A"))), "{event}");
    assert_eq!(event.pointer("/data/changes/kind"), Some(&json!("UPDATED")));
    assert_eq!(event.pointer("/data/changes/subject/address"), Some(&json!("山路1号")));

    // The right ends: the stream ends with it, with nothing more told.
    app.database
        .change(
            "UPDATE grants SET ended_at = now() WHERE account_id = (SELECT id FROM accounts WHERE name = 'county-administrator')",
        )
        .await;
    edit(&app, "N1A", 2).await;
    let end = tokio::time::timeout(SOON, events.next()).await.expect("the end in time");
    assert_eq!(end, None);
}

/// Nothing happens in the subtree, and still the stream ends in time.
///
/// covers: API31, SEC-A05
#[tokio::test]
async fn a_lost_right_ends_a_quiet_stream_within_five_seconds() {
    let app = TestApp::new().await;
    let mut events = Events::open(&app, "auditor", app.database.seed.organization("N1")).await;
    app.database
        .change("UPDATE grants SET ended_at = now() WHERE account_id = (SELECT id FROM accounts WHERE name = 'auditor')")
        .await;
    let next = app.sign_in("auditor").ask("{ people { totalCount } }").await;
    assert_eq!(next.code(), "FORBIDDEN", "the next request");
    let end = tokio::time::timeout(SOON, events.next()).await.expect("the end within five seconds");
    assert_eq!(end, None);
}

#[tokio::test]
async fn a_subtree_that_moves_away_ends_the_stream() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let mut events = Events::open(&app, "county-administrator", seed.organization("N1")).await;
    let variables = json!({ "i": { "id": seed.organization("N1"), "version": 1, "newSuperiorId": seed.organization("S"), "on": "2026-02-01" } });
    let moved = app
        .sign_in("municipal-administrator")
        .send("mutation ($i: OrganizationMoveInput!) { organizationMove(input: $i) { userErrors { code path } } }", variables)
        .await;
    assert_eq!(moved.user_errors(), "");
    let end = tokio::time::timeout(SOON, events.next()).await.expect("the end in time");
    assert_eq!(end, None);
}

/// Someone who may not read people is not told that one changed.
#[tokio::test]
async fn a_system_administrator_hears_of_organizations_only() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let mut events = Events::open(&app, "system-administrator", seed.organization("N1")).await;
    let person = json!({ "i": { "id": seed.person("N1A-2"), "version": 1, "education": "11" } });
    let edited = app
        .sign_in("municipal-administrator")
        .send("mutation ($i: PersonEditInput!) { personEdit(input: $i) { userErrors { code path } } }", person)
        .await;
    assert_eq!(edited.user_errors(), "");
    edit(&app, "N1B", 1).await;
    let event = events.expect().await;
    assert_eq!(event.pointer("/data/changes/subjectKind"), Some(&json!("ORGANIZATION")), "{event}");
}

#[tokio::test]
async fn a_stream_needs_someone_and_something_within_reach() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let mut events = Events::open(&app, "county-administrator", seed.organization("S1")).await;
    let answer = tokio::time::timeout(SOON, events.next()).await.expect("an answer in time");
    // The refusal came while the stream was opened, or comes now; nothing follows it.
    assert!(answer.is_none_or(|answer| answer.pointer("/errors/0/extensions/code") == Some(&json!("NOT_FOUND"))));
    let request = Request::post("/graphql/stream").header(header::CONTENT_TYPE, "application/json");
    let answer =
        app.stranger().request(request, Body::from(r#"{"query":"subscription { changes(under: \"x\") { at } }"}"#)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

/// What happened while the server did not listen cannot be told any more: the stream says so and ends, and the next
/// one hears again.
#[tokio::test]
async fn a_stream_that_may_have_missed_something_ends_with_a_conflict() {
    let app = TestApp::new().await;
    let under = app.database.seed.organization("N1").to_owned();
    let mut events = Events::open(&app, "county-administrator", &under).await;
    let deaf = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'LISTEN %' AND pid <> pg_backend_pid()";
    let owner = app.database.owner().await;
    assert_eq!(owner.query(deaf, &[]).await.expect("the end of a connection").len(), 1);
    let last = events.expect().await;
    assert_eq!(last.pointer("/errors/0/extensions/code"), Some(&json!("CONFLICT")), "{last}");
    assert_eq!(tokio::time::timeout(SOON, events.next()).await.expect("the end in time"), None);

    let mut events = Events::open(&app, "county-administrator", &under).await;
    // It begins when it is read, and hears from when the server listens again.
    let heard = tokio::time::timeout(Duration::from_secs(20), events.next());
    let telling = async {
        for version in 1.. {
            edit(&app, "N1A", version).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        event = heard => assert!(event.expect("an event in time").expect("an event").pointer("/data/changes").is_some()),
        () = telling => {}
    }
}
