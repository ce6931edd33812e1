//! Invitations of administrators: who may invite whom, what a code is good for, and who hears of it.

use axum::http::StatusCode;
use banyan_tests::{Authenticator, TestApp};
use serde_json::{Value, json};

use super::{code_for, enrol, good, invite, is_open, key_of, member, mutate, post, sign_in_with, token_of};
use crate::acting::{account, newest_entry};

#[tokio::test]
async fn an_invitation_is_listed_taken_back_and_replaced_by_the_next() {
    let app = TestApp::new().await;
    let by = app.sign_in("county-administrator");
    let of = account(&app, "township-administrator");
    let first = good(&invite(&app, "county-administrator", &of, false, Some("新到任")).await);
    let listed = "{ invitations { totalCount nodes { id createdBy reason replaces account { name } } } }";
    let seen = by.ask(listed).await;
    assert_eq!(
        seen.at("/invitations/nodes"),
        json!([{ "id": first["invitation"]["id"], "createdBy": "county-administrator", "reason": "新到任", "replaces": false, "account": { "name": "township-administrator" } }])
    );
    let code = first["code"].as_str().expect("a code").to_owned();
    assert!(!seen.text.contains(&code) && !crate::acting::everything(&app).await.join("\n").contains(&code));
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5, 5]);
    assert!(newest_entry(&app).await.starts_with("ACCOUNT_INVITED | county-administrator"));
    assert_eq!(app.sign_in("other-county-administrator").ask(listed).await.at("/invitations/totalCount"), 0);
    // One code stands at a time.
    let second = good(&invite(&app, "county-administrator", &of, false, None).await);
    let look = |code: &Value| post(&app, "/session/enrolment/look", json!({ "code": code }));
    assert_eq!(look(&first["code"]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(look(&second["code"]).await.status, StatusCode::OK);
    assert_eq!(by.ask(listed).await.at("/invitations/totalCount"), 1);
    // Taken back: in the middle of an enrolment too.
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": second["code"] })).await;
    let end = json!({ "id": second["invitation"]["id"], "reason": "发错人" });
    assert_eq!(
        mutate(&app.sign_in("other-county-administrator"), "invitationEnd", &end, "invitation { id }").await.code(),
        "NOT_FOUND"
    );
    good(&mutate(&by, "invitationEnd", &end, "invitation { id }").await);
    assert!(newest_entry(&app).await.contains("发错人"));
    assert_eq!(mutate(&by, "invitationEnd", &end, "invitation { id }").await.user_errors(), "id NO_SUCH_THING");
    let credential = Authenticator::default().register(&begun.json["options"]);
    let finish = json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "x" });
    assert_eq!(post(&app, "/session/enrolment/finish", finish).await.code(), "ENROLMENT_FAILED");
    assert_eq!(look(&second["code"]).await.status, StatusCode::NOT_FOUND);
    // Seven days.
    let third = good(&invite(&app, "county-administrator", &of, false, None).await);
    app.clock.shift(7 * 24 * 3600 - 60);
    assert_eq!(look(&third["code"]).await.status, StatusCode::OK);
    app.clock.shift(120);
    assert_eq!(look(&third["code"]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(by.ask(listed).await.at("/invitations/totalCount"), 0);
}

#[tokio::test]
async fn nobody_invites_a_higher_account_or_their_own() {
    let app = TestApp::new().await;
    let refused = async |by: &str, of: &str| {
        let answer = invite(&app, by, &account(&app, of), false, None).await;
        match answer.code() {
            "" => answer.user_errors(),
            code => code.to_owned(),
        }
    };
    // Whoever could give a key to a higher account would have its rights.
    assert_eq!(refused("township-administrator", "county-administrator").await, "NOT_FOUND");
    assert_eq!(refused("county-administrator", "county-administrator").await, "id ACCOUNT_IS_OWN");
    assert_eq!(refused("county-administrator", "other-county-administrator").await, "NOT_FOUND");
    assert_eq!(refused("member", "secretary").await, "NOT_FOUND");
    assert_eq!(refused("auditor", "secretary").await, "FORBIDDEN");
    // A disabled account is invited to nothing.
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'secretary'").await;
    assert_eq!(refused("county-administrator", "secretary").await, "id ACCOUNT_INACTIVE");
    assert_eq!(app.database.number("SELECT count(*) FROM invitations").await, 0);
}

/// A lost key is replaced by whoever keeps the keys and reads no people: all others end, with their sessions.
#[tokio::test]
async fn a_security_administrator_replaces_a_lost_key() {
    let app = TestApp::new().await;
    let above = app.sign_in("municipal-administrator");
    let township = crate::acting::organization(&app, "N1");
    let new = json!({ "organizationId": township, "name": "镇安全管理员" });
    let of =
        good(&mutate(&above, "accountCreate", &new, "account { id }").await)["account"]["id"].as_str().expect("an id").to_owned();
    let role = json!({ "accountId": of, "role": "SECURITY_ADMINISTRATOR", "organizationId": township });
    good(&mutate(&above, "grantGive", &role, "grant { id }").await);
    let lost = token_of(&enrol(&app, &code_for(&app, &of).await, &mut Authenticator::default()).await);
    let by = "security-administrator";
    // Whoever gives a key could use it: nobody's that opens more than one's own.
    let beyond = invite(&app, by, &account(&app, "township-administrator"), true, Some("密钥遗失")).await;
    assert_eq!(beyond.user_errors(), "id ACCOUNT_BEYOND_OWN_RIGHTS");
    assert_eq!(app.sign_in(by).ask("{ people { totalCount } }").await.code(), "FORBIDDEN");
    let without = invite(&app, by, &of, true, None).await;
    assert_eq!(without.user_errors(), "reason REQUIRED", "a reason is wanted: {}", without.text);
    let invited = good(&invite(&app, by, &of, true, Some("密钥遗失")).await);
    assert!(newest_entry(&app).await.contains("密钥遗失"));
    assert!(!is_open(&app, &lost).await, "the sessions are ended");
    let mut new = Authenticator::default();
    let fresh = token_of(&enrol(&app, invited["code"].as_str().expect("a code"), &mut new).await);
    let keys = app.sign_in(&fresh).ask("{ viewer { account { keys { name } } } }").await.at("/viewer/account/keys");
    assert_eq!(keys.as_array().map(Vec::len), Some(1), "{keys}");
    token_of(&sign_in_with(&app, &mut new, None).await);
}

#[tokio::test]
async fn an_account_has_so_many_keys_and_no_more() {
    let app = TestApp::new().await;
    let of = account(&app, "township-administrator");
    let (mut key, token) = key_of(&app, "township-administrator").await;
    let nine = "INSERT INTO account_keys (tenant_id, id, account_id, organization_id, path, name, credential_id, credential, verifies_user, backed_up, bound, enrolled_at)
                SELECT tenant_id, gen_random_uuid(), account_id, organization_id, path, '备用' || n, int4send(n), credential, true, false, true, enrolled_at
                FROM account_keys, generate_series(1, 9) AS n";
    app.database.change(nine).await;
    let before = crate::acting::everything(&app).await;
    let texts = [("zh", "一个账号最多10个安全密钥"), ("en", "An account has at most 10 keys")];
    for (language, text) in texts {
        let input = json!({ "input": { "id": of, "version": super::version(&app, &of).await } });
        let client = app.sign_in("municipal-administrator").speaking(language);
        let refused = client.send(&super::mutation("accountInvite", "code"), input).await;
        assert_eq!(refused.user_errors(), "id KEY_TOO_MANY", "{}", refused.text);
        assert!(refused.text.contains(text), "{}", refused.text);
    }
    let own = super::keys::confirmed(&app, &token, &mut key, "keyInviteOwn", json!({})).await;
    assert_eq!(own.user_errors(), "id KEY_TOO_MANY", "{}", own.text);
    assert!(crate::acting::everything(&app).await == before, "something was written");
    // A replacement makes room by itself.
    good(&invite(&app, "municipal-administrator", &of, true, Some("全部更换")).await);
}

#[tokio::test]
async fn guessed_codes_are_counted_and_a_name_of_a_key_is_wanted() {
    let app = TestApp::new().await;
    let code = code_for(&app, &account(&app, "township-administrator")).await;
    let mut waited = 0;
    for number in 0..55 {
        let guess =
            post(&app, "/session/enrolment/look", json!({ "code": format!("AAAAA-AAAAA-AAAAA-AAAAA-AAA{number:02}") })).await;
        waited += usize::from(guess.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(waited >= 5, "{waited}");
    app.clock.shift(3600);
    let begun = post(&app, "/session/enrolment/begin", json!({ "code": code })).await;
    let credential = Authenticator::default().register(&begun.json["options"]);
    let finish = json!({ "ceremony": begun.json["ceremony"], "credential": credential, "name": "  " });
    let refused = post(&app, "/session/enrolment/finish", finish).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.database.number("SELECT count(*) FROM account_keys").await, 0);
    token_of(&enrol(&app, &code, &mut Authenticator::default()).await);
}

/// covers: SEC-B11
#[tokio::test]
async fn an_account_is_told_what_happened_to_it() {
    let app = TestApp::new().await;
    let (id, user_name, _) = member(&app, "N1A-2").await;
    super::sign_in_as(&app, &user_name, "wrong").await;
    let mut key = Authenticator::default();
    token_of(&enrol(&app, &code_for(&app, &id).await, &mut key).await);
    let token = token_of(&sign_in_with(&app, &mut key, None).await);
    let own = app.sign_in(&token).ask("{ viewer { account { keys { id version } } } }").await.at("/viewer/account/keys/0");
    good(
        &mutate(&app.sign_in(&token), "keyRename", &json!({ "id": own["id"], "version": 1, "name": "新名" }), "key { name }")
            .await,
    );
    super::keys::confirmed(&app, &token, &mut key, "keyInviteOwn", json!({})).await;
    // A confirmation that fails.
    let ask = app.sign_in(&token).send_with(&super::mutation("keyInviteOwn", "code"), &json!({ "input": {} }), Value::Null).await;
    let id = ask.json["errors"][0]["extensions"]["stepUp"]["id"].clone();
    let failed = app
        .sign_in(&token)
        .send_with(&super::mutation("keyInviteOwn", "code"), &json!({ "input": {} }), json!({ "stepUp": { "id": id } }))
        .await;
    assert_eq!(failed.code(), "STEP_UP_FAILED");
    let told = app
        .sign_in(&token)
        .ask("{ viewer { securityEvents(first: 50) { nodes { kind method accountName source reason } } } }")
        .await;
    let kinds = crate::acting::each(&told.at("/viewer/securityEvents/nodes"), "kind");
    for kind in [
        "ACCOUNT_OPENED",
        "SIGNED_IN",
        "PASSWORD_CHANGED",
        "SIGN_IN_FAILED",
        "INVITED",
        "KEY_ENROLLED",
        "KEY_RENAMED",
        "STEP_UP",
        "STEP_UP_FAILED",
    ] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
    // Those who read the log see it, with the reason; those beside see nothing.
    let log = "{ securityEvents(kinds: [SIGN_IN_FAILED]) { nodes { reason accountName source } } }";
    assert_eq!(
        app.sign_in("auditor").ask(log).await.at("/securityEvents/nodes"),
        json!([{ "reason": "WrongPassword", "accountName": "李芳", "source": "192.0.2.1" }])
    );
    assert_eq!(app.sign_in("other-county-administrator").ask(log).await.at("/securityEvents/nodes"), json!([]));
    assert_eq!(app.sign_in("member").ask(log).await.code(), "FORBIDDEN");
    let (_, other) = key_of(&app, "township-administrator").await;
    assert!(is_open(&app, &other).await);
    assert!(
        !app.sign_in(&other)
            .ask("{ viewer { securityEvents(first: 50) { nodes { accountName } } } }")
            .await
            .text
            .contains("李芳")
    );
}

/// Whoever could enrol a key for a peer would be the second person to their own proposal: keys of high roles at
/// the upper levels come from above.
#[tokio::test]
async fn a_peer_at_an_upper_level_is_not_invited_by_a_peer() {
    let app = TestApp::new().await;
    app.database
        .change(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
             SELECT o.tenant_id, gen_random_uuid(), a.id, 'organization_administrator', o.id, o.path, '2026-01-01', 'test'
             FROM organizations o, accounts a WHERE o.code = 'N' AND a.name = 'township-administrator'",
        )
        .await;
    let peer = app.database.seed.accounts["township-administrator"].clone();
    let answer = invite(&app, "county-administrator", &peer, true, Some("丢失")).await;
    assert_eq!(answer.user_errors(), "id ACCOUNT_NEEDS_SUPERIOR");
    assert_eq!(app.database.number("SELECT count(*) FROM invitations").await, 0);
    good(&invite(&app, "municipal-administrator", &peer, true, Some("丢失")).await);
}

/// An invitation and a security event are found by their ids as their lists show them, and elsewhere are not there.
#[tokio::test]
async fn invitations_and_security_events_are_nodes_within_reach() {
    let app = TestApp::new().await;
    let invited = invite(&app, "municipal-administrator", &account(&app, "township-administrator"), false, None).await;
    let invitation = good(&invited)["invitation"]["id"].clone();
    let (_, user_name, session) = super::member(&app, "N1A-2").await;
    super::sign_in_as(&app, &user_name, "wrong").await;
    let listed = app.sign_in("auditor").ask("{ securityEvents(kinds: [SIGN_IN_FAILED]) { nodes { id reason } } }").await;
    let event = listed.at("/securityEvents/nodes/0");
    assert_eq!(event["reason"], "WrongPassword");
    let seen = async |who: &str, id: &Value, kind: &str, field: &str| {
        let answer = app.sign_in(who).ask(&format!("{{ node(id: {id}) {{ id ... on {kind} {{ {field} }} }} }}")).await;
        if answer.code().is_empty() { answer.at(&format!("/node/{field}")) } else { json!(answer.code()) }
    };
    for (who, found) in [
        ("county-administrator", json!("municipal-administrator")),
        ("security-administrator", json!("municipal-administrator")),
        ("branch-administrator", json!("NOT_FOUND")),
        ("member", json!("NOT_FOUND")),
        ("other-county-administrator", json!("NOT_FOUND")),
        ("other-tenant-administrator", json!("NOT_FOUND")),
    ] {
        assert_eq!(seen(who, &invitation, "Invitation", "createdBy").await, found, "{who}");
    }
    // The reason is for those who read the log; whose account it is sees the event without it.
    for (who, found) in [
        ("auditor", json!("WrongPassword")),
        (session.as_str(), Value::Null),
        ("member", json!("NOT_FOUND")),
        ("other-county-administrator", json!("NOT_FOUND")),
        ("other-tenant-administrator", json!("NOT_FOUND")),
    ] {
        assert_eq!(seen(who, &event["id"], "SecurityEvent", "reason").await, found, "{who}");
    }
}
