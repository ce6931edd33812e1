//! High roles at high places are given by two people (SEC-A11), who agree on the same version (SEC-A12).

use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, newest_entry, organization, refused, rows};

fn high(app: &TestApp, token: &str, role: &str, code: &str) -> Value {
    json!({ "accountId": account(app, token), "role": role, "organizationId": organization(app, code), "reason": "调任" })
}

fn of(id: &str, version: i64) -> Value {
    json!({ "id": id, "version": version })
}

async fn people_seen(app: &TestApp, who: &str) -> Value {
    app.sign_in(who).ask("{ people { totalCount } }").await.at("/people/totalCount")
}

const SECOND: (&str, &str) = (
    "id GRANT_SECOND_PERSON 须由授权人和被授权人以外的另一人批准",
    "id GRANT_SECOND_PERSON Another person than giver and recipient decides",
);

/// In part (grants; transfers and merges do not exist yet): SEC-A11
#[tokio::test]
async fn a_high_role_gives_no_rights_until_another_person_agrees() {
    let app = TestApp::new().await;
    let (id, version) =
        done(&app, "municipal-administrator", "grantGive", high(&app, "secretary", "ORGANIZATION_ADMINISTRATOR", "N")).await;
    assert!(newest_entry(&app).await.starts_with("GRANT_PROPOSED | municipal-administrator"));
    assert_eq!(people_seen(&app, "secretary").await, 5);
    let waits = "{ grants(filter: { pending: true }) { nodes { pending running maySettle account { name } } } }";
    for (who, settles) in
        [("county-administrator", true), ("municipal-administrator", false), ("auditor", false), ("reading-token", false)]
    {
        let expected = json!([{ "pending": true, "running": false, "maySettle": settles, "account": { "name": "secretary" } }]);
        assert_eq!(app.sign_in(who).ask(waits).await.at("/grants/nodes"), expected, "{who}");
    }
    // The same person twice; one who acts through what the giver lent; one who holds it lower only.
    refused(&app, "municipal-administrator", "grantApprove", of(&id, version), SECOND.0, SECOND.1).await;
    let lent = json!({ "grantId": app.database.seed.grants["municipal-administrator"], "accountId": account(&app, "township-administrator"),
                       "organizationId": organization(&app, "N"), "until": "2098-01-01T00:00:00Z", "reason": "代管" });
    done(&app, "municipal-administrator", "grantDelegate", lent).await;
    denied(&app, "township-administrator", "grantApprove", of(&id, version), "FORBIDDEN").await;
    denied(&app, "secretary", "grantApprove", of(&id, version), "NOT_FOUND").await;
    denied(&app, "auditor", "grantApprove", of(&id, version), "FORBIDDEN").await;
    denied(&app, "reading-token", "grantApprove", of(&id, version), "READ_ONLY").await;
    denied(&app, "other-county-administrator", "grantApprove", of(&id, version), "NOT_FOUND").await;

    done(&app, "county-administrator", "grantApprove", of(&id, version)).await;
    assert!(
        newest_entry(&app)
            .await
            .starts_with("GRANT_APPROVED | county-administrator | organization_administrator | N | grant | secretary")
    );
    assert_eq!(people_seen(&app, "secretary").await, 20);
    let row =
        "SELECT pending, given_by_name, approved_by_name, approved_at IS NOT NULL, version FROM grants WHERE reason = '调任'";
    assert_eq!(rows(&app, row).await, "f | municipal-administrator | county-administrator | t | 2");
    let (zh, en) =
        ("id GRANT_NOT_PENDING 该授权不在待批准状态", "id GRANT_NOT_PENDING The grant does not wait for a second person");
    refused(&app, "county-administrator", "grantApprove", of(&id, 2), zh, en).await;
    refused(&app, "county-administrator", "grantRefuse", of(&id, 2), zh, en).await;
}

/// Nobody agrees to their own elevation, and a role that is not high or not given high needs nobody.
///
/// In part (grants; transfers and merges do not exist yet): SEC-A11
#[tokio::test]
async fn the_recipient_does_not_agree_and_lower_places_need_one_person() {
    let app = TestApp::new().await;
    let (id, _) = done(&app, "municipal-administrator", "grantGive", high(&app, "county-administrator", "AUDITOR", "N")).await;
    refused(&app, "county-administrator", "grantApprove", of(&id, 1), SECOND.0, SECOND.1).await;
    refused(&app, "county-administrator", "grantRefuse", of(&id, 1), SECOND.0, SECOND.1).await;
    for (token, role, code, waits) in [
        ("secretary", "ORGANIZATION_ADMINISTRATOR", "N1", 0),
        ("secretary", "BRANCH_ADMINISTRATOR", "N", 0),
        ("committee-member", "SYSTEM_ADMINISTRATOR", "N", 1),
        ("branch-administrator", "SECURITY_ADMINISTRATOR", "M", 1),
    ] {
        let before = app.database.number("SELECT count(*) FROM grants WHERE pending").await;
        done(&app, "municipal-administrator", "grantGive", high(&app, token, role, code)).await;
        assert_eq!(app.database.number("SELECT count(*) FROM grants WHERE pending").await - before, waits, "{role} at {code}");
    }
    app.database
        .change("INSERT INTO tenant_policies (tenant_id, two_person_depth) SELECT id, 0 FROM tenants WHERE path = 'a01'")
        .await;
    done(&app, "municipal-administrator", "grantGive", high(&app, "township-administrator", "ORGANIZATION_ADMINISTRATOR", "N"))
        .await;
    assert_eq!(app.database.number("SELECT count(*) FROM grants WHERE pending").await, 3);
}

