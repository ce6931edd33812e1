//! Security keys: enrolled, signed in with, and every check of WebAuthn level 3 with a forged answer (SEC-B02, SEC-B03).

use axum::http::StatusCode;
use banyan::testing::{ErrorCode, Language};
use banyan_tests::{Answer, Authenticator, Flaws, TestApp};
use serde_json::{Value, json};

use super::{
    PASSWORD, code_for, cookie_of, enrol, events, good, invite, is_open, key_of, member, mutate, post, post_as, sign_in_with,
    token_of, without_number,
};
use crate::acting::{account, newest_entry, rows};

fn flaws() -> Flaws {
    Flaws::default()
}

/// What a forged answer is refused with, and that nothing was written.
async fn forged_registration(app: &TestApp, code: &str, key: &mut Authenticator, flaws: &Flaws) -> (Answer, String) {
    let begun = post(app, "/session/enrolment/begin", json!({ "code": code })).await;
    let credential = key.register_with(&begun.json["options"], flaws);
    let body = json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x" });
    let answer = post(app, "/session/enrolment/finish", body).await;
    (answer, events(app).await.pop().unwrap_or_default())
}

/// covers: SEC-B02
#[tokio::test]
async fn every_forged_registration_is_refused_with_its_own_reason_and_one_answer() {
    let app = TestApp::new().await;
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    let (other, _) = key_of(&app, "county-administrator").await;
    let cases = [
        ("MalformedClientData", Flaws { garbled_client_data: true, ..flaws() }),
        ("InvalidClientDataType", Flaws { client_type: Some("webauthn.get"), ..flaws() }),
        ("MismatchedChallenge", Flaws { challenge: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()), ..flaws() }),
        ("InvalidRPOrigin", Flaws { origin: Some("https://elsewhere.example"), ..flaws() }),
        ("InvalidRPOrigin", Flaws { origin: Some("http://localhost:8081"), ..flaws() }),
        ("InvalidRPOrigin", Flaws { origin: Some("http://sub.localhost:8080"), ..flaws() }),
        ("CredentialCrossOrigin", Flaws { cross_origin: true, ..flaws() }),
        ("CredentialCrossOrigin", Flaws { top_origin: Some("https://elsewhere.example"), ..flaws() }),
        ("InvalidRPIDHash", Flaws { relying_party: Some("elsewhere.example"), ..flaws() }),
        ("UserNotPresent", Flaws { absent: true, ..flaws() }),
        ("UserNotVerified", Flaws { unverified: true, ..flaws() }),
        ("BackupStateWithoutEligibility", Flaws { backed_up_only: true, ..flaws() }),
        ("CredentialAlteredAlgFromRequest", Flaws { other_algorithm: true, ..flaws() }),
        ("CredentialIdTooLong", Flaws { id_length: Some(1024), ..flaws() }),
        ("CredentialType", Flaws { credential_type: Some("password"), ..flaws() }),
        ("CredentialAlreadyRegistered", Flaws { id: Some(other.credential_id()), ..flaws() }),
        ("ParseNOMFailure", Flaws { short_data: true, ..flaws() }),
    ];
    let mut outer = Vec::new();
    for (reason, flaws) in cases {
        let (answer, event) = forged_registration(&app, &code, &mut Authenticator::default(), &flaws).await;
        assert_eq!(event, format!("key_enrolment_failed {reason}"), "{}", answer.text);
        assert_eq!(
            (answer.status, answer.code(), cookie_of(&answer)),
            (StatusCode::UNAUTHORIZED, "ENROLMENT_FAILED", None),
            "{reason}"
        );
        outer.push(without_number(&answer));
    }
    outer.dedup();
    assert_eq!(outer.len(), 1, "{outer:?}");
    assert!(!outer[0].contains("hallenge") && outer[0].contains("The security key could not be enrolled"), "{}", outer[0]);
    assert_eq!(app.database.number("SELECT count(*) FROM account_keys").await, 1);
    // What is no answer at all, and one for a ceremony that is none.
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": code })).await;
    let finish = |ceremony: Value, credential: Value| {
        post(&app, "/session/enrolment/finish", json!({ "ceremony": ceremony, "credential": credential, "name": "x" }))
    };
    let answer = finish(begun.json["ceremony"].clone(), json!({ "id": "x" })).await;
    assert_eq!(without_number(&answer), outer[0]);
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "key_enrolment_failed MalformedAnswer");
    let good_one = Authenticator::default().register(&begun.json["options"]);
    assert_eq!(without_number(&finish(begun.json["ceremony"].clone(), good_one).await), outer[0]);
    // The code itself is as good as before.
    let mut key = Authenticator::default();
    assert_eq!(enrol(&app, &code, &mut key).await.json, json!({ "ok": true, "verifiesUser": true }));
}

