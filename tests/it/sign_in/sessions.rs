//! Sessions: how long they last, who ends them, and what a page of someone else can do with them.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use banyan::testing::close_expired;
use banyan_tests::{Answer, Authenticator, ORIGIN, TestApp};
use serde_json::{Value, json};

use super::keys::{confirmed, own_code};
use super::{
    PASSWORD, enrol, events, good, is_open, key_of, member, mutate, mutation, post_as, sign_in_as, sign_in_with, token_of,
};
use crate::acting::{account, everything, newest_entry, organization, person, rows};
use crate::live::Events;

/// covers: SEC-C02
#[tokio::test]
async fn a_session_ends_unused_and_in_all_sooner_for_who_administers() {
    let app = TestApp::new().await;
    let (mut key, administrator) = key_of(&app, "township-administrator").await;
    let (_, user_name, user) = member(&app, "N1A-2").await;
    // Unused: half an hour for who administers, two hours for members.
    app.clock.shift(29 * 60);
    assert!(is_open(&app, &administrator).await && is_open(&app, &user).await);
    app.clock.shift(29 * 60);
    assert!(is_open(&app, &administrator).await, "every use begins it anew");
    app.clock.shift(31 * 60);
    assert!(!is_open(&app, &administrator).await && is_open(&app, &user).await);
    app.clock.shift(2 * 3600 + 60);
    assert!(!is_open(&app, &user).await);
    // In all, however much it is used: ten hours, and a day.
    let (administrator, user) =
        (token_of(&sign_in_with(&app, &mut key, None).await), token_of(&sign_in_as(&app, &user_name, PASSWORD).await));
    for quarter in 1..=4 * 24 - 1 {
        app.clock.shift(15 * 60);
        assert_eq!(is_open(&app, &administrator).await, quarter < 40, "{quarter} quarters of an hour");
        assert!(is_open(&app, &user).await, "{quarter} quarters of an hour");
    }
    app.clock.shift(15 * 60);
    assert!(!is_open(&app, &user).await);
}

/// No browser tells that a key was pulled out: so nothing hangs on its staying in, the session is short, and whatever
/// changes users, takes rights or takes something away asks for the key anew, each time for itself. What else there is
/// of such mutations is listed in [`super::step_up`].
///
/// covers: A03
#[tokio::test]
async fn a_key_need_not_stay_in_for_sessions_are_short_and_danger_asks_for_it_again() {
    let app = TestApp::new().await;
    let (mut key, token) = key_of(&app, "county-administrator").await;
    let client = app.sign_in(&token);
    // The key was used once, to sign in; the everyday work goes on without.
    let edit = json!({ "id": person(&app, "N1A-2"), "version": 1, "education": "31" });
    good(&mutate(&client, "personEdit", &edit, "person { id }").await);
    let (user, branch) = (account(&app, "committee-member"), organization(&app, "N1A"));
    let empty = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": "空支部", "code": "N1E" });
    let empty = good(&mutate(&client, "organizationCreate", &empty, "organization { id }").await);
    let empty = empty["organization"]["id"].clone();
    let today = app.clock.today().to_string();
    let dangerous = [
        ("accountEdit", json!({ "id": user, "version": 1, "name": "改名" })),
        ("accountDisable", json!({ "id": user, "version": 2 })),
        ("accountEnable", json!({ "id": user, "version": 3 })),
        ("accountClose", json!({ "id": user, "version": 4 })),
        ("accountCreate", json!({ "organizationId": branch, "personId": person(&app, "N1A-2") })),
        ("grantEnd", json!({ "id": app.database.seed.grants["secretary"], "version": 1 })),
        ("organizationDissolve", json!({ "id": empty, "version": 1, "on": today, "reason": "合并" })),
    ];
    // A good signature moves its key's counter, also where it is for something else.
    let written = async || everything(&app).await.into_iter().filter(|row| !row.starts_with("account_keys ")).collect::<Vec<_>>();
    let mut last = Value::Null;
    for (name, input) in dangerous {
        let (document, variables) = (mutation(name, ""), json!({ "input": input }));
        let before = written().await;
        let asked = client.send_with(&document, &variables, Value::Null).await;
        assert_eq!(asked.code(), "STEP_UP_REQUIRED", "{name}: {}", asked.text);
        // What the key said a moment ago was said for something else.
        let stale = client.send_with(&document, &variables, last).await;
        assert!(["STEP_UP_REQUIRED", "STEP_UP_FAILED"].contains(&stale.code()), "{name}: {}", stale.text);
        assert!(written().await == before, "{name}: done without the key");
        let question = &asked.json["errors"][0]["extensions"]["stepUp"];
        assert_eq!(question["byClick"], false, "{name}");
        let credential = key.sign(&question["options"]);
        last = json!({ "stepUp": { "id": question["id"], "credential": credential } });
        good(&client.send_with(&document, &variables, last.clone()).await);
        assert!(written().await != before, "{name}: nothing was done");
    }
    // The session ends half an hour after its last use, and after ten hours however much it is used.
    app.clock.shift(29 * 60);
    assert!(is_open(&app, &token).await);
    app.clock.shift(31 * 60);
    assert!(!is_open(&app, &token).await);
    let token = token_of(&sign_in_with(&app, &mut key, None).await);
    for quarter in 1..=41 {
        app.clock.shift(15 * 60);
        assert_eq!(is_open(&app, &token).await, quarter < 40, "{quarter} quarters of an hour");
    }
}

