use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, newest_entry, organization, refused, rows, send};

fn branch(app: &TestApp, parent: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({
        "parentId": organization(app, parent), "kind": "631", "name": "中国共产党青石镇中学支部委员会", "code": "N1C",
        "foundedOn": "2020-07-01",
    });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

/// covers: B04
#[tokio::test]
async fn a_new_organization_stands_last_under_the_selected_one_with_its_history_and_its_figures() {
    let app = TestApp::new().await;
    let all = [
        ("shortName", json!(" 中学支部 ")),
        ("setting", json!("1")),
        ("territory", json!("500101")),
        ("contactPerson", json!("赵老师")),
        ("contactPhone", json!("023-58000000")),
        ("address", json!("青石镇中学路1号")),
    ];
    let (id, version) = done(&app, "county-administrator", "organizationCreate", branch(&app, "N1", &all)).await;
    assert_eq!(version, 1);
    assert!(id.starts_with("org_"), "{id}");

    let row = "SELECT p.code, o.label, o.path, o.children_ever, o.kind, o.setting, o.name, o.short_name, o.code, o.name_initials, o.territory,
                      o.sort_order, o.founded_on, o.contact_person, o.contact_phone, o.address, o.status, o.version
               FROM organizations o JOIN organizations p ON p.tenant_id = o.tenant_id AND p.id = o.parent_id WHERE o.code = 'N1C'";
    assert_snapshot!(rows(&app, row).await, @"N1 | 002 | a01000000002 | 0 | 631 | 1 | 中国共产党青石镇中学支部委员会 | 中学支部 | N1C | qszzxzbwyh | 500101 | 5 | 2020-07-01 | 赵老师 | 023-58000000 | 青石镇中学路1号 | active | 1");
    assert_snapshot!(rows(&app, "SELECT children_ever, version FROM organizations WHERE code = 'N1'").await, @"3 | 1");
    let versions = "SELECT v.path, v.valid, v.path_then, v.name, v.short_name, v.kind, v.status, v.change, v.document, v.parent_id = o.parent_id
                    FROM organization_versions v JOIN organizations o ON o.id = v.organization_id WHERE o.code = 'N1C'";
    assert_snapshot!(rows(&app, versions).await, @"a01000000002 | [2020-07-01,) | a01000000002 | 中国共产党青石镇中学支部委员会 | 中学支部 | 631 | active | 1 | - | t");
    assert_eq!(
        app.database
            .number(
                "SELECT count(*) FROM organization_counts c JOIN organizations o ON o.id = c.organization_id WHERE o.code = 'N1C'"
            )
            .await,
        1
    );
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_CREATED | county-administrator | organization_administrator | N1C | organization | 中国共产党青石镇中学支部委员会 | {} | {"code": "N1C", "kind": {"code": "631", "table": "org_kind"}, "name": "中国共产党青石镇中学支部委员会", "address": "青石镇中学路1号", "setting": {"code": "1", "table": "org_setting"}, "superior": "中国共产党北山区青石镇委员会", "foundedOn": "2020-07-01", "shortName": "中学支部", "territory": "500101", "contactPhone": "023-58000000", "contactPerson": "赵老师"} | -"#);

    // Without the optional fields it begins today.
    let (_, version) = done(
        &app,
        "township-administrator",
        "organizationCreate",
        json!({
            "parentId": organization(&app, "N1"), "kind": "632", "name": "联合支部", "code": "N1D",
        }),
    )
    .await;
    assert_eq!(version, 1);
    let begins = "SELECT lower(v.valid), upper_inf(v.valid), o.founded_on, o.sort_order, o.label FROM organization_versions v
                  JOIN organizations o ON o.id = v.organization_id WHERE o.code = 'N1D'";
    assert_eq!(rows(&app, begins).await, format!("{} | t | - | 6 | 003", app.clock.today()));
}

/// covers: B04, T03
#[tokio::test]
async fn a_new_organization_with_a_wrong_field_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let refusals = [
        (
            "N1",
            ("name", json!("中国共产党青石镇东村支部委员会")),
            "name ORGANIZATION_SAME_NAME 同一上级下已有同名党组织",
            "name ORGANIZATION_SAME_NAME An organization of this name exists under the same superior",
        ),
        (
            "N1",
            ("code", json!("S1A")),
            "code ORGANIZATION_SAME_CODE 党组织代码已存在",
            "code ORGANIZATION_SAME_CODE This organization code is in use",
        ),
        (
            "N1",
            ("code", json!("n1c")),
            "code ORGANIZATION_CODE_FORM 党组织代码只能由数字和大写字母组成，最多20位",
            "code ORGANIZATION_CODE_FORM An organization code has digits and capital letters only, at most 20",
        ),
        ("N1", ("code", json!(" ")), "code REQUIRED 请填写必填项：党组织代码", "code REQUIRED Required: organization code"),
        ("N1", ("name", json!("  ")), "name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name"),
        (
            "N1",
            ("name", json!("长".repeat(121))),
            "name TOO_LONG 内容过长，最多120个字符",
            "name TOO_LONG Too long: at most 120 characters",
        ),
        (
            "N1",
            ("name", json!("支部\u{202e}")),
            "name INVALID_CHARACTERS 包含不可用的字符：名称（姓名）",
            "name INVALID_CHARACTERS Contains characters that cannot be used: name",
        ),
        (
            "N1",
            ("kind", json!("63")),
            "kind ORGANIZATION_KIND_NOT_INSTANTIABLE 请选择具体的党组织类别",
            "kind ORGANIZATION_KIND_NOT_INSTANTIABLE Choose a concrete kind of organization",
        ),
        ("N1", ("kind", json!("999")), "kind UNKNOWN_CODE 代码无效：类别", "kind UNKNOWN_CODE Unknown code: kind"),
        (
            "N1",
            ("kind", json!("13")),
            "kind ORGANIZATION_KIND_NOT_ALLOWED 上级党组织不能包含该类别的党组织",
            "kind ORGANIZATION_KIND_NOT_ALLOWED The superior cannot contain an organization of this kind",
        ),
        (
            "N1",
            ("setting", json!("nothing")),
            "setting UNKNOWN_CODE 代码无效：设置方式",
            "setting UNKNOWN_CODE Unknown code: how it is set up",
        ),
        (
            "N1",
            ("territory", json!("999999")),
            "territory UNKNOWN_CODE 代码无效：所在区划",
            "territory UNKNOWN_CODE Unknown code: division",
        ),
        (
            "N1",
            ("foundedOn", json!("2999-01-01")),
            "foundedOn DATE_IN_FUTURE 日期不能晚于今天",
            "foundedOn DATE_IN_FUTURE The date lies in the future",
        ),
        (
            "N1",
            ("foundedOn", json!("1921-06-30")),
            "foundedOn DATE_TOO_EARLY 日期过早：1921-07-01",
            "foundedOn DATE_TOO_EARLY The date is too early: 1921-07-01",
        ),
        (
            "N1",
            ("contactPhone", json!("1".repeat(41))),
            "contactPhone TOO_LONG 内容过长，最多40个字符",
            "contactPhone TOO_LONG Too long: at most 40 characters",
        ),
    ];
    for (parent, changed, zh, en) in refusals {
        refused(&app, "county-administrator", "organizationCreate", branch(&app, parent, &[changed]), zh, en).await;
    }
    // A field that the form marks as required is required by the schema.
    let mut without_name = branch(&app, "N1", &[]);
    without_name.as_object_mut().expect("an object").remove("name");
    denied(&app, "county-administrator", "organizationCreate", without_name, "BAD_DOCUMENT").await;
}