/// covers: SEC-B03
#[tokio::test]
async fn every_forged_assertion_is_refused_with_its_own_reason_and_one_answer() {
    let app = TestApp::new().await;
    let (mut key, _) = key_of(&app, "township-administrator").await;
    let (other, _) = key_of(&app, "county-administrator").await;
    for _ in 0..3 {
        token_of(&sign_in_with(&app, &mut key, None).await);
    }
    let stranger = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let cases = [
        ("MalformedClientData", Flaws { garbled_client_data: true, ..flaws() }),
        ("InvalidClientDataType", Flaws { client_type: Some("webauthn.create"), ..flaws() }),
        ("MismatchedChallenge", Flaws { challenge: Some(stranger.into()), ..flaws() }),
        ("InvalidRPOrigin", Flaws { origin: Some("https://elsewhere.example"), ..flaws() }),
        ("InvalidRPOrigin", Flaws { origin: Some("https://localhost:8080"), ..flaws() }),
        ("CredentialCrossOrigin", Flaws { cross_origin: true, ..flaws() }),
        ("CredentialCrossOrigin", Flaws { top_origin: Some("https://elsewhere.example"), ..flaws() }),
        ("InvalidRPIDHash", Flaws { relying_party: Some("elsewhere.example"), ..flaws() }),
        ("UserNotPresent", Flaws { absent: true, ..flaws() }),
        ("UserNotVerified", Flaws { unverified: true, ..flaws() }),
        ("BackupStateWithoutEligibility", Flaws { backed_up_only: true, ..flaws() }),
        ("CredentialBackupEligibilityInconsistent", Flaws { eligible: true, ..flaws() }),
        ("AuthenticationFailure", Flaws { bad_signature: true, ..flaws() }),
        // The right id over a signature of this key: the other account's key did not sign.
        ("UserHandleMismatch", Flaws { id: Some(other.credential_id()), ..flaws() }),
        (
            "AuthenticationFailure",
            Flaws { id: Some(other.credential_id()), handle: Some(Some(handle_of(&app, "county-administrator"))), ..flaws() },
        ),
        ("UserHandleMismatch", Flaws { handle: Some(Some(handle_of(&app, "county-administrator"))), ..flaws() }),
        ("UserHandleMissing", Flaws { handle: Some(None), ..flaws() }),
        ("CredentialPossibleCompromise", Flaws { counter: Some(2), ..flaws() }),
        ("CredentialPossibleCompromise", Flaws { counter: Some(3), ..flaws() }),
        ("CredentialPossibleCompromise", Flaws { counter: Some(0), ..flaws() }),
        ("CredentialType", Flaws { credential_type: Some("password"), ..flaws() }),
        ("ParseNOMFailure", Flaws { short_data: true, ..flaws() }),
    ];
    let mut outer = Vec::new();
    for (reason, flaws) in cases {
        let begun = post(&app, "/session/key/begin", json!({})).await;
        let credential = key.sign_with(&begun.json["options"], &flaws);
        let answer = finish(&app, &begun, &credential).await;
        assert_eq!(events(&app).await.pop().unwrap_or_default(), format!("sign_in_failed {reason}"), "{}", answer.text);
        assert_eq!(
            (answer.status, answer.code(), cookie_of(&answer)),
            (StatusCode::UNAUTHORIZED, "SIGN_IN_FAILED", None),
            "{reason}"
        );
        outer.push(without_number(&answer));
    }
    // A key that nobody has, and no answer at all: there is nobody to tell.
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign_with(&begun.json["options"], &Flaws { id: Some(vec![9; 32]), ..flaws() });
    outer.push(without_number(&finish(&app, &begun, &credential).await));
    let begun = post(&app, "/session/key/begin", json!({})).await;
    outer.push(without_number(&finish(&app, &begun, &json!({ "id": 1 })).await));
    // Replay: of the same answer, and of it for another question.
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    token_of(&finish(&app, &begun, &credential).await);
    outer.push(without_number(&finish(&app, &begun, &credential).await));
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "sign_in_failed ChallengeNotFound");
    let again = post(&app, "/session/key/begin", json!({})).await;
    outer.push(without_number(&finish(&app, &again, &credential).await));
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "sign_in_failed MismatchedChallenge");
    outer.dedup();
    assert_eq!(outer.len(), 1, "{outer:?}");
    assert!(outer[0].contains("Sign-in failed"), "{}", outer[0]);
    // Refused answers did not move the counter: the next good one is taken.
    token_of(&sign_in_with(&app, &mut key, None).await);
}

