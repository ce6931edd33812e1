//! The operation log: what is recorded, who reads it, how it is searched.

use banyan_tests::{Answer, TestApp};
use serde_json::{Value, json};

use crate::acting::{account, denied, done, each, organization, person, send};

/// A renamed N1, an edited N1A, an added group in N1A, a person of N2A edited, an edited S.
async fn busy() -> TestApp {
    let app = TestApp::new().await;
    let rename = json!({ "id": organization(&app, "N1"), "version": 1, "name": "中国共产党北山区青石街道工作委员会", "on": "2025-01-01", "document": "1号" });
    done(&app, "county-administrator", "organizationRename", rename).await;
    done(
        &app,
        "township-administrator",
        "organizationEdit",
        json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "东村支部" }),
    )
    .await;
    app.clock.shift(3600);
    done(&app, "secretary", "partyGroupCreate", json!({ "organizationId": organization(&app, "N1A"), "name": "第一党小组" }))
        .await;
    done(&app, "county-administrator", "personEdit", json!({ "id": person(&app, "N2A-1"), "version": 1, "education": "14" }))
        .await;
    done(
        &app,
        "other-county-administrator",
        "organizationEdit",
        json!({ "id": organization(&app, "S"), "version": 1, "shortName": "南川区委" }),
    )
    .await;
    app
}

async fn log(app: &TestApp, who: &str, arguments: &str) -> Answer {
    app.sign_in(who).ask(&format!("{{ journal{arguments} {{ totalCount nodes {{ event accountName at }} }} }}")).await
}

async fn events(app: &TestApp, who: &str, arguments: &str) -> Vec<String> {
    each(&log(app, who, arguments).await.at("/journal/nodes"), "event")
}

