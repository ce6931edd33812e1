//! Two entrances: the administrators' own, which may be for named networks only, and the members' (A04, A17).

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use banyan_tests::{ADMINISTRATION, Answer, Authenticator, Client, Flaws, TestApp};
use serde_json::{Value, json};
use std::net::SocketAddr;

use super::{key_of, mutation, open_account, post, sign_in_as, token_of};
use crate::acting::{account, organization};

const MEMBERS: &str = "localhost:8080";
const OFFICE: &str = "admin.localhost:8080";
const ASK: &str = "{ viewer { permissions sleeping administration roots { name } branch { name } } }";

/// A request to one of the entrances from an address.
async fn send(router: &Router, token: Option<&str>, (host, from): (&str, &str), path: &str, body: Option<Value>) -> Answer {
    let client = Client::new(router, token);
    let from: SocketAddr = format!("{from}:4000").parse().expect("an address");
    let request = if body.is_some() { Request::post(path) } else { Request::get(path) };
    let request =
        request.header(header::HOST, host).header(header::CONTENT_TYPE, "application/json").extension(ConnectInfo(from));
    client.request(request, body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).await
}

async fn ask(router: &Router, token: &str, host: &str) -> Answer {
    send(router, Some(token), (host, "10.20.0.7"), "/graphql", Some(json!({ "query": ASK }))).await
}

/// covers: A04
#[tokio::test]
async fn administrators_rights_work_at_their_own_entrance_and_from_named_networks_only() {
    let app = TestApp::new().await;
    let router = app.with_two_entrances(&["10.20.0.0/16"]);
    let (_, token) = key_of(&app, "township-administrator").await;
    // At their own entrance everything works, at the members' nothing but what a member has.
    let inside = ask(&router, &token, OFFICE).await;
    assert!(inside.at("/viewer/permissions").as_array().is_some_and(|held| held.len() > 5), "{}", inside.text);
    assert_eq!((inside.at("/viewer/sleeping"), inside.at("/viewer/administration")), (json!([]), Value::Null));
    let outside = ask(&router, &token, MEMBERS).await;
    let expected = json!({ "permissions": [], "sleeping": ["ORGANIZATION_ADMINISTRATOR"], "administration": ADMINISTRATION, "roots": [], "branch": null });
    assert_eq!(outside.at("/viewer"), expected, "{}", outside.text);
    // The database sees no scope either: what is there to read inside is not there outside, and nothing is written.
    let n1 = organization(&app, "N1");
    let read = json!({ "query": "query ($id: ID!) { node(id: $id) { id } }", "variables": { "id": n1 } });
    for (host, code) in [(OFFICE, ""), (MEMBERS, "NOT_FOUND")] {
        let answer = send(&router, Some(&token), (host, "10.20.0.7"), "/graphql", Some(read.clone())).await;
        assert_eq!(answer.code(), code, "{host}: {}", answer.text);
    }
    let list = json!({ "query": "query ($id: ID!) { people(under: $id) { totalCount } }", "variables": { "id": n1 } });
    let listed = send(&router, Some(&token), (MEMBERS, "10.20.0.7"), "/graphql", Some(list)).await;
    assert_ne!(listed.code(), "", "{}", listed.text);
    let write = json!({ "query": mutation("policySet", ""), "variables": { "input": { "version": 1, "passwordProfile": "GRADED",
        "initialSecret": "GENERATED", "twoPersonDepth": 2, "unmaskDailyBudget": 30 } } });
    let written = send(&router, Some("security-administrator"), (MEMBERS, "10.20.0.7"), "/graphql", Some(write)).await;
    assert_eq!(written.code(), "ADMINISTRATION_REQUIRED", "{}", written.text);
    assert_eq!(written.json["errors"][0]["message"], "Sign in at the administrators' entrance");
    // From any other network their entrance is shut: no page, no sign-in, no answer; the members' is open.
    for path in ["/", "/graphql", "/session/offer", "/health/live"] {
        for (from, open) in [("10.20.0.7", true), ("10.21.0.7", false), ("192.0.2.1", false)] {
            let answer = send(&router, None, (OFFICE, from), path, None).await;
            assert_eq!(answer.status != StatusCode::FORBIDDEN, open, "{path} from {from}: {}", answer.text);
            assert_eq!(answer.code() == "NETWORK_NOT_ALLOWED", !open, "{path} from {from}: {}", answer.text);
            let answer = send(&router, None, (MEMBERS, from), path, None).await;
            assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path} from {from}");
        }
    }
    // What a proxy that nobody named says of the client is not believed.
    let forged = Request::get("/").header(header::HOST, OFFICE).header("x-forwarded-for", "10.20.0.7");
    let forged = forged.extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000))));
    let stranger = Client::new(&router, None).speaking("zh");
    let forged = stranger.request(forged, Body::empty()).await;
    assert_eq!(forged.json["errors"][0]["message"], "当前网络不能访问组织管理入口");
    // Nothing of another site is loaded by its pages.
    let page = send(&router, None, (OFFICE, "10.20.0.7"), "/", None).await;
    let policy = page.headers[header::CONTENT_SECURITY_POLICY.as_str()].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
    assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe"), "{policy}");
}