/// covers: B05
#[tokio::test]
async fn a_branch_has_no_subordinates() {
    let app = TestApp::new().await;
    for kind in ["631", "632", "634"] {
        app.database.change(&format!("UPDATE organizations SET kind = '{kind}' WHERE code = 'N1A'")).await;
        let zh = "kind ORGANIZATION_IS_LEAF 该类别党组织不能新增下级组织";
        let en = "kind ORGANIZATION_IS_LEAF An organization of this kind cannot have subordinate organizations";
        refused(&app, "county-administrator", "organizationCreate", branch(&app, "N1A", &[]), zh, en).await;
    }
    // A party group is no organization, wherever it is asked for.
    let zh = "kind ORGANIZATION_KIND_NOT_INSTANTIABLE 请选择具体的党组织类别";
    let en = "kind ORGANIZATION_KIND_NOT_INSTANTIABLE Choose a concrete kind of organization";
    refused(&app, "county-administrator", "organizationCreate", branch(&app, "N1", &[("kind", json!("71"))]), zh, en).await;
    // The button is absent: the branch offers no kinds.
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ mayContain {{ code }} holdsMembers }} }} }}",
        organization(&app, "N1A")
    );
    let answer = app.sign_in("county-administrator").ask(&ask).await;
    assert_eq!(answer.at("/node"), json!({ "mayContain": [], "holdsMembers": true }));
}

/// covers: B04
#[tokio::test]
async fn nobody_creates_above_or_beside_the_own_level() {
    let app = TestApp::new().await;
    for parent in ["M", "S", "S1", "X"] {
        denied(&app, "county-administrator", "organizationCreate", branch(&app, parent, &[]), "NOT_FOUND").await;
    }
    for who in ["branch-administrator", "secretary", "committee-member"] {
        denied(&app, who, "organizationCreate", branch(&app, "N1A", &[]), "FORBIDDEN").await;
    }
    for who in ["auditor", "system-administrator"] {
        denied(&app, who, "organizationCreate", branch(&app, "N1", &[]), "FORBIDDEN").await;
    }
    denied(&app, "reading-token", "organizationCreate", branch(&app, "N1", &[]), "READ_ONLY").await;
    denied(&app, "member", "organizationCreate", branch(&app, "N1", &[]), "NOT_FOUND").await;
    let answer = send(&app.stranger(), "organizationCreate", &branch(&app, "N1", &[])).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn nothing_is_created_under_a_dissolved_organization_and_its_name_is_free_again() {
    let app = TestApp::new().await;
    let committee =
        |code: &str| branch(&app, "S", &[("name", json!("南川区绿水镇委员会")), ("kind", json!("611")), ("code", json!(code))]);
    let (id, _) = done(&app, "municipal-administrator", "organizationCreate", committee("S2")).await;
    let end = json!({ "id": id, "version": 1, "on": "2026-01-01", "reason": "撤镇" });
    done(&app, "municipal-administrator", "organizationDissolve", end).await;
    let mut below = branch(&app, "S", &[]);
    below["parentId"] = json!(id);
    let zh = "parentId ORGANIZATION_DISSOLVED 党组织已撤销";
    let en = "parentId ORGANIZATION_DISSOLVED The organization is dissolved";
    refused(&app, "municipal-administrator", "organizationCreate", below, zh, en).await;
    done(&app, "municipal-administrator", "organizationCreate", committee("S3")).await;
    // The label of the dissolved one is not given again.
    assert_eq!(rows(&app, "SELECT label FROM organizations WHERE code IN ('S2', 'S3') ORDER BY code").await, "001\n002");
}
