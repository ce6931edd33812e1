//! Grants: given, ended, run out; never more than the giver holds.

use banyan_tests::{Answer, TestApp};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, each, newest_entry, organization, person, refused, rows, send};

fn grant(app: &TestApp, token: &str, role: &str, code: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({ "accountId": account(app, token), "role": role, "organizationId": organization(app, code) });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

async fn people_seen(app: &TestApp, who: &str) -> Value {
    app.sign_in(who).ask("{ people { totalCount } }").await.at("/people/totalCount")
}

/// covers: R02
#[tokio::test]
async fn a_given_role_has_effect_at_the_next_request_until_it_is_ended() {
    let app = TestApp::new().await;
    assert_eq!(people_seen(&app, "secretary").await, 5);
    let reason = [("reason", json!("兼任西村支部书记"))];
    let (id, version) =
        done(&app, "township-administrator", "grantGive", grant(&app, "secretary", "SECRETARY", "N1B", &reason)).await;
    assert_eq!(version, 1);
    assert_eq!(people_seen(&app, "secretary").await, 10);
    let row = "SELECT a.name, g.role, o.code, g.path = o.path, g.valid_until, g.given_by_name, g.reason, g.ended_at, g.version
               FROM grants g JOIN accounts a ON a.id = g.account_id JOIN organizations o ON o.id = g.organization_id WHERE g.given_by IS NOT NULL";
    assert_eq!(rows(&app, row).await, "secretary | secretary | N1B | t | - | township-administrator | 兼任西村支部书记 | - | 1");
    let entry = "SELECT event, account_name, role, path, subject_kind, subject_name, before, after - 'from', reason FROM journal ORDER BY id DESC LIMIT 1";
    assert_snapshot!(rows(&app, entry).await, @r#"GRANT_GIVEN | township-administrator | organization_administrator | a01000000001 | grant | secretary | {} | {"role": "secretary", "account": "secretary"} | 兼任西村支部书记"#);

    let (_, version) =
        done(&app, "county-administrator", "grantEnd", json!({ "id": id, "version": 1, "reason": "免去兼职" })).await;
    assert_eq!(version, 2);
    // The next request of the same session sees and writes nothing there any more.
    assert_eq!(people_seen(&app, "secretary").await, 5);
    denied(&app, "secretary", "personEdit", json!({ "id": person(&app, "N1B-1"), "version": 1, "name": "甲" }), "NOT_FOUND")
        .await;
    let entry = entry.replace("before, after - 'from'", "before - 'from', after");
    assert_snapshot!(rows(&app, &entry).await, @r#"GRANT_ENDED | county-administrator | organization_administrator | a01000000001 | grant | secretary | {"role": "secretary", "account": "secretary"} | {} | 免去兼职"#);
    assert_eq!(app.database.number("SELECT count(*) FROM grants WHERE ended_at IS NOT NULL AND version = 2").await, 1);
    let ended = ("id GRANT_ENDED 授权已结束", "id GRANT_ENDED The grant has ended");
    refused(&app, "county-administrator", "grantEnd", json!({ "id": id, "version": 2 }), ended.0, ended.1).await;
    // What ended can be given again.
    done(&app, "township-administrator", "grantGive", grant(&app, "secretary", "SECRETARY", "N1B", &[])).await;
}

/// covers: R02
#[tokio::test]
async fn whoever_loses_the_last_grant_is_signed_out_and_who_has_a_record_keeps_that() {
    let app = TestApp::new().await;
    let grant = app.database.seed.grants["branch-administrator"].clone();
    let branch = app.sign_in("branch-administrator");
    assert_eq!(people_seen(&app, "branch-administrator").await, 5);
    done(&app, "county-administrator", "grantEnd", json!({ "id": grant, "version": 1 })).await;
    for list in ["people", "organizations"] {
        assert_eq!(branch.ask(&format!("{{ {list} {{ totalCount }} }}")).await.code(), "UNAUTHENTICATED");
    }
    let ended =
        "SELECT a.name, s.ended_reason FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.ended_at IS NOT NULL";
    assert_eq!(rows(&app, ended).await, "branch-administrator | no_rights");
    let edit = json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "x" });
    denied(&app, "branch-administrator", "organizationEdit", edit, "UNAUTHENTICATED").await;
    // A member keeps the own record without any role.
    let grant = app.database.seed.grants["member"].clone();
    done(&app, "county-administrator", "grantEnd", json!({ "id": grant, "version": 1 })).await;
    let answer = app.sign_in("member").ask("{ viewer { roots { code } permissions grants { role } person { name } } }").await;
    assert_eq!(answer.at("/viewer"), json!({ "roots": [], "permissions": [], "grants": [], "person": { "name": "王小明" } }));
}

/// The committee members of an organization become administrators of their own level (R03), also through the
/// account of a person.
///
/// covers: R03
#[tokio::test]
async fn an_organization_sets_its_committee_members_as_administrators_of_its_own_level() {
    let app = TestApp::new().await;
    let input = |token: &str, role: &str, code: &str| grant(&app, token, role, code, &[]);
    done(&app, "township-administrator", "grantGive", input("committee-member", "ORGANIZATION_ADMINISTRATOR", "N1")).await;
    assert_eq!(people_seen(&app, "committee-member").await, 10);
    done(&app, "secretary", "grantGive", input("member", "BRANCH_ADMINISTRATOR", "N1A")).await;
    let edit = json!({ "id": person(&app, "N1A-2"), "version": 1, "education": "11" });
    done(&app, "member", "personEdit", edit).await;
    let beyond = json!({ "id": person(&app, "N1B-2"), "version": 1, "education": "11" });
    denied(&app, "member", "personEdit", beyond, "NOT_FOUND").await;
}

#[tokio::test]
async fn a_grant_runs_from_its_beginning_until_its_end() {
    let app = TestApp::new().await;
    let at = |hours: i64| json!((app.clock.now() + chrono::Duration::hours(hours)).to_rfc3339());
    let time = [("from", at(1)), ("until", at(3))];
    let (id, _) = done(&app, "county-administrator", "grantGive", grant(&app, "secretary", "AUDITOR", "N1", &time)).await;
    let running = |answer: Answer| (answer.at("/node/running"), answer.at("/people/totalCount"));
    let ask = format!("{{ node(id: \"{id}\") {{ ... on Grant {{ running }} }} people {{ totalCount }} }}");
    for (hours, expected) in [(0, (json!(false), json!(5))), (2, (json!(true), json!(10))), (2, (json!(false), json!(5)))] {
        app.clock.shift(hours * 3600);
        assert_eq!(running(app.sign_in("secretary").ask(&ask).await), expected);
    }
    // The list shows those that run, the others, or all.
    let count = |running: &str| {
        format!("{{ grants(filter: {{ account: \"{}\", running: {running} }}) {{ totalCount }} }}", account(&app, "secretary"))
    };
    for (running, expected) in [("true", 1), ("false", 1), ("null", 2)] {
        assert_eq!(
            app.sign_in("county-administrator").ask(&count(running)).await.at("/grants/totalCount"),
            expected,
            "{running}"
        );
    }
}

/// covers: R02
#[tokio::test]
async fn nobody_gives_or_ends_more_than_they_hold() {
    let app = TestApp::new().await;
    let beyond = (
        "role GRANT_BEYOND_OWN_RIGHTS 不能授予超出本人权限的角色",
        "role GRANT_BEYOND_OWN_RIGHTS You cannot give more than you hold",
    );
    for (who, token, role, code) in [
        ("secretary", "branch-administrator", "ORGANIZATION_ADMINISTRATOR", "N1A"),
        ("secretary", "secretary", "ORGANIZATION_ADMINISTRATOR", "N1A"),
        ("security-administrator", "secretary", "AUDITOR", "N1A"),
        ("security-administrator", "security-administrator", "ORGANIZATION_ADMINISTRATOR", "M"),
    ] {
        refused(&app, who, "grantGive", grant(&app, token, role, code, &[]), beyond.0, beyond.1).await;
    }
    let secretary = json!({ "id": app.database.seed.grants["secretary"], "version": 1 });
    refused(&app, "security-administrator", "grantEnd", secretary, beyond.0, beyond.1).await;
    done(&app, "secretary", "grantGive", grant(&app, "committee-member", "BRANCH_ADMINISTRATOR", "N1A", &[])).await;
    // Outside the scope there is nothing to give or to end.
    for (who, token, code) in [
        ("secretary", "committee-member", "N1B"),
        ("county-administrator", "secretary", "S1A"),
        ("county-administrator", "secretary", "M"),
        ("municipal-administrator", "secretary", "X1A"),
    ] {
        denied(&app, who, "grantGive", grant(&app, token, "AUDITOR", code, &[]), "NOT_FOUND").await;
    }
    let foreign = json!({ "id": app.database.seed.grants["other-county-administrator"], "version": 1 });
    denied(&app, "county-administrator", "grantEnd", foreign, "NOT_FOUND").await;
    for who in ["branch-administrator", "auditor", "committee-member", "system-administrator"] {
        denied(&app, who, "grantGive", grant(&app, "secretary", "COMMITTEE_MEMBER", "N1A", &[]), "FORBIDDEN").await;
    }
    denied(&app, "reading-token", "grantGive", grant(&app, "secretary", "AUDITOR", "N1", &[]), "READ_ONLY").await;
    denied(&app, "member", "grantGive", grant(&app, "member", "SECRETARY", "N1A", &[]), "FORBIDDEN").await;
}

#[tokio::test]
async fn a_wrong_grant_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let nobody = ("accountId NO_SUCH_THING 记录不存在或无权访问", "accountId NO_SUCH_THING Not found, or not within your reach");
    for token in ["other-county-administrator", "other-tenant-administrator"] {
        refused(&app, "county-administrator", "grantGive", grant(&app, token, "AUDITOR", "N", &[]), nobody.0, nobody.1).await;
    }
    let exists = (
        "role GRANT_EXISTS 该账号在此组织已有该角色",
        "role GRANT_EXISTS The account already holds this role at this organization",
    );
    refused(&app, "county-administrator", "grantGive", grant(&app, "secretary", "SECRETARY", "N1A", &[]), exists.0, exists.1)
        .await;
    let period = ("until GRANT_PERIOD 结束时间必须晚于开始时间", "until GRANT_PERIOD The end must be later than the beginning");
    let backwards = [("from", json!("2098-01-02T00:00:00Z")), ("until", json!("2098-01-01T00:00:00Z"))];
    refused(&app, "county-administrator", "grantGive", grant(&app, "secretary", "AUDITOR", "N", &backwards), period.0, period.1)
        .await;
    let past = [("until", json!("2020-01-01T00:00:00Z"))];
    let in_the_past = ("until GRANT_IN_THE_PAST 结束时间不能早于现在", "until GRANT_IN_THE_PAST The end must lie in the future");
    let too_late = grant(&app, "secretary", "AUDITOR", "N", &past);
    refused(&app, "county-administrator", "grantGive", too_late, in_the_past.0, in_the_past.1).await;
    let long = [("reason", json!("由".repeat(501)))];
    let too_long = ("reason TOO_LONG 内容过长，最多500个字符", "reason TOO_LONG Too long: at most 500 characters");
    refused(&app, "county-administrator", "grantGive", grant(&app, "secretary", "AUDITOR", "N", &long), too_long.0, too_long.1)
        .await;
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
    );
    let end = json!({ "id": app.database.seed.grants["secretary"], "version": 8 });
    refused(&app, "county-administrator", "grantEnd", end, stale.0, stale.1).await;
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'committee-member'").await;
    let inactive = ("accountId ACCOUNT_INACTIVE 账号已停用", "accountId ACCOUNT_INACTIVE The account is disabled");
    refused(
        &app,
        "county-administrator",
        "grantGive",
        grant(&app, "committee-member", "AUDITOR", "N", &[]),
        inactive.0,
        inactive.1,
    )
    .await;
    denied(&app, "county-administrator", "grantGive", grant(&app, "secretary", "KING", "N", &[]), "BAD_DOCUMENT").await;
}