async fn finish(app: &TestApp, begun: &Answer, credential: &Value) -> Answer {
    post(app, "/session/key/finish", json!({ "ceremony": begun.json["ceremony"], "credential": credential })).await
}

/// The handle by which keys know an account: the bytes of its id.
fn handle_of(app: &TestApp, token: &str) -> Vec<u8> {
    let global = account(app, token);
    data_encoding::BASE64URL_NOPAD.decode(global.trim_start_matches("acc_").as_bytes()).expect("an id")
}

#[tokio::test]
async fn a_key_answers_with_a_login_name_and_without_and_only_for_its_own() {
    let app = TestApp::new().await;
    let (account, user_name, session) = member(&app, "N1A-2").await;
    let (mut other, _) = key_of(&app, "county-administrator").await;
    let code = own_code(&app, &session).await;
    let mut key = Authenticator::default();
    token_of(&enrol(&app, &code, &mut key).await);
    for name in [None, Some(user_name.as_str()), Some("李芳@M")] {
        let token = token_of(&sign_in_with(&app, &mut key, name).await);
        assert_eq!(
            app.sign_in(&token).ask("{ viewer { account { id } session { method keyName } } }").await.at("/viewer"),
            json!({ "account": { "id": account }, "session": { "method": "KEY", "keyName": "办公室" } })
        );
    }
    // Asked for by name, only that account's keys may answer.
    let refused = sign_in_with(&app, &mut other, Some(&user_name)).await;
    assert_eq!(refused.code(), "SIGN_IN_FAILED");
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "sign_in_failed CredentialNotAllowed");
    // A name that does not exist: options of the same shape, the same each time, and no answer is good for them.
    let shape = |answer: &Answer| {
        let mut options = answer.json["options"].clone();
        options["challenge"] = json!("");
        options
    };
    let begin = |name: &'static str| post(&app, "/session/key/begin", json!({ "userName": name }));
    let (known, nobody, again, another) =
        (begin("李芳").await, begin("没有此人").await, begin("没有此人").await, begin("也没有").await);
    assert_eq!(shape(&nobody), shape(&again));
    assert_ne!(shape(&nobody), shape(&another));
    let blank = |mut options: Value| {
        options["allowCredentials"] = json!([]);
        options
    };
    assert_eq!(blank(shape(&nobody)), blank(shape(&known)));
    // A real name is at home in one tree: with that root's code behind it it has the same keys. So has one of nobody.
    let keys_of = async |name: String| {
        post(&app, "/session/key/begin", json!({ "userName": name })).await.json["options"]["allowCredentials"].clone()
    };
    let mut homes = std::collections::BTreeSet::new();
    for name in ["没有此人", "也没有", "无名氏", "何人", "谁", "不存在", "空名", "生人"] {
        let bare = keys_of(name.to_owned()).await;
        let (in_m, in_x) = (keys_of(format!("{name}@M")).await, keys_of(format!("{name}@X")).await);
        assert_ne!(bare == in_m, bare == in_x, "{name}");
        homes.insert(bare == in_m);
        assert_ne!(keys_of(format!("{name}@NONE")).await, bare);
    }
    assert_eq!(homes.len(), 2, "names of nobody are at home in both trees");
    assert_eq!(sign_in_with(&app, &mut key, Some("没有此人")).await.code(), "SIGN_IN_FAILED");
    assert_eq!(sign_in_with(&app, &mut key, Some("李芳@X")).await.code(), "SIGN_IN_FAILED");
}