/// A member's passkey opens a session with a member's limits. Given more meanwhile, or at a time that comes later, the
/// session has an administrator's limits from then on: it is over where it is already past them.
///
/// covers: SEC-C01, SEC-C02
#[tokio::test]
async fn a_members_session_that_gains_more_rights_has_an_administrators_limits() {
    const MINUTE: i64 = 60;
    let app = TestApp::new().await;
    let by = app.sign_in("municipal-administrator");
    let mut sessions = Vec::new();
    for number in [2, 3, 4] {
        let (account, user_name, first) = member(&app, &format!("N1A-{number}")).await;
        let mut key = Authenticator::default();
        token_of(&enrol(&app, &own_code(&app, &first).await, &mut key).await);
        sessions.push((account, user_name, key));
    }
    let give = async |account: &str, role: &str, from: Option<String>| {
        let grant = json!({ "accountId": account, "role": role, "organizationId": organization(&app, "N1A"), "from": from });
        good(&mutate(&by, "grantGive", &grant, "grant { id }").await)["grant"]["id"].clone()
    };
    let open = async |key: &mut Authenticator| token_of(&sign_in_with(&app, key, None).await);
    let reads = async |token: &str| app.sign_in(token).ask("{ people { totalCount } }").await.code().to_owned();

    // Unused for half an hour.
    let (account, _, key) = &mut sessions[0];
    let member_only = open(key).await;
    app.clock.shift(31 * MINUTE);
    assert!(is_open(&app, &member_only).await, "a member is left alone for two hours");
    let given = give(account, "COMMITTEE_MEMBER", None).await;
    assert_eq!(reads(&member_only).await, "", "in use: the rights work at once");
    // The list foretells the end that now holds.
    let listed = format!("{{ node(id: \"{account}\") {{ ... on Account {{ sessions {{ method expiresAt lastUsedAt }} }} }} }}");
    let time = |value: Value| chrono::DateTime::parse_from_rfc3339(value.as_str().expect("a time")).expect("a time");
    let own = by.ask(&listed).await.at("/node/sessions/0");
    assert_eq!(own["method"], "KEY");
    assert_eq!(time(own["expiresAt"].clone()) - time(own["lastUsedAt"].clone()), chrono::Duration::minutes(30));
    app.clock.shift(31 * MINUTE);
    assert!(!is_open(&app, &member_only).await, "no longer a member's idle time");
    assert!(!by.ask(&listed).await.text.contains("KEY"), "nor is it listed");
    // Closed as time passes, so that nothing brings it back.
    app.clock.shift(MINUTE);
    close_expired(app.engine.db(), &app.clock, Duration::from_secs(20)).await.expect("closed");
    assert!(!by.ask(&listed).await.text.contains("KEY"));
    let end = json!({ "id": given, "version": 1 });
    good(&mutate(&by, "grantEnd", &end, "grant { id }").await);
    assert!(!is_open(&app, &member_only).await);

    // In all, ten hours.
    let (account, user_name, key) = &mut sessions[1];
    let long = open(key).await;
    for _ in 0..11 * 2 {
        app.clock.shift(30 * MINUTE);
        assert!(is_open(&app, &long).await);
    }
    give(account, "AUDITOR", None).await;
    assert!(!is_open(&app, &long).await, "eleven hours old");
    assert_eq!(reads(&open(key).await).await, "");
    // A password never opens more than the member's own, so its session keeps a member's limits.
    let by_password = token_of(&sign_in_as(&app, user_name, PASSWORD).await);
    app.clock.shift(31 * MINUTE);
    assert!(is_open(&app, &by_password).await);
    assert_eq!(reads(&by_password).await, "KEY_REQUIRED");

    // A grant that begins later.
    let (account, _, key) = &mut sessions[2];
    let later = open(key).await;
    let from = app.clock.now() + chrono::Duration::minutes(50);
    give(account, "COMMITTEE_MEMBER", Some(from.to_rfc3339())).await;
    app.clock.shift(45 * MINUTE);
    assert!(is_open(&app, &later).await, "not yet");
    app.clock.shift(4 * MINUTE);
    assert!(is_open(&app, &later).await);
    app.clock.shift(31 * MINUTE);
    assert!(!is_open(&app, &later).await, "begun meanwhile");
}

