//! A tenant that wants a key of every member: a password alone opens the way to a key and nothing else (SEC-B01).

use banyan_tests::{Authenticator, TestApp};
use serde_json::{Value, json};

use super::passwords::raise;
use super::{PASSWORD, code_for, enrol, good, is_open, member, mutate, post, sign_in_as, sign_in_with, token_of};
use crate::acting::{newest_entry, organization, rows};

const LOOK: &str = "{ viewer { keyRequired sleeping permissions person { name } branch { code } roots { code } session { method } account { keys { id } } } }";

/// The tenant's policy, with what is said of members' keys and nothing else changed.
async fn demand(app: &TestApp, required: Option<bool>, budget: i64) -> Value {
    let who = app.sign_in("security-administrator");
    let version = who.ask("{ policy { version } }").await.at("/policy/version");
    let mut input = json!({ "version": version, "passwordProfile": "ASVS", "initialSecret": "GENERATED", "twoPersonDepth": 2, "unmaskDailyBudget": budget });
    if let Some(required) = required {
        input["memberKeyRequired"] = json!(required);
    }
    good(&mutate(&who, "policySet", &input, "policy { memberKeyRequired }").await)["policy"]["memberKeyRequired"].clone()
}

/// What a session opens of its holder: name of the record, code of the branch, whether the key is due.
async fn seen(app: &TestApp, token: &str) -> (Value, Value, Value) {
    let seen = app.sign_in(token).ask(LOOK).await;
    (seen.at("/viewer/person/name"), seen.at("/viewer/branch/code"), seen.at("/viewer/keyRequired"))
}

/// covers: SEC-B01
#[tokio::test]
async fn with_the_policy_no_password_opens_anything_without_a_key() {
    let app = TestApp::new().await;
    let (account, user_name, token) = member(&app, "N1A-2").await;
    let open = (json!("李芳"), json!("N1A"), json!(false));
    let shut = (Value::Null, Value::Null, json!(true));
    assert_eq!(seen(&app, &token).await, open, "without the policy a password is enough for the own view");
    let own = app.sign_in(&token).ask("{ viewer { person { id } branch { id } } }").await;
    assert_eq!(demand(&app, Some(true), 30).await, true);
    assert!(newest_entry(&app).await.contains("POLICY_SET"));
    assert_eq!(demand(&app, None, 31).await, true, "what is not said stays as it is");
    // The session that is open follows at once, and so does every further one.
    let another = token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    for token in [&token, &another] {
        assert_eq!(seen(&app, token).await, shut);
        let asleep = app.sign_in(token).ask(LOOK).await;
        assert_eq!((asleep.at("/viewer/sleeping"), asleep.at("/viewer/roots")), (json!(["MEMBER"]), json!([])));
        for (place, kind) in [("/viewer/person/id", "Person"), ("/viewer/branch/id", "Organization")] {
            let id = own.at(place);
            let answer = app.sign_in(token).ask(&format!("{{ node(id: {id}) {{ ... on {kind} {{ name }} }} }}")).await;
            assert_eq!(answer.code(), "NOT_FOUND", "{kind}: {}", answer.text);
        }
        let refused = app.sign_in(token).speaking("zh").ask("{ people { totalCount } }").await;
        assert_eq!((refused.code(), refused.json["errors"][0]["message"].as_str()), ("KEY_REQUIRED", Some("请使用安全密钥登录")));
    }
    // One's own first key: the password once more, and a touch.
    let wrong = mutate(&app.sign_in(&token), "keyInviteOwn", &json!({ "password": "no" }), "code").await;
    assert_eq!(wrong.user_errors(), "password PASSWORD_WRONG");
    let code =
        good(&mutate(&app.sign_in(&token), "keyInviteOwn", &json!({ "password": PASSWORD }), "code").await)["code"].clone();
    let mut key = Authenticator::default();
    let enrolled = token_of(&enrol(&app, code.as_str().expect("a code"), &mut key).await);
    assert_eq!(seen(&app, &enrolled).await, open);
    // From then on: the key alone, which verified its user, or the password and then the key; never the password.
    assert_eq!(seen(&app, &token_of(&sign_in_with(&app, &mut key, None).await)).await, open);
    assert_eq!(seen(&app, &another).await, shut);
    let raised = raise(&app, &another, &mut key).await;
    assert_eq!(seen(&app, &raised).await, open);
    assert!(!is_open(&app, &another).await, "the old secret is dead");
    let own = mutate(
        &app.sign_in(&token_of(&sign_in_as(&app, &user_name, PASSWORD).await)),
        "keyInviteOwn",
        &json!({ "password": PASSWORD }),
        "code",
    )
    .await;
    assert_eq!(own.code(), "STEP_UP_REQUIRED", "a second key wants the first: {}", own.text);
    // There is no other second factor that could stand in for it, and nothing that stands in for the password.
    for body in [json!({ "userName": user_name, "totp": "123456" }), json!({ "userName": user_name, "code": "123456" })] {
        assert_eq!(post(&app, "/session/password", body).await.code(), "BAD_INPUT");
    }
    // Whoever administers needs it whatever the policy says, and has the first key from a superior only.
    let grant = json!({ "accountId": account, "role": "SECRETARY", "organizationId": organization(&app, "N1A") });
    good(&mutate(&app.sign_in("municipal-administrator"), "grantGive", &grant, "grant { id }").await);
    let by_password = token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    let asleep = app.sign_in(&by_password).ask(LOOK).await;
    assert_eq!(asleep.at("/viewer/permissions"), json!([]));
    assert_eq!(demand(&app, Some(false), 31).await, false);
    let asleep = app.sign_in(&by_password).ask(LOOK).await;
    assert_eq!(
        (asleep.at("/viewer/keyRequired"), asleep.at("/viewer/sleeping"), asleep.at("/viewer/person/name")),
        (json!(false), json!(["SECRETARY"]), json!("李芳"))
    );
    assert_eq!(rows(&app, "SELECT count(*) FROM tenant_policies WHERE member_key_required").await, "0");
}

