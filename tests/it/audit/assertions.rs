//! The signed confirmations of dangerous actions, verified later from what is stored (BEYOND5, SEC-B07).

use banyan::testing::{Assertions, verify_assertions};
use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{account, organization, rows};
use crate::sign_in::{key_of, keys::confirmed};

async fn found(app: &TestApp) -> Assertions {
    verify_assertions(&app.database.owner_url, None).await.expect("a verification")
}

/// Several actions of two administrators, signed with their keys: all hold. Each forgery is found, named and counted, and
/// gone again when it is taken back.
///
/// covers: SEC-B07
#[tokio::test]
async fn every_forged_confirmation_is_found() {
    let app = TestApp::new().await;
    let (mut key, county) = key_of(&app, "county-administrator").await;
    let (mut other_key, township) = key_of(&app, "township-administrator").await;
    let give = |role: &str, code: &str| json!({ "accountId": account(&app, "committee-member"), "role": role, "organizationId": organization(&app, code) });
    let invite = |name: &str| json!({ "id": account(&app, name), "version": 1 });
    let moving =
        json!({ "id": organization(&app, "N2A"), "version": 1, "newSuperiorId": organization(&app, "N1"), "on": "2026-02-01" });
    for (name, input) in [
        ("grantGive", give("COMMITTEE_MEMBER", "N1B")),
        ("grantGive", give("BRANCH_ADMINISTRATOR", "N1B")),
        ("accountInvite", invite("secretary")),
        ("organizationMove", moving),
    ] {
        let done = confirmed(&app, &county, &mut key, name, input).await;
        assert_eq!(done.user_errors(), "", "{name}: {}", done.text);
    }
    let done = confirmed(&app, &township, &mut other_key, "accountInvite", invite("branch-administrator")).await;
    assert_eq!(done.user_errors(), "", "{}", done.text);

    let clean = found(&app).await;
    let signed = rows(&app, "SELECT count(*) FROM journal WHERE confirmation ->> 'kind' = 'key'").await;
    assert_eq!((clean.signed.to_string(), clean.wrong.len()), (signed, 0), "{clean:?}");
    assert!(clean.signed >= 5 && clean.clicked >= 2, "{clean:?}: the seed's administrators were invited by a click");

    let entry =
        rows(&app, "SELECT id FROM journal WHERE event = 'GRANT_GIVEN' AND confirmation ->> 'kind' = 'key' ORDER BY id LIMIT 1")
            .await;
    let kept = rows(&app, &format!("SELECT confirmation FROM journal WHERE id = '{entry}'")).await;
    let kept: Value = serde_json::from_str(&kept).expect("evidence");
    let mut action: Value = serde_json::from_str(kept["action"].as_str().expect("an action")).expect("an action");
    action["arguments"]["input"]["role"] = json!("ORGANIZATION_ADMINISTRATOR");
    let with = |field: &str, value: Value| {
        let mut changed = kept.clone();
        changed[field] = value;
        changed
    };
    let others = "SELECT confirmation -> 'publicKey' FROM journal j JOIN accounts a ON a.id = j.account_id
                  WHERE a.name = 'township-administrator' AND confirmation ->> 'kind' = 'key' LIMIT 1";
    let others: Value = serde_json::from_str(&rows(&app, others).await).expect("a key");
    let swapped = "SELECT confirmation FROM journal WHERE event = 'ORGANIZATION_MOVED'";
    let swapped: Value = serde_json::from_str(&rows(&app, swapped).await).expect("evidence");
    let forgeries = [
        ("another action", with("action", json!(action.to_string())), "the challenge is not the digest of the action"),
        ("another key", with("publicKey", others), "the key was not enrolled for this account"),
        ("no key", with("publicKey", Value::Null), "the key was not enrolled for this account"),
        ("an unknown credential", with("credential", json!("AAAA")), "the key was not enrolled for this account"),
        ("no signature", with("signature", json!("")), "the signature does not verify"),
        ("another signature", with("signature", swapped["signature"].clone()), "the signature does not verify"),
        ("another kind", with("kind", json!("word")), "of an unknown kind"),
        ("nothing", json!({}), "no action"),
    ];
    for (what, forged, reason) in forgeries {
        write(&app, &entry, "confirmation", &forged.to_string()).await;
        let after = found(&app).await;
        let wrong: Vec<(String, &str)> = after.wrong.iter().map(|(id, reason)| (id.0.to_string(), reason.as_str())).collect();
        assert_eq!(wrong, [(entry.clone(), reason)], "{what}");
        assert_eq!(after.signed + 1, clean.signed, "{what}");
    }
    write(&app, &entry, "confirmation", &kept.to_string()).await;
    assert_eq!(found(&app).await, clean);
    // The confirmation of another action of the same account, which is as good a signature.
    write(&app, &entry, "confirmation", &swapped.to_string()).await;
    let after = found(&app).await;
    assert_eq!(after.wrong.len(), 1, "{after:?}");
    assert_eq!(after.wrong[0].1, "the confirmation was given for another request");
    write(&app, &entry, "confirmation", &kept.to_string()).await;
    // Somebody else put in the place of whoever acted.
    let acted = rows(&app, &format!("SELECT account_id FROM journal WHERE id = '{entry}'")).await;
    let somebody = rows(&app, "SELECT id FROM accounts WHERE name = 'township-administrator'").await;
    write(&app, &entry, "account_id", &somebody).await;
    let after = found(&app).await;
    assert_eq!((after.wrong.len(), after.wrong[0].1.as_str()), (1, "the action is another account's"));
    write(&app, &entry, "account_id", &acted).await;
    assert_eq!(found(&app).await, clean);
    // One tenant alone: nothing was signed in the other one.
    let other_tenant = rows(&app, "SELECT tenant_id FROM organizations WHERE code = 'X'").await.parse().expect("a tenant");
    assert_eq!(verify_assertions(&app.database.owner_url, Some(other_tenant)).await.expect("none"), Assertions::default());
}

/// Writes one column of an entry, as whoever owns the database could.
async fn write(app: &TestApp, entry: &str, column: &str, value: &str) {
    let cast = if column == "confirmation" { "jsonb" } else { "uuid" };
    let value = value.replace('\'', "''");
    app.database.change(&format!("UPDATE journal SET {column} = '{value}'::{cast} WHERE id = '{entry}'")).await;
}
