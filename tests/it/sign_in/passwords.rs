//! Passwords: initial ones, their change, both policies, and what guessing costs.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::http::StatusCode;
use banyan::testing::PasswordCost;
use banyan_tests::{Answer, Authenticator, TestApp};
use serde_json::{Value, json};

use super::{
    OTHER, PASSWORD, code_for, cookie_of, enrol, events, good, is_open, member, mutate, open_account, post, post_as, post_from,
    session, sign_in_as, sign_in_with, token_of, without_number,
};
use crate::acting::{organization, rows};
use crate::live::Events;

async fn change(app: &TestApp, token: &str, old: &str, new: &str) -> Answer {
    post_as(app, Some(token), "/session/password/change", json!({ "old": old, "new": new })).await
}

fn problems(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "PASSWORD_REFUSED"), "{}", answer.text);
    let line = |problem: &Value| {
        format!("{} {}", problem["field"].as_str().unwrap_or_default(), problem["code"].as_str().unwrap_or_default())
    };
    answer.json["problems"].as_array().expect("problems").iter().map(line).collect::<Vec<_>>().join("\n")
}

/// covers: A09
#[tokio::test]
async fn an_initial_password_opens_nothing_but_its_change() {
    let app = TestApp::new().await;
    let (_, user_name, secret) = open_account(&app, "N1A-2").await;
    let answer = sign_in_as(&app, &user_name, &secret).await;
    assert_eq!(answer.json, json!({ "ok": true, "passwordChangeRequired": true }));
    let token = token_of(&answer);
    assert_eq!(session(&app, &token).await["passwordChangeRequired"], true);
    let client = app.sign_in(&token);
    assert_eq!(
        client
            .ask("{ viewer { passwordChangeRequired account { userName } } server { version } }")
            .await
            .at("/viewer/account/userName"),
        user_name
    );
    let branch = organization(&app, "N1A");
    for ask in [
        "{ people { totalCount } }".to_owned(),
        "{ organizations { totalCount } }".to_owned(),
        "{ journal { totalCount } }".to_owned(),
        "{ grants { totalCount } }".to_owned(),
        "{ accounts { totalCount } }".to_owned(),
        "{ securityEvents { totalCount } }".to_owned(),
        "{ invitations { totalCount } }".to_owned(),
        "{ policy { version } }".to_owned(),
        "{ codeTables { totalCount } }".to_owned(),
        "{ codes(table: \"sex\") { totalCount } }".to_owned(),
        "{ divisions { totalCount } }".to_owned(),
        format!("{{ node(id: \"{branch}\") {{ id }} }}"),
        format!("{{ accountRoster(organization: \"{branch}\") {{ totalCount }} }}"),
        format!("{{ claimCodes(organization: \"{branch}\") {{ id }} }}"),
        format!("{{ viewer {{ readOnly }} node(id: \"{branch}\") {{ id }} }}"),
        "query { ...on Query { viewer { readOnly } } }".to_owned(),
        "mutation { accountRename(input: { version: 1, userName: \"别名\" }) { userErrors { code } } }".to_owned(),
        "mutation { keyInviteOwn(input: { password: \"x\" }) { userErrors { code } } }".to_owned(),
        "mutation { sessionEndOthers(input: {}) { userErrors { code } } }".to_owned(),
    ] {
        let (refused, chinese) = (client.ask(&ask).await, client.clone().speaking("zh").ask(&ask).await);
        assert_eq!(refused.code(), "PASSWORD_CHANGE_REQUIRED", "{ask}: {}", refused.text);
        assert_eq!(chinese.json["errors"][0]["message"], "首次登录请先修改密码");
    }
    let changed = change(&app, &token, &secret, PASSWORD).await;
    assert_eq!(changed.json, json!({ "ok": true }));
    let fresh = token_of(&changed);
    assert_eq!(session(&app, &fresh).await["passwordChangeRequired"], false);
    assert_eq!(
        app.sign_in(&fresh).ask("{ viewer { account { state } } codeTables { totalCount } }").await.at("/viewer/account/state"),
        "ACTIVE"
    );
    assert!(!is_open(&app, &token).await, "the session of the initial password is over");
    assert_eq!(sign_in_as(&app, &user_name, &secret).await.code(), "PASSWORD_SIGN_IN_FAILED");
    // A sign-out works with an initial password as well.
    let (_, user_name, secret) = open_account(&app, "N1A-3").await;
    let token = token_of(&sign_in_as(&app, &user_name, &secret).await);
    let out = app.sign_in(&token).request(axum::http::Request::delete("/session"), axum::body::Body::empty()).await;
    assert_eq!((out.status, is_open(&app, &token).await), (StatusCode::NO_CONTENT, false));
}

