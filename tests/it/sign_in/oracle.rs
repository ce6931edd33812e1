//! Whether an account exists is told to nobody, by words or by time; and what strangers may make the server keep and wait for.

use std::time::{Duration, Instant};

use axum::http::{StatusCode, header};
use banyan_tests::{Answer, Authenticator, TestApp};
use serde_json::{Value, json};

use super::keys::own_code;
use super::{PASSWORD, enrol, member, post, post_from, sign_in_as, token_of, without_number};
use crate::scope::dice::{Dice, setting};
use crate::scope::timing::mann_whitney;

/// Pairs in every run; a verdict over their times takes a thousand of them and a quiet machine.
const FEW: u64 = 6;

/// A body without what differs from one answer to the next: the request's number, the challenge and the credential's id.
fn body(answer: &Answer) -> String {
    let mut json: Value = serde_json::from_str(&without_number(answer)).expect("json");
    // How many keys somebody has, and how long their ids are, is as different among real accounts.
    if let Some(Value::Array(keys)) = json.pointer_mut("/options/allowCredentials") {
        let fields = |key: &Value| key.as_object().expect("a key").keys().cloned().collect::<Vec<_>>();
        let shapes: std::collections::BTreeSet<_> = keys.iter().map(fields).collect();
        *keys = shapes.into_iter().map(|shape| json!(shape)).collect();
    }
    for place in ["/options/challenge", "/ceremony"] {
        if let Some(value) = json.pointer_mut(place) {
            *value = json!(value.as_str().expect("a text").len());
        }
    }
    json.to_string()
}

/// A name that somebody has and one that nobody has: the same status, the same body, and with `PAIRS` of them (as
/// `make prove` asks for) the same time. Waiting after too many tries is the same for both as well.
///
/// covers: SEC-B08
#[tokio::test]
async fn a_name_that_exists_and_one_that_does_not_are_answered_alike() {
    let pairs = setting("PAIRS", 0);
    let app = TestApp::new().await;
    let (_, known, session) = member(&app, "N1A-2").await;
    let mut key = Authenticator::default();
    token_of(&enrol(&app, &own_code(&app, &session).await, &mut key).await);
    let ways: [(&str, &str); 2] = [("password", "/session/password"), ("key", "/session/key/begin")];
    for (way, path) in ways {
        // Chance alone fails one measurement in a hundred, so one that fails is made once more.
        for attempt in 0..2 {
            let dice = &mut Dice::new(setting("SEED", 8) + attempt);
            let (mut of_known, mut of_nobody) = (Vec::new(), Vec::new());
            for number in 0..=pairs.max(FEW) {
                // Tries of an hour ago, elsewhere: what is measured is never the throttle.
                app.database.change("DELETE FROM throttles; DELETE FROM ceremonies").await;
                let nobody = format!("没有此人{}", dice.below(1_000_000));
                let known_first = dice.chance(0.5);
                let mut bodies = Vec::new();
                for is_known in [known_first, !known_first] {
                    let name = if is_known { known.as_str() } else { nobody.as_str() };
                    let began = Instant::now();
                    let answer = post(&app, path, json!({ "userName": name, "password": "not this one" })).await;
                    let took = began.elapsed().as_secs_f64();
                    bodies.push((answer.status, body(&answer)));
                    // The first pair only warms up.
                    if number > 0 {
                        if is_known { of_known.push(took) } else { of_nobody.push(took) }
                    }
                }
                assert_eq!(bodies[0], bodies[1], "{way}");
            }
            let p = mann_whitney(&of_known, &of_nobody);
            println!("signing in by {way}: {} pairs, p = {p:.3}", of_known.len());
            if pairs == 0 || p > 0.01 {
                break;
            }
            assert!(attempt == 0, "times of {way} tell apart: p = {p:.4}");
        }
    }
    // Five wrong ones, then both wait, equally long and with the same words.
    app.database.change("DELETE FROM throttles").await;
    for _ in 0..5 {
        for name in [known.as_str(), "没有此人"] {
            assert_eq!(sign_in_as(&app, name, "not this one").await.status, StatusCode::UNAUTHORIZED);
        }
    }
    let (one, other) = (sign_in_as(&app, &known, "not this one").await, sign_in_as(&app, "没有此人", "not this one").await);
    assert_eq!((one.status, body(&one)), (StatusCode::TOO_MANY_REQUESTS, body(&other)));
    let seconds =
        |answer: &Answer| -> i64 { answer.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds") };
    assert!((seconds(&one) - seconds(&other)).abs() <= 2, "{} {}", seconds(&one), seconds(&other));
}

/// Every question writes a row, so one source has a hundred of them at a time and the table stays small.
#[tokio::test]
async fn a_stranger_gets_so_many_challenges_at_a_time() {
    let app = TestApp::new().await;
    let kept = "SELECT count(*) FROM ceremonies";
    let begin = |source: &'static str| post_from(&app, None, source, "/session/key/begin", json!({}));
    for _ in 0..10 {
        let some = futures_util::future::join_all((0..20).map(|_| begin("198.51.100.7:1"))).await;
        assert!(some.iter().all(|answer| matches!(answer.status, StatusCode::OK | StatusCode::TOO_MANY_REQUESTS)));
    }
    assert_eq!(app.database.number(kept).await, 100);
    let refused = begin("198.51.100.7:9").await;
    assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"), "{}", refused.text);
    let wait: i64 = refused.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=120).contains(&wait), "{wait}");
    // Others are not kept out, and those beside one address of the newer kind are one source.
    assert_eq!(begin("203.0.113.1:1").await.status, StatusCode::OK);
    for number in 0..102 {
        let source = format!("[2001:db8:0:1::{number:x}]:1");
        let answer = post_from(&app, None, &source, "/session/key/begin", json!({})).await;
        assert_eq!(answer.status == StatusCode::OK, number < 100, "{source}");
    }
    assert_eq!(app.database.number(kept).await, 201);
    // Two minutes later all are gone with the next question, and it is answered.
    app.clock.shift(121);
    assert_eq!(begin("198.51.100.7:1").await.status, StatusCode::OK);
    assert_eq!(app.database.number(kept).await, 102);
    // Whoever is signed in is asked by the account, and an answered challenge makes room.
    let mut key = Authenticator::default();
    let (_, _, session) = member(&app, "N1A-2").await;
    token_of(&enrol(&app, &own_code(&app, &session).await, &mut key).await);
    token_of(&super::sign_in_with(&app, &mut key, None).await);
    assert_eq!(app.database.number(kept).await, 102);
}

