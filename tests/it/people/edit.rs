use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::add::identity;
use crate::acting::{denied, done, everything, newest_entry, organization, person, refused, rows, send};

fn edit(app: &TestApp, name: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({ "id": person(app, name), "version": 1 });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

const ROW: &str =
    "SELECT name, name_key, sex, ethnic_group, birth_date, education, job_category, native_place, phone IS NULL, address IS NULL,
                          applied_on, joined_on, confirmed_on, stage, version
                   FROM people WHERE id::text LIKE '%-8000-000000000001'";

/// covers: D06
#[tokio::test]
async fn an_edit_writes_the_given_fields_keeps_the_absent_ones_and_says_what_changed() {
    let app = TestApp::new().await;
    assert_snapshot!(rows(&app, ROW).await, @"王小明 | wang xiao ming  王小明 | 1 | 01 | 1975-03-11 | 21 | - | 500101 | f | t | 1999-01-01 | 2001-07-01 | 2002-07-01 | full | 1");
    done(&app, "branch-administrator", "personEdit", edit(&app, "N1A-1", &[("education", json!("14"))])).await;
    assert_snapshot!(newest_entry(&app).await, @r#"PERSON_EDITED | branch-administrator | branch_administrator | N1A | person | 王小明 | {"education": {"code": "21", "table": "education"}} | {"education": {"code": "14", "table": "education"}} | -"#);
    let all = [
        ("version", json!(2)),
        ("name", json!("王晓明")),
        ("ethnicGroup", json!("08")),
        ("nativePlace", json!("510000")),
        ("jobCategory", json!("011")),
        ("appliedOn", json!("1998-01-01")),
        ("joinedOn", json!("2001-07-02")),
        ("confirmedOn", json!("2002-07-02")),
    ];
    let (_, version) = done(&app, "secretary", "personEdit", edit(&app, "N1A-1", &all)).await;
    assert_eq!(version, 3);
    assert_snapshot!(rows(&app, ROW).await, @"王晓明 | wang xiao ming  王晓明 | 1 | 08 | 1975-03-11 | 14 | 011 | 510000 | f | t | 1998-01-01 | 2001-07-02 | 2002-07-02 | full | 3");
    assert_snapshot!(newest_entry(&app).await, @r#"PERSON_EDITED | secretary | secretary | N1A | person | 王晓明 | {"joinedOn": "2001-07-01", "appliedOn": "1999-01-01", "personName": "王小明", "confirmedOn": "2002-07-01", "ethnicGroup": {"code": "01", "table": "ethnic_group"}, "nativePlace": "500101"} | {"joinedOn": "2001-07-02", "appliedOn": "1998-01-01", "personName": "王晓明", "confirmedOn": "2002-07-02", "ethnicGroup": {"code": "08", "table": "ethnic_group"}, "jobCategory": {"code": "011", "table": "job_category"}, "nativePlace": "510000"} | -"#);
    let clear = [
        ("version", json!(3)),
        ("nativePlace", Value::Null),
        ("jobCategory", Value::Null),
        ("phone", Value::Null),
        ("address", Value::Null),
        ("appliedOn", Value::Null),
    ];
    done(&app, "county-administrator", "personEdit", edit(&app, "N1A-1", &clear)).await;
    assert_snapshot!(rows(&app, ROW).await, @"王晓明 | wang xiao ming  王晓明 | 1 | 08 | 1975-03-11 | 14 | - | - | t | t | - | 2001-07-02 | 2002-07-02 | full | 4");
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Person {{ phone {{ text }} history {{ totalCount nodes {{ event accountName changes {{ fieldName before after }} }} }} }} }} }}",
        person(&app, "N1A-1")
    );
    let answer = app.sign_in("secretary").speaking("zh").ask(&ask).await;
    assert_eq!(answer.at("/node/phone"), Value::Null);
    assert_eq!(answer.at("/node/history/totalCount"), 3);
    assert_snapshot!(serde_json::to_string_pretty(&answer.at("/node/history/nodes/0")).expect("json"), @r#"
    {
      "accountName": "county-administrator",
      "changes": [
        {
          "after": null,
          "before": "1998-01-01",
          "fieldName": "申请入党时间"
        },
        {
          "after": null,
          "before": "党政机关工作人员",
          "fieldName": "工作岗位"
        },
        {
          "after": null,
          "before": "510000",
          "fieldName": "籍贯"
        },
        {
          "after": null,
          "before": "138******00",
          "fieldName": "联系电话"
        }
      ],
      "event": "PERSON_EDITED"
    }
    "#);
    // Who may not read the log sees the person without the history.
    let answer = app.sign_in("committee-member").ask(&ask).await;
    assert_eq!(answer.at("/node/history/totalCount"), 0);
}