/// covers: A05
#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_cannot_be_told_apart() {
    let app = TestApp::new().await;
    let (_, disabled, _) = member(&app, "N1A-3").await;
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE user_name = '张建国'").await;
    let (_, known, _) = member(&app, "N1A-2").await;
    token_of(&sign_in_as(&app, &known, PASSWORD).await);
    let mut bodies = Vec::new();
    for (zh, en) in [(true, "用户名或密码错误"), (false, "Wrong user name or password")] {
        for name in [known.as_str(), disabled.as_str(), "没有此人", "x@M", "", "a\u{0}b"] {
            let request = axum::http::Request::post("/session/password").header("content-type", "application/json");
            let client = app.stranger().speaking(if zh { "zh" } else { "en" });
            let body = json!({ "userName": name, "password": "wrong" }).to_string();
            let answer = client.request(request, axum::body::Body::from(body)).await;
            assert_eq!(
                (answer.status, answer.json["errors"][0]["message"].as_str()),
                (StatusCode::UNAUTHORIZED, Some(en)),
                "{name:?} {}",
                answer.text
            );
            bodies.push(without_number(&answer));
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 2);
    assert!(events(&app).await.contains(&"sign_in_failed WrongPassword".to_owned()));
    // In place of a captcha: who goes on trying waits.
    for _ in 0..3 {
        assert_eq!(sign_in_as(&app, &known, "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sign_in_as(&app, &known, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}

/// In part (30 pairs; what a thousand say comes of `make prove`): SEC-B08
#[tokio::test]
async fn guessing_waits_and_doubles_and_takes_the_same_time_for_every_name() {
    let app = TestApp::new().await;
    let (account, known, _) = member(&app, "N1A-2").await;
    let attempt = |name: String, source: String, password: &'static str| {
        let app = &app;
        async move { post_from(app, None, &source, "/session/password", json!({ "userName": name, "password": password })).await }
    };
    // Thirty pairs, each from a source of its own and a name that has tries left: the same body and the same time.
    let mut times = (Vec::new(), Vec::new());
    for pair in 0..30 {
        let source = format!("198.51.100.{pair}:1");
        app.clock.shift(2 * 24 * 3600);
        for (name, times) in [(known.clone(), &mut times.0), (format!("没有此人{pair}"), &mut times.1)] {
            let began = Instant::now();
            let answer = attempt(name, source.clone(), "wrong").await;
            times.push(began.elapsed());
            assert_eq!(answer.code(), "PASSWORD_SIGN_IN_FAILED", "{}", answer.text);
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (of_known, of_nobody) = (median(&mut times.0), median(&mut times.1));
    assert!(of_known.abs_diff(of_nobody) < Duration::from_millis(60), "{of_known:?} {of_nobody:?}");
    assert!(times.0.iter().chain(&times.1).all(|time| *time >= Duration::from_millis(250)));

    // Five are free, the sixth waits, and each wrong one after it waits twice as long; for nobody's name as well.
    app.clock.shift(2 * 24 * 3600);
    for name in [known.as_str(), "没有此人"] {
        let source = |number: usize| format!("203.0.113.{number}:1");
        for number in 0..5 {
            assert_eq!(
                attempt(name.to_owned(), source(number), "wrong").await.status,
                StatusCode::UNAUTHORIZED,
                "{name} {number}"
            );
        }
        for wait in [60, 120, 240, 480] {
            let waiting = attempt(name.to_owned(), source(9), PASSWORD).await;
            assert_eq!((waiting.status, waiting.code()), (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"), "{name} {wait}");
            let after: i64 = waiting.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
            assert!((wait - 5..=wait).contains(&after), "{after} of {wait}");
            app.clock.shift(wait + 1);
            assert_eq!(attempt(name.to_owned(), source(9), "wrong").await.status, StatusCode::UNAUTHORIZED, "{name} {wait}");
        }
        // With the name of the tenant behind it, it is the same name.
        assert_eq!(attempt(format!("{name}@M"), source(10), "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let locked = format!("{{ node(id: \"{account}\") {{ ... on Account {{ lockedUntil flags }} }} }}");
    assert_eq!(app.sign_in("municipal-administrator").ask(&locked).await.at("/node/flags"), json!(["LOCKED"]));
    assert!(events(&app).await.contains(&"locked -".to_owned()));
    // The right one after the wait frees the name.
    app.clock.shift(3600);
    token_of(&attempt(known.clone(), "203.0.113.50:1".into(), PASSWORD).await);
    assert_eq!(attempt(known.clone(), "203.0.113.50:1".into(), "wrong").await.status, StatusCode::UNAUTHORIZED);

    // Five wrong ones at once count five.
    app.clock.shift(2 * 24 * 3600);
    let five = (0..5).map(|number| attempt(known.clone(), format!("203.0.113.{}:1", 60 + number), "wrong"));
    let all = futures_util::future::join_all(five).await;
    assert!(all.iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED));
    assert_eq!(attempt(known.clone(), "203.0.113.70:1".into(), PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);

    // Twenty of one office who sign in at the same moment do not stop one another.
    let office = (0..20).map(|number| attempt(format!("同事{number}"), "203.0.113.90:1".into(), "wrong"));
    let all = futures_util::future::join_all(office).await;
    assert!(all.iter().all(|answer| answer.status == StatusCode::UNAUTHORIZED));

    // One source that tries many names waits too, and no other source with it.
    app.clock.shift(2 * 24 * 3600);
    let mut refused = 0;
    for number in 0..55 {
        refused += usize::from(
            attempt(format!("某人{number}"), "203.0.113.200:1".into(), "wrong").await.status == StatusCode::TOO_MANY_REQUESTS,
        );
    }
    assert_eq!(refused, 5);
    assert_eq!(attempt("某人99".into(), "203.0.113.201:1".into(), "wrong").await.status, StatusCode::UNAUTHORIZED);
}

/// covers: A10
#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one_and_ends_everything_else() {
    let app = TestApp::new().await;
    let (account, user_name, first) = member(&app, "N1A-2").await;
    let second = token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    assert_eq!(problems(&change(&app, &first, "wrong", OTHER).await), "old PASSWORD_WRONG");
    assert_eq!(problems(&change(&app, &first, PASSWORD, PASSWORD).await), "new PASSWORD_UNCHANGED");
    assert_eq!(problems(&change(&app, &first, PASSWORD, "kurz").await), "new PASSWORD_TOO_SHORT\nnew PASSWORD_TOO_COMMON");
    assert_eq!(problems(&change(&app, &first, PASSWORD, "passwordpassword").await), "new PASSWORD_TOO_COMMON");
    let with_name = format!("{user_name}爱爬山也爱看长江的夜景哦哦啦");
    assert_eq!(problems(&change(&app, &first, PASSWORD, &with_name).await), "new PASSWORD_CONTAINS_NAME");
    let request = axum::http::Request::post("/session/password/change").header("content-type", "application/json");
    let body = json!({ "old": "wrong", "new": OTHER }).to_string();
    let chinese = app.sign_in(&first).speaking("zh").request(request, axum::body::Body::from(body)).await;
    assert_eq!(chinese.json["problems"][0]["message"], "原密码错误");
    assert!(is_open(&app, &first).await && is_open(&app, &second).await, "a refusal ends nothing");
    // Many new ones that are refused are no guesses at the old one.
    for _ in 0..6 {
        assert_eq!(change(&app, &first, PASSWORD, "kurz").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    // A secretary's stream ends with the password as well.
    let grant = json!({ "accountId": account, "role": "SECRETARY", "organizationId": organization(&app, "N1A") });
    good(&mutate(&app.sign_in("municipal-administrator"), "grantGive", &grant, "grant { id }").await);
    let mut key = Authenticator::default();
    let code = code_for(&app, &account).await;
    let raised = token_of(&enrol(&app, &code, &mut key).await);
    let mut stream = Events::open(&app, &raised, &organization(&app, "N1A")).await;
    let changed = change(&app, &first, PASSWORD, OTHER).await;
    let fresh = token_of(&changed);
    for old in [&first, &second, &raised] {
        assert!(!is_open(&app, old).await);
    }
    let end = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.expect("the end within five seconds");
    assert_eq!(end, None);
    assert!(is_open(&app, &fresh).await);
    assert_eq!(sign_in_as(&app, &user_name, PASSWORD).await.code(), "PASSWORD_SIGN_IN_FAILED");
    token_of(&sign_in_as(&app, &user_name, OTHER).await);
    assert!(events(&app).await.contains(&"password_changed -".to_owned()));
    assert_eq!(
        rows(&app, "SELECT account_name FROM journal WHERE event = 'PASSWORD_CHANGED' ORDER BY id DESC LIMIT 1").await,
        "李芳"
    );
    // Wrong old ones can be guessed as little as at the door.
    for _ in 0..5 {
        assert_eq!(problems(&change(&app, &fresh, "wrong", PASSWORD).await), "old PASSWORD_WRONG");
    }
    assert_eq!(change(&app, &fresh, OTHER, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    for path in ["/session/password/change", "/session/raise/begin"] {
        assert_eq!(post(&app, path, json!({ "old": "x", "new": "y" })).await.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn the_graded_profile_wants_kinds_and_rotation_and_nothing_of_the_last_five() {
    let app = TestApp::new().await;
    let policy = json!({ "version": 1, "passwordProfile": "GRADED", "rotationDays": 90, "initialSecret": "GENERATED", "twoPersonDepth": 2, "unmaskDailyBudget": 30 });
    good(&mutate(&app.sign_in("security-administrator"), "policySet", &policy, "policy { version passwordMinimum }").await);
    let (_, user_name, mut token) = member(&app, "N1A-2").await;
    assert_eq!(session(&app, &token).await["passwordPolicy"], json!({ "profile": "graded", "minimum": 10 }));
    assert_eq!(problems(&change(&app, &token, PASSWORD, "correct horse battery staple").await), "new PASSWORD_TOO_SIMPLE");
    let chosen: Vec<String> = (0..6).map(|number| format!("Xq7!vR2#mK{number}z")).collect();
    let mut old = PASSWORD.to_owned();
    for new in &chosen {
        token = token_of(&change(&app, &token, &old, new).await);
        old.clone_from(new);
    }
    for earlier in &chosen[1..5] {
        assert_eq!(problems(&change(&app, &token, &old, earlier).await), "new PASSWORD_USED_BEFORE", "{earlier}");
    }
    token_of(&change(&app, &token, &old, PASSWORD).await);
    // After ninety days the session that is open may only change it, and so may the next one.
    app.clock.shift(90 * 24 * 3600 - 3600);
    let answer = sign_in_as(&app, &user_name, PASSWORD).await;
    assert_eq!(answer.json["passwordChangeRequired"], false);
    let open = token_of(&answer);
    app.clock.shift(3700);
    assert_eq!(app.sign_in(&open).ask("{ codeTables { totalCount } }").await.code(), "PASSWORD_CHANGE_REQUIRED");
    let answer = sign_in_as(&app, &user_name, PASSWORD).await;
    assert_eq!(answer.json["passwordChangeRequired"], true);
    token = token_of(&change(&app, &token_of(&answer), PASSWORD, OTHER).await);
    assert!(app.sign_in(&token).ask("{ codeTables { totalCount } }").await.code().is_empty());
}

/// covers: SEC-B10
#[tokio::test]
async fn a_password_is_kept_as_argon2id_and_an_old_form_is_renewed_at_the_next_sign_in() {
    let app = TestApp::new().await;
    let (_, user_name, _) = member(&app, "N1A-2").await;
    let kept = || rows(&app, "SELECT hash FROM account_passwords");
    let current = "$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(kept().await.starts_with(current));
    assert!(!crate::acting::everything(&app).await.join("\n").contains(PASSWORD));
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).expect("parameters"));
    let old = weak.hash_password(PASSWORD.as_bytes()).expect("a hash").to_string();
    app.database.owner().await.execute("UPDATE account_passwords SET hash = $1", &[&old]).await.expect("a row");
    assert_eq!(sign_in_as(&app, &user_name, "wrong").await.code(), "PASSWORD_SIGN_IN_FAILED");
    assert_eq!(kept().await, old);
    token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    assert!(kept().await.starts_with(current));
    token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    let began = Instant::now();
    sign_in_as(&app, &user_name, PASSWORD).await;
    assert!(began.elapsed() > Duration::from_millis(10), "a password costs time");
}

/// An operator raises what a guess costs: a server that begins with other values renews every hash when its owner comes.
///
/// covers: SEC-B10
#[tokio::test]
async fn other_parameters_hold_from_the_next_start_on() {
    let app = TestApp::new().await;
    let (_, user_name, _) = member(&app, "N1A-2").await;
    let kept = || rows(&app, "SELECT hash FROM account_passwords");
    let timed = async |app: &TestApp| {
        let began = Instant::now();
        let answer = sign_in_as(app, &user_name, PASSWORD).await;
        token_of(&answer);
        began.elapsed()
    };
    let first = kept().await;
    let before = timed(&app).await;
    assert_eq!(kept().await, first, "nothing to renew");
    let twin = banyan_tests::Database {
        owner_url: app.database.owner_url.clone(),
        app_url: app.database.app_url.clone(),
        seed: app.database.seed.clone(),
    };
    let dear = PasswordCost { memory_kib: 64 * 1024, passes: 6, lanes: 1 };
    let again = TestApp::with_password_cost(twin, dear).await;
    timed(&again).await;
    let renewed = kept().await;
    assert!(renewed.starts_with("$argon2id$v=19$m=65536,t=6,p=1$"), "{renewed}");
    // Ten times the work: twice the time is certain on a busy machine too.
    let after = timed(&again).await;
    assert!(after > before * 2, "{before:?} and then {after:?}");
    assert_eq!(kept().await, renewed);
    // Nobody's password takes as long as somebody's, and is as wrong.
    let began = Instant::now();
    assert_eq!(sign_in_as(&again, "没有此人", PASSWORD).await.code(), "PASSWORD_SIGN_IN_FAILED");
    assert!(began.elapsed() > before * 2);
    // What is less than the least is refused at the start.
    for (flag, value) in [("--argon2-memory", "19455"), ("--argon2-passes", "1"), ("--argon2-lanes", "0")] {
        let refused = banyan::testing::parse_arguments(&["banyan", "serve", flag, value]).expect_err("too little");
        assert!(refused.contains(flag), "{refused}");
    }
}

/// In part (a member's password opens the own view where the tenant wants no key of members; where it does, see
/// `members_key.rs`): SEC-B01
///
/// covers: A01
#[tokio::test]
async fn roles_of_who_leads_sleep_until_the_key_answers() {
    let app = TestApp::new().await;
    let (account, user_name, token) = member(&app, "N1A-2").await;
    let grant = json!({ "accountId": account, "role": "SECRETARY", "organizationId": organization(&app, "N1A") });
    good(&mutate(&app.sign_in("municipal-administrator"), "grantGive", &grant, "grant { id }").await);
    // The password opens the member's own view; the secretary's role is there and asleep.
    let look = "{ viewer { permissions sleeping branch { code } session { method } } }";
    let seen = app.sign_in(&token).ask(look).await;
    assert_eq!(
        seen.at("/viewer"),
        json!({ "permissions": [], "sleeping": ["SECRETARY"], "branch": { "code": "N1A" }, "session": { "method": "PASSWORD" } })
    );
    for ask in ["{ people { totalCount } }", "{ accounts { totalCount } }"] {
        let refused = app.sign_in(&token).speaking("zh").ask(ask).await;
        assert_eq!(
            (refused.code(), refused.json["errors"][0]["message"].as_str()),
            ("KEY_REQUIRED", Some("请使用安全密钥登录")),
            "{ask}"
        );
    }
    let edit = json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "东村" });
    assert_eq!(mutate(&app.sign_in(&token), "organizationEdit", &edit, "organization { id }").await.code(), "KEY_REQUIRED");
    // The password alone does not become a key either: the first one comes from a superior.
    let own = mutate(&app.sign_in(&token), "keyInviteOwn", &json!({ "password": PASSWORD }), "code").await;
    assert_eq!(own.code(), "FORBIDDEN", "{}", own.text);
    assert_eq!(
        post_as(&app, Some(&token), "/session/raise/begin", json!({})).await.code(),
        "SIGN_IN_FAILED",
        "there is no key yet"
    );
    let mut key = Authenticator::default();
    let code = code_for(&app, &account).await;
    let by_key = token_of(&enrol(&app, &code, &mut key).await);
    assert_eq!(app.sign_in(&by_key).ask("{ people { totalCount } }").await.at("/people/totalCount"), 5);
    // Raised: another secret, the old one dead, the role awake.
    let raised = raise(&app, &token, &mut key).await;
    assert!(!is_open(&app, &token).await);
    assert_eq!(app.sign_in(&raised).ask(look).await.at("/viewer/session/method"), "KEY_AND_PASSWORD");
    assert_eq!(app.sign_in(&raised).ask("{ people { totalCount } viewer { sleeping } }").await.at("/people/totalCount"), 5);
    assert!(events(&app).await.contains(&"raised -".to_owned()));
    // Somebody else's key raises nothing, and the session stays as it was.
    let again = token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    let (mut other, _) = super::key_of(&app, "county-administrator").await;
    let begun = post_as(&app, Some(&again), "/session/raise/begin", json!({})).await;
    let credential = other.sign(&begun.json["options"]);
    let refused = post_as(
        &app,
        Some(&again),
        "/session/raise/finish",
        json!({ "ceremony": begun.json["ceremony"], "credential": credential }),
    )
    .await;
    assert_eq!((refused.code(), cookie_of(&refused)), ("SIGN_IN_FAILED", None));
    assert!(is_open(&app, &again).await);
    // The role ends: what was extra is gone, with the next request.
    let grant = app.sign_in(&raised).ask("{ viewer { grants { id version role } } }").await.at("/viewer/grants");
    let secretary = grant.as_array().expect("grants").iter().find(|grant| grant["role"] == "SECRETARY").expect("a grant").clone();
    good(
        &mutate(
            &app.sign_in("municipal-administrator"),
            "grantEnd",
            &json!({ "id": secretary["id"], "version": 1 }),
            "grant { id }",
        )
        .await,
    );
    assert_eq!(app.sign_in(&raised).ask("{ people { totalCount } }").await.code(), "FORBIDDEN");
    // An administrator's account has no password that could be tried.
    for name in ["county-administrator", "secretary"] {
        assert_eq!(sign_in_as(&app, name, PASSWORD).await.code(), "PASSWORD_SIGN_IN_FAILED");
    }
    token_of(&sign_in_with(&app, &mut key, Some(&user_name)).await);
}

pub async fn raise(app: &TestApp, token: &str, key: &mut Authenticator) -> String {
    let begun = post_as(app, Some(token), "/session/raise/begin", json!({})).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let credential = key.sign(&begun.json["options"]);
    token_of(
        &post_as(
            app,
            Some(token),
            "/session/raise/finish",
            json!({ "ceremony": begun.json["ceremony"], "credential": credential }),
        )
        .await,
    )
}
