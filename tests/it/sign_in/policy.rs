//! What a tenant and an operator decide: models of keys, initial passwords, rules (SEC-B04, A08).

use axum::http::StatusCode;
use banyan::testing::KeyModels;
use banyan_tests::{Answer, Authenticator, ORIGIN, TestApp};
use serde_json::{Value, json};
use webauthn_authenticator_rs::WebauthnAuthenticator;
use webauthn_authenticator_rs::softtoken::{AAGUID, SoftToken};

use super::{code_for, enrol, events, good, mutate, open_account, post, sign_in_as, token_of, version};
use crate::acting::{account, newest_entry, organization, person, rows};

/// A key of a maker, and the certificate of the maker in PEM.
fn made() -> (SoftToken, String) {
    let (token, _) = SoftToken::new(true).expect("a key");
    let kept = serde_json::to_value(&token).expect("its parts");
    let base64: String = kept["ca_cert"].as_str().expect("a certificate").replace('-', "+").replace('_', "/");
    let padded = format!("{base64}{}", "=".repeat((4 - base64.len() % 4) % 4));
    let lines: Vec<&str> = padded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("text")).collect();
    (token, format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")))
}

fn models(aaguid: &str, ca: &str) -> KeyModels {
    serde_json::from_value(json!({ "models": [{ "aaguid": aaguid, "name": "办公钥匙", "ca": ca }] })).expect("a list")
}

async fn enrol_made(app: &TestApp, key: &mut SoftToken) -> Answer {
    let code = code_for(app, &account(app, "township-administrator")).await;
    let begun = post(app, "/session/enrolment/begin", json!({ "code": code })).await;
    assert_eq!(begun.json["options"]["attestation"], "direct");
    let mut options = begun.json["options"].clone();
    // This one keeps no credentials on it, and verifies its user only when it must.
    options["authenticatorSelection"]["userVerification"] = json!("required");
    options["authenticatorSelection"]["requireResidentKey"] = json!(false);
    options["authenticatorSelection"]["residentKey"] = json!("discouraged");
    let options = serde_json::from_value(json!({ "publicKey": options })).expect("options");
    let credential = key.do_registration(ORIGIN.parse().expect("an origin"), options).expect("a credential");
    post(app, "/session/enrolment/finish", json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x" }))
        .await
}

/// covers: SEC-B04
#[tokio::test]
async fn only_models_on_the_list_are_enrolled_when_there_is_one() {
    let (mut known, ca) = made();
    let app = TestApp::with_models(&models(&AAGUID.to_string(), &ca)).await;
    let refused = |answer: &Answer| {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "KEY_MODEL_NOT_ALLOWED"),
            "{}",
            answer.text
        );
    };
    // Without an attestation, and of a maker that nobody knows.
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    refused(&enrol(&app, &code, &mut Authenticator::default()).await);
    let (mut stranger, _) = made();
    refused(&enrol_made(&app, &mut stranger).await);
    let reasons: Vec<String> = events(&app).await.into_iter().filter(|event| event.starts_with("key_enrolment_failed")).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.iter().all(|reason| reason.contains("Attestation")), "{reasons:?}");
    assert_eq!(app.database.number("SELECT count(*) FROM account_keys").await, 0);
    // The model on the list.
    let answer = enrol_made(&app, &mut known).await;
    let token = token_of(&answer);
    let model = app.sign_in(&token).ask("{ viewer { account { keys { model } } } }").await.at("/viewer/account/keys/0/model");
    assert_eq!(model, AAGUID.to_string());
    // The same maker, but another model: its AAGUID is not on the list.
    let (mut other_model, ca) = made();
    let app = TestApp::with_models(&models("00000000-0000-4000-8000-000000000001", &ca)).await;
    refused(&enrol_made(&app, &mut other_model).await);
    assert_eq!(events(&app).await.pop().unwrap_or_default(), "key_enrolment_failed AttestationUntrustedAaguid");
    // A list without models would lock everyone out: the server does not begin with it.
    let nothing: KeyModels = serde_json::from_value(json!({ "models": [] })).expect("a list");
    assert!(banyan::testing::RelyingParty::new(&ORIGIN.parse().expect("an origin"), None, Some(&nothing)).is_err());
    // Without a list any model is taken.
    let app = TestApp::new().await;
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    token_of(&enrol(&app, &code, &mut Authenticator::default()).await);
}

/// The login name and initial secret of an account that is taken over from another platform.
async fn imported(app: &TestApp, person_name: &str) -> (String, String) {
    let input = json!({ "organizationId": organization(app, "N1A"), "personId": person(app, person_name), "imported": true });
    let made = good(&mutate(&app.sign_in("municipal-administrator"), "accountCreate", &input, "userName initialSecret").await);
    let text = |field: &str| made[field].as_str().expect("a text").to_owned();
    (text("userName"), text("initialSecret"))
}

