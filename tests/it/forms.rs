//! What every form hears: all of its mistakes at once, and what the record holds now when someone else was faster.

use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{account, done, organization, person, refused};
use crate::people::newcomer;

fn changed(mut input: Value, fields: Value) -> Value {
    input.as_object_mut().expect("an input").extend(fields.as_object().expect("fields").clone());
    input
}

/// Row D04 with T03: a person's form, new or corrected, hears of every mistake in one answer.
#[tokio::test]
async fn all_mistakes_about_a_person_are_told_at_once() {
    let app = TestApp::new().await;
    let taken = app.database.seed.identity_numbers["N1A-1"].clone();
    let wrong = json!({
        "stage": "LEFT", "name": " ", "sex": "x", "ethnicGroup": "x", "identityNumber": taken, "birthDate": "1990-05-20",
        "education": "", "jobCategory": "x", "nativePlace": "0", "phone": "1".repeat(41), "address": "长".repeat(501),
        "appliedOn": "2999-01-01", "joinedOn": "2012-07-01", "confirmedOn": "2011-07-01",
    });
    let (zh, en) = (
        "stage STAGE_NOT_ALLOWED 不能以该阶段新增人员
name REQUIRED 请填写必填项：名称（姓名）
ethnicGroup UNKNOWN_CODE 代码无效：民族
birthDate BIRTH_DATE_DIFFERS 出生日期与身份证号不一致
identityNumber IDENTITY_NUMBER_TAKEN_AT 身份证号已存在于中国共产党青石镇东村支部委员会
education REQUIRED 请填写必填项：学历
jobCategory UNKNOWN_CODE 代码无效：工作岗位
nativePlace UNKNOWN_CODE 代码无效：籍贯
phone TOO_LONG 内容过长，最多40个字符
address TOO_LONG 内容过长，最多500个字符
appliedOn DATE_IN_FUTURE 日期不能晚于今天
joinedOn DATES_OUT_OF_ORDER 日期先后顺序有误
confirmedOn DATES_OUT_OF_ORDER 日期先后顺序有误",
        "stage STAGE_NOT_ALLOWED A person cannot be added at this stage
name REQUIRED Required: name
ethnicGroup UNKNOWN_CODE Unknown code: ethnic group
birthDate BIRTH_DATE_DIFFERS The birth date differs from the identity number
identityNumber IDENTITY_NUMBER_TAKEN_AT This identity number is already on the roll of 中国共产党青石镇东村支部委员会
education REQUIRED Required: education
jobCategory UNKNOWN_CODE Unknown code: job category
nativePlace UNKNOWN_CODE Unknown code: native place
phone TOO_LONG Too long: at most 40 characters
address TOO_LONG Too long: at most 500 characters
appliedOn DATE_IN_FUTURE The date lies in the future
joinedOn DATES_OUT_OF_ORDER The dates are out of order
confirmedOn DATES_OUT_OF_ORDER The dates are out of order",
    );
    let sex = |text: &str, refusal: &str| text.replacen("\nethnicGroup", &format!("\n{refusal}\nethnicGroup"), 1);
    let (zh, en) = (sex(zh, "sex UNKNOWN_CODE 代码无效：性别"), sex(en, "sex UNKNOWN_CODE Unknown code: sex"));
    refused(&app, "branch-administrator", "personAdd", changed(newcomer(&app, &[]), wrong.clone()), &zh, &en).await;

    let mut wrong = changed(json!({ "id": person(&app, "N1A-2"), "version": 1 }), wrong);
    wrong.as_object_mut().expect("an input").remove("stage");
    // The fields of an edit are looked at in another order: education before the number.
    let moved = |text: &str, education: &str| {
        let without = text.split_once('\n').expect("lines").1.replacen(&format!("{education}\n"), "", 1);
        without.replacen("birthDate", &format!("{education}\nbirthDate"), 1)
    };
    let (zh, en) = (moved(&zh, "education REQUIRED 请填写必填项：学历"), moved(&en, "education REQUIRED Required: education"));
    refused(&app, "branch-administrator", "personEdit", wrong, &zh, &en).await;
}