/// One key works at both, for it is bound to the host that they share; at no third.
#[tokio::test]
async fn one_key_opens_both_entrances_and_no_third() {
    let app = TestApp::new().await;
    let (mut key, _) = key_of(&app, "township-administrator").await;
    for (origin, opens) in [(ADMINISTRATION, true), ("http://localhost:8080", true), ("http://other.localhost:8080", false)] {
        let begun = post(&app, "/session/key/begin", json!({})).await;
        let credential = key.sign_with(&begun.json["options"], &Flaws { origin: Some(origin), ..Flaws::default() });
        let body = json!({ "ceremony": begun.json["ceremony"], "credential": credential });
        let answer = post(&app, "/session/key/finish", body).await;
        assert_eq!(answer.status == StatusCode::OK, opens, "{origin}: {}", answer.text);
    }
    let elsewhere = banyan::testing::RelyingParty::new(
        &"https://banyan.example".parse().expect("an origin"),
        Some(&"https://admin.example".parse().expect("an origin")),
        None,
    );
    assert!(elsewhere.is_err_and(|error| error.to_string().contains("--admin-origin")));
}

/// Signed in as a person a secretary has the member's view at the members' entrance, and a key at the office's opens the rest.
#[tokio::test]
async fn a_member_is_at_home_at_the_members_entrance() {
    let app = TestApp::new().await;
    let router = app.with_two_entrances(&[]);
    let (id, name, secret) = open_account(&app, "N1A-2").await;
    let first = token_of(&sign_in_as(&app, &name, &secret).await);
    let changed = json!({ "old": secret, "new": super::PASSWORD });
    let token = token_of(&super::post_as(&app, Some(&first), "/session/password/change", changed).await);
    let own = ask(&router, &token, MEMBERS).await;
    assert_eq!(own.at("/viewer/administration"), Value::Null, "nothing of theirs sleeps: {}", own.text);
    assert!(own.at("/viewer/branch/name").is_string());
    let role = json!({ "accountId": id, "role": "SECRETARY", "organizationId": organization(&app, "N1A") });
    super::good(&super::mutate(&app.sign_in("county-administrator"), "grantGive", &role, "grant { id }").await);
    let mut key = Authenticator::default();
    let with_key = token_of(&super::enrol(&app, &super::code_for(&app, &id).await, &mut key).await);
    let (members, office) = (ask(&router, &with_key, MEMBERS).await, ask(&router, &with_key, OFFICE).await);
    assert_eq!(members.at("/viewer/administration"), ADMINISTRATION);
    assert_eq!((members.at("/viewer/sleeping"), members.at("/viewer/roots")), (json!(["SECRETARY"]), json!([])));
    assert!(office.at("/viewer/roots").as_array().is_some_and(|roots| roots.len() == 1), "{}", office.text);
    assert_ne!(id, account(&app, "member"));
}