/// The code of a first own key: the password is wanted for it.
pub async fn own_code(app: &TestApp, session: &str) -> String {
    let client = app.sign_in(session);
    for wrong in [Value::Null, json!("wrong")] {
        let refused = mutate(&client, "keyInviteOwn", &json!({ "password": wrong }), "code").await;
        assert_eq!(refused.user_errors(), "password PASSWORD_WRONG");
    }
    let answer = mutate(&client, "keyInviteOwn", &json!({ "password": PASSWORD }), "code").await;
    good(&answer)["code"].as_str().expect("a code").to_owned()
}

#[tokio::test]
async fn a_key_that_verifies_nobody_wants_the_password_too() {
    let app = TestApp::new().await;
    let (_, _, session) = member(&app, "N1A-2").await;
    let mut key = Authenticator::without_verification();
    let enrolled = enrol(&app, &own_code(&app, &session).await, &mut key).await;
    assert_eq!((&enrolled.json, cookie_of(&enrolled)), (&json!({ "ok": true, "verifiesUser": false }), None));
    let first = sign_in_with(&app, &mut key, None).await;
    assert_eq!((&first.json["ok"], &first.json["passwordRequired"], cookie_of(&first)), (&json!(false), &json!(true), None));
    let password = |ceremony: Value, password: &'static str| {
        post(&app, "/session/key/password", json!({ "ceremony": ceremony, "password": password }))
    };
    let wrong = password(first.json["ceremony"].clone(), "wrong").await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "WRONG_PASSWORD"));
    assert_eq!(ErrorCode::WrongPassword.message(Language::Zh), "密码错误");
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "sign_in_failed WrongPassword");
    // The ceremony is used up, also by a wrong one.
    assert_eq!(password(first.json["ceremony"].clone(), PASSWORD).await.code(), "SIGN_IN_FAILED");
    let second = sign_in_with(&app, &mut key, None).await;
    let token = token_of(&password(second.json["ceremony"].clone(), PASSWORD).await);
    assert_eq!(
        app.sign_in(&token).ask("{ viewer { session { method } } }").await.at("/viewer/session/method"),
        "KEY_AND_PASSWORD"
    );
    // Five wrong ones in a row: the next waits, though the key was right each time; so does the right password.
    for _ in 0..5 {
        let begun = sign_in_with(&app, &mut key, None).await;
        assert_eq!(password(begun.json["ceremony"].clone(), "wrong").await.code(), "WRONG_PASSWORD");
    }
    let begun = sign_in_with(&app, &mut key, None).await;
    let waits = password(begun.json["ceremony"].clone(), PASSWORD).await;
    assert_eq!((waits.status, waits.code()), (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_TRIES"));
    assert!(waits.headers.contains_key("retry-after"));
    // An account without a password cannot use such a key: it is not enrolled, and the code stands.
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": code })).await;
    assert_eq!(asked_for(&begun), json!(["required", true, "required"]));
    assert_eq!(enrol(&app, &code, &mut Authenticator::without_verification()).await.code(), "ENROLMENT_FAILED");
    token_of(&enrol(&app, &code, &mut Authenticator::default()).await);
}

/// What a browser is told about the key that it shall look for.
fn asked_for(begun: &Answer) -> Value {
    let selection = &begun.json["options"]["authenticatorSelection"];
    json!([selection["residentKey"], selection["requireResidentKey"], selection["userVerification"]])
}

#[tokio::test]
async fn a_key_that_keeps_no_accounts_is_asked_for_by_name_and_stands_beside_the_password() {
    let app = TestApp::new().await;
    let (_, user_name, session) = member(&app, "N1A-2").await;
    let code = own_code(&app, &session).await;
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": code })).await;
    assert_eq!(asked_for(&begun), json!(["preferred", false, "preferred"]));
    let mut key = Authenticator::without_verification();
    assert_eq!(enrol(&app, &code, &mut key).await.json, json!({ "ok": true, "verifiesUser": false }));
    // Such a key tells no handle: without a name nobody knows whose it is, with one it is asked for.
    let silent = Flaws { handle: Some(None), ..flaws() };
    let signed = async |key: &mut Authenticator, name: Value, flaws: &Flaws| {
        let begun = post(&app, "/session/key/begin", json!({ "userName": name })).await;
        let credential = key.sign_with(&begun.json["options"], flaws);
        finish(&app, &begun, &credential).await
    };
    let unnamed = signed(&mut key, Value::Null, &silent).await;
    assert_eq!(
        (unnamed.code(), events(&app).await.pop().unwrap_or_default()),
        ("SIGN_IN_FAILED", "sign_in_failed UserHandleMissing".into())
    );
    let cases = [
        ("AuthenticationFailure", Flaws { bad_signature: true, ..silent.clone() }),
        ("UserNotPresent", Flaws { absent: true, ..silent.clone() }),
        (
            "MismatchedChallenge",
            Flaws { challenge: Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()), ..silent.clone() },
        ),
        ("InvalidRPOrigin", Flaws { origin: Some("https://elsewhere.example"), ..silent.clone() }),
        ("CredentialPossibleCompromise", Flaws { counter: Some(0), ..silent.clone() }),
    ];
    // The counter goes on, so that going back can be seen.
    assert_eq!(signed(&mut key, json!(user_name), &silent).await.json["passwordRequired"], json!(true));
    for (reason, flaws) in cases {
        let refused = signed(&mut key, json!(user_name), &flaws).await;
        assert_eq!((refused.code(), &refused.json["passwordRequired"]), ("SIGN_IN_FAILED", &Value::Null), "{reason}");
        assert_eq!(events(&app).await.pop().unwrap_or_default(), format!("sign_in_failed {reason}"));
    }
    let first = signed(&mut key, json!(user_name), &silent).await;
    assert_eq!((&first.json["passwordRequired"], cookie_of(&first)), (&json!(true), None));
    let with = json!({ "ceremony": first.json["ceremony"], "password": PASSWORD });
    let token = token_of(&post(&app, "/session/key/password", with).await);
    assert_eq!(
        app.sign_in(&token).ask("{ viewer { session { method } } }").await.at("/viewer/session/method"),
        "KEY_AND_PASSWORD"
    );
    // It confirms what is dangerous, and is not believed when nobody touched it.
    let confirm = confirmed(&app, &token, &mut key, "keyInviteOwn", json!({})).await;
    assert!(good(&confirm)["code"].is_string());
    // A session that came with the password alone is raised by it, and then confirms too.
    let plain = token_of(&super::sign_in_as(&app, &user_name, PASSWORD).await);
    let begun = post_as(&app, Some(&plain), "/session/raise/begin", json!({})).await;
    let credential = key.sign_with(&begun.json["options"], &silent);
    let body = json!({ "ceremony": begun.json["ceremony"], "credential": credential });
    let raised = token_of(&post_as(&app, Some(&plain), "/session/raise/finish", body).await);
    assert!(good(&confirmed(&app, &raised, &mut key, "keyInviteOwn", json!({})).await)["code"].is_string());
}

