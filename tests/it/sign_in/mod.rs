//! Signing in, and everything that hangs on it: over HTTP as a browser does it, with a key of our own.

mod accounts;
mod bootstrap;
mod claims;
mod entrances;
mod invitations;
pub mod keys;
mod members_key;
mod oracle;
pub mod passwords;
mod policy;
mod sessions;
mod step_up;
mod summaries;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use banyan_tests::{Answer, Authenticator, Client, ORIGIN, TestApp};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A password that both profiles take.
pub const PASSWORD: &str = "Zigzag-correct-horse-7-staple";
/// Another one.
pub const OTHER: &str = "Quiet-lantern-over-9-rivers";

/// Sends JSON from a page of ours.
pub async fn post(app: &TestApp, path: &str, body: Value) -> Answer {
    post_as(app, None, path, body).await
}

/// The same, signed in.
pub async fn post_as(app: &TestApp, token: Option<&str>, path: &str, body: Value) -> Answer {
    post_from(app, token, "192.0.2.1:4000", path, body).await
}

/// The same, from another place.
pub async fn post_from(app: &TestApp, token: Option<&str>, source: &str, path: &str, body: Value) -> Answer {
    let source: SocketAddr = source.parse().expect("an address");
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, ORIGIN)
        .header(header::HOST, "localhost:8080")
        .header(header::USER_AGENT, "a browser of tests")
        .extension(ConnectInfo(source));
    client(app, token).request(request, Body::from(body.to_string())).await
}

/// What `GET /session` says.
pub async fn session(app: &TestApp, token: &str) -> Value {
    client(app, Some(token)).request(Request::get("/session"), Body::empty()).await.json
}

fn client(app: &TestApp, token: Option<&str>) -> Client {
    Client::new(&app.router, token)
}

/// The secret of the cookie that came with an answer.
#[track_caller]
pub fn token_of(answer: &Answer) -> String {
    cookie_of(answer).unwrap_or_else(|| panic!("no cookie: {} {}", answer.status, answer.text))
}

/// The secret, if there is one.
pub fn cookie_of(answer: &Answer) -> Option<String> {
    let cookie = answer.headers.get(header::SET_COOKIE)?.to_str().ok()?;
    let (pair, _) = cookie.split_once(';')?;
    pair.strip_prefix("__Host-banyan=").filter(|token| !token.is_empty()).map(str::to_owned)
}

/// A body without the number of its request.
pub fn without_number(answer: &Answer) -> String {
    let number = answer.json.pointer("/errors/0/extensions/requestId").and_then(Value::as_str).unwrap_or("none");
    answer.text.replace(number, "#")
}

/// A mutation of this name with a selection.
pub async fn mutate(client: &Client, name: &str, input: &Value, selection: &str) -> Answer {
    client.send(&mutation(name, selection), json!({ "input": input })).await
}

/// Its document.
pub fn mutation(name: &str, selection: &str) -> String {
    let input = match name {
        "accountReset" | "accountDisable" | "accountEnable" | "accountClose" => "AccountTurnInput".to_owned(),
        "invitationEnd" | "sessionEnd" => "EndInput".to_owned(),
        _ => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
    };
    format!("mutation ($input: {input}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code message path }} }} }}")
}

/// The same, done.
#[track_caller]
pub fn good(answer: &Answer) -> Value {
    assert_eq!(answer.user_errors(), "", "{}", answer.text);
    answer.data().as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default()
}

/// The version of an account.
pub async fn version(app: &TestApp, account: &str) -> i64 {
    let ask = format!("{{ node(id: \"{account}\") {{ ... on Account {{ version }} }} }}");
    app.sign_in("municipal-administrator").ask(&ask).await.at("/node/version").as_i64().expect("a version")
}

/// The code of an invitation for an account, by whoever holds a token.
pub async fn invite(app: &TestApp, by: &str, account: &str, replaces: bool, reason: Option<&str>) -> Answer {
    let input = json!({ "id": account, "version": version(app, account).await, "replaces": replaces, "reason": reason });
    mutate(&app.sign_in(by), "accountInvite", &input, "code invitation { id expiresAt replaces }").await
}

/// A code for an account of the seed.
pub async fn code_for(app: &TestApp, account: &str) -> String {
    good(&invite(app, "municipal-administrator", account, false, None).await)["code"].as_str().expect("a code").to_owned()
}

/// Enrols a key with a code.
pub async fn enrol(app: &TestApp, code: &str, key: &mut Authenticator) -> Answer {
    let begun = post(app, "/session/enrolment/begin", json!({ "code": code })).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let credential = key.register(&begun.json["options"]);
    post(
        app,
        "/session/enrolment/finish",
        json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "办公室" }),
    )
    .await
}

/// A key for an account of the seed, and the session that its enrolment opened.
pub async fn key_of(app: &TestApp, token: &str) -> (Authenticator, String) {
    let mut key = Authenticator::default();
    let code = code_for(app, &app.database.seed.accounts[token].clone()).await;
    let token = token_of(&enrol(app, &code, &mut key).await);
    (key, token)
}

/// Signs in with a key.
pub async fn sign_in_with(app: &TestApp, key: &mut Authenticator, user_name: Option<&str>) -> Answer {
    let begun = post(app, "/session/key/begin", json!({ "userName": user_name })).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let credential = key.sign(&begun.json["options"]);
    post(app, "/session/key/finish", json!({ "ceremony": begun.json["ceremony"], "credential": credential })).await
}

/// Signs in with a password.
pub async fn sign_in_as(app: &TestApp, user_name: &str, password: &str) -> Answer {
    post(app, "/session/password", json!({ "userName": user_name, "password": password })).await
}

/// Opens the account of a person of the seed: its id, its login name, its initial secret.
pub async fn open_account(app: &TestApp, person: &str) -> (String, String, String) {
    let branch = person.split('-').next().unwrap_or_default();
    let input = json!({ "organizationId": app.database.seed.organization(branch), "personId": app.database.seed.person(person) });
    let answer =
        mutate(&app.sign_in("municipal-administrator"), "accountCreate", &input, "account { id } userName initialSecret").await;
    let made = good(&answer);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["account"]["id"]), text(&made["userName"]), text(&made["initialSecret"]))
}

/// A member with a password of their own: the account's id, the login name, the session.
pub async fn member(app: &TestApp, person: &str) -> (String, String, String) {
    let (account, user_name, secret) = open_account(app, person).await;
    let first = token_of(&sign_in_as(app, &user_name, &secret).await);
    let changed = post_as(app, Some(&first), "/session/password/change", json!({ "old": secret, "new": PASSWORD })).await;
    (account, user_name, token_of(&changed))
}

/// Kinds and reasons of what happened to accounts, newest last.
pub async fn events(app: &TestApp) -> Vec<String> {
    let rows = crate::acting::rows(app, "SELECT kind || ' ' || coalesce(reason, '-') FROM security_events ORDER BY id").await;
    rows.lines().map(str::to_owned).collect()
}

/// Whether a token opens anything.
pub async fn is_open(app: &TestApp, token: &str) -> bool {
    app.sign_in(token).ask("{ viewer { readOnly } }").await.at("/viewer") != Value::Null
}

/// A second administrator of the township, so that the first one is not the last.
pub async fn second_township_administrator(app: &TestApp) {
    app.database
        .change(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
             SELECT o.tenant_id, gen_random_uuid(), a.id, 'organization_administrator', o.id, o.path, '2026-01-01', 'test'
             FROM organizations o, accounts a WHERE o.code = 'N1' AND a.name = 'committee-member'",
        )
        .await;
}
