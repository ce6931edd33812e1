use banyan::testing::identity::IdentityNumber;
use banyan_tests::TestApp;
use chrono::NaiveDate;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, everything, newest_entry, organization, refused, rows, send};

/// A number of someone who was born on a day; an odd sequence is a man's.
pub fn identity(birth_date: &str, sequence: u16) -> String {
    let birth_date: NaiveDate = birth_date.parse().expect("a day");
    IdentityNumber::make(500_101, birth_date, sequence).expect("a number").as_str().to_owned()
}

/// A full member for branch N1A, with changes.
pub fn newcomer(app: &TestApp, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({
        "organizationId": organization(app, "N1A"), "stage": "FULL", "name": "赵晓燕", "sex": "2", "ethnicGroup": "15",
        "identityNumber": identity("1990-05-20", 502), "birthDate": "1990-05-20", "education": "31", "appliedOn": "2010-01-01",
        "joinedOn": "2012-07-01", "confirmedOn": "2013-07-01",
    });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

/// covers: D04, D12
#[tokio::test]
async fn a_new_member_stands_on_the_roll_in_the_figures_in_the_ledger_and_in_the_log() {
    let app = TestApp::new().await;
    let all = [
        ("name", json!(" 赵晓燕 ")),
        ("nativePlace", json!("500101")),
        ("jobCategory", json!("012")),
        ("phone", json!("13911112222")),
        ("address", json!("青石镇东村3组12号附1号")),
    ];
    let number = identity("1990-05-20", 502);
    let (id, version) = done(&app, "branch-administrator", "personAdd", newcomer(&app, &all)).await;
    assert_eq!(version, 1);
    let row = "SELECT o.code, p.path = o.path, p.stage, p.name, p.name_key, p.name_initials, p.sex, p.ethnic_group, p.birth_date, p.education,
                      p.job_category, p.native_place, p.applied_on, p.joined_on, p.confirmed_on, p.version
               FROM people p JOIN organizations o ON o.id = p.organization_id WHERE p.name = '赵晓燕'";
    assert_snapshot!(rows(&app, row).await, @"N1A | t | full | 赵晓燕 | zhao xiao yan  赵晓燕 | zxy | 2 | 15 | 1990-05-20 | 31 | 012 | 500101 | 2010-01-01 | 2012-07-01 | 2013-07-01 | 1");
    let ledger = "SELECT l.kind, l.delta, l.day, l.path FROM membership_ledger l JOIN people p ON p.id = l.person_id WHERE p.name = '赵晓燕'";
    assert_eq!(rows(&app, ledger).await, format!("entered | 1 | {} | a01000000000", app.clock.today()));
    let counts = "SELECT applicants, probationary, full_members, women, minority, college_and_above FROM organization_counts WHERE path = 'a01000000000'";
    assert_eq!(rows(&app, counts).await, "1 | 1 | 4 | 3 | 2 | 3");
    let entry = "SELECT event, account_name, role, path, subject_name, before, after - 'identityNumber' - 'phone' - 'address' FROM journal ORDER BY id DESC LIMIT 1";
    assert_snapshot!(rows(&app, entry).await, @r#"PERSON_ADDED | branch-administrator | branch_administrator | a01000000000 | 赵晓燕 | {} | {"sex": {"code": "2", "table": "sex"}, "stage": "正式党员", "joinedOn": "2012-07-01", "appliedOn": "2010-01-01", "birthDate": "1990-05-20", "education": {"code": "31", "table": "education"}, "personName": "赵晓燕", "confirmedOn": "2013-07-01", "ethnicGroup": {"code": "15", "table": "ethnic_group"}, "jobCategory": {"code": "012", "table": "job_category"}, "nativePlace": "500101"}"#);

    // Neither the rows nor an answer hold a sensitive value in clear.
    let plain = [number.as_str(), "13911112222", "青石镇东村3组12号附1号"];
    let tables = everything(&app).await.join("\n");
    let ask = format!("{{ node(id: \"{id}\") {{ ... on Person {{ name sex {{ name }} ethnicGroup {{ name }} birthDate age identityNumber {{ text }} phone {{ text }}
        address {{ text }} nativePlace {{ fullName }} education {{ name }} jobCategory {{ name }} stage appliedOn joinedOn confirmedOn organization {{ name }}
        partyGroup {{ name }} photo {{ mediaType }} may history {{ nodes {{ event changes {{ fieldName before after }} }} }} }} }}
        journal {{ nodes {{ changes {{ field before after }} }} }} }}");
    let answer = app.sign_in("secretary").speaking("zh").ask(&ask).await;
    for secret in plain {
        assert!(!tables.contains(secret) && !answer.text.contains(secret));
        let bytes: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!tables.contains(&bytes));
    }
    let mut seen = answer.at("/node");
    seen.as_object_mut().expect("a person").remove("age");
    assert_snapshot!(serde_json::to_string_pretty(&seen).expect("json"), @r#"
    {
      "address": {
        "text": "青石镇********1号"
      },
      "appliedOn": "2010-01-01",
      "birthDate": "1990-05-20",
      "confirmedOn": "2013-07-01",
      "education": {
        "name": "大学专科毕业"
      },
      "ethnicGroup": {
        "name": "土家族"
      },
      "history": {
        "nodes": [
          {
            "changes": [
              {
                "after": "青石镇********1号",
                "before": null,
                "fieldName": "地址"
              },
              {
                "after": "2010-01-01",
                "before": null,
                "fieldName": "申请入党时间"
              },
              {
                "after": "1990-05-20",
                "before": null,
                "fieldName": "出生日期"
              },
              {
                "after": "2013-07-01",
                "before": null,
                "fieldName": "转正时间"
              },
              {
                "after": "大学专科毕业",
                "before": null,
                "fieldName": "学历"
              },
              {
                "after": "土家族",
                "before": null,
                "fieldName": "民族"
              },
              {
                "after": "5001**********5023",
                "before": null,
                "fieldName": "身份证号"
              },
              {
                "after": "事业单位管理人员",
                "before": null,
                "fieldName": "工作岗位"
              },
              {
                "after": "2012-07-01",
                "before": null,
                "fieldName": "入党时间"
              },
              {
                "after": "500101",
                "before": null,
                "fieldName": "籍贯"
              },
              {
                "after": "赵晓燕",
                "before": null,
                "fieldName": "姓名"
              },
              {
                "after": "139******22",
                "before": null,
                "fieldName": "联系电话"
              },
              {
                "after": "女",
                "before": null,
                "fieldName": "性别"
              },
              {
                "after": "正式党员",
                "before": null,
                "fieldName": "人员类别"
              }
            ],
            "event": "PERSON_ADDED"
          }
        ]
      },
      "identityNumber": {
        "text": "5001**********5023"
      },
      "jobCategory": {
        "name": "事业单位管理人员"
      },
      "joinedOn": "2012-07-01",
      "may": [
        "READ_ORGANIZATIONS",
        "READ_PEOPLE",
        "READ_JOURNAL",
        "READ_GRANTS",
        "EDIT_ORGANIZATION",
        "MANAGE_PARTY_GROUPS",
        "ADD_PERSON",
        "EDIT_PERSON",
        "GIVE_GRANTS",
        "DELEGATE_GRANTS",
        "MANAGE_ACCOUNTS",
        "UNMASK_PEOPLE"
      ],
      "name": "赵晓燕",
      "nativePlace": {
        "fullName": "重庆市万州区"
      },
      "organization": {
        "name": "中国共产党青石镇东村支部委员会"
      },
      "partyGroup": null,
      "phone": {
        "text": "139******22"
      },
      "photo": null,
      "sex": {
        "name": "女"
      },
      "stage": "FULL"
    }
    "#);
}