/// covers: R07
#[tokio::test]
async fn an_entry_says_who_when_what_where_before_and_after() {
    let app = busy().await;
    let fields = "at event eventName accountName role onBehalfOf organization { code } subjectKind subjectId subjectName reason source requestId changes { field fieldName before after }";
    let ask = format!("{{ journal(filter: {{ events: [ORGANIZATION_RENAMED] }}) {{ nodes {{ {fields} }} }} }}");
    let answer = app.sign_in("county-administrator").speaking("zh").ask(&ask).await;
    let entry = answer.at("/journal/nodes/0");
    for (field, value) in [
        ("event", json!("ORGANIZATION_RENAMED")),
        ("accountName", json!("county-administrator")),
        ("role", json!("ORGANIZATION_ADMINISTRATOR")),
        ("onBehalfOf", Value::Null),
        ("organization", json!({ "code": "N1" })),
        ("subjectKind", json!("ORGANIZATION")),
        ("subjectId", json!(organization(&app, "N1"))),
        ("subjectName", json!("中国共产党北山区青石街道工作委员会")),
        ("reason", Value::Null),
        // The tests' client has no address; one that comes over the network is asked for in `tests/it/http.rs`.
        ("source", Value::Null),
    ] {
        assert_eq!(entry[field], value, "{field}");
    }
    let changes: Vec<String> = entry["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| format!("{} {} {}→{}", change["field"], change["fieldName"], change["before"], change["after"]))
        .collect();
    insta::assert_snapshot!(changes.join("\n"), @r#"
    "name" "名称" "中国共产党北山区青石镇委员会"→"中国共产党北山区青石街道工作委员会"
    "document" "批准文件" null→"1号"
    "on" "日期" null→"2025-01-01"
    "#);
    // In the other language the words change, the codes do not.
    let answer = app.sign_in("county-administrator").ask(&ask).await;
    assert_ne!(answer.at("/journal/nodes/0/eventName"), entry["eventName"]);
    assert_eq!(answer.at("/journal/nodes/0/event"), entry["event"]);
    assert!(entry["requestId"].as_str().is_some_and(|id| !id.is_empty()));
}

/// covers: R07
#[tokio::test]
async fn the_log_is_searched_by_account_name_event_subject_time_and_place() {
    let app = busy().await;
    let county = "county-administrator";
    let all = ["PERSON_EDITED", "PARTY_GROUP_CREATED", "ORGANIZATION_EDITED", "ORGANIZATION_RENAMED"];
    assert_eq!(events(&app, county, "").await, all);
    assert_eq!(log(&app, county, "").await.at("/journal/totalCount"), 4);
    let account_id = |token: &str| account(&app, token);
    let cut = log(&app, county, "").await.at("/journal/nodes/1/at");
    for (arguments, expected) in [
        (format!("(filter: {{ account: \"{}\" }})", account_id("secretary")), &["PARTY_GROUP_CREATED"][..]),
        (
            format!("(filter: {{ account: \"{}\" }})", account_id("county-administrator")),
            &["PERSON_EDITED", "ORGANIZATION_RENAMED"],
        ),
        ("(filter: { accountName: \"town\" })".into(), &["ORGANIZATION_EDITED"]),
        ("(filter: { accountName: \"own\" })".into(), &[]),
        ("(filter: { events: [PERSON_EDITED, ORGANIZATION_RENAMED] })".into(), &["PERSON_EDITED", "ORGANIZATION_RENAMED"]),
        (format!("(filter: {{ subject: \"{}\" }})", organization(&app, "N1A")), &["ORGANIZATION_EDITED"]),
        (format!("(filter: {{ subject: \"{}\" }})", person(&app, "N2A-1")), &["PERSON_EDITED"]),
        (format!("(filter: {{ subject: \"{}\" }})", person(&app, "N2A-2")), &[]),
        (format!("(filter: {{ from: {cut} }})"), &["PERSON_EDITED", "PARTY_GROUP_CREATED"]),
        (format!("(filter: {{ until: {cut} }})"), &["ORGANIZATION_EDITED", "ORGANIZATION_RENAMED"]),
        (
            format!("(under: \"{}\")", organization(&app, "N1")),
            &["PARTY_GROUP_CREATED", "ORGANIZATION_EDITED", "ORGANIZATION_RENAMED"],
        ),
        (format!("(under: \"{}\", reach: OWN)", organization(&app, "N1")), &["ORGANIZATION_RENAMED"]),
        (format!("(under: \"{}\", reach: CHILDREN)", organization(&app, "N1")), &["PARTY_GROUP_CREATED", "ORGANIZATION_EDITED"]),
        ("(first: 1)".into(), &["PERSON_EDITED"]),
        ("(last: 1)".into(), &["ORGANIZATION_RENAMED"]),
    ] {
        assert_eq!(events(&app, county, &arguments).await, expected, "{arguments}");
    }
    assert_eq!(log(&app, county, "(filter: { events: [NOTHING] })").await.code(), "BAD_DOCUMENT");
    assert_eq!(log(&app, county, "(filter: { account: \"x\" })").await.code(), "BAD_ID");
}

/// covers: R07
#[tokio::test]
async fn the_log_is_read_in_scope_and_by_those_with_the_right() {
    let app = busy().await;
    for (who, count) in [
        ("municipal-administrator", 5),
        ("county-administrator", 4),
        ("other-county-administrator", 1),
        ("township-administrator", 3),
        ("branch-administrator", 2),
        ("secretary", 2),
        ("auditor", 4),
        ("reading-token", 4),
        ("other-tenant-administrator", 0),
    ] {
        let answer = log(&app, who, "").await;
        assert_eq!(answer.at("/journal/nodes").as_array().map(Vec::len), Some(count), "{who}");
        assert_eq!(answer.at("/journal/totalCount"), count, "{who}");
    }
    let outside = format!("(under: \"{}\")", organization(&app, "S"));
    assert_eq!(log(&app, "county-administrator", &outside).await.code(), "NOT_FOUND");
    for who in ["committee-member", "system-administrator", "member"] {
        assert_eq!(log(&app, who, "").await.code(), "FORBIDDEN", "{who}");
    }
    let own_branch = format!("(under: \"{}\")", organization(&app, "N1A"));
    assert_eq!(log(&app, "committee-member", &own_branch).await.code(), "FORBIDDEN");
    assert_eq!(app.stranger().ask("{ journal { totalCount } }").await.code(), "UNAUTHENTICATED");
    // One entry by its id.
    let id = app.sign_in("county-administrator").ask("{ journal { nodes { id } } }").await.at("/journal/nodes/1/id");
    let one = format!("{{ node(id: {id}) {{ ... on JournalEntry {{ event }} }} }}");
    assert_eq!(app.sign_in("auditor").ask(&one).await.at("/node/event"), "PARTY_GROUP_CREATED");
    for who in ["committee-member", "other-county-administrator", "other-tenant-administrator", "member"] {
        assert_eq!(app.sign_in(who).ask(&one).await.code(), "NOT_FOUND", "{who}");
    }
}

/// covers: R07
#[tokio::test]
async fn an_entry_cannot_be_changed() {
    let app = busy().await;
    let (client, connection) = tokio_postgres::connect(&app.database.app_url, tokio_postgres::NoTls).await.expect("a connection");
    tokio::spawn(connection);
    for statement in ["UPDATE journal SET reason = 'x'", "DELETE FROM journal", "TRUNCATE journal"] {
        let refusal = client.batch_execute(statement).await.expect_err("a refusal");
        assert_eq!(refusal.code().map(tokio_postgres::error::SqlState::code), Some("42501"), "{statement}");
    }
    // A refused mutation leaves no entry, and a done one leaves exactly one.
    let stale = json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "x" });
    assert!(!send(&app.sign_in("secretary"), "organizationEdit", &stale).await.user_errors().is_empty());
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 5);
}