/// Of whoever administers a password alone never becomes a key, and a tenant decides for itself only.
#[tokio::test]
async fn a_secretary_without_a_key_waits_for_one_from_above() {
    let app = TestApp::new().await;
    let (account, user_name, _) = member(&app, "N1A-3").await;
    let grant = json!({ "accountId": account, "role": "SECRETARY", "organizationId": organization(&app, "N1A") });
    good(&mutate(&app.sign_in("municipal-administrator"), "grantGive", &grant, "grant { id }").await);
    demand(&app, Some(true), 30).await;
    let token = token_of(&sign_in_as(&app, &user_name, PASSWORD).await);
    let asleep = app.sign_in(&token).ask(LOOK).await;
    let sleeping = asleep.at("/viewer/sleeping");
    assert!(["MEMBER", "SECRETARY"].iter().all(|role| sleeping.as_array().is_some_and(|roles| roles.contains(&json!(role)))));
    let own = mutate(&app.sign_in(&token), "keyInviteOwn", &json!({ "password": PASSWORD }), "code").await;
    assert_eq!(own.code(), "FORBIDDEN", "a password alone does not become a secretary's key");
    let mut key = Authenticator::default();
    let code = code_for(&app, &account).await;
    let by_key = token_of(&enrol(&app, &code, &mut key).await);
    let awake = app.sign_in(&by_key).ask(LOOK).await;
    assert_eq!((awake.at("/viewer/keyRequired"), awake.at("/viewer/sleeping")), (json!(false), json!([])));
    assert_eq!(awake.at("/viewer/roots/0/code"), "N1A");
    // Another tenant decides for itself.
    let other = app.sign_in("other-tenant-administrator").ask("{ policy { memberKeyRequired } }").await;
    assert_eq!(other.at("/policy/memberKeyRequired"), false);
}
