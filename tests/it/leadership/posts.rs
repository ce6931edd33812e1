//! Terms, and who is named for which post in them.

use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{COUNTY, ending, named, post, term};
use crate::acting::{denied, done, organization, person, refused, rows, send};

const LIST: &str = "leadership { number from plannedUntil until posts { name person { name } post { name } role administers duty position from until leaveReason { code } } }";

async fn team(app: &TestApp, who: &str, code: &str) -> Value {
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ {LIST} leadershipTerms {{ number until posts {{ name until }} }} }} }} }}",
        organization(app, code)
    );
    app.sign_in(who).ask(&ask).await.at("/node")
}

async fn newest(app: &TestApp, event: &str) -> String {
    let sql = format!(
        "SELECT j.event, j.account_name, j.role, o.code, j.subject_kind, j.subject_name, j.before, j.after, j.confirmation IS NOT NULL
         FROM journal j JOIN organizations o ON o.id = j.organization_id AND o.path = j.path WHERE j.event = '{event}' ORDER BY j.id DESC LIMIT 1"
    );
    rows(app, &sql).await
}

/// covers: J15, J16
#[tokio::test]
async fn a_member_of_the_subtree_is_named_for_a_post_of_the_running_term() {
    let app = TestApp::new().await;
    let no_term = (
        "organizationId LEADERSHIP_NO_TERM 请先建立本届领导班子",
        "organizationId LEADERSHIP_NO_TERM Begin a term of the leadership first",
    );
    refused(&app, COUNTY, "leadershipPostAdd", named(&app, "N1A", "N1A-1", "1"), no_term.0, no_term.1).await;
    term(&app, "N1A", "2025-03-01").await;
    assert_snapshot!(newest(&app, "LEADERSHIP_TERM_BEGUN").await, @r#"LEADERSHIP_TERM_BEGUN | county-administrator | organization_administrator | N1A | leadership_term | 第1届 | {} | {"from": "2025-03-01", "termNumber": "1", "plannedUntil": "2028-03-01"} | t"#);
    let mut input = named(&app, "N1A", "N1A-2", "1");
    input["duty"] = json!(" 主持全面工作 ");
    done(&app, "secretary", "leadershipPostAdd", input).await;
    assert_snapshot!(newest(&app, "LEADERSHIP_POST_ADDED").await, @r#"LEADERSHIP_POST_ADDED | secretary | secretary | N1A | leadership_post | 李芳 | {} | {"duty": "主持全面工作", "from": "2025-03-01", "post": {"code": "1", "table": "party_post"}, "role": "secretary", "personName": "李芳"} | t"#);
    post(&app, "N1A", "N1A-3", "41").await;
    assert_eq!(
        team(&app, "auditor", "N1A").await["leadership"],
        json!({ "number": 1, "from": "2025-03-01", "plannedUntil": "2028-03-01", "until": null, "posts": [
            { "name": "李芳", "person": { "name": "李芳" }, "post": { "name": "Secretary" }, "role": "SECRETARY", "administers": false, "duty": "主持全面工作",
              "position": 1, "from": "2025-03-01", "until": null, "leaveReason": null },
            { "name": "张建国", "person": { "name": "张建国" }, "post": { "name": "Organisation member" }, "role": "COMMITTEE_MEMBER", "administers": false, "duty": null,
              "position": 2, "from": "2025-03-01", "until": null, "leaveReason": null }] })
    );
    let one = ("post LEADERSHIP_ONE_SECRETARY 本届已有书记", "post LEADERSHIP_ONE_SECRETARY This term has a secretary already");
    refused(&app, COUNTY, "leadershipPostAdd", named(&app, "N1A", "N1A-1", "1"), one.0, one.1).await;
    let twice = ("post LEADERSHIP_POST_TWICE 该成员已任此职", "post LEADERSHIP_POST_TWICE This member holds this post already");
    refused(&app, COUNTY, "leadershipPostAdd", named(&app, "N1A", "N1A-3", "41"), twice.0, twice.1).await;
    let client = app.sign_in(COUNTY);
    for (code, who, post, refusal) in [
        ("N1A", "N1A-5", "4", "personId LEADERSHIP_NOT_MEMBER"),
        ("N1A", "N1A-4", "4", "personId LEADERSHIP_NOT_FULL_MEMBER"),
        ("N1A", "N1B-1", "4", "personId LEADERSHIP_NOT_MEMBER"),
        ("N1A", "S1A-1", "4", "personId NO_SUCH_THING"),
        ("N1A", "N1A-1", "5", "post LEADERSHIP_POST_NOT_HERE"),
        ("N1A", "N1A-1", "9", "post UNKNOWN_CODE"),
        ("N1A", "N1A-1", "", "post REQUIRED"),
    ] {
        let answer = send(&client, "leadershipPostAdd", &named(&app, code, who, post)).await;
        assert_eq!(answer.user_errors(), refusal, "{who} {post}");
    }
    let mut tomorrow = named(&app, "N1A", "N1A-1", "4");
    tomorrow["from"] = json!("2099-01-01");
    assert_eq!(send(&client, "leadershipPostAdd", &tomorrow).await.user_errors(), "from DATE_IN_FUTURE");
    // Of the subtree: the township's committee has members of its branches; its officer may be in probation.
    term(&app, "N1", "2024-05-01").await;
    post(&app, "N1", "N1B-1", "1").await;
    done(&app, COUNTY, "leadershipPostAdd", named(&app, "N1", "N1A-4", "82")).await;
    let township = team(&app, COUNTY, "N1").await;
    assert_eq!(
        (&township["leadership"]["plannedUntil"], township["leadership"]["posts"].as_array().map(Vec::len)),
        (&json!("2029-05-01"), Some(2))
    );
    // Two at once for the one secretary.
    term(&app, "N1B", "2025-03-01").await;
    let inputs = [named(&app, "N1B", "N1B-1", "1"), named(&app, "N1B", "N1B-2", "1"), named(&app, "N1B", "N1B-3", "1")];
    let answers = futures_util::future::join_all(inputs.iter().map(|input| send(&client, "leadershipPostAdd", input))).await;
    assert_eq!(answers.iter().filter(|answer| answer.user_errors().is_empty()).count(), 1);
}

#[tokio::test]
async fn the_committee_of_a_branch_has_seven_members_at_most() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2025-03-01").await;
    // As if the branch were larger: seven people of the township's other branches and this one.
    app.database
        .change(
            "SET session_replication_role = replica;
             INSERT INTO leadership_posts (tenant_id, id, organization_id, path, term_id, person_id, person_name, post, sort_order, from_day, created_at, updated_at)
             SELECT t.tenant_id, gen_random_uuid(), t.organization_id, t.path, t.id, p.id, p.name, '4', 1, '2025-03-01', now(), now()
             FROM leadership_terms t JOIN people p ON p.tenant_id = t.tenant_id AND p.stage = 'full' AND NOT starts_with(p.path, t.path) ORDER BY p.id LIMIT 7;
             SET session_replication_role = origin;",
        )
        .await;
    let full = (
        "personId LEADERSHIP_COMMITTEE_FULL 支部委员会最多7人",
        "personId LEADERSHIP_COMMITTEE_FULL The committee of a branch has at most 7 members",
    );
    refused(&app, COUNTY, "leadershipPostAdd", named(&app, "N1A", "N1A-1", "1"), full.0, full.1).await;
}

/// covers: J17, J18
#[tokio::test]
async fn an_entry_is_corrected_ended_or_deleted_and_keeps_its_person() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2025-03-01").await;
    let first = post(&app, "N1A", "N1A-1", "41").await;
    let second = post(&app, "N1A", "N1A-2", "42").await;
    let edit = json!({ "id": first, "version": 1, "post": "43", "from": "2025-04-01", "duty": "纪律检查" });
    let (_, version) = done(&app, COUNTY, "leadershipPostEdit", edit).await;
    assert_eq!(version, 2);
    assert_snapshot!(newest(&app, "LEADERSHIP_POST_EDITED").await, @r#"LEADERSHIP_POST_EDITED | county-administrator | organization_administrator | N1A | leadership_post | 王小明 | {"from": "2025-03-01", "post": {"code": "41", "table": "party_post"}} | {"duty": "纪律检查", "from": "2025-04-01", "post": {"code": "43", "table": "party_post"}} | f"#);
    let shown = format!("{{ node(id: \"{first}\") {{ ... on LeadershipPost {{ name post {{ code }} from duty }} }} }}");
    assert_eq!(
        app.sign_in(COUNTY).ask(&shown).await.at("/node"),
        json!({ "name": "王小明", "post": { "code": "43" }, "from": "2025-04-01", "duty": "纪律检查" })
    );
    let client = app.sign_in(COUNTY);
    // There is no field by which the person could be exchanged.
    let exchange = json!({ "id": first, "version": 2, "personId": person(&app, "N1A-3") });
    assert_eq!(send(&client, "leadershipPostEdit", &exchange).await.code(), "BAD_DOCUMENT");
    for (input, refusal) in [
        (json!({ "id": first, "version": 1, "duty": "x" }), "version STALE_VERSION"),
        (json!({ "id": first, "version": 2, "post": "43" }), "id NOTHING_TO_CHANGE"),
        (json!({ "id": first, "version": 2, "post": "5" }), "post LEADERSHIP_POST_NOT_HERE"),
    ] {
        assert_eq!(send(&client, "leadershipPostEdit", &input).await.user_errors(), refusal);
    }
    for (change, refusal) in [
        (json!({ "on": "2099-01-01" }), "on DATE_IN_FUTURE"),
        (json!({ "on": "2025-03-31" }), "on DATES_OUT_OF_ORDER"),
        (json!({ "reason": "" }), "reason REQUIRED"),
        (json!({ "reason": "x" }), "reason UNKNOWN_CODE"),
    ] {
        let mut input = ending(&first, 2);
        input.as_object_mut().expect("an input").extend(change.as_object().expect("a change").clone());
        assert_eq!(send(&client, "leadershipPostEnd", &input).await.user_errors(), refusal);
    }
    // A resignation is an end: the entry stays, and the same post is free for the same person.
    done(&app, COUNTY, "leadershipPostEnd", ending(&first, 2)).await;
    assert_snapshot!(newest(&app, "LEADERSHIP_POST_ENDED").await, @r#"LEADERSHIP_POST_ENDED | county-administrator | organization_administrator | N1A | leadership_post | 王小明 | {} | {"until": "2026-01-05", "leaveReason": {"code": "4", "table": "post_leave_reason"}} | t"#);
    assert_eq!(send(&client, "leadershipPostEnd", &ending(&first, 3)).await.user_errors(), "id LEADERSHIP_POST_ENDED");
    post(&app, "N1A", "N1A-1", "43").await;
    // A wrong entry goes altogether.
    done(&app, COUNTY, "leadershipPostDelete", json!({ "id": second, "version": 1 })).await;
    assert_snapshot!(newest(&app, "LEADERSHIP_POST_DELETED").await, @r#"LEADERSHIP_POST_DELETED | county-administrator | organization_administrator | N1A | leadership_post | 李芳 | {"from": "2025-03-01", "post": {"code": "42", "table": "party_post"}, "role": "committee_member", "personName": "李芳"} | {} | t"#);
    let names: Vec<Value> = team(&app, COUNTY, "N1A").await["leadership"]["posts"].as_array().expect("posts").clone();
    let names: Vec<_> = names.iter().map(|post| (post["name"].clone(), post["until"].clone())).collect();
    assert_eq!(names, [(json!("王小明"), json!("2026-01-05")), (json!("王小明"), Value::Null)]);
    denied(&app, COUNTY, "leadershipPostDelete", json!({ "id": second, "version": 1 }), "NOT_FOUND").await;
}

/// covers: J21
#[tokio::test]
async fn posts_stand_in_the_order_of_their_table_and_can_be_sorted() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2025-03-01").await;
    let member = post(&app, "N1A", "N1A-3", "42").await;
    let secretary = post(&app, "N1A", "N1A-1", "1").await;
    post(&app, "N1A", "N1A-2", "41").await;
    let order = async || {
        let posts = team(&app, COUNTY, "N1A").await["leadership"]["posts"].clone();
        posts.as_array().expect("posts").iter().map(|post| post["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order().await, ["王小明", "李芳", "张建国"]);
    let version = async |id: &str| {
        app.sign_in(COUNTY)
            .ask(&format!("{{ node(id: \"{id}\") {{ ... on LeadershipPost {{ version }} }} }}"))
            .await
            .at("/node/version")
    };
    let first = json!({ "id": member, "version": version(&member).await, "afterId": null });
    done(&app, "branch-administrator", "leadershipPostReorder", first).await;
    assert_eq!(order().await, ["张建国", "王小明", "李芳"]);
    let behind = json!({ "id": member, "version": version(&member).await, "afterId": secretary });
    done(&app, "branch-administrator", "leadershipPostReorder", behind).await;
    assert_eq!(order().await, ["王小明", "张建国", "李芳"]);
    term(&app, "N1B", "2025-03-01").await;
    let other = post(&app, "N1B", "N1B-1", "1").await;
    let elsewhere = json!({ "id": member, "version": version(&member).await, "afterId": other });
    let not_same = (
        "afterId LEADERSHIP_NOT_SAME_TERM 只能在同一届内排序",
        "afterId LEADERSHIP_NOT_SAME_TERM Only posts of one term can be sorted",
    );
    refused(&app, COUNTY, "leadershipPostReorder", elsewhere, not_same.0, not_same.1).await;
}

#[tokio::test]
async fn a_new_term_ends_the_one_before_and_the_posts_in_it() {
    let app = TestApp::new().await;
    term(&app, "N1A", "2022-03-01").await;
    post(&app, "N1A", "N1A-1", "1").await;
    let n1a = organization(&app, "N1A");
    let client = app.sign_in(COUNTY);
    for (input, refusal) in [
        (json!({ "organizationId": n1a, "from": "2099-01-01" }), "from DATE_IN_FUTURE"),
        (json!({ "organizationId": n1a, "from": "2022-03-01" }), "from DATES_OUT_OF_ORDER"),
        (json!({ "organizationId": n1a, "from": "2025-12-01", "number": 1 }), "number LEADERSHIP_TERM_NUMBER"),
        (json!({ "organizationId": n1a, "from": "2025-12-01", "plannedUntil": "2025-12-01" }), "plannedUntil DATES_OUT_OF_ORDER"),
    ] {
        assert_eq!(send(&client, "leadershipTermBegin", &input).await.user_errors(), refusal);
    }
    let next = json!({ "organizationId": n1a, "from": "2025-12-01", "number": 5, "plannedUntil": "2030-12-01" });
    done(&app, COUNTY, "leadershipTermBegin", next).await;
    let terms = team(&app, COUNTY, "N1A").await;
    assert_eq!(
        terms["leadership"],
        json!({ "number": 5, "from": "2025-12-01", "plannedUntil": "2030-12-01", "until": null, "posts": [] })
    );
    assert_eq!(
        terms["leadershipTerms"],
        json!([{ "number": 5, "until": null, "posts": [] },
               { "number": 1, "until": "2025-12-01", "posts": [{ "name": "王小明", "until": "2025-12-01" }] }])
    );
    for (who, code) in [
        ("auditor", "FORBIDDEN"),
        ("branch-administrator", "FORBIDDEN"),
        ("committee-member", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "leadershipTermBegin", json!({ "organizationId": n1a, "from": "2026-01-03" }), code).await;
    }
}