/// covers: D12
#[tokio::test]
async fn a_person_is_added_at_every_stage_on_the_way_and_only_members_are_counted_as_such() {
    let app = TestApp::new().await;
    for (sequence, stage) in ["APPLICANT", "ACTIVIST", "CANDIDATE", "PROBATIONARY"].into_iter().enumerate() {
        let sequence = 600 + 2 * u16::try_from(sequence).expect("a small number");
        let joined = if stage == "PROBATIONARY" { json!("2026-01-01") } else { Value::Null };
        let changed = [
            ("stage", json!(stage)),
            ("identityNumber", json!(identity("1990-05-20", sequence))),
            ("joinedOn", joined),
            ("confirmedOn", Value::Null),
        ];
        done(&app, "secretary", "personAdd", newcomer(&app, &changed)).await;
    }
    let counts = "SELECT applicants, activists, candidates, probationary, full_members, women FROM organization_counts WHERE path = 'a01000000000'";
    assert_eq!(rows(&app, counts).await, "2 | 1 | 1 | 2 | 3 | 3");
    assert_eq!(app.database.number("SELECT count(*) FROM membership_ledger WHERE kind = 'entered'").await, 1);
}

/// covers: D03
#[tokio::test]
async fn a_person_is_added_to_a_concrete_branch_only() {
    let app = TestApp::new().await;
    let to = |code: &str| newcomer(&app, &[("organizationId", json!(organization(&app, code)))]);
    for code in ["N", "N1"] {
        let (zh, en) = (
            "organizationId PERSON_NOT_IN_BRANCH 请选择具体的支部",
            "organizationId PERSON_NOT_IN_BRANCH Choose a concrete branch",
        );
        refused(&app, "county-administrator", "personAdd", to(code), zh, en).await;
    }
    // Reading works at any node, and a superior who picks the branch writes there.
    for code in ["N", "N1", "N1A"] {
        let ask = format!("{{ people(under: \"{}\") {{ totalCount }} }}", organization(&app, code));
        assert!(app.sign_in("county-administrator").ask(&ask).await.at("/people/totalCount").as_i64() > Some(0));
    }
    done(&app, "county-administrator", "personAdd", to("N1A")).await;
}