#[tokio::test]
async fn a_ceremony_is_answered_once_in_time_by_any_server_and_for_its_own_purpose() {
    let app = TestApp::new().await;
    let (mut key, session) = key_of(&app, "township-administrator").await;
    // A second server on the same database takes the answer; then it is used up at the first.
    let twin = banyan_tests::Database {
        owner_url: app.database.owner_url.clone(),
        app_url: app.database.app_url.clone(),
        seed: app.database.seed.clone(),
    };
    let second = TestApp::on(twin, true, std::time::Duration::from_secs(20)).await;
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    token_of(&finish(&second, &begun, &credential).await);
    assert_eq!(finish(&app, &begun, &credential).await.code(), "SIGN_IN_FAILED");
    // Two tabs: each answers its own question, in any order.
    let (one, two) = (post(&app, "/session/key/begin", json!({})).await, post(&app, "/session/key/begin", json!({})).await);
    let (first, late) = (key.sign(&two.json["options"]), key.sign(&one.json["options"]));
    token_of(&finish(&app, &two, &first).await);
    token_of(&finish(&app, &one, &late).await);
    // One answer in two tabs at once: one of them is in.
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    let (one, two) = tokio::join!(finish(&app, &begun, &credential), finish(&second, &begun, &credential));
    assert_eq!([&one, &two].iter().filter(|answer| cookie_of(answer).is_some()).count(), 1);
    // Of another kind: neither for raising nor for enrolling.
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    let body = json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x", "password": "x" });
    for path in ["/session/raise/finish", "/session/enrolment/finish", "/session/key/password"] {
        let answer = post_as(&app, Some(&session), path, body.clone()).await;
        assert_eq!((answer.status, cookie_of(&answer)), (StatusCode::UNAUTHORIZED, None), "{path}");
    }
    token_of(&finish(&app, &begun, &credential).await);
    let raise = post_as(&app, Some(&session), "/session/raise/begin", json!({})).await;
    let credential = key.sign(&raise.json["options"]);
    assert_eq!(finish(&app, &raise, &credential).await.code(), "SIGN_IN_FAILED");
    // Two minutes, and a clock that is set back brings nothing to life.
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    app.clock.shift(119);
    token_of(&finish(&app, &begun, &credential).await);
    let begun = post(&app, "/session/key/begin", json!({})).await;
    let credential = key.sign(&begun.json["options"]);
    app.clock.shift(121);
    assert_eq!(finish(&app, &begun, &credential).await.code(), "SIGN_IN_FAILED");
    app.clock.shift(-121);
    assert_eq!(finish(&app, &begun, &credential).await.code(), "SIGN_IN_FAILED");
    let begun = post(&app, "/session/key/begin", json!({})).await;
    app.clock.shift(-10);
    let credential = key.sign(&begun.json["options"]);
    assert_eq!(finish(&app, &begun, &credential).await.code(), "SIGN_IN_FAILED");
}