#[tokio::test]
async fn a_clock_that_is_set_back_brings_nothing_to_life() {
    let app = TestApp::new().await;
    let (mut key, administrator) = key_of(&app, "township-administrator").await;
    let grant = json!({ "accountId": account(&app, "committee-member"), "role": "AUDITOR", "organizationId": organization(&app, "N1A"),
        "until": (app.clock.now() + chrono::Duration::minutes(5)).to_rfc3339() });
    good(&mutate(&app.sign_in("municipal-administrator"), "grantGive", &grant, "grant { id }").await);
    assert!(app.sign_in("committee-member").ask("{ viewer { grants { role } } }").await.text.contains("AUDITOR"));
    let begun = super::post(&app, "/session/key/begin", json!({})).await;
    app.clock.shift(31 * 60);
    // What ran out is closed as time passes; before that it was refused already.
    assert!(!is_open(&app, &administrator).await);
    assert!(!app.sign_in("committee-member").ask("{ viewer { grants { role } } }").await.text.contains("AUDITOR"));
    close_expired(app.engine.db(), &app.clock, Duration::from_secs(20)).await.expect("closed");
    app.clock.shift(-31 * 60);
    assert!(!is_open(&app, &administrator).await, "the session");
    assert!(!app.sign_in("committee-member").ask("{ viewer { grants { role } } }").await.text.contains("AUDITOR"), "the grant");
    let credential = key.sign(&begun.json["options"]);
    let answer =
        super::post(&app, "/session/key/finish", json!({ "ceremony": begun.json["ceremony"], "credential": credential })).await;
    assert_eq!(answer.code(), "SIGN_IN_FAILED", "the ceremony");
    // Between two uses the session remembers the later one: nothing is won by setting the clock back.
    let session = token_of(&sign_in_with(&app, &mut key, None).await);
    app.clock.shift(20 * 60);
    assert!(is_open(&app, &session).await);
    app.clock.shift(-15 * 60);
    assert!(is_open(&app, &session).await);
    app.clock.shift(15 * 60 + 31 * 60);
    assert!(!is_open(&app, &session).await);
}