/// covers: D04, D12, D29, D31
#[tokio::test]
async fn a_new_person_with_a_wrong_field_is_refused_and_nothing_is_written() {
    let app = TestApp::new().await;
    let future = "2999-01-01";
    for (changed, zh, en) in [
        (vec![("name", json!(" "))], "name REQUIRED 请填写必填项：名称（姓名）", "name REQUIRED Required: name"),
        (
            vec![("name", json!("名".repeat(121)))],
            "name TOO_LONG 内容过长，最多120个字符",
            "name TOO_LONG Too long: at most 120 characters",
        ),
        (
            vec![("stage", json!("LEFT"))],
            "stage STAGE_NOT_ALLOWED 不能以该阶段新增人员",
            "stage STAGE_NOT_ALLOWED A person cannot be added at this stage",
        ),
        (vec![("sex", json!("女"))], "sex UNKNOWN_CODE 代码无效：性别", "sex UNKNOWN_CODE Unknown code: sex"),
        (
            vec![("ethnicGroup", json!("汉族"))],
            "ethnicGroup UNKNOWN_CODE 代码无效：民族",
            "ethnicGroup UNKNOWN_CODE Unknown code: ethnic group",
        ),
        (
            vec![("education", json!("999"))],
            "education UNKNOWN_CODE 代码无效：学历",
            "education UNKNOWN_CODE Unknown code: education",
        ),
        (
            vec![("jobCategory", json!("x"))],
            "jobCategory UNKNOWN_CODE 代码无效：工作岗位",
            "jobCategory UNKNOWN_CODE Unknown code: job category",
        ),
        (
            vec![("nativePlace", json!("重庆"))],
            "nativePlace UNKNOWN_CODE 代码无效：籍贯",
            "nativePlace UNKNOWN_CODE Unknown code: native place",
        ),
        (
            vec![("birthDate", json!("1990-05-21"))],
            "birthDate BIRTH_DATE_DIFFERS 出生日期与身份证号不一致",
            "birthDate BIRTH_DATE_DIFFERS The birth date differs from the identity number",
        ),
        (
            vec![("sex", json!("1"))],
            "sex SEX_DIFFERS 性别与身份证号不一致",
            "sex SEX_DIFFERS The sex differs from the identity number",
        ),
        (
            vec![("joinedOn", Value::Null), ("confirmedOn", Value::Null)],
            "joinedOn JOINED_ON_REQUIRED 请填写入党时间\nconfirmedOn CONFIRMED_ON_REQUIRED 请填写转正时间",
            "joinedOn JOINED_ON_REQUIRED The joining date is required at this stage\nconfirmedOn CONFIRMED_ON_REQUIRED The date of full membership is required at this stage",
        ),
        (
            vec![("stage", json!("PROBATIONARY"))],
            "confirmedOn DATE_NOT_AT_THIS_STAGE 当前阶段不能填写该日期",
            "confirmedOn DATE_NOT_AT_THIS_STAGE This date does not belong to the present stage",
        ),
        (
            vec![("confirmedOn", json!("2012-06-30"))],
            "confirmedOn DATES_OUT_OF_ORDER 日期先后顺序有误",
            "confirmedOn DATES_OUT_OF_ORDER The dates are out of order",
        ),
        (
            vec![("appliedOn", json!("2008-05-19"))],
            "appliedOn TOO_YOUNG 申请入党须年满十八岁",
            "appliedOn TOO_YOUNG An applicant is at least eighteen years old",
        ),
        (
            vec![("confirmedOn", json!(future))],
            "confirmedOn DATE_IN_FUTURE 日期不能晚于今天",
            "confirmedOn DATE_IN_FUTURE The date lies in the future",
        ),
        (
            vec![("appliedOn", json!("1921-06-30"))],
            "appliedOn DATE_TOO_EARLY 日期过早：1921-07-01\nappliedOn TOO_YOUNG 申请入党须年满十八岁",
            "appliedOn DATE_TOO_EARLY The date is too early: 1921-07-01\nappliedOn TOO_YOUNG An applicant is at least eighteen years old",
        ),
        (
            vec![("phone", json!("1".repeat(41)))],
            "phone TOO_LONG 内容过长，最多40个字符",
            "phone TOO_LONG Too long: at most 40 characters",
        ),
    ] {
        refused(&app, "branch-administrator", "personAdd", newcomer(&app, &changed), zh, en).await;
    }
    // A date comes from the calendar: one that does not exist is no date at all.
    denied(&app, "branch-administrator", "personAdd", newcomer(&app, &[("joinedOn", json!("2012-02-30"))]), "BAD_INPUT").await;
}