/// Rows B04, B07 and B09 with T03: an organization's form hears of every mistake in one answer.
#[tokio::test]
async fn all_mistakes_about_an_organization_are_told_at_once() {
    let app = TestApp::new().await;
    let wrong = json!({
        "name": "中国共产党青石镇东村支部委员会", "code": "S1A", "kind": "63", "shortName": "短".repeat(121), "setting": "x", "territory": "999999",
        "foundedOn": "2999-01-01", "contactPerson": "人\u{202e}", "contactPhone": "1".repeat(41), "address": "长".repeat(501),
    });
    let lines = |name: &str, rest: &[&str]| std::iter::once(name).chain(rest.iter().copied()).collect::<Vec<_>>().join("\n");
    let kind = (
        "kind ORGANIZATION_KIND_NOT_INSTANTIABLE 请选择具体的党组织类别",
        "kind ORGANIZATION_KIND_NOT_INSTANTIABLE Choose a concrete kind of organization",
    );
    let same = (
        ["name ORGANIZATION_SAME_NAME 同一上级下已有同名党组织", "code ORGANIZATION_SAME_CODE 党组织代码已存在"],
        [
            "name ORGANIZATION_SAME_NAME An organization of this name exists under the same superior",
            "code ORGANIZATION_SAME_CODE This organization code is in use",
        ],
    );
    let short = ("shortName TOO_LONG 内容过长，最多120个字符", "shortName TOO_LONG Too long: at most 120 characters");
    let rest = (
        [
            "setting UNKNOWN_CODE 代码无效：设置方式",
            "territory UNKNOWN_CODE 代码无效：所在区划",
            "foundedOn DATE_IN_FUTURE 日期不能晚于今天",
            "contactPerson INVALID_CHARACTERS 包含不可用的字符：联系人",
            "contactPhone TOO_LONG 内容过长，最多40个字符",
            "address TOO_LONG 内容过长，最多500个字符",
        ],
        [
            "setting UNKNOWN_CODE Unknown code: how it is set up",
            "territory UNKNOWN_CODE Unknown code: division",
            "foundedOn DATE_IN_FUTURE The date lies in the future",
            "contactPerson INVALID_CHARACTERS Contains characters that cannot be used: contact person",
            "contactPhone TOO_LONG Too long: at most 40 characters",
            "address TOO_LONG Too long: at most 500 characters",
        ],
    );
    let zh = [&[kind.0, short.0][..], &rest.0, &same.0].concat();
    let en = [&[kind.1, short.1][..], &rest.1, &same.1].concat();
    let new = changed(json!({ "parentId": organization(&app, "N1") }), wrong.clone());
    refused(&app, "county-administrator", "organizationCreate", new, &lines(zh[0], &zh[1..]), &lines(en[0], &en[1..])).await;

    let zh = [&same.0[..], &[kind.0, short.0], &rest.0].concat();
    let en = [&same.1[..], &[kind.1, short.1], &rest.1].concat();
    let edit = changed(json!({ "id": organization(&app, "N1B"), "version": 1 }), wrong);
    refused(&app, "county-administrator", "organizationEdit", edit, &lines(zh[0], &zh[1..]), &lines(en[0], &en[1..])).await;

    let rename = json!({
        "id": organization(&app, "N1B"), "version": 1, "name": "中国共产党青石镇东村支部委员会", "shortName": "短".repeat(121),
        "on": "2999-01-01", "document": " ",
    });
    let zh = lines(short.0, &[same.0[0], "on DATE_IN_FUTURE 日期不能晚于今天", "document REQUIRED 请填写必填项：批准文件"]);
    let en = lines(
        short.1,
        &[same.1[0], "on DATE_IN_FUTURE The date lies in the future", "document REQUIRED Required: approval document"],
    );
    refused(&app, "county-administrator", "organizationRename", rename, &zh, &en).await;
}

/// Row B10 with T03: everything that stands in the way of a dissolution is told, so that it can be dealt with in one round.
#[tokio::test]
async fn everything_in_the_way_of_a_dissolution_is_told_at_once() {
    let app = TestApp::new().await;
    let input =
        json!({ "id": organization(&app, "N1A"), "version": 1, "on": "2999-01-01", "reason": " ", "document": "长".repeat(501) });
    let zh = "id ORGANIZATION_HAS_PEOPLE 该支部有代办事宜、党员信息等不能进行删除，必须对代办事宜和党员信息进行处理即可删除
id ORGANIZATION_HAS_APPLICANTS 该党组织还有入党申请人，不能撤销
on DATE_IN_FUTURE 日期不能晚于今天
reason REQUIRED 请填写必填项：原因
document TOO_LONG 内容过长，最多500个字符";
    let en = "id ORGANIZATION_HAS_PEOPLE It still has members, so it cannot be dissolved; deal with them first
id ORGANIZATION_HAS_APPLICANTS It still has applicants, so it cannot be dissolved
on DATE_IN_FUTURE The date lies in the future
reason REQUIRED Required: reason
document TOO_LONG Too long: at most 500 characters";
    refused(&app, "county-administrator", "organizationDissolve", input, zh, en).await;
}