/// What is guessed is counted by the network that it comes from: whoever has one address of the newer kind has all that
/// are beside it, and changes between them as often as they like.
#[tokio::test]
async fn passwords_and_claim_codes_are_counted_by_the_network_they_come_from() {
    let app = TestApp::new().await;
    let day = chrono::NaiveDate::from_ymd_opt(1990, 1, 2).expect("a day");
    // Each try has a name, or a number, of its own: only the source can be what is counted.
    let body = |path: &str, number: u16| match path {
        "/session/password" => json!({ "userName": format!("没有此人{number}"), "password": "x" }),
        _ => {
            let number = banyan::testing::identity::IdentityNumber::make(500_101, day, number + 1).expect("a number");
            json!({ "name": "李芳", "identityNumber": number.as_str(), "code": "AAAAA-AAAAA", "password": PASSWORD })
        }
    };
    for (net, path) in [(1, "/session/password"), (2, "/session/claim")] {
        let app = &app;
        let send = |net: u16, number: u16| async move {
            let source = format!("[2001:db8:0:{net:x}:{number:x}::{number:x}]:1");
            post_from(app, None, &source, path, body(path, number)).await
        };
        for ten in 0..5 {
            let some = futures_util::future::join_all((0..10).map(|one| send(net, ten * 10 + one))).await;
            assert!(some.iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED), "{path}: {}", some[0].text);
        }
        for number in 50..53 {
            let answer = send(net, number).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"),
                "{path}: {}",
                answer.text
            );
        }
        // The network beside it is another one's.
        assert_eq!(send(net + 16, 60).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

/// A database that hangs makes nobody wait for ever, and nothing stays behind.
#[tokio::test]
async fn signing_in_and_closing_what_ran_out_have_a_deadline() {
    let app = TestApp::on(banyan_tests::clone_of_template().await, true, Duration::from_millis(600)).await;
    let owner = app.database.owner().await;
    owner.batch_execute("BEGIN; LOCK TABLE accounts, sessions IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    for (path, asked) in [
        ("/session/password", json!({ "userName": "李芳", "password": "x" })),
        ("/session/key/begin", json!({ "userName": "李芳" })),
        ("/session/enrolment/begin", json!({ "code": "AAAAA-AAAAA" })),
    ] {
        let began = Instant::now();
        let late = post(&app, path, asked).await;
        assert_eq!((late.status, late.code()), (StatusCode::SERVICE_UNAVAILABLE, "DEADLINE"), "{path}: {}", late.text);
        assert!(began.elapsed() < Duration::from_secs(5), "{path}");
    }
    let began = Instant::now();
    let closed = banyan::testing::close_expired(app.engine.db(), &app.clock, Duration::from_millis(300)).await;
    assert!(closed.is_err() && began.elapsed() < Duration::from_secs(5));
    owner.batch_execute("ROLLBACK").await.expect("the end");
    assert_eq!(sign_in_as(&app, "没有此人", "x").await.code(), "PASSWORD_SIGN_IN_FAILED");
    banyan::testing::close_expired(app.engine.db(), &app.clock, Duration::from_secs(20)).await.expect("closed");
    // What closing was allowed to take is its own: the connection is as any other again.
    let times = app
        .database
        .number("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()")
        .await;
    assert_eq!(times, 0);
}