/// covers: U80
#[tokio::test]
async fn a_wrong_identity_number_is_refused_with_the_reason_and_an_old_one_is_converted() {
    let app = TestApp::new().await;
    for (number, zh, en) in [
        (
            "50010119900520502",
            "LENGTH 身份证号应为18位（或15位旧号）",
            "LENGTH An identity number has 18 characters (or 15 in the old form)",
        ),
        ("50010119900520A02X", "CHARACTERS 身份证号含有无效字符", "CHARACTERS The identity number contains invalid characters"),
        ("000101199005205020", "REGION 身份证号的地区码不存在", "REGION The region of the identity number does not exist"),
        (
            "500101199002305020",
            "BIRTH_DATE 身份证号中的出生日期无效",
            "BIRTH_DATE The birth date in the identity number is invalid",
        ),
    ] {
        let changed = [("identityNumber", json!(number))];
        let (zh, en) = (format!("identityNumber IDENTITY_NUMBER_{zh}"), format!("identityNumber IDENTITY_NUMBER_{en}"));
        refused(&app, "branch-administrator", "personAdd", newcomer(&app, &changed), &zh, &en).await;
    }
    // Each other check digit is wrong.
    let good = identity("1990-05-20", 502);
    for digit in "0123456789X".chars().filter(|digit| !good.ends_with(*digit)) {
        let changed = [("identityNumber", json!(format!("{}{digit}", &good[..17])))];
        let answer = send(&app.sign_in("branch-administrator"), "personAdd", &newcomer(&app, &changed)).await;
        assert_eq!(answer.user_errors(), "identityNumber IDENTITY_NUMBER_CHECK_DIGIT");
    }
    let wrong = format!("{}{}", &good[..17], if good.ends_with('1') { '2' } else { '1' });
    let (zh, en) = (
        "identityNumber IDENTITY_NUMBER_CHECK_DIGIT 身份证号校验码错误",
        "identityNumber IDENTITY_NUMBER_CHECK_DIGIT The check digit of the identity number is wrong",
    );
    refused(&app, "branch-administrator", "personAdd", newcomer(&app, &[("identityNumber", json!(wrong))]), zh, en).await;
    // 15 digits become 18, and both forms are the same number.
    let old = format!("{}{}", &good[..6], &good[8..17]);
    let (id, _) = done(&app, "branch-administrator", "personAdd", newcomer(&app, &[("identityNumber", json!(old))])).await;
    flagged(&app, &id, 1).await;
    for same in [good.clone(), old, format!(" {} ", good.to_lowercase())] {
        let found = app
            .sign_in("branch-administrator")
            .ask(&format!("{{ people(filter: {{ identityNumber: \"{same}\" }}) {{ nodes {{ name }} }} }}"))
            .await;
        assert_eq!(found.at("/people/nodes"), json!([{ "name": "赵晓燕" }]), "{same}");
    }
    let twice = send(&app.sign_in("branch-administrator"), "personAdd", &newcomer(&app, &[])).await;
    assert_eq!(twice.user_errors(), "identityNumber IDENTITY_NUMBER_TAKEN_AT");
}

