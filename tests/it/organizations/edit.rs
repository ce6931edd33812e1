use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, newest_entry, organization, refused, rows, send};

fn edit(app: &TestApp, code: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({ "id": organization(app, code), "version": 1 });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

const ROW: &str = "SELECT name, short_name, code, kind, setting, territory, founded_on, contact_person, contact_phone, address, name_initials, version
                   FROM organizations WHERE id::text LIKE '%003'";

/// covers: B07
#[tokio::test]
async fn an_edit_writes_the_given_fields_keeps_the_absent_ones_and_clears_those_of_null() {
    let app = TestApp::new().await;
    let all = [
        ("name", json!("中国共产党青石镇东山村支部委员会")),
        ("shortName", json!("东山村支部")),
        ("code", json!("N1A1")),
        ("kind", json!("632")),
        ("setting", json!("2")),
        ("territory", json!("500101")),
        ("foundedOn", json!("2001-08-01")),
        ("contactPerson", json!("赵一")),
        ("contactPhone", json!("023-1")),
        ("address", json!("东山村1组")),
    ];
    done(&app, "township-administrator", "organizationEdit", edit(&app, "N1A", &all)).await;
    assert_snapshot!(rows(&app, ROW).await, @"中国共产党青石镇东山村支部委员会 | 东山村支部 | N1A1 | 632 | 2 | 500101 | 2001-08-01 | 赵一 | 023-1 | 东山村1组 | qszdsczbwyh | 2");
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_EDITED | township-administrator | organization_administrator | N1A1 | organization | 中国共产党青石镇东山村支部委员会 | {"code": "N1A", "kind": {"code": "631", "table": "org_kind"}, "name": "中国共产党青石镇东村支部委员会", "foundedOn": "2001-07-01"} | {"code": "N1A1", "kind": {"code": "632", "table": "org_kind"}, "name": "中国共产党青石镇东山村支部委员会", "address": "东山村1组", "setting": {"code": "2", "table": "org_setting"}, "foundedOn": "2001-08-01", "shortName": "东山村支部", "territory": "500101", "contactPhone": "023-1", "contactPerson": "赵一"} | -"#);
    // A correction mends the present state; it begins no new one.
    let versions =
        "SELECT valid, name, short_name, kind, change FROM organization_versions WHERE organization_id::text LIKE '%003'";
    assert_snapshot!(rows(&app, versions).await, @"[2001-07-01,) | 中国共产党青石镇东山村支部委员会 | 东山村支部 | 632 | 1");

    let clear = [
        ("version", json!(2)),
        ("shortName", Value::Null),
        ("setting", Value::Null),
        ("territory", Value::Null),
        ("foundedOn", Value::Null),
        ("contactPerson", Value::Null),
        ("contactPhone", Value::Null),
        ("address", Value::Null),
    ];
    let (_, version) = done(&app, "branch-administrator", "organizationEdit", edit(&app, "N1A", &clear)).await;
    assert_eq!(version, 3);
    assert_snapshot!(rows(&app, ROW).await, @"中国共产党青石镇东山村支部委员会 | - | N1A1 | 632 | - | - | - | - | - | - | qszdsczbwyh | 3");
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_EDITED | branch-administrator | branch_administrator | N1A1 | organization | 中国共产党青石镇东山村支部委员会 | {"address": "东山村1组", "setting": {"code": "2", "table": "org_setting"}, "foundedOn": "2001-08-01", "shortName": "东山村支部", "territory": "500101", "contactPhone": "023-1", "contactPerson": "赵一"} | {} | -"#);
}

/// covers: B07
#[tokio::test]
async fn a_wrong_edit_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let refusals = [
        (
            "N1A",
            ("name", json!("中国共产党青石镇西村支部委员会")),
            "name ORGANIZATION_SAME_NAME 同一上级下已有同名党组织",
            "name ORGANIZATION_SAME_NAME An organization of this name exists under the same superior",
        ),
        ("N1A", ("name", json!("")), "name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name"),
        (
            "N1A",
            ("code", json!("N1B")),
            "code ORGANIZATION_SAME_CODE 党组织代码已存在",
            "code ORGANIZATION_SAME_CODE This organization code is in use",
        ),
        (
            "N1A",
            ("code", json!("东")),
            "code ORGANIZATION_CODE_FORM 党组织代码只能由数字和大写字母组成，最多20位",
            "code ORGANIZATION_CODE_FORM An organization code has digits and capital letters only, at most 20",
        ),
        (
            "N1A",
            ("kind", json!("621")),
            "kind ORGANIZATION_KIND_HAS_PEOPLE 党组织内有人员，不能改为该类别",
            "kind ORGANIZATION_KIND_HAS_PEOPLE It holds people, so it cannot become of this kind",
        ),
        (
            "N1",
            ("kind", json!("31")),
            "kind ORGANIZATION_KIND_HAS_CHILDREN 现有下级组织不允许改为该类别",
            "kind ORGANIZATION_KIND_HAS_CHILDREN The present subordinates do not allow this kind",
        ),
        (
            "N1A",
            ("kind", json!("13")),
            "kind ORGANIZATION_KIND_NOT_ALLOWED 上级党组织不能包含该类别的党组织",
            "kind ORGANIZATION_KIND_NOT_ALLOWED The superior cannot contain an organization of this kind",
        ),
        (
            "N1A",
            ("kind", json!("63")),
            "kind ORGANIZATION_KIND_NOT_INSTANTIABLE 请选择具体的党组织类别",
            "kind ORGANIZATION_KIND_NOT_INSTANTIABLE Choose a concrete kind of organization",
        ),
        (
            "N1A",
            ("setting", json!("x")),
            "setting UNKNOWN_CODE 代码无效：设置方式",
            "setting UNKNOWN_CODE Unknown code: how it is set up",
        ),
        (
            "N1A",
            ("territory", json!("1")),
            "territory UNKNOWN_CODE 代码无效：所在区划",
            "territory UNKNOWN_CODE Unknown code: division",
        ),
        (
            "N1A",
            ("foundedOn", json!("2999-01-01")),
            "foundedOn DATE_IN_FUTURE 日期不能晚于今天",
            "foundedOn DATE_IN_FUTURE The date lies in the future",
        ),
        (
            "N1A",
            ("address", json!("址".repeat(501))),
            "address TOO_LONG 内容过长，最多500个字符",
            "address TOO_LONG Too long: at most 500 characters",
        ),
        ("N1A", ("code", json!("N1A")), "id NOTHING_TO_CHANGE 没有需要修改的内容", "id NOTHING_TO_CHANGE Nothing to change"),
    ];
    for (code, changed, zh, en) in refusals {
        refused(&app, "county-administrator", "organizationEdit", edit(&app, code, &[changed]), zh, en).await;
    }
    app.database.change("UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code = 'N2B'").await;
    let zh = "id ORGANIZATION_DISSOLVED 党组织已撤销";
    let en = "id ORGANIZATION_DISSOLVED The organization is dissolved";
    refused(&app, "county-administrator", "organizationEdit", edit(&app, "N2B", &[("shortName", json!("下坪"))]), zh, en).await;
}