/// covers: D06
#[tokio::test]
async fn a_changed_identity_number_is_sealed_in_the_row_and_in_the_log() {
    let app = TestApp::new().await;
    let (number, phone) = (identity("1975-03-11", 731), "13922223333");
    let old = app.database.seed.identity_numbers["N1A-1"].clone();
    let changed = [("identityNumber", json!(number)), ("phone", json!(phone)), ("address", json!("青石镇中学路100号教师宿舍"))];
    done(&app, "branch-administrator", "personEdit", edit(&app, "N1A-1", &changed)).await;
    let tables = everything(&app).await.join("\n");
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Person {{ identityNumber {{ text }} phone {{ text }} address {{ text }} history {{ nodes {{ changes {{ field before after }} }} }} }} }} }}",
        person(&app, "N1A-1")
    );
    let answer = app.sign_in("county-administrator").ask(&ask).await;
    for secret in [number.as_str(), old.as_str(), phone, "13800000000", "青石镇中学路100号教师宿舍"] {
        assert!(!tables.contains(secret) && !answer.text.contains(secret));
    }
    assert_snapshot!(serde_json::to_string_pretty(&answer.at("/node")).expect("json"), @r#"
    {
      "address": {
        "text": "青石镇*********宿舍"
      },
      "history": {
        "nodes": [
          {
            "changes": [
              {
                "after": "5001**********7318",
                "before": "5001**********0036",
                "field": "identityNumber"
              },
              {
                "after": "139******33",
                "before": "138******00",
                "field": "phone"
              },
              {
                "after": "青石镇*********宿舍",
                "before": null,
                "field": "address"
              }
            ]
          }
        ]
      },
      "identityNumber": {
        "text": "5001**********7318"
      },
      "phone": {
        "text": "139******33"
      }
    }
    "#);
    // The old number finds nobody now, and the new one finds the person.
    for (number, count) in [(old, 0), (number, 1)] {
        let ask = format!("{{ people(filter: {{ identityNumber: \"{number}\" }}) {{ totalCount }} }}");
        assert_eq!(app.sign_in("branch-administrator").ask(&ask).await.at("/people/totalCount"), count);
    }
}

/// covers: D06, D29, D31
#[tokio::test]
async fn a_wrong_edit_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
    );
    let taken = (
        "identityNumber IDENTITY_NUMBER_TAKEN_AT 身份证号已存在于中国共产党青石镇东村支部委员会",
        "identityNumber IDENTITY_NUMBER_TAKEN_AT This identity number is already on the roll of 中国共产党青石镇东村支部委员会",
    );
    for (name, changed, (zh, en)) in [
        ("N1A-1", ("name", json!("")), ("name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name")),
        (
            "N1A-1",
            ("birthDate", json!("1975-03-12")),
            (
                "birthDate BIRTH_DATE_DIFFERS 出生日期与身份证号不一致",
                "birthDate BIRTH_DATE_DIFFERS The birth date differs from the identity number",
            ),
        ),
        (
            "N1A-1",
            ("sex", json!("2")),
            ("sex SEX_DIFFERS 性别与身份证号不一致", "sex SEX_DIFFERS The sex differs from the identity number"),
        ),
        ("N1A-1", ("sex", json!("7")), ("sex UNKNOWN_CODE 代码无效：性别", "sex UNKNOWN_CODE Unknown code: sex")),
        (
            "N1A-1",
            ("ethnicGroup", json!("00")),
            ("ethnicGroup UNKNOWN_CODE 代码无效：民族", "ethnicGroup UNKNOWN_CODE Unknown code: ethnic group"),
        ),
        (
            "N1A-1",
            ("education", json!("大学")),
            ("education UNKNOWN_CODE 代码无效：学历", "education UNKNOWN_CODE Unknown code: education"),
        ),
        (
            "N1A-1",
            ("nativePlace", json!("0")),
            ("nativePlace UNKNOWN_CODE 代码无效：籍贯", "nativePlace UNKNOWN_CODE Unknown code: native place"),
        ),
        (
            "N1A-1",
            ("joinedOn", Value::Null),
            (
                "joinedOn JOINED_ON_REQUIRED 请填写入党时间",
                "joinedOn JOINED_ON_REQUIRED The joining date is required at this stage",
            ),
        ),
        (
            "N1A-1",
            ("confirmedOn", Value::Null),
            (
                "confirmedOn CONFIRMED_ON_REQUIRED 请填写转正时间",
                "confirmedOn CONFIRMED_ON_REQUIRED The date of full membership is required at this stage",
            ),
        ),
        (
            "N1A-4",
            ("confirmedOn", json!("2026-01-01")),
            (
                "confirmedOn DATE_NOT_AT_THIS_STAGE 当前阶段不能填写该日期",
                "confirmedOn DATE_NOT_AT_THIS_STAGE This date does not belong to the present stage",
            ),
        ),
        (
            "N1A-5",
            ("joinedOn", json!("2026-01-01")),
            (
                "joinedOn DATE_NOT_AT_THIS_STAGE 当前阶段不能填写该日期",
                "joinedOn DATE_NOT_AT_THIS_STAGE This date does not belong to the present stage",
            ),
        ),
        (
            "N1A-1",
            ("appliedOn", json!("2001-07-02")),
            ("joinedOn DATES_OUT_OF_ORDER 日期先后顺序有误", "joinedOn DATES_OUT_OF_ORDER The dates are out of order"),
        ),
        (
            "N1A-1",
            ("education", json!("21")),
            ("id NOTHING_TO_CHANGE 没有需要修改的内容", "id NOTHING_TO_CHANGE Nothing to change"),
        ),
        ("N1A-1", ("version", json!(3)), stale),
    ] {
        refused(&app, "branch-administrator", "personEdit", edit(&app, name, &[changed]), zh, en).await;
    }
    let number = app.database.seed.identity_numbers["N1A-2"].clone();
    let twin = [("identityNumber", json!(number)), ("birthDate", json!("1980-03-12")), ("sex", json!("2"))];
    refused(&app, "branch-administrator", "personEdit", edit(&app, "N1A-1", &twin), taken.0, taken.1).await;
    let answer = send(&app.sign_in("branch-administrator"), "personEdit", &edit(&app, "N1A-1", &[("version", json!(3))])).await;
    assert_eq!(answer.at("/personEdit/userErrors/0/hint"), "1");
}