/// covers: A02, SEC-B05
#[tokio::test]
async fn an_account_has_several_keys_and_an_administrator_keeps_the_last_one() {
    let app = TestApp::new().await;
    let (mut key, session) = key_of(&app, "township-administrator").await;
    // An administrator's key opens the role at its own organization and needs no login name.
    let bound = "{ viewer { account { name userName keys { id name version bound verifiesUser backedUp } } roots { code } } }";
    let me = app.sign_in(&session).ask(bound).await;
    assert_eq!(me.at("/viewer/roots"), json!([{ "code": "N1" }]));
    assert_eq!((me.at("/viewer/account/userName"), me.at("/viewer/account/keys/0/bound")), (Value::Null, json!(true)));
    app.database
        .change(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
         SELECT a.tenant_id, gen_random_uuid(), a.id, 'organization_administrator', o.id, o.path, '2026-01-01', 'test'
         FROM accounts a, organizations o WHERE a.name = 'township-administrator' AND o.code = 'N2'",
        )
        .await;
    let token = token_of(&sign_in_with(&app, &mut key, None).await);
    assert_eq!(app.sign_in(&token).ask(bound).await.at("/viewer/roots"), json!([{ "code": "N1" }]), "the key is bound to N1");

    let id = me.at("/viewer/account/keys/0/id");
    let last = confirmed(&app, &session, &mut key, "keyRemove", json!({ "id": id, "version": 1 })).await;
    assert_eq!(last.user_errors(), "id KEY_IS_LAST");
    // A second one is confirmed with the first.
    let invited = confirmed(&app, &session, &mut key, "keyInviteOwn", json!({})).await;
    let code = good(&invited)["code"].as_str().expect("a code").to_owned();
    let mut second = Authenticator::default();
    let other = token_of(&enrol(&app, &code, &mut second).await);
    let renamed =
        mutate(&app.sign_in(&session), "keyRename", &json!({ "id": id, "version": 1, "name": "抽屉里" }), "key { name version }")
            .await;
    assert_eq!(good(&renamed)["key"], json!({ "name": "抽屉里", "version": 2 }));
    assert!(newest_entry(&app).await.contains("KEY_RENAMED"));
    let stale =
        mutate(&app.sign_in(&session), "keyRename", &json!({ "id": id, "version": 1, "name": "x" }), "key { name }").await;
    assert!(stale.text.contains("STALE") || stale.text.contains("VERSION"), "{}", stale.text);
    // Removing one ends what it opened, at once, and it signs in no more.
    let removed = confirmed(&app, &other, &mut second, "keyRemove", json!({ "id": id, "version": 2, "reason": "丢失" })).await;
    good(&removed);
    assert!(!is_open(&app, &session).await && is_open(&app, &other).await);
    assert_eq!(sign_in_with(&app, &mut key, None).await.code(), "SIGN_IN_FAILED");
    assert!(newest_entry(&app).await.contains("KEY_REMOVED"));
    let kinds = events(&app).await.join("\n");
    for kind in ["key_enrolled", "key_renamed", "key_removed", "invited", "step_up"] {
        assert!(kinds.contains(kind), "{kind}: {kinds}");
    }
    // The recovery path: a superior replaces a lost key, by a new one of the same kind.
    let without = invite(&app, "county-administrator", &account(&app, "township-administrator"), true, None).await;
    assert_eq!(without.user_errors(), "reason REQUIRED");
    let replaced = invite(&app, "county-administrator", &account(&app, "township-administrator"), true, Some("全部丢失")).await;
    assert!(!is_open(&app, &other).await, "at once, not when the new key comes");
    assert!(newest_entry(&app).await.contains("全部丢失"));
    assert_eq!(sign_in_with(&app, &mut second, None).await.code(), "SIGN_IN_FAILED");
    let mut third = Authenticator::default();
    let looked = post(&app, "/session/enrolment/look", json!({ "code": good(&replaced)["code"] })).await;
    assert_eq!((&looked.json["replaces"], &looked.json["account"]["name"]), (&json!(true), &json!("township-administrator")));
    token_of(&enrol(&app, good(&replaced)["code"].as_str().expect("a code"), &mut third).await);
    token_of(&sign_in_with(&app, &mut third, None).await);
}

