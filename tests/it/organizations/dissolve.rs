use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, each, everything, newest_entry, organization, refused, rows};

fn dissolution(app: &TestApp, code: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({ "id": organization(app, code), "version": 1, "on": "2026-02-01", "reason": "村合并" });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

/// People leave a branch: as rows, because there is no such step yet.
const EMPTY_N1A: &str = "DELETE FROM accounts a USING people p WHERE false;
    UPDATE people SET stage = 'left', version = version + 1 WHERE path = 'a01000000000';
    INSERT INTO membership_ledger SELECT tenant_id, gen_random_uuid(), id, organization_id, path, '2026-01-15', 'left', -1
        FROM people WHERE path = 'a01000000000' AND joined_on IS NOT NULL;
    UPDATE organization_counts SET applicants = 0, probationary = 0, full_members = 0, women = 0, minority = 0, college_and_above = 0
        WHERE path = 'a01000000000';
    DELETE FROM organization_tallies WHERE path = 'a01000000000'";

/// What a dissolution does to what hangs on an organization. Open transfer cases, dues and reports will hang on it too:
/// an area that brings a table says here whether its rows are in the way, which B10 wants of open ones.
const HANGS_ON_IT: &[(&str, &str)] = &[
    ("account_keys", "stay with their accounts"),
    ("accounts", "stay, with the roles that they hold here: these open the history, and nothing can be written any more"),
    ("attachments", "stay as its history"),
    ("claim_codes", "run out by themselves; nobody is left who could use them"),
    ("grants", "those that wait for a second person are in the way"),
    ("invitations", "run out by themselves"),
    ("jobs", "one that waits finds the organization changed and fails, the others stay"),
    ("journal", "stays"),
    ("leadership_posts", "stay as its history"),
    ("leadership_terms", "stay as its history"),
    ("membership_ledger", "stays as its history"),
    ("organization_counts", "empty, or people would be in the way"),
    ("organization_tallies", "empty, or people would be in the way"),
    ("organization_units", "stay as its history"),
    ("organization_versions", "get a last state"),
    ("organizations", "active ones below are in the way"),
    ("party_groups", "stay, empty"),
    ("people", "in the way, but for those who left"),
    ("person_photos", "stay with people who left"),
    ("security_events", "stay"),
    ("sessions", "run out by themselves"),
    ("units", "stay where they are kept"),
];

#[tokio::test]
async fn whatever_hangs_on_an_organization_is_in_the_way_of_its_dissolution_or_known_not_to_be() {
    let app = TestApp::new().await;
    let hanging = "SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
                   WHERE contype = 'f' AND confrelid = 'organizations'::regclass ORDER BY name";
    let decided: Vec<&str> = HANGS_ON_IT.iter().map(|(table, _)| *table).collect();
    assert_eq!(rows(&app, hanging).await.lines().collect::<Vec<_>>(), decided);
}

/// Rule B10: a role that waits for a second person is an open to-do.
#[tokio::test]
async fn an_organization_where_something_waits_for_a_decision_is_not_dissolved() {
    let app = TestApp::new().await;
    app.database.change(EMPTY_N1A).await;
    // How far down a second person is wanted is a tenant's policy; here the row says so.
    let given = json!({ "accountId": account(&app, "committee-member"), "role": "SECRETARY", "organizationId": organization(&app, "N1A"), "reason": "调任" });
    let (id, version) = done(&app, "municipal-administrator", "grantGive", given).await;
    app.database.change("UPDATE grants SET pending = true WHERE reason = '调任'").await;
    let zh = "id ORGANIZATION_HAS_TO_DOS 该党组织还有待批准的事项，不能撤销";
    let en = "id ORGANIZATION_HAS_TO_DOS Something still waits for a decision there, so it cannot be dissolved";
    refused(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[]), zh, en).await;
    done(&app, "county-administrator", "grantRefuse", json!({ "id": id, "version": version })).await;
    done(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[])).await;
}