/// covers: SEC-A12
#[tokio::test]
async fn agreement_is_to_the_version_that_was_read() {
    let app = TestApp::new().await;
    let (id, _) =
        done(&app, "municipal-administrator", "grantGive", high(&app, "secretary", "ORGANIZATION_ADMINISTRATOR", "N")).await;
    let change = json!({ "id": id, "version": 1, "until": "2098-01-01T00:00:00Z" });
    let (zh, en) = (
        "id GRANT_NOT_GIVER 只有提请人可以修改待批准的授权",
        "id GRANT_NOT_GIVER Only the giver changes what waits for approval",
    );
    refused(&app, "county-administrator", "grantEdit", change.clone(), zh, en).await;
    let (_, version) = done(&app, "municipal-administrator", "grantEdit", change.clone()).await;
    assert_eq!(version, 2);
    let entry = newest_entry(&app).await;
    assert!(
        entry.starts_with("GRANT_EDITED | municipal-administrator")
            && entry.contains(r#"{} | {"until": "2098-01-01T00:00:00+00:00"}"#),
        "{entry}"
    );
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本2）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 2)",
    );
    refused(&app, "county-administrator", "grantApprove", of(&id, 1), stale.0, stale.1).await;
    refused(&app, "county-administrator", "grantRefuse", of(&id, 1), stale.0, stale.1).await;
    refused(&app, "municipal-administrator", "grantEdit", change, stale.0, stale.1).await;
    for (changed, zh, en) in [
        (json!({ "id": id, "version": 2 }), "id NOTHING_TO_CHANGE 没有需要修改的内容", "id NOTHING_TO_CHANGE Nothing to change"),
        (
            json!({ "id": id, "version": 2, "until": "2020-01-01T00:00:00Z" }),
            "until GRANT_IN_THE_PAST 结束时间不能早于现在",
            "until GRANT_IN_THE_PAST The end must lie in the future",
        ),
    ] {
        refused(&app, "municipal-administrator", "grantEdit", changed, zh, en).await;
    }
    done(&app, "county-administrator", "grantApprove", of(&id, 2)).await;
    let row = "SELECT pending, valid_until::date, version FROM grants WHERE reason = '调任'";
    assert_eq!(rows(&app, row).await, "f | 2098-01-01 | 3");
}

/// In part (grants; transfers and merges do not exist yet): SEC-A11
#[tokio::test]
async fn both_hold_the_right_at_the_moment_at_which_it_becomes_one() {
    let app = TestApp::new().await;
    let (id, _) =
        done(&app, "municipal-administrator", "grantGive", high(&app, "secretary", "ORGANIZATION_ADMINISTRATOR", "N")).await;
    let revoke = |token: &str| {
        format!("UPDATE grants g SET ended_at = now() FROM accounts a WHERE a.id = g.account_id AND a.name = '{token}'")
    };
    let restore = |token: &str| revoke(token).replace("now()", "NULL");
    app.database.change(&revoke("county-administrator")).await;
    denied(&app, "county-administrator", "grantApprove", of(&id, 1), "NOT_FOUND").await;
    app.database.change(&restore("county-administrator")).await;
    let lost = (
        "id GRANT_GIVER_LOST_RIGHT 授权人已不再具有该权限，不能批准",
        "id GRANT_GIVER_LOST_RIGHT The giver no longer holds the right, so it cannot be approved",
    );
    app.database.change(&revoke("municipal-administrator")).await;
    refused(&app, "county-administrator", "grantApprove", of(&id, 1), lost.0, lost.1).await;
    app.database.change(&restore("municipal-administrator")).await;
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'municipal-administrator'").await;
    refused(&app, "county-administrator", "grantApprove", of(&id, 1), lost.0, lost.1).await;
    app.database.change("UPDATE accounts SET state = 'active' WHERE name = 'municipal-administrator'").await;
    // Revoked between the question and its confirmation: what was shown is not done any more.
    let approve = "mutation ($i: GrantApproveInput!) { grantApprove(input: $i) { grant { pending } userErrors { code } } }";
    let (client, asked) = (app.sign_in("county-administrator"), json!({ "i": of(&id, 1) }));
    for (who, code) in [("county-administrator", "NOT_FOUND"), ("municipal-administrator", "GRANT_GIVER_LOST_RIGHT")] {
        let question = client.send_with(approve, &asked, Value::Null).await;
        let ceremony = question.json.pointer("/errors/0/extensions/stepUp/id").cloned().unwrap_or_default();
        assert!(ceremony.is_string(), "{}", question.text);
        app.database.change(&revoke(who)).await;
        let late = client.send_with(approve, &asked, json!({ "stepUp": { "id": ceremony } })).await;
        assert!(late.text.contains(code), "{who}: {}", late.text);
        app.database.change(&restore(who)).await;
    }
    assert_eq!(people_seen(&app, "secretary").await, 5);
    // What nobody agrees to is refused, and never gave rights.
    done(&app, "county-administrator", "grantRefuse", json!({ "id": id, "version": 1, "reason": "不同意" })).await;
    assert!(newest_entry(&app).await.starts_with("GRANT_REFUSED | county-administrator"));
    assert_eq!(people_seen(&app, "secretary").await, 5);
}