/// Sends a dangerous mutation, and once more with the key's signature.
pub async fn confirmed(app: &TestApp, token: &str, key: &mut Authenticator, name: &str, input: Value) -> Answer {
    let (client, document) = (app.sign_in(token), super::mutation(name, if name == "keyInviteOwn" { "code" } else { "" }));
    let variables = json!({ "input": input });
    let asked = client.send_with(&document, &variables, Value::Null).await;
    let Some(question) = asked.json.pointer("/errors/0/extensions/stepUp").filter(|question| question.is_object()) else {
        return asked;
    };
    let credential = key.sign(&question["options"]);
    client.send_with(&document, &variables, json!({ "stepUp": { "id": question["id"], "credential": credential } })).await
}

#[tokio::test]
async fn a_key_is_registered_once_and_a_synced_one_is_for_members_only() {
    let app = TestApp::new().await;
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    let synced = enrol(&app, &code, &mut Authenticator::synced()).await;
    assert_eq!((synced.status, synced.code()), (StatusCode::UNPROCESSABLE_ENTITY, "KEY_MODEL_NOT_ALLOWED"));
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "key_enrolment_failed CredentialMayNotBeHardwareBound");
    let (_, _, session) = member(&app, "N1A-2").await;
    let mut passkey = Authenticator::synced();
    let token = token_of(&enrol(&app, &own_code(&app, &session).await, &mut passkey).await);
    assert_eq!(
        app.sign_in(&token).ask("{ viewer { account { keys { backedUp bound } } } }").await.at("/viewer/account/keys/0"),
        json!({ "backedUp": true, "bound": false })
    );
    token_of(&sign_in_with(&app, &mut passkey, None).await);
    // The same key again: for the same account it is excluded, and refused when it comes all the same.
    let again = confirmed(&app, &token, &mut passkey, "keyInviteOwn", json!({})).await;
    let code = good(&again)["code"].as_str().expect("a code").to_owned();
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": code })).await;
    let excluded = begun.json.pointer("/options/excludeCredentials/0/id").and_then(Value::as_str);
    assert_eq!(excluded, Some(data_encoding::BASE64URL_NOPAD.encode(&passkey.credential_id()).as_str()));
    let flaws = Flaws { id: Some(passkey.credential_id()), ..flaws() };
    let (answer, event) = forged_registration(&app, &code, &mut Authenticator::synced(), &flaws).await;
    assert_eq!((answer.code(), event.as_str()), ("ENROLMENT_FAILED", "key_enrolment_failed CredentialAlreadyRegistered"));
    assert_eq!(rows(&app, "SELECT count(*) FROM account_keys").await, "1");
}