#[tokio::test]
async fn an_account_holds_twenty_grants_at_most() {
    let app = TestApp::new().await;
    let fill = "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
                SELECT a.tenant_id, gen_random_uuid(), a.id, r.role, o.id, o.path, '2026-01-01', 'seed' FROM accounts a, organizations o,
                    (VALUES ('auditor'), ('committee_member'), ('branch_administrator')) AS r (role)
                WHERE a.name = 'secretary' AND o.code LIKE 'N%' ORDER BY o.code LIMIT 19";
    app.database.change(fill).await;
    let (zh, en) = (
        "accountId GRANT_TOO_MANY 一个账号最多同时持有20个授权",
        "accountId GRANT_TOO_MANY An account holds at most 20 grants at a time",
    );
    refused(&app, "county-administrator", "grantGive", grant(&app, "secretary", "SECRETARY", "N1B", &[]), zh, en).await;
}

#[tokio::test]
async fn the_last_administrator_of_an_organization_stays() {
    let app = TestApp::new().await;
    let end = || json!({ "id": app.database.seed.grants["township-administrator"], "version": 1 });
    let (zh, en) = ("id LAST_ADMINISTRATOR 至少保留一名管理员", "id LAST_ADMINISTRATOR At least one administrator must remain");
    refused(&app, "county-administrator", "grantEnd", end(), zh, en).await;
    refused(&app, "township-administrator", "grantEnd", end(), zh, en).await;
    // One that runs out before is as good as none the day after, as is one whose account is disabled, or a lent right.
    let short = [("until", json!("2097-01-01T00:00:00Z"))];
    done(&app, "county-administrator", "grantGive", grant(&app, "auditor", "ORGANIZATION_ADMINISTRATOR", "N1", &short)).await;
    done(&app, "county-administrator", "grantGive", grant(&app, "committee-member", "ORGANIZATION_ADMINISTRATOR", "N1", &[]))
        .await;
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'committee-member'").await;
    let lent = json!({ "grantId": app.database.seed.grants["township-administrator"], "accountId": account(&app, "branch-administrator"),
                       "organizationId": organization(&app, "N1"), "until": "2098-01-01T00:00:00Z", "reason": "出差" });
    done(&app, "township-administrator", "grantDelegate", lent).await;
    refused(&app, "county-administrator", "grantEnd", end(), zh, en).await;
    // One without an end is another.
    done(&app, "county-administrator", "grantGive", grant(&app, "secretary", "ORGANIZATION_ADMINISTRATOR", "N1", &[])).await;
    done(&app, "county-administrator", "grantEnd", end()).await;
    assert!(newest_entry(&app).await.starts_with("GRANT_ENDED | county-administrator"));
}

