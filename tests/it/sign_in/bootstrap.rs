//! The first administrator: no account is there that nobody made (SEC-K04).

use std::time::Duration;

use axum::http::StatusCode;
use banyan::testing::{Bootstrap, bootstrap};
use banyan_tests::{Authenticator, TestApp, empty_database};
use serde_json::json;

use super::{PASSWORD, enrol, is_open, post, sign_in_as, sign_in_with, token_of};
use crate::acting::rows;

async fn begin(app: &TestApp, organization: &str, create: Option<&str>) -> anyhow::Result<String> {
    let wanted = Bootstrap { organization, name: "首任管理员", create };
    bootstrap(&mut app.database.owner().await, app.clock.now(), &wanted).await
}

/// covers: SEC-K04
#[tokio::test]
async fn a_fresh_server_has_no_account_until_one_is_made_with_a_key() {
    let app = TestApp::on(empty_database().await, false, Duration::from_secs(20)).await;
    for table in ["accounts", "sessions", "account_passwords", "account_keys", "invitations", "grants"] {
        assert_eq!(app.database.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    for (name, password) in [("admin", "admin"), ("admin", "123456"), ("root", "root"), ("", "")] {
        assert_eq!(sign_in_as(&app, name, password).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        post(&app, "/session/demonstration", json!({ "as": "municipal-administrator" })).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(begin(&app, "CQ", None).await.is_err(), "there is no such organization");
    let code = begin(&app, "CQ", Some("中国共产党云山市委员会")).await.expect("a code");
    assert_eq!(app.database.number("SELECT count(*) FROM sessions").await, 0, "a link is no session");
    assert!(!crate::acting::everything(&app).await.join("\n").contains(&code), "only the hash is kept");
    let looked = post(&app, "/session/enrolment/look", json!({ "code": code })).await;
    assert_eq!(
        (&looked.json["account"]["name"], &looked.json["organization"]["name"]),
        (&json!("首任管理员"), &json!("中国共产党云山市委员会"))
    );
    let mut key = Authenticator::default();
    let token = token_of(&enrol(&app, &code, &mut key).await);
    let seen =
        app.sign_in(&token).ask("{ viewer { account { name state userName } roots { code name } grants { role } } }").await;
    assert_eq!(
        seen.at("/viewer"),
        json!({ "account": { "name": "首任管理员", "state": "ACTIVE", "userName": null },
        "roots": [{ "code": "CQ", "name": "中国共产党云山市委员会" }], "grants": [{ "role": "ORGANIZATION_ADMINISTRATOR" }] })
    );
    token_of(&sign_in_with(&app, &mut key, None).await);
    assert_eq!(
        rows(&app, "SELECT event, account_name FROM journal ORDER BY id").await,
        "ACCOUNT_INVITED | banyan bootstrap\nKEY_ENROLLED | 首任管理员"
    );
    assert!(begin(&app, "CQ", Some("又一个")).await.is_err(), "the code is in use");
    crate::acting::sound(&app).await;
    assert_eq!(sign_in_as(&app, "首任管理员", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert!(is_open(&app, &token).await);
}

#[tokio::test]
async fn the_link_is_good_once_and_for_an_hour_and_however_it_is_typed() {
    let app = TestApp::new().await;
    let look = |code: String| post(&app, "/session/enrolment/look", json!({ "code": code }));
    let code = begin(&app, "N", None).await.expect("a code");
    for typed in [
        code.clone(),
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " "),
        format!("  {} ", code.to_lowercase().replace('-', "")),
    ] {
        assert_eq!(look(typed.clone()).await.status, StatusCode::OK, "{typed}");
    }
    app.clock.shift(3590);
    assert_eq!(look(code.clone()).await.status, StatusCode::OK);
    app.clock.shift(20);
    let late = look(code.clone()).await;
    assert_eq!((late.status, late.code()), (StatusCode::NOT_FOUND, "ENROLMENT_NOT_FOUND"));
    // Late between the question and the answer as well.
    let second = begin(&app, "N", None).await.expect("a code");
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": second })).await;
    let credential = Authenticator::default().register(&begun.json["options"]);
    let finish = json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x" });
    app.database.change("UPDATE invitations SET expires_at = now() - interval '1 day'").await;
    assert_eq!(post(&app, "/session/enrolment/finish", finish).await.code(), "ENROLMENT_FAILED");
    // Used is used; and two windows at once enrol one key.
    let third = begin(&app, "N", None).await.expect("a code");
    let (one, two) = (
        post(&app, "/session/enrolment/begin", json!({ "code": third })).await,
        post(&app, "/session/enrolment/begin", json!({ "code": third })).await,
    );
    let answer = |begun: &banyan_tests::Answer| {
        let credential = Authenticator::default().register(&begun.json["options"]);
        post(
            &app,
            "/session/enrolment/finish",
            json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x" }),
        )
    };
    let (first, other) = tokio::join!(answer(&one), answer(&two));
    let mut codes = [first.code().to_owned(), other.code().to_owned()];
    codes.sort();
    assert_eq!(codes, ["", "ENROLMENT_FAILED"]);
    let (used, unknown) = (look(third).await, look("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA".to_owned()).await);
    assert_eq!(super::without_number(&used), super::without_number(&unknown));
    assert_eq!(app.database.number("SELECT count(*) FROM account_keys").await, 1);
}