/// Members, applicants, subordinates, and above what waits for a decision. Transfer cases, dues and reports belong to later
/// areas, whose tables will have to say here what they do.
///
/// covers: B10
#[tokio::test]
async fn an_organization_with_members_applicants_or_subordinates_is_not_dissolved() {
    let app = TestApp::new().await;
    let members = (
        "id ORGANIZATION_HAS_PEOPLE 该支部有代办事宜、党员信息等不能进行删除，必须对代办事宜和党员信息进行处理即可删除",
        "id ORGANIZATION_HAS_PEOPLE It still has members, so it cannot be dissolved; deal with them first",
    );
    let applicants = (
        "id ORGANIZATION_HAS_APPLICANTS 该党组织还有入党申请人，不能撤销",
        "id ORGANIZATION_HAS_APPLICANTS It still has applicants, so it cannot be dissolved",
    );
    let children = (
        "id ORGANIZATION_HAS_CHILDREN 该党组织还有下级组织，不能撤销",
        "id ORGANIZATION_HAS_CHILDREN It still has subordinate organizations, so it cannot be dissolved",
    );
    refused(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1", &[]), children.0, children.1).await;
    let both = (format!("{}\n{}", members.0, applicants.0), format!("{}\n{}", members.1, applicants.1));
    refused(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[]), &both.0, &both.1).await;
    app.database
        .change("UPDATE people SET stage = 'left' WHERE path = 'a01000000000' AND stage IN ('full', 'probationary')")
        .await;
    for stage in ["applicant", "activist", "candidate"] {
        app.database
            .change(&format!("UPDATE people SET stage = '{stage}' WHERE path = 'a01000000000' AND stage <> 'left'"))
            .await;
        refused(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[]), applicants.0, applicants.1)
            .await;
    }
}

#[tokio::test]
async fn a_wrong_dissolution_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    app.database.change(EMPTY_N1A).await;
    for (changed, zh, en) in [
        (("reason", json!(" ")), "reason REQUIRED 请填写必填项：原因", "reason REQUIRED Required: reason"),
        (("on", json!("2999-01-01")), "on DATE_IN_FUTURE 日期不能晚于今天", "on DATE_IN_FUTURE The date lies in the future"),
        (
            ("on", json!("2001-06-30")),
            "on ORGANIZATION_BEFORE_FOUNDING 日期早于成立日期或上次变更日期2001-07-01",
            "on ORGANIZATION_BEFORE_FOUNDING The date lies before the founding or the last change, 2001-07-01",
        ),
        (
            ("version", json!(5)),
            "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
            "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
        ),
    ] {
        refused(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[changed]), zh, en).await;
    }
    let own_root = (
        "id ORGANIZATION_IS_OWN_ROOT 本级的上级、类别和撤销只能由上级办理",
        "id ORGANIZATION_IS_OWN_ROOT Superior, kind and dissolution of your own root are decided from above",
    );
    refused(&app, "township-administrator", "organizationDissolve", dissolution(&app, "N1", &[]), own_root.0, own_root.1).await;
    for who in ["branch-administrator", "secretary", "auditor"] {
        denied(&app, who, "organizationDissolve", dissolution(&app, "N1A", &[]), "FORBIDDEN").await;
    }
    denied(&app, "other-county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[]), "NOT_FOUND").await;
}

#[tokio::test]
async fn a_dissolved_organization_keeps_its_row_and_its_history() {
    let app = TestApp::new().await;
    app.database.change(EMPTY_N1A).await;
    let document = [("document", json!("北山委〔2026〕1号"))];
    let (_, version) = done(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &document)).await;
    assert_eq!(version, 2);
    assert_snapshot!(rows(&app, "SELECT status, dissolved_on, dissolved_reason, version, path FROM organizations WHERE code = 'N1A'").await, @"dissolved | 2026-02-01 | 村合并 | 2 | a01000000000");
    let versions = "SELECT v.valid, v.status, v.change, v.document FROM organization_versions v JOIN organizations o ON o.id = v.organization_id
                    WHERE o.code = 'N1A' ORDER BY v.valid";
    assert_snapshot!(rows(&app, versions).await, @"
    [2001-07-01,2026-02-01) | active | 1 | -
    [2026-02-01,) | dissolved | 2 | 北山委〔2026〕1号
    ");
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_DISSOLVED | county-administrator | organization_administrator | N1A | organization | 中国共产党青石镇东村支部委员会 | {} | {"document": "北山委〔2026〕1号", "dissolvedOn": "2026-02-01"} | 村合并"#);
    assert_eq!(app.database.number("SELECT count(*) FROM people WHERE path = 'a01000000000'").await, 5);

    let county = app.sign_in("county-administrator");
    let lists = "{ active: organizations(filter: { code: \"N1\" }) { nodes { code } }
                   dissolved: organizations(filter: { status: DISSOLVED }) { nodes { code status dissolvedOn dissolvedReason } }
                   all: organizations(filter: { status: null }) { totalCount } }";
    let answer = county.ask(lists).await;
    assert_eq!(each(&answer.at("/active/nodes"), "code"), ["N1", "N1B"]);
    assert_eq!(
        answer.at("/dissolved/nodes"),
        json!([{ "code": "N1A", "status": "DISSOLVED", "dissolvedOn": "2026-02-01", "dissolvedReason": "村合并" }])
    );
    assert_eq!(answer.at("/all/totalCount"), 7);
    let again = ("id ORGANIZATION_DISSOLVED 党组织已撤销", "id ORGANIZATION_DISSOLVED The organization is dissolved");
    refused(
        &app,
        "county-administrator",
        "organizationDissolve",
        dissolution(&app, "N1A", &[("version", json!(2))]),
        again.0,
        again.1,
    )
    .await;
}