/// A name that a sibling out of sight has, and a code of another part of the tenant, are taken too: the form hears of both,
/// and of nothing else about them.
#[tokio::test]
async fn what_is_taken_out_of_sight_is_told_as_taken() {
    let app = TestApp::new().await;
    let (_, version) = done(
        &app,
        "county-administrator",
        "organizationEdit",
        json!({ "id": organization(&app, "N2"), "version": 1, "name": "邻镇" }),
    )
    .await;
    assert_eq!(version, 2);
    let edit = json!({ "id": organization(&app, "N1"), "version": 1, "name": "邻镇", "code": "S1A" });
    let zh = "name ORGANIZATION_SAME_NAME 同一上级下已有同名党组织\ncode ORGANIZATION_SAME_CODE 党组织代码已存在";
    let en = "name ORGANIZATION_SAME_NAME An organization of this name exists under the same superior\ncode ORGANIZATION_SAME_CODE This organization code is in use";
    refused(&app, "township-administrator", "organizationEdit", edit, zh, en).await;
    // A code of another tenant is free.
    done(
        &app,
        "township-administrator",
        "organizationEdit",
        json!({ "id": organization(&app, "N1"), "version": 1, "code": "X" }),
    )
    .await;
}

/// Row API28: a stale write brings the record as it is now, in the same answer; out of reach it brings nothing.
#[tokio::test]
async fn a_stale_write_brings_the_record_as_it_is_now() {
    let app = TestApp::new().await;
    let (id, of) = (person(&app, "N1A-1"), organization(&app, "N1A"));
    done(&app, "secretary", "personEdit", json!({ "id": id, "version": 1, "education": "14", "phone": "13911112222" })).await;
    let edit = "mutation ($input: PersonEditInput!) { personEdit(input: $input) { person { id } userErrors { code hint }
        current { id version name phone { text } education { code } organization { code } } } }";
    let late = json!({ "input": { "id": id, "version": 1, "name": "王晓明" } });
    let answer = app.sign_in("branch-administrator").send(edit, late.clone()).await;
    assert_eq!(
        answer.at("/personEdit"),
        json!({
            "person": null, "userErrors": [{ "code": "STALE_VERSION", "hint": "2" }],
            "current": { "id": id, "version": 2, "name": "王小明", "phone": { "text": "139******22" }, "education": { "code": "14" }, "organization": { "code": "N1A" } },
        })
    );
    for (who, code) in [("other-county-administrator", "NOT_FOUND"), ("committee-member", "FORBIDDEN"), ("member", "FORBIDDEN")] {
        let denied = app.sign_in(who).send(edit, late.clone()).await;
        assert_eq!(denied.code(), code, "{}", denied.text);
        assert!(!denied.text.contains("139******22"));
    }
    // Another refusal brings no record.
    let wrong = app.sign_in("branch-administrator").send(edit, json!({ "input": { "id": id, "version": 2, "name": "" } })).await;
    assert_eq!(wrong.at("/personEdit/current"), Value::Null);

    done(&app, "county-administrator", "organizationEdit", json!({ "id": of, "version": 1, "shortName": "东村" })).await;
    let edit = "mutation ($input: OrganizationEditInput!) { organizationEdit(input: $input) { userErrors { code }
        current { version shortName superior { code } may } } }";
    let answer =
        app.sign_in("branch-administrator").send(edit, json!({ "input": { "id": of, "version": 1, "shortName": "东" } })).await;
    assert_eq!(answer.at("/organizationEdit/current/shortName"), "东村");
    // What stands above the asker's reach is not in it.
    assert_eq!(answer.at("/organizationEdit/current/superior"), Value::Null);
}

/// Every mutation that is given a version answers with what is current; asked of the schema, so that none is forgotten.
#[tokio::test]
async fn every_mutation_with_a_version_can_answer_with_what_is_current() {
    let app = TestApp::new().await;
    let ask = "{ __schema { types { name inputFields { name } fields { name } } mutationType { fields { name args { type { ofType { name } } } type { ofType { name } } } } } }";
    let answer = app.sign_in("county-administrator").ask(ask).await;
    let types = answer.at("/__schema/types");
    let has = |of: &Value, list: &str, field: &str| {
        let found = types.as_array().expect("types").iter().find(|known| known["name"] == *of).expect("a type");
        found[list].as_array().is_some_and(|fields| fields.iter().any(|known| known["name"] == field))
    };
    let mut versioned = 0;
    for mutation in answer.at("/__schema/mutationType/fields").as_array().expect("mutations") {
        let (input, payload) = (&mutation["args"][0]["type"]["ofType"]["name"], &mutation["type"]["ofType"]["name"]);
        if has(input, "inputFields", "version") {
            versioned += 1;
            assert!(has(payload, "fields", "current"), "{payload}");
        }
    }
    assert!(versioned > 15, "{versioned}");
    // One of those that are not sent by the other tests of stale writes.
    let stale =
        "mutation ($input: AccountTurnInput!) { accountDisable(input: $input) { current { id version } userErrors { code } } }";
    let input = json!({ "input": { "id": account(&app, "secretary"), "version": 9 } });
    let answer = app.sign_in("county-administrator").send(stale, input).await;
    assert_eq!(answer.at("/accountDisable/current/id"), account(&app, "secretary"));
}