/// covers: B07
#[tokio::test]
async fn the_kind_of_the_own_root_is_changed_from_above_only() {
    let app = TestApp::new().await;
    let to_working_committee = || edit(&app, "N", &[("kind", json!("22"))]);
    let zh = "kind ORGANIZATION_IS_OWN_ROOT 本级的上级、类别和撤销只能由上级办理";
    let en = "kind ORGANIZATION_IS_OWN_ROOT Superior, kind and dissolution of your own root are decided from above";
    refused(&app, "county-administrator", "organizationEdit", to_working_committee(), zh, en).await;
    done(&app, "county-administrator", "organizationEdit", edit(&app, "N", &[("contactPerson", json!("钱二"))])).await;
    let mut from_above = to_working_committee();
    from_above["version"] = json!(2);
    done(&app, "municipal-administrator", "organizationEdit", from_above).await;
    assert_eq!(rows(&app, "SELECT kind, contact_person, version FROM organizations WHERE code = 'N'").await, "22 | 钱二 | 3");
}

#[tokio::test]
async fn an_edit_of_an_older_state_is_refused_with_the_present_version() {
    let app = TestApp::new().await;
    done(&app, "township-administrator", "organizationEdit", edit(&app, "N1A", &[("shortName", json!("东村支部"))])).await;
    let old = edit(&app, "N1A", &[("shortName", json!("东村"))]);
    let zh = "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本2）";
    let en = "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 2)";
    refused(&app, "county-administrator", "organizationEdit", old.clone(), zh, en).await;
    let answer = send(&app.sign_in("county-administrator"), "organizationEdit", &old).await;
    assert_eq!(answer.at("/organizationEdit/userErrors/0/hint"), "2");
    assert_eq!(answer.at("/organizationEdit/userErrors/0/rule"), "API28");
}

#[tokio::test]
async fn an_edit_takes_reach_and_right() {
    let app = TestApp::new().await;
    let changed = || vec![("shortName", json!("东村支部"))];
    denied(&app, "other-county-administrator", "organizationEdit", edit(&app, "N1A", &changed()), "NOT_FOUND").await;
    denied(&app, "other-tenant-administrator", "organizationEdit", edit(&app, "N1A", &changed()), "NOT_FOUND").await;
    denied(&app, "branch-administrator", "organizationEdit", edit(&app, "N1B", &changed()), "NOT_FOUND").await;
    denied(&app, "township-administrator", "organizationEdit", edit(&app, "N", &changed()), "NOT_FOUND").await;
    for who in ["auditor", "committee-member", "system-administrator", "member"] {
        denied(&app, who, "organizationEdit", edit(&app, "N1A", &changed()), "FORBIDDEN").await;
    }
    denied(&app, "reading-token", "organizationEdit", edit(&app, "N1A", &changed()), "READ_ONLY").await;
    let another_kind = json!({ "id": app.database.seed.person("N1A-1"), "version": 1 });
    denied(&app, "county-administrator", "organizationEdit", another_kind, "BAD_ID").await;
}
