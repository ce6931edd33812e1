//! Accounts, the member's own view, and tokens for scripts.

use banyan::testing::{IssueToken, Role, issue_token};
use banyan_tests::TestApp;
use chrono::Duration;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, each, organization, person, rows, send};

#[tokio::test]
async fn accounts_are_listed_in_scope_by_place_and_beginning_of_the_name() {
    let app = TestApp::new().await;
    let listed = |who: &'static str, arguments: String| {
        let app = &app;
        async move {
            let answer = app.sign_in(who).ask(&format!("{{ accounts{arguments} {{ nodes {{ name }} }} }}")).await;
            each(&answer.at("/accounts/nodes"), "name")
        }
    };
    assert_eq!(listed("secretary", String::new()).await, ["branch-administrator", "secretary", "committee-member", "member"]);
    assert_eq!(listed("county-administrator", "(search: \"co\")".into()).await, ["county-administrator", "committee-member"]);
    assert_eq!(
        listed("county-administrator", format!("(under: \"{}\", reach: OWN)", organization(&app, "N1"))).await,
        ["township-administrator"]
    );
    assert_eq!(listed("system-administrator", "(first: 50)".into()).await.len(), 12);
    assert_eq!(app.sign_in("committee-member").ask("{ accounts { totalCount } }").await.code(), "FORBIDDEN");
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Account {{ name kind active organization {{ code }} person {{ name }} grants {{ role }} }} }} }}",
        account(&app, "member")
    );
    let expected = json!({ "name": "member", "kind": "PERSON", "active": true, "organization": { "code": "N1A" }, "person": { "name": "王小明" }, "grants": [{ "role": "MEMBER" }] });
    assert_eq!(app.sign_in("secretary").ask(&ask).await.at("/node"), expected);
    // Who reads no people sees the account without the person.
    assert_eq!(app.sign_in("system-administrator").ask(&ask).await.at("/node/person"), Value::Null);
    assert_eq!(app.sign_in("other-county-administrator").ask(&ask).await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_member_sees_the_own_record_and_the_own_branch_and_nothing_else() {
    let app = TestApp::new().await;
    let member = app.sign_in("member");
    let ask = "{ viewer { account { name } person { name stage identityNumber { text } organization { name } } branch { code name } roots { code } permissions readOnly
                 grants { role } } }";
    let answer = member.ask(ask).await;
    assert_eq!(answer.at("/viewer/person/name"), "王小明");
    assert_eq!(answer.at("/viewer/person/organization/name"), "中国共产党青石镇东村支部委员会");
    assert_eq!(answer.at("/viewer/branch/code"), "N1A");
    assert_eq!((answer.at("/viewer/roots"), answer.at("/viewer/permissions")), (json!([]), json!([])));
    assert!(!answer.text.contains(&app.database.seed.identity_numbers["N1A-1"]));
    for list in ["people", "organizations", "journal", "grants", "accounts"] {
        assert_eq!(member.ask(&format!("{{ {list} {{ totalCount }} }}")).await.code(), "FORBIDDEN", "{list}");
    }
    let node = |id: String| format!("{{ node(id: \"{id}\") {{ id }} }}");
    for own in [person(&app, "N1A-1"), organization(&app, "N1A"), account(&app, "member")] {
        assert_eq!(member.ask(&node(own.clone())).await.at("/node/id"), own);
    }
    for other in [
        person(&app, "N1A-2"),
        person(&app, "N1B-1"),
        organization(&app, "N1"),
        organization(&app, "N1B"),
        account(&app, "secretary"),
        app.database.seed.grants["secretary"].clone(),
    ] {
        assert_eq!(member.ask(&node(other)).await.code(), "NOT_FOUND");
    }
    // Through the own branch nothing of others is reached.
    let branch = format!("{{ node(id: \"{}\") {{ ... on Organization {{ superior {{ code }} ancestors {{ code }} children {{ totalCount }} members {{ totalCount }}
        applicants {{ totalCount }} memberOverview {{ members }} partyGroups {{ totalCount }} history {{ totalCount }} may }} }} }}", organization(&app, "N1A"));
    let seen = member.ask(&branch).await.at("/node");
    for list in ["children", "applicants", "history", "partyGroups"] {
        assert_eq!(seen[list]["totalCount"], 0, "{list}");
    }
    assert_eq!(
        (&seen["superior"], &seen["ancestors"], &seen["memberOverview"], &seen["may"]),
        (&Value::Null, &json!([]), &Value::Null, &json!([]))
    );
    denied(&app, "member", "personEdit", json!({ "id": person(&app, "N1A-1"), "version": 1, "name": "甲" }), "FORBIDDEN").await;
    denied(
        &app,
        "member",
        "organizationEdit",
        json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "甲" }),
        "FORBIDDEN",
    )
    .await;
}