#[tokio::test]
async fn an_auditor_reads_everything_in_scope_and_changes_nothing() {
    let app = busy().await;
    let ask = "{ people { totalCount } organizations { totalCount } journal { totalCount } grants { totalCount } accounts { totalCount } viewer { permissions } }";
    let answer = app.sign_in("auditor").ask(ask).await;
    for (list, count) in [("people", 20), ("organizations", 7), ("journal", 4), ("grants", 8), ("accounts", 8)] {
        assert_eq!(answer.at(&format!("/{list}/totalCount")), count, "{list}");
    }
    assert_eq!(answer.at("/viewer/permissions"), json!(["READ_ORGANIZATIONS", "READ_PEOPLE", "READ_JOURNAL", "READ_GRANTS"]));
    let group = app
        .sign_in("auditor")
        .ask(&format!(
            "{{ node(id: \"{}\") {{ ... on Organization {{ partyGroups {{ nodes {{ id }} }} }} }} }}",
            organization(&app, "N1A")
        ))
        .await;
    let (group, branch, one) = (group.at("/node/partyGroups/nodes/0/id"), organization(&app, "N1A"), person(&app, "N1A-1"));
    let grant = app.database.seed.grants["secretary"].clone();
    for (name, input) in [
        ("organizationCreate", json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": "甲", "code": "A1" })),
        ("organizationEdit", json!({ "id": branch, "version": 2, "shortName": "甲" })),
        ("organizationRename", json!({ "id": branch, "version": 2, "name": "甲", "on": "2026-01-01", "document": "1号" })),
        (
            "organizationMove",
            json!({ "id": branch, "version": 2, "newSuperiorId": organization(&app, "N2"), "on": "2026-01-01" }),
        ),
        ("organizationDissolve", json!({ "id": branch, "version": 2, "on": "2026-01-01", "reason": "甲" })),
        ("organizationReorder", json!({ "id": branch, "version": 2 })),
        ("partyGroupCreate", json!({ "organizationId": branch, "name": "甲" })),
        ("partyGroupEdit", json!({ "id": group, "version": 1, "name": "甲" })),
        ("partyGroupAssign", json!({ "id": group, "version": 1, "personIds": [one] })),
        ("partyGroupDissolve", json!({ "id": group, "version": 1 })),
        ("personAdd", crate::people::newcomer(&app, &[])),
        ("personEdit", json!({ "id": one, "version": 1, "name": "甲" })),
        ("personSetPhoto", json!({ "id": one, "version": 1, "base64": "iVBORw0KGgo=" })),
        ("grantGive", json!({ "accountId": account(&app, "secretary"), "role": "AUDITOR", "organizationId": branch })),
        ("grantEnd", json!({ "id": grant, "version": 1 })),
    ] {
        denied(&app, "auditor", name, input.clone(), "FORBIDDEN").await;
        denied(&app, "reading-token", name, input, "READ_ONLY").await;
    }
}