#[tokio::test]
async fn two_administrators_who_end_each_other_at_the_same_time_leave_one() {
    let app = TestApp::new().await;
    let (second, _) =
        done(&app, "county-administrator", "grantGive", grant(&app, "secretary", "ORGANIZATION_ADMINISTRATOR", "N1", &[])).await;
    let first = app.database.seed.grants["township-administrator"].clone();
    let (one, other) = (app.sign_in("township-administrator"), app.sign_in("secretary"));
    let (ends_second, ends_first) = (json!({ "id": second, "version": 1 }), json!({ "id": first, "version": 1 }));
    tokio::join!(send(&one, "grantEnd", &ends_second), send(&other, "grantEnd", &ends_first));
    let left = "SELECT count(*) FROM grants g JOIN organizations o ON o.id = g.organization_id
                WHERE o.code = 'N1' AND g.role = 'organization_administrator' AND g.ended_at IS NULL";
    assert!(app.database.number(left).await >= 1);
}

/// covers: R02
#[tokio::test]
async fn grants_are_listed_in_scope_by_role_account_and_place() {
    let app = TestApp::new().await;
    let listed = |who: &'static str, arguments: String| {
        let app = &app;
        async move {
            let answer = app
                .sign_in(who)
                .ask(&format!("{{ grants{arguments} {{ nodes {{ account {{ name }} role organization {{ code }} }} }} }}"))
                .await;
            answer
                .at("/grants/nodes")
                .as_array()
                .expect("a list")
                .iter()
                .map(|grant| grant["account"]["name"].as_str().unwrap_or("-").to_owned())
                .collect::<Vec<_>>()
        }
    };
    let in_n1a = ["branch-administrator", "secretary", "committee-member", "member"];
    assert_eq!(listed("secretary", String::new()).await, in_n1a);
    assert_eq!(listed("county-administrator", "(filter: { role: SECRETARY })".into()).await, ["secretary"]);
    assert_eq!(
        listed("county-administrator", format!("(under: \"{}\", reach: OWN)", organization(&app, "N1"))).await,
        ["township-administrator"]
    );
    assert_eq!(
        listed("county-administrator", format!("(filter: {{ account: \"{}\" }})", account(&app, "auditor"))).await,
        ["auditor"]
    );
    assert_eq!(listed("municipal-administrator", "(first: 50)".into()).await.len(), 12);
    // Who may not read grants sees the own one.
    assert_eq!(app.sign_in("committee-member").ask("{ grants { totalCount } }").await.code(), "FORBIDDEN");
    let own = app.sign_in("committee-member").ask("{ viewer { grants { role organization { code } } } }").await;
    assert_eq!(own.at("/viewer/grants"), json!([{ "role": "COMMITTEE_MEMBER", "organization": { "code": "N1A" } }]));
    let roles = app.sign_in("auditor").ask("{ __type(name: \"Role\") { enumValues { name } } }").await;
    assert_eq!(each(&roles.at("/__type/enumValues"), "name").len(), 9);
}