/// The roles of a dissolved organization go on, for its history; nothing can be written there any more, by whatever door.
#[tokio::test]
async fn nothing_is_written_any_more_in_a_dissolved_organization() {
    let app = TestApp::new().await;
    app.database.change(EMPTY_N1A).await;
    let (branch, beside) = (organization(&app, "N1A"), organization(&app, "N1B"));
    let new = |name: &str, code: &str| json!({ "parentId": organization(&app, "N1"), "kind": "621", "name": name, "code": code });
    let (general, _) = done(&app, "county-administrator", "organizationCreate", new("东村党总支", "GENERAL")).await;
    let unit = json!({ "organizationId": beside, "name": "东村合作社", "kind": "333", "legalPerson": false });
    let (unit, _) = done(&app, "county-administrator", "unitCreate", unit).await;
    done(&app, "county-administrator", "organizationDissolve", dissolution(&app, "N1A", &[])).await;
    let end = json!({ "id": general, "version": 1, "on": app.clock.today(), "reason": "合并" });
    done(&app, "county-administrator", "organizationDissolve", end).await;
    let today = app.clock.today();
    let until = app.clock.now() + chrono::Duration::days(1);
    let secretary = account(&app, "secretary");
    for (name, input) in [
        ("organizationCreate", json!({ "parentId": general, "kind": "631", "name": "新支部", "code": "NEW" })),
        ("organizationEdit", json!({ "id": branch, "version": 2, "shortName": "东" })),
        ("organizationRename", json!({ "id": branch, "version": 2, "name": "新名", "on": today, "document": "1号" })),
        ("organizationReorder", json!({ "id": branch, "version": 2, "afterId": beside })),
        ("organizationMove", json!({ "id": branch, "version": 2, "newSuperiorId": organization(&app, "N2"), "on": today })),
        ("organizationMove", json!({ "id": beside, "version": 1, "newSuperiorId": general, "on": today })),
        ("partyGroupCreate", json!({ "organizationId": branch, "name": "一组" })),
        ("personAdd", crate::people::newcomer(&app, &[])),
        ("unitCreate", json!({ "organizationId": branch, "name": "甲公司", "kind": "333", "legalPerson": false })),
        ("unitLink", json!({ "organizationId": branch, "unitId": unit })),
        ("leadershipTermBegin", json!({ "organizationId": branch, "from": today })),
        ("grantGive", json!({ "accountId": secretary, "role": "COMMITTEE_MEMBER", "organizationId": branch, "until": until })),
        ("accountCreate", json!({ "organizationId": branch, "name": "新管理员" })),
        ("claimCodeIssue", json!({ "organizationId": branch })),
    ] {
        let document = format!(
            "mutation ($input: {}{}Input!) {{ {name}(input: $input) {{ userErrors {{ code path }} }} }}",
            name[..1].to_uppercase(),
            &name[1..]
        );
        let before = everything(&app).await;
        let answer = app.sign_in("county-administrator").send(&document, json!({ "input": input })).await;
        let refusal = answer.user_errors();
        assert!(refusal.contains("ORGANIZATION_DISSOLVED"), "{name} {input}: {refusal}");
        assert!(everything(&app).await == before, "{name} wrote something");
    }
    // Whoever held a role here still reads what was.
    let answer =
        app.sign_in("branch-administrator").ask("{ organizations(filter: { status: null }) { nodes { code status } } }").await;
    assert_eq!(answer.at("/organizations/nodes"), json!([{ "code": "N1A", "status": "DISSOLVED" }]));
}