#[tokio::test]
async fn a_token_brings_one_role_at_one_organization_for_a_time() {
    let app = TestApp::new().await;
    let issue = |role: Role, organization: &'static str, write: bool| {
        let app = &app;
        async move {
            let wanted = IssueToken { organization, role, lifetime: Duration::hours(2), write };
            issue_token(&mut app.database.owner().await, app.clock.now(), &wanted).await
        }
    };
    let reading = issue(Role::OrganizationAdministrator, "N1", false).await.expect("a token");
    let writing = issue(Role::BranchAdministrator, "N1A", true).await.expect("a token");
    let answer = app
        .sign_in(&reading)
        .ask("{ viewer { readOnly account { kind } grants { role } roots { code } } people { totalCount } }")
        .await;
    assert_eq!(
        answer.at("/viewer"),
        json!({ "readOnly": true, "account": { "kind": "MACHINE" }, "grants": [{ "role": "ORGANIZATION_ADMINISTRATOR" }], "roots": [{ "code": "N1" }] })
    );
    assert_eq!(answer.at("/people/totalCount"), 10);
    // Only the hash of the secret is kept.
    let tables = crate::acting::everything(&app).await.join("\n");
    assert!(!tables.contains(&reading) && !tables.contains(&writing));
    assert_eq!(app.database.number("SELECT count(*) FROM journal WHERE event = 'TOKEN_ISSUED'").await, 2);
    assert_eq!(
        rows(&app, "SELECT kind, read_only, grant_id IS NOT NULL FROM sessions WHERE grant_id IS NOT NULL ORDER BY id").await,
        "token | t | t\ntoken | f | t"
    );

    let edit = json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "东村支部" });
    denied(&app, &reading, "organizationEdit", edit.clone(), "READ_ONLY").await;
    done(&app, &writing, "organizationEdit", edit).await;
    denied(
        &app,
        &writing,
        "organizationEdit",
        json!({ "id": organization(&app, "N1"), "version": 1, "shortName": "x" }),
        "NOT_FOUND",
    )
    .await;

    app.clock.shift(2 * 3600 + 1);
    for token in [&reading, &writing] {
        assert_eq!(app.sign_in(token).ask("{ people { totalCount } }").await.code(), "UNAUTHENTICATED");
    }
    assert_eq!(
        send(&app.sign_in("no such token"), "organizationEdit", &json!({ "id": organization(&app, "N1"), "version": 1 }))
            .await
            .code(),
        "UNAUTHENTICATED"
    );
    for organization in ["NOWHERE", "n1"] {
        assert!(issue(Role::Auditor, organization, false).await.is_err());
    }
}

#[tokio::test]
async fn a_token_whose_grant_was_ended_has_no_rights_left() {
    let app = TestApp::new().await;
    let wanted = IssueToken { organization: "N1", role: Role::Auditor, lifetime: Duration::hours(2), write: false };
    let token = issue_token(&mut app.database.owner().await, app.clock.now(), &wanted).await.expect("a token");
    let grant = app.sign_in(&token).ask("{ viewer { grants { id version } } }").await.at("/viewer/grants/0");
    done(&app, "county-administrator", "grantEnd", grant).await;
    // It held nothing else, so it ended with the grant.
    let answer = app.sign_in(&token).ask("{ viewer { permissions } }").await;
    assert_eq!(answer.at("/viewer"), json!(null));
    assert_eq!(app.sign_in(&token).ask("{ people { totalCount } }").await.code(), "UNAUTHENTICATED");
}