/// covers: SEC-C01
#[tokio::test]
async fn a_secret_is_new_at_every_sign_in_long_and_kept_as_a_hash() {
    let app = TestApp::new().await;
    let (mut key, first) = key_of(&app, "township-administrator").await;
    let second = token_of(&sign_in_with(&app, &mut key, None).await);
    assert_ne!(first, second);
    for token in [&first, &second] {
        // At least 128 bits in whatever letters.
        assert!(token.len() >= 22 && token.chars().all(|letter| letter.is_ascii_graphic()), "{token}");
    }
    assert!(!crate::acting::everything(&app).await.join("\n").contains(&first));
    // Raised with the key: another secret, and the old one is dead.
    let begun = post_as(&app, Some(&second), "/session/raise/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    let body = json!({ "ceremony": begun.json["ceremony"], "credential": credential });
    let raised = token_of(&post_as(&app, Some(&second), "/session/raise/finish", body.clone()).await);
    assert!(!is_open(&app, &second).await && is_open(&app, &raised).await && is_open(&app, &first).await);
    assert_eq!(post_as(&app, Some(&second), "/session/raise/finish", body).await.code(), "UNAUTHENTICATED");
}

/// covers: SEC-C03
#[tokio::test]
async fn what_ends_a_session_ends_its_streams_within_five_seconds() {
    let app = TestApp::new().await;
    super::second_township_administrator(&app).await;
    let by = "municipal-administrator";
    let (_, disabled) = key_of(&app, "township-administrator").await;
    let (_, replaced) = key_of(&app, "county-administrator").await;
    let (_, demoted) = key_of(&app, "secretary").await;
    let (_, ended) = key_of(&app, "branch-administrator").await;
    let branch = organization(&app, "N1A");
    let mut streams = Vec::new();
    for token in [&disabled, &replaced, &demoted, &ended] {
        assert!(is_open(&app, token).await);
        streams.push(Events::open(&app, token, &branch).await);
    }
    let turn = |name: &'static str| json!({ "id": account(&app, name), "version": 1, "reason": "离任" });
    good(&mutate(&app.sign_in(by), "accountDisable", &turn("township-administrator"), "account { state }").await);
    good(&super::invite(&app, by, &account(&app, "county-administrator"), true, Some("丢失")).await);
    good(
        &mutate(
            &app.sign_in(by),
            "grantEnd",
            &json!({ "id": app.database.seed.grants["secretary"], "version": 1 }),
            "grant { id }",
        )
        .await,
    );
    good(
        &mutate(&app.sign_in(by), "sessionEndOthers", &json!({ "accountId": account(&app, "branch-administrator") }), "ended")
            .await,
    );
    for token in [&disabled, &replaced, &ended] {
        assert!(!is_open(&app, token).await, "at once");
    }
    assert_eq!(app.sign_in(&demoted).ask("{ people { totalCount } }").await.code(), "UNAUTHENTICATED");
    let ends = tokio::time::timeout(Duration::from_secs(5), async {
        for stream in &mut streams {
            assert_eq!(stream.next().await, None);
        }
    });
    ends.await.expect("all four within five seconds");
}

/// In part (the console's side is in its e2e tests): SEC-C04
#[tokio::test]
async fn sessions_are_listed_and_ended_by_oneself_and_by_a_superior() {
    let app = TestApp::new().await;
    let (mut key, first) = key_of(&app, "township-administrator").await;
    let second = token_of(&sign_in_with(&app, &mut key, None).await);
    let list = "{ viewer { account { sessions { id method current source agent keyName openedAt lastUsedAt expiresAt } } session { id } } }";
    let mine = app.sign_in(&first).ask(list).await;
    let sessions = mine.at("/viewer/account/sessions");
    let of_keys: Vec<&Value> =
        sessions.as_array().expect("sessions").iter().filter(|session| session["method"] == "KEY").collect();
    assert_eq!(of_keys.len(), 2, "{}", mine.text);
    assert_eq!(of_keys.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(of_keys.iter().all(|session| session["source"] == "192.0.2.1"
        && session["agent"] == "a browser of tests"
        && session["keyName"] == "办公室"));
    assert!(!mine.text.contains(&first) && !mine.text.contains(&second));
    let other = of_keys.iter().find(|session| session["current"] == false).expect("the other")["id"].clone();
    // One's own: without a confirmation.
    let ended = mutate(&app.sign_in(&first), "sessionEnd", &json!({ "id": other, "reason": "忘记退出" }), "ended").await;
    assert_eq!(good(&ended)["ended"], 1);
    assert!(!is_open(&app, &second).await && is_open(&app, &first).await);
    assert_eq!(mutate(&app.sign_in(&first), "sessionEnd", &json!({ "id": other }), "ended").await.code(), "NOT_FOUND");
    let third = token_of(&sign_in_with(&app, &mut key, None).await);
    good(&mutate(&app.sign_in(&first), "sessionEndOthers", &json!({}), "ended").await);
    assert!(!is_open(&app, &third).await && is_open(&app, &first).await);
    // A superior's: listed and ended, with the key, and recorded. Nobody else's.
    let of_account = format!(
        "{{ node(id: \"{}\") {{ ... on Account {{ sessions {{ id method }} }} }} }}",
        account(&app, "township-administrator")
    );
    let (mut above, superior) = key_of(&app, "county-administrator").await;
    let seen = app.sign_in(&superior).ask(&of_account).await.at("/node/sessions");
    let id = seen.as_array().expect("sessions").iter().find(|session| session["method"] == "KEY").expect("one")["id"].clone();
    for stranger in ["other-county-administrator", "member", "other-tenant-administrator"] {
        let refused = mutate(&app.sign_in(stranger), "sessionEnd", &json!({ "id": id }), "ended").await;
        assert_eq!(refused.code(), "NOT_FOUND", "{stranger}: {}", refused.text);
    }
    let ended = confirmed(&app, &superior, &mut above, "sessionEnd", json!({ "id": id, "reason": "离岗" })).await;
    assert_eq!(ended.user_errors(), "", "{}", ended.text);
    assert!(!is_open(&app, &first).await);
    assert!(newest_entry(&app).await.contains("SESSION_ENDED") && newest_entry(&app).await.contains("离岗"));
    // A subordinate does not end a superior's.
    let superiors = app.sign_in(&superior).ask("{ viewer { session { id } } }").await.at("/viewer/session/id");
    assert_eq!(
        mutate(&app.sign_in("branch-administrator"), "sessionEnd", &json!({ "id": superiors }), "ended").await.code(),
        "NOT_FOUND"
    );
    assert!(events(&app).await.iter().filter(|event| event.starts_with("session_ended")).count() >= 3);
}

/// covers: SEC-C05, A16
#[tokio::test]
async fn the_cookie_is_bound_to_the_host_and_signing_out_ends_the_session_on_the_server() {
    let app = TestApp::new().await;
    let (mut key, _) = key_of(&app, "township-administrator").await;
    let answer = sign_in_with(&app, &mut key, None).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    let token = token_of(&answer);
    // No Max-Age and no Expires: it ends with the browser.
    assert_eq!(cookie, format!("__Host-banyan={token}; Path=/; Secure; HttpOnly; SameSite=Strict"));
    let request = |method: &str, path: &str| {
        Request::builder().method(method).uri(path).header(header::COOKIE, format!("other=1; __Host-banyan={token}"))
    };
    let seen = app.stranger().request(request("GET", "/session"), Body::empty()).await;
    assert_eq!(seen.json["signedIn"], true);
    let foreign =
        request("DELETE", "/session").header(header::ORIGIN, "https://elsewhere.example").header(header::HOST, "localhost:8080");
    assert_eq!(app.stranger().request(foreign, Body::empty()).await.status, StatusCode::FORBIDDEN);
    let own = request("DELETE", "/session").header(header::ORIGIN, ORIGIN).header(header::HOST, "localhost:8080");
    let out = app.stranger().request(own, Body::empty()).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers[header::SET_COOKIE].to_str().expect("text").starts_with("__Host-banyan=; Max-Age=0"));
    assert!(!is_open(&app, &token).await);
    assert_eq!(app.stranger().request(request("GET", "/session"), Body::empty()).await.json["signedIn"], false);
    assert_eq!(rows(&app, "SELECT ended_reason FROM sessions WHERE ended_reason IS NOT NULL").await, "signed_out");
}

/// covers: SEC-C06
#[tokio::test]
async fn a_page_of_someone_else_can_post_nothing() {
    let app = TestApp::new().await;
    let (_, token) = key_of(&app, "township-administrator").await;
    let before = crate::acting::everything(&app).await;
    let paths = [
        "/session/demonstration",
        "/session/key/begin",
        "/session/key/finish",
        "/session/key/password",
        "/session/raise/begin",
        "/session/raise/finish",
        "/session/password",
        "/session/password/change",
        "/session/enrolment/look",
        "/session/enrolment/begin",
        "/session/enrolment/finish",
        "/session/claim",
        "/graphql",
        "/graphql/stream",
    ];
    let send = |path: &'static str, content: &'static str, origin: &'static str| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, content)
            .header(header::ORIGIN, origin)
            .header(header::HOST, "localhost:8080")
            .header(header::COOKIE, format!("__Host-banyan={token}"));
        let client = app.stranger();
        async move { client.request(request, Body::from(r#"{"query":"{ viewer { readOnly } }"}"#)).await }
    };
    for path in paths {
        for foreign in ["https://elsewhere.example", "http://localhost:8081", "null"] {
            let answer: Answer = send(path, "application/json", foreign).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::FORBIDDEN, "FORBIDDEN"),
                "{path} from {foreign}: {}",
                answer.text
            );
        }
        // What a form can send, from anywhere.
        for content in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain; charset=application/json",
        ] {
            for origin in ["https://elsewhere.example", ORIGIN] {
                let answer = send(path, content, origin).await;
                assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} as {content}");
                assert!(answer.headers.get(header::SET_COOKIE).is_none());
            }
        }
    }
    assert!(crate::acting::everything(&app).await == before);
    assert!(is_open(&app, &token).await);
}

