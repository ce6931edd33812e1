use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, newest_entry, organization, refused, rows};

fn rename(app: &TestApp, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({
        "id": organization(app, "N1A"), "version": 1, "name": "中国共产党青石镇东山社区支部委员会", "on": "2020-03-01",
        "document": "北山委〔2020〕7号",
    });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

const VERSIONS: &str = "SELECT v.valid, v.name, v.short_name, v.kind, v.status, v.change, v.document, v.path = o.path, v.path_then
                        FROM organization_versions v JOIN organizations o ON o.id = v.organization_id WHERE o.code = 'N1A' ORDER BY v.valid";

/// covers: B09
#[tokio::test]
async fn a_renamed_organization_keeps_its_old_name_in_its_history_and_for_papers_dated_before() {
    let app = TestApp::new().await;
    let (_, version) =
        done(&app, "county-administrator", "organizationRename", rename(&app, &[("shortName", json!("东山支部"))])).await;
    assert_eq!(version, 2);
    assert_snapshot!(rows(&app, "SELECT name, short_name, name_initials, version FROM organizations WHERE code = 'N1A'").await, @"中国共产党青石镇东山社区支部委员会 | 东山支部 | qszdssqzbwyh | 2");
    assert_snapshot!(rows(&app, VERSIONS).await, @"
    [2001-07-01,2020-03-01) | 中国共产党青石镇东村支部委员会 | - | 631 | active | 1 | - | t | a01000000000
    [2020-03-01,) | 中国共产党青石镇东山社区支部委员会 | 东山支部 | 631 | active | 3 | 北山委〔2020〕7号 | t | a01000000000
    ");
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_RENAMED | county-administrator | organization_administrator | N1A | organization | 中国共产党青石镇东山社区支部委员会 | {"name": "中国共产党青石镇东村支部委员会"} | {"on": "2020-03-01", "name": "中国共产党青石镇东山社区支部委员会", "document": "北山委〔2020〕7号", "shortName": "东山支部"} | -"#);

    // An absent short name stays, one of null is cleared.
    let again = [("version", json!(2)), ("name", json!("东山社区支部")), ("on", json!("2022-01-01"))];
    done(&app, "county-administrator", "organizationRename", rename(&app, &again)).await;
    let same_day =
        [("version", json!(3)), ("name", json!("东山社区党支部")), ("on", json!("2022-01-01")), ("shortName", Value::Null)];
    done(&app, "county-administrator", "organizationRename", rename(&app, &same_day)).await;
    assert_snapshot!(rows(&app, VERSIONS).await, @"
    [2001-07-01,2020-03-01) | 中国共产党青石镇东村支部委员会 | - | 631 | active | 1 | - | t | a01000000000
    [2020-03-01,2022-01-01) | 中国共产党青石镇东山社区支部委员会 | 东山支部 | 631 | active | 3 | 北山委〔2020〕7号 | t | a01000000000
    [2022-01-01,) | 东山社区党支部 | - | 631 | active | 3 | 北山委〔2020〕7号 | t | a01000000000
    ");

    let states =
        "pastStates { totalCount nodes { name shortName from until document change kind { code } } } history { nodes { event } }";
    let ask = format!("{{ node(id: \"{}\") {{ ... on Organization {{ {states} }} }} }}", organization(&app, "N1A"));
    let answer = app.sign_in("county-administrator").ask(&ask).await;
    assert_eq!(answer.at("/node/history/nodes").as_array().map(Vec::len), Some(3));
    assert_snapshot!(serde_json::to_string_pretty(&answer.at("/node/pastStates")).expect("json"), @r#"
    {
      "nodes": [
        {
          "change": "Renamed",
          "document": "北山委〔2020〕7号",
          "from": "2022-01-01",
          "kind": {
            "code": "631"
          },
          "name": "东山社区党支部",
          "shortName": null,
          "until": null
        },
        {
          "change": "Renamed",
          "document": "北山委〔2020〕7号",
          "from": "2020-03-01",
          "kind": {
            "code": "631"
          },
          "name": "中国共产党青石镇东山社区支部委员会",
          "shortName": "东山支部",
          "until": "2022-01-01"
        },
        {
          "change": "Established",
          "document": null,
          "from": "2001-07-01",
          "kind": {
            "code": "631"
          },
          "name": "中国共产党青石镇东村支部委员会",
          "shortName": null,
          "until": "2020-03-01"
        }
      ],
      "totalCount": 3
    }
    "#);

    // What a paper of a day carries.
    let days = ["2001-06-30", "2001-07-01", "2020-02-29", "2020-03-01", "2021-12-31", "2022-01-01", "2026-01-01"];
    let on = |(place, day): (usize, &&str)| format!("on{place}: stateOn(day: \"{day}\") {{ name superior {{ code }} }}");
    let states: Vec<String> = days.iter().enumerate().map(on).collect();
    let ask = format!("{{ node(id: \"{}\") {{ ... on Organization {{ {} }} }} }}", organization(&app, "N1A"), states.join(" "));
    let answer = app.sign_in("county-administrator").ask(&ask).await;
    let names: Vec<Value> = (0..days.len()).map(|place| answer.at(&format!("/node/on{place}/name"))).collect();
    let (first, second, third) = ("中国共产党青石镇东村支部委员会", "中国共产党青石镇东山社区支部委员会", "东山社区党支部");
    assert_eq!(json!(names), json!([null, first, first, second, second, third, third]));
    assert_eq!(answer.at("/node/on1/superior/code"), "N1");
    // A superior beyond the viewer's reach stays there on old papers too.
    let answer = app.sign_in("secretary").ask(&ask).await;
    assert_eq!(answer.at("/node/on1"), json!({ "name": first, "superior": null }));
}

/// Row B09: an empty or unchanged name, and whatever else is wrong.
#[tokio::test]
async fn a_wrong_renaming_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let refusals = [
        (("name", json!(" ")), "name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name"),
        (
            ("name", json!("中国共产党青石镇东村支部委员会")),
            "name ORGANIZATION_NAME_UNCHANGED 名称没有变化",
            "name ORGANIZATION_NAME_UNCHANGED The name is unchanged",
        ),
        (
            ("name", json!("中国共产党青石镇西村支部委员会")),
            "name ORGANIZATION_SAME_NAME 同一上级下已有同名党组织",
            "name ORGANIZATION_SAME_NAME An organization of this name exists under the same superior",
        ),
        (("document", json!("")), "document REQUIRED 请填写必填项：批准文件", "document REQUIRED Required: approval document"),
        (("on", json!("2999-01-01")), "on DATE_IN_FUTURE 日期不能晚于今天", "on DATE_IN_FUTURE The date lies in the future"),
        (
            ("on", json!("1920-01-01")),
            "on DATE_TOO_EARLY 日期过早：1921-07-01",
            "on DATE_TOO_EARLY The date is too early: 1921-07-01",
        ),
        (
            ("on", json!("2001-06-30")),
            "on ORGANIZATION_BEFORE_FOUNDING 日期早于成立日期或上次变更日期2001-07-01",
            "on ORGANIZATION_BEFORE_FOUNDING The date lies before the founding or the last change, 2001-07-01",
        ),
        (
            ("version", json!(7)),
            "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
            "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
        ),
    ];
    for (changed, zh, en) in refusals {
        refused(&app, "county-administrator", "organizationRename", rename(&app, &[changed]), zh, en).await;
    }
    denied(&app, "county-administrator", "organizationRename", rename(&app, &[("on", json!("2020-3-1"))]), "BAD_INPUT").await;
    app.database.change("UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code = 'N1A'").await;
    let (zh, en) = ("id ORGANIZATION_DISSOLVED 党组织已撤销", "id ORGANIZATION_DISSOLVED The organization is dissolved");
    refused(&app, "county-administrator", "organizationRename", rename(&app, &[]), zh, en).await;
}

#[tokio::test]
async fn a_branch_is_not_renamed_by_itself() {
    let app = TestApp::new().await;
    for who in ["branch-administrator", "secretary", "auditor", "committee-member"] {
        denied(&app, who, "organizationRename", rename(&app, &[]), "FORBIDDEN").await;
    }
    denied(&app, "other-county-administrator", "organizationRename", rename(&app, &[]), "NOT_FOUND").await;
}