#[tokio::test]
async fn the_record_of_someone_who_left_does_not_change() {
    let app = TestApp::new().await;
    app.database.change("UPDATE people SET stage = 'left' WHERE id::text LIKE '%-8000-000000000001'").await;
    let (zh, en) = ("id PERSON_LEFT 该人员已离开", "id PERSON_LEFT The person has left");
    refused(&app, "branch-administrator", "personEdit", edit(&app, "N1A-1", &[("name", json!("王晓明"))]), zh, en).await;
    let photo = json!({ "id": person(&app, "N1A-1"), "version": 1, "base64": null });
    refused(&app, "branch-administrator", "personSetPhoto", photo, zh, en).await;
}

#[tokio::test]
async fn an_edit_takes_reach_and_right() {
    let app = TestApp::new().await;
    let changed = || edit(&app, "N1A-1", &[("name", json!("王晓明"))]);
    for (who, code) in [
        ("other-county-administrator", "NOT_FOUND"),
        ("other-tenant-administrator", "NOT_FOUND"),
        ("system-administrator", "NOT_FOUND"),
        ("committee-member", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("member", "FORBIDDEN"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "personEdit", changed(), code).await;
    }
    denied(&app, "member", "personEdit", edit(&app, "N1A-2", &[("name", json!("李芳芳"))]), "NOT_FOUND").await;
    denied(&app, "branch-administrator", "personEdit", edit(&app, "N1B-1", &[("name", json!("王晓明"))]), "NOT_FOUND").await;
    // The group is one of the own branch.
    let group = json!({ "organizationId": organization(&app, "N1B"), "name": "第一党小组" });
    let (group, _) = done(&app, "township-administrator", "partyGroupCreate", group).await;
    let (zh, en) = (
        "partyGroupId PARTY_GROUP_OF_ANOTHER_BRANCH 党小组不属于该党支部",
        "partyGroupId PARTY_GROUP_OF_ANOTHER_BRANCH The party group belongs to another branch",
    );
    refused(&app, "township-administrator", "personEdit", edit(&app, "N1A-1", &[("partyGroupId", json!(group))]), zh, en).await;
    denied(&app, "branch-administrator", "personEdit", edit(&app, "N1A-1", &[("partyGroupId", json!(group))]), "NOT_FOUND").await;
}

/// covers: D06
#[tokio::test]
async fn a_change_of_the_party_group_alone_stands_in_the_history() {
    let app = TestApp::new().await;
    let mut groups = Vec::new();
    for name in ["东组", "西组"] {
        let group = json!({ "organizationId": organization(&app, "N1A"), "name": name });
        groups.push(done(&app, "secretary", "partyGroupCreate", group).await.0);
    }
    let changes = "SELECT before, after FROM journal ORDER BY id DESC LIMIT 1";
    for (version, group, before, after) in [
        (1, json!(groups[0]), "{}", r#"{"partyGroup": "东组"}"#),
        (2, json!(groups[1]), r#"{"partyGroup": "东组"}"#, r#"{"partyGroup": "西组"}"#),
        (3, Value::Null, r#"{"partyGroup": "西组"}"#, "{}"),
    ] {
        let input = edit(&app, "N1A-1", &[("version", json!(version)), ("partyGroupId", group)]);
        done(&app, "secretary", "personEdit", input).await;
        assert_eq!(rows(&app, changes).await, format!("{before} | {after}"));
    }
    let same = edit(&app, "N1A-1", &[("version", json!(4)), ("partyGroupId", Value::Null)]);
    let (zh, en) = ("id NOTHING_TO_CHANGE 没有需要修改的内容", "id NOTHING_TO_CHANGE Nothing to change");
    refused(&app, "secretary", "personEdit", same, zh, en).await;
}

#[tokio::test]
async fn an_identity_number_that_is_not_born_yet_is_refused() {
    let app = TestApp::new().await;
    let number = identity("2098-05-20", 501);
    let input = edit(&app, "N1A-5", &[("identityNumber", json!(number)), ("birthDate", json!("2098-05-20"))]);
    let (zh, en) = ("birthDate DATE_IN_FUTURE 日期不能晚于今天", "birthDate DATE_IN_FUTURE The date lies in the future");
    refused(&app, "secretary", "personEdit", input, zh, en).await;
}