/// covers: SEC-C07
#[tokio::test]
async fn a_stream_is_opened_by_pages_of_ours_and_lives_as_long_as_its_session() {
    let app = TestApp::new().await;
    let (_, token) = key_of(&app, "county-administrator").await;
    // Over a real socket: a handshake needs one.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = app.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let handshake = |origin: Option<String>, cookie: String| async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
        let request = format!(
            "GET /graphql/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n{origin}{cookie}\r\n"
        );
        socket.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = vec![0; 256];
        let read = socket.read(&mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer[..read]).split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let cookie = |token: &str| format!("Cookie: __Host-banyan={token}\r\n");
    assert_eq!(handshake(Some(format!("http://{address}")), cookie(&token)).await, "101");
    for foreign in ["https://elsewhere.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(handshake(Some(foreign.to_owned()), cookie(&token)).await, "403", "{foreign}");
    }
    assert_eq!(handshake(Some(format!("http://{address}")), String::new()).await, "401");
    // Server-sent events: the same, tested with all other routes; and the stream ends with the session that opened it.
    let mut stream = Events::open(&app, &token, &organization(&app, "N1")).await;
    let out = app.sign_in(&token).request(Request::delete("/session"), Body::empty()).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let end = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.expect("the end in time");
    assert_eq!(end, None);
}