/// covers: D04
#[tokio::test]
async fn a_number_stands_once_on_the_roll_of_the_tenant_and_the_branch_is_named_to_those_who_may_see_it() {
    let app = TestApp::new().await;
    let same_as = |name: &str| {
        let number = app.database.seed.identity_numbers[name].clone();
        newcomer(&app, &[("identityNumber", json!(number)), ("birthDate", json!("1980-03-12"))])
    };
    let at = (
        "identityNumber IDENTITY_NUMBER_TAKEN_AT 身份证号已存在于中国共产党青石镇西村支部委员会",
        "identityNumber IDENTITY_NUMBER_TAKEN_AT This identity number is already on the roll of 中国共产党青石镇西村支部委员会",
    );
    let somewhere = (
        "identityNumber IDENTITY_NUMBER_TAKEN 身份证号已存在",
        "identityNumber IDENTITY_NUMBER_TAKEN This identity number is already on the roll",
    );
    refused(&app, "township-administrator", "personAdd", same_as("N1B-2"), at.0, at.1).await;
    refused(&app, "branch-administrator", "personAdd", same_as("N1B-2"), somewhere.0, somewhere.1).await;
    refused(&app, "county-administrator", "personAdd", same_as("S1A-2"), somewhere.0, somewhere.1).await;
    let answer = send(&app.sign_in("county-administrator"), "personAdd", &same_as("S1A-2")).await;
    assert!(
        !answer.text.contains("黄桷") && !answer.text.contains(&app.database.seed.identity_numbers["S1A-2"]),
        "{}",
        answer.text
    );
    // Another tenant's roll is another roll.
    done(&app, "county-administrator", "personAdd", same_as("X1A-2")).await;
    // Of someone who left, the number is free again.
    app.database.change("UPDATE people SET stage = 'left' WHERE id::text LIKE '%-8000-000000000007'").await;
    app.database.change("INSERT INTO membership_ledger SELECT tenant_id, gen_random_uuid(), id, organization_id, path, '2026-01-15', 'left', -1 FROM people WHERE stage = 'left';
        UPDATE organization_counts SET full_members = full_members - 1, women = women - 1, college_and_above = college_and_above - 1 WHERE path = 'a01000000001';
        UPDATE organization_tallies t SET members = members - 1 FROM people p WHERE p.stage = 'left' AND t.path = p.path
            AND (t.dimension, t.value) IN (('sex', p.sex), ('ethnic_group', p.ethnic_group), ('education', p.education), ('birth_year', '1980'))").await;
    let (id, _) = done(&app, "township-administrator", "personAdd", same_as("N1B-2")).await;
    assert!(newest_entry(&app).await.starts_with("PERSON_ADDED"));
    // Both records are found by their number when those who left are asked for.
    let number = &app.database.seed.identity_numbers["N1B-2"];
    let all = format!("{{ people(filter: {{ identityNumber: \"{number}\", stages: [FULL, LEFT] }}) {{ totalCount }} }}");
    assert_eq!(app.sign_in("township-administrator").ask(&all).await.at("/people/totalCount"), 2);
    assert!(id.starts_with("per_"));
}

#[tokio::test]
async fn two_people_with_the_same_number_at_the_same_time_become_one() {
    let app = TestApp::new().await;
    let (one, other) = (app.sign_in("branch-administrator"), app.sign_in("township-administrator"));
    let input = newcomer(&app, &[]);
    let (one, other) = tokio::join!(send(&one, "personAdd", &input), send(&other, "personAdd", &input));
    let mut outcomes = [one.user_errors(), other.user_errors()];
    outcomes.sort();
    assert!(outcomes[0].is_empty() && outcomes[1].starts_with("identityNumber IDENTITY_NUMBER_TAKEN"), "{outcomes:?}");
    assert_eq!(app.database.number("SELECT count(*) FROM people WHERE name = '赵晓燕'").await, 1);
    crate::acting::sound(&app).await;
}

#[tokio::test]
async fn a_person_is_added_to_a_group_of_the_own_branch() {
    let app = TestApp::new().await;
    let group = |code: &str| json!({ "organizationId": organization(&app, code), "name": "第一党小组" });
    let (own, _) = done(&app, "township-administrator", "partyGroupCreate", group("N1A")).await;
    let (other, _) = done(&app, "township-administrator", "partyGroupCreate", group("N1B")).await;
    let (gone, _) = done(
        &app,
        "township-administrator",
        "partyGroupCreate",
        group("N2A").as_object().map_or(Value::Null, |_| json!({ "organizationId": organization(&app, "N1A"), "name": "旧组" })),
    )
    .await;
    done(&app, "township-administrator", "partyGroupDissolve", json!({ "id": gone, "version": 1 })).await;
    let to = |group: &str| newcomer(&app, &[("partyGroupId", json!(group))]);
    let (zh, en) = (
        "partyGroupId PARTY_GROUP_OF_ANOTHER_BRANCH 党小组不属于该党支部",
        "partyGroupId PARTY_GROUP_OF_ANOTHER_BRANCH The party group belongs to another branch",
    );
    refused(&app, "township-administrator", "personAdd", to(&other), zh, en).await;
    let (zh, en) =
        ("partyGroupId PARTY_GROUP_DISSOLVED 党小组已撤销", "partyGroupId PARTY_GROUP_DISSOLVED The party group is dissolved");
    refused(&app, "township-administrator", "personAdd", to(&gone), zh, en).await;
    done(&app, "branch-administrator", "personAdd", to(&own)).await;
    assert_eq!(rows(&app, "SELECT g.name FROM people p JOIN party_groups g ON g.id = p.party_group_id").await, "第一党小组");
}

#[tokio::test]
async fn adding_takes_reach_and_right() {
    let app = TestApp::new().await;
    for (who, code) in [
        ("other-county-administrator", "NOT_FOUND"),
        ("other-tenant-administrator", "NOT_FOUND"),
        ("committee-member", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("system-administrator", "FORBIDDEN"),
        ("member", "FORBIDDEN"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "personAdd", newcomer(&app, &[]), code).await;
    }
    app.database.change("UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code = 'N1B'").await;
    let dissolved = newcomer(&app, &[("organizationId", json!(organization(&app, "N1B")))]);
    let (zh, en) = (
        "organizationId ORGANIZATION_DISSOLVED 党组织已撤销",
        "organizationId ORGANIZATION_DISSOLVED The organization is dissolved",
    );
    refused(&app, "township-administrator", "personAdd", dissolved, zh, en).await;
}

/// Who was entered with 15 digits is marked until the full number is given; the list finds them, and the log tells both.
async fn flagged(app: &TestApp, id: &str, version: i64) {
    let marked = |wanted: bool| {
        format!("{{ people(filter: {{ identityConverted: {wanted} }}) {{ nodes {{ name identityConverted }} }} }}")
    };
    let branch = app.sign_in("branch-administrator").speaking("zh");
    let found = branch.ask(&marked(true)).await;
    assert_eq!(found.at("/people/nodes"), json!([{ "name": "赵晓燕", "identityConverted": true }]));
    assert_eq!(branch.ask(&marked(false)).await.at("/people/nodes").as_array().map(Vec::len), Some(5));
    let history = format!(
        "{{ node(id: \"{id}\") {{ ... on Person {{ history {{ nodes {{ changes {{ fieldName before after }} }} }} }} }} }}"
    );
    let mark = json!({ "fieldName": "15位身份证号已转换", "before": null, "after": "✓" });
    let changes = app.sign_in("secretary").speaking("zh").ask(&history).await.at("/node/history/nodes/0/changes");
    assert!(changes.as_array().expect("changes").contains(&mark), "{changes}");
    let edit = |version: i64, number: &str| json!({ "id": id, "version": version, "identityNumber": number });
    let full = identity("1990-05-20", 502);
    done(app, "branch-administrator", "personEdit", edit(version, &full)).await;
    assert_snapshot!(newest_entry(app).await, @r#"PERSON_EDITED | branch-administrator | branch_administrator | N1A | person | 赵晓燕 | {"identityConverted": "✓"} | {} | -"#);
    assert_eq!(branch.ask(&marked(true)).await.at("/people/nodes"), json!([]));
    let old = format!("{}{}", &full[..6], &full[8..17]);
    done(app, "branch-administrator", "personEdit", edit(version + 1, &old)).await;
    assert_eq!(branch.ask(&marked(true)).await.at("/people/nodes/0/name"), "赵晓燕");
}