fn policy(version: i64, secret: &str, profile: &str) -> Value {
    json!({ "version": version, "passwordProfile": profile, "rotationDays": (profile == "GRADED").then_some(90), "initialSecret": secret, "twoPersonDepth": 2, "unmaskDailyBudget": 30 })
}

/// covers: A08
#[tokio::test]
async fn initial_passwords_are_made_up_and_the_old_schemes_are_a_tenants_choice() {
    let app = TestApp::new().await;
    let who = app.sign_in("security-administrator");
    let set = async |input: Value| {
        mutate(&who, "policySet", &input, "policy { version initialSecret passwordProfile passwordMinimum }").await
    };
    let (_, name, generated) = open_account(&app, "N1B-1").await;
    assert_eq!(generated.len(), 14, "three groups of four");
    assert_eq!(sign_in_as(&app, &name, &generated).await.json["passwordChangeRequired"], true);
    let (_, _, another) = open_account(&app, "N1A-2").await;
    assert_ne!(generated, another);
    assert_eq!(good(&set(policy(1, "FIXED", "ASVS")).await)["policy"]["initialSecret"], "FIXED");
    assert!(newest_entry(&app).await.contains("POLICY_SET"));
    // What is opened by hand, or given anew, is made up whatever the tenant's scheme says.
    let (by_hand, _, secret) = open_account(&app, "N1B-2").await;
    assert_eq!(secret.len(), 14);
    let anew = json!({ "id": by_hand, "version": version(&app, &by_hand).await });
    let anew = mutate(&app.sign_in("municipal-administrator"), "accountReset", &anew, "initialSecret").await;
    assert_eq!(good(&anew)["initialSecret"].as_str().map(str::len), Some(14), "{}", anew.text);
    let (name, fixed) = imported(&app, "N1A-3").await;
    assert_eq!(fixed, "123456");
    assert_eq!(sign_in_as(&app, &name, &fixed).await.json["passwordChangeRequired"], true);
    good(&set(policy(2, "IDENTITY_TAIL", "ASVS")).await);
    let (name, tail) = imported(&app, "N1A-4").await;
    assert!(app.database.seed.identity_numbers["N1A-4"].ends_with(&tail) && tail.len() == 6);
    assert_eq!(sign_in_as(&app, &name, &tail).await.json["passwordChangeRequired"], true);
    assert_eq!(rows(&app, "SELECT bool_and(initial) FROM account_passwords").await, "t");
    // Other tenants decide for themselves; below the root nothing is decided.
    assert_eq!(
        app.sign_in("other-tenant-administrator").ask("{ policy { initialSecret version } }").await.at("/policy"),
        json!({ "initialSecret": "GENERATED", "version": 1 })
    );
    for who in ["county-administrator", "auditor", "member"] {
        let refused = mutate(&app.sign_in(who), "policySet", &policy(3, "GENERATED", "ASVS"), "policy { version }").await;
        assert!(["FORBIDDEN", "NOT_FOUND"].contains(&refused.code()), "{who}: {}", refused.text);
    }
}

#[tokio::test]
async fn a_policy_has_bounds_and_asks_for_the_version_that_was_read() {
    let app = TestApp::new().await;
    let who = app.sign_in("security-administrator");
    let bad = |field: &str, value: Value| {
        let mut input = policy(1, "FIXED", "GRADED");
        input[field] = value;
        input
    };
    for (field, value) in [
        ("rotationDays", json!(29)),
        ("rotationDays", json!(366)),
        ("twoPersonDepth", json!(13)),
        ("twoPersonDepth", json!(-1)),
        ("unmaskDailyBudget", json!(-1)),
        ("unmaskDailyBudget", json!(10_001)),
    ] {
        let refused = mutate(&who, "policySet", &bad(field, value), "policy { version }").await;
        assert_eq!(refused.user_errors(), format!("{field} POLICY_OUT_OF_BOUNDS"), "{}", refused.text);
    }
    // Graded protection without renewal by the calendar is none (SEC-B09).
    for (language, text) in [
        ("zh", "等级保护要求定期更换密码，请填写更换周期"),
        ("en", "Graded protection asks for regular change: say after how many days"),
    ] {
        let refused =
            mutate(&who.clone().speaking(language), "policySet", &bad("rotationDays", Value::Null), "policy { version }").await;
        assert_eq!(refused.user_errors(), "rotationDays POLICY_NEEDS_ROTATION", "{}", refused.text);
        assert!(refused.text.contains(text), "{}", refused.text);
    }
    let same = mutate(&who, "policySet", &policy(1, "GENERATED", "ASVS"), "policy { version }").await;
    assert_eq!(same.user_errors(), "version NOTHING_TO_CHANGE");
    let set = good(&mutate(&who, "policySet", &policy(1, "GENERATED", "GRADED"), "policy { version passwordMinimum }").await);
    assert_eq!(set["policy"], json!({ "version": 2, "passwordMinimum": 10 }));
    let stale = mutate(&who, "policySet", &policy(1, "FIXED", "GRADED"), "policy { version }").await;
    assert!(stale.user_errors().starts_with("version "), "{}", stale.text);
}
