//! Units, and which organizations are set up in them.

use banyan_tests::{Client, TestApp};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, each, newest_entry, organization, refused, rows, send};

const CODES: [&str; 4] = ["12500155MBNCGL50X4", "31500235MDU4QTGP3Q", "51500114QMQ20NDM48", "91500119233YU81K8M"];

fn unit(app: &TestApp, keeper: &str, name: &str, code: Option<&str>) -> Value {
    json!({ "organizationId": organization(app, keeper), "name": name, "kind": "333", "industry": "P", "legalPerson": code.is_some(),
            "creditCode": code, "link": false })
}

async fn created(app: &TestApp, who: &str, input: Value) -> String {
    done(app, who, "unitCreate", input).await.0
}

fn linking(app: &TestApp, code: &str, unit: &str) -> Value {
    json!({ "organizationId": organization(app, code), "unitId": unit })
}

async fn names(client: &Client, under: &str, filter: &str) -> Vec<String> {
    let ask = format!("{{ units(under: \"{under}\", filter: {{ {filter} }}) {{ nodes {{ name }} totalCount }} }}");
    let answer = client.ask(&ask).await;
    let names = each(&answer.at("/units/nodes"), "name");
    assert_eq!(answer.at("/units/totalCount"), names.len());
    names
}

/// covers: C01
#[tokio::test]
async fn units_are_listed_under_an_organization_and_filtered() {
    let app = TestApp::new().await;
    let school = created(&app, "secretary", unit(&app, "N1A", "东村小学", Some(CODES[0]))).await;
    let mut works = unit(&app, "N1B", "西村水泥厂", Some(CODES[1]));
    works["kind"] = json!("231");
    created(&app, "county-administrator", works).await;
    created(&app, "county-administrator", unit(&app, "N2A", "上坪教学点", None)).await;
    created(&app, "other-county-administrator", unit(&app, "S1A", "桥头小学", Some(CODES[2]))).await;
    done(&app, "secretary", "unitLink", linking(&app, "N1A", &school)).await;
    let county = app.sign_in("county-administrator");
    let (n, n1) = (organization(&app, "N"), organization(&app, "N1"));
    assert_eq!(names(&county, &n, "").await, ["上坪教学点", "东村小学", "西村水泥厂"]);
    assert_eq!(names(&county, &n1, "").await, ["东村小学", "西村水泥厂"]);
    assert_eq!(names(&county, &n, "name: \"村\"").await, ["东村小学", "西村水泥厂"]);
    assert_eq!(names(&county, &n, "kind: \"2\"").await, ["西村水泥厂"]);
    assert_eq!(names(&county, &n, "kind: \"333\"").await, ["上坪教学点", "东村小学"]);
    assert_eq!(names(&county, &n, "legalPerson: false").await, ["上坪教学点"]);
    assert_eq!(names(&county, &n, "hasOrganization: true").await, ["东村小学"]);
    assert_eq!(names(&county, &n, "hasOrganization: false, legalPerson: true").await, ["西村水泥厂"]);
    assert_eq!(names(&county, &n, "name: \"%\"").await, Vec::<String>::new());
    // Page by page, and never what another county keeps.
    let page = county.ask("{ units(first: 2) { nodes { name } pageInfo { endCursor hasNextPage } } }").await;
    assert_eq!(each(&page.at("/units/nodes"), "name"), ["上坪教学点", "东村小学"]);
    let after = page.at("/units/pageInfo/endCursor");
    let next =
        county.ask(&format!("{{ units(first: 2, after: {after}) {{ nodes {{ name }} pageInfo {{ hasNextPage }} }} }}")).await;
    assert_eq!(each(&next.at("/units/nodes"), "name"), ["西村水泥厂"]);
}

/// covers: C02, C03, C05
#[tokio::test]
async fn a_unit_is_entered_and_corrected_wherever_it_is_linked() {
    let app = TestApp::new().await;
    let input = json!({ "organizationId": organization(&app, "N1A"), "name": " 东村小学 ", "creditCode": "1250 0155 MBNC GL50 x4", "kind": "333",
        "industry": "P", "scale": "3", "address": "东村一组", "legalPerson": true });
    let school = created(&app, "secretary", input).await;
    assert_snapshot!(newest_entry(&app).await, @r#"UNIT_LINKED | secretary | secretary | N1A | unit | 东村小学 | {} | {"kind": {"code": "333", "table": "unit_kind"}, "name": "东村小学", "scale": {"code": "3", "table": "unit_scale"}, "address": "东村一组", "industry": {"code": "P", "table": "industry_section"}, "creditCode": "12500155MBNCGL50X4", "legalPerson": "✓"} | -"#);
    let shown = "name creditCode kind { name } industry { code } scale { name } address legalPerson superiorName organizationCount keptBy { code }";
    let of = |code: &str| {
        format!("{{ node(id: \"{}\") {{ ... on Organization {{ units {{ {shown} }} }} }} }}", organization(&app, code))
    };
    assert_eq!(
        app.sign_in("auditor").ask(&of("N1A")).await.at("/node/units"),
        json!([{ "name": "东村小学", "creditCode": CODES[0], "kind": { "name": "Primary schools" }, "industry": { "code": "P" },
            "scale": { "name": "Small" }, "address": "东村一组", "legalPerson": true, "superiorName": null, "organizationCount": 1,
            "keptBy": { "code": "N1A" } }])
    );
    // Linked to a branch of another county by whoever sees both; seen there without being kept there.
    done(&app, "municipal-administrator", "unitLink", linking(&app, "S1A", &school)).await;
    let edit = json!({ "id": school, "version": 1, "name": "东村教学点", "creditCode": null, "legalPerson": false, "superiorName": "青石镇中心小学", "scale": null });
    done(&app, "branch-administrator", "unitEdit", edit).await;
    assert_snapshot!(newest_entry(&app).await, @r#"UNIT_EDITED | branch-administrator | branch_administrator | N1A | unit | 东村教学点 | {"name": "东村小学", "scale": {"code": "3", "table": "unit_scale"}, "creditCode": "12500155MBNCGL50X4", "legalPerson": "✓"} | {"name": "东村教学点", "legalPerson": "—", "superiorUnit": "青石镇中心小学"} | -"#);
    let elsewhere = app.sign_in("other-county-administrator").ask(&of("S1A")).await.at("/node/units");
    assert_eq!(elsewhere[0]["name"], "东村教学点");
    assert_eq!((&elsewhere[0]["superiorName"], &elsewhere[0]["legalPerson"]), (&json!("青石镇中心小学"), &json!(false)));
    assert_eq!((&elsewhere[0]["keptBy"], &elsewhere[0]["organizationCount"]), (&Value::Null, &json!(1)), "only what is in reach");
    denied(&app, "other-county-administrator", "unitEdit", json!({ "id": school, "version": 2, "name": "x" }), "NOT_FOUND").await;

    let taken = (
        "creditCode CREDIT_CODE_TAKEN 统一社会信用代码已存在",
        "creditCode CREDIT_CODE_TAKEN This unified social credit code is in use",
    );
    created(&app, "other-county-administrator", unit(&app, "S1A", "桥头小学", Some(CODES[1]))).await;
    refused(&app, "secretary", "unitCreate", unit(&app, "N1A", "另一", Some(CODES[1])), taken.0, taken.1).await;
    let wrong = (
        "creditCode CREDIT_CODE_CHECK_DIGIT 统一社会信用代码校验失败",
        "creditCode CREDIT_CODE_CHECK_DIGIT The unified social credit code does not pass its checks",
    );
    refused(&app, "secretary", "unitCreate", unit(&app, "N1A", "另一", Some("12500155MBNCGL50X5")), wrong.0, wrong.1).await;
    let mut everything = unit(&app, "N1A", "", Some("x"));
    everything["kind"] = json!("");
    everything["industry"] = json!("?");
    let answer = send(&app.sign_in("secretary"), "unitCreate", &everything).await;
    assert_eq!(answer.user_errors(), "name REQUIRED\ncreditCode CREDIT_CODE_CHECK_DIGIT\nkind REQUIRED\nindustry UNKNOWN_CODE");
    let superior = json!({ "id": school, "version": 2, "legalPerson": true, "creditCode": CODES[2] });
    let answer = send(&app.sign_in("secretary"), "unitEdit", &superior).await;
    assert_eq!(answer.user_errors(), "superiorName UNIT_IS_LEGAL_PERSON");
    let same = json!({ "id": school, "version": 2, "name": "东村教学点" });
    assert_eq!(send(&app.sign_in("secretary"), "unitEdit", &same).await.user_errors(), "id NOTHING_TO_CHANGE");
    let stale = json!({ "id": school, "version": 1, "name": "x" });
    assert_eq!(send(&app.sign_in("secretary"), "unitEdit", &stale).await.user_errors(), "version STALE_VERSION");
    for (who, code) in [
        ("auditor", "FORBIDDEN"),
        ("member", "FORBIDDEN"),
        ("other-county-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "unitCreate", unit(&app, "N1A", "x", None), code).await;
    }
}

/// covers: C04
#[tokio::test]
async fn a_unit_goes_only_when_no_organization_is_set_up_in_it_anywhere() {
    let app = TestApp::new().await;
    let school = created(&app, "secretary", unit(&app, "N1A", "东村小学", Some(CODES[0]))).await;
    done(&app, "municipal-administrator", "unitLink", linking(&app, "S1A", &school)).await;
    let delete = json!({ "id": school, "version": 1 });
    let linked = (
        "id UNIT_LINKED 单位已被党组织引用，不能删除",
        "id UNIT_LINKED An organization is set up in this unit, so it cannot be deleted",
    );
    // The secretary does not see the other county's link, and is held by it all the same.
    refused(&app, "secretary", "unitDelete", delete.clone(), linked.0, linked.1).await;
    done(&app, "other-county-administrator", "unitUnlink", linking(&app, "S1A", &school)).await;
    done(&app, "secretary", "unitDelete", delete.clone()).await;
    assert_snapshot!(newest_entry(&app).await, @r#"UNIT_DELETED | secretary | secretary | N1A | unit | 东村小学 | {"kind": {"code": "333", "table": "unit_kind"}, "name": "东村小学", "industry": {"code": "P", "table": "industry_section"}, "creditCode": "12500155MBNCGL50X4", "legalPerson": "✓"} | {} | -"#);
    assert_eq!(rows(&app, "SELECT count(*) FROM units").await, "0");
    denied(&app, "secretary", "unitDelete", delete, "NOT_FOUND").await;
}

/// covers: B19
#[tokio::test]
async fn a_joint_branch_is_set_up_in_several_units_and_every_other_in_one() {
    let app = TestApp::new().await;
    let mut units = Vec::new();
    for (number, code) in CODES.iter().enumerate() {
        units.push(created(&app, "county-administrator", unit(&app, "N", &format!("单位{number}"), Some(code))).await);
    }
    done(&app, "county-administrator", "unitLink", linking(&app, "N1A", &units[0])).await;
    let only_one = (
        "unitId UNIT_ONLY_ONE 非联合党支部只能关联一个法人单位",
        "unitId UNIT_ONLY_ONE Only a joint branch is set up in several units",
    );
    refused(&app, "county-administrator", "unitLink", linking(&app, "N1A", &units[1]), only_one.0, only_one.1).await;
    let mut new = unit(&app, "N1A", "新单位", None);
    new["link"] = json!(true);
    refused(&app, "secretary", "unitCreate", new, only_one.0, only_one.1).await;
    let joint = json!({ "id": organization(&app, "N1A"), "version": 1, "kind": "632" });
    done(&app, "county-administrator", "organizationEdit", joint).await;
    done(&app, "county-administrator", "unitLink", linking(&app, "N1A", &units[1])).await;
    done(&app, "county-administrator", "unitLink", linking(&app, "N1A", &units[2])).await;
    let twice = (
        "unitId UNIT_LINKED_ALREADY 该党组织已关联此单位",
        "unitId UNIT_LINKED_ALREADY The organization is set up in this unit already",
    );
    refused(&app, "county-administrator", "unitLink", linking(&app, "N1A", &units[2]), twice.0, twice.1).await;
    let plain = json!({ "id": organization(&app, "N1A"), "version": 2, "kind": "631" });
    let keep = ("kind UNIT_KEEP_ONE 请先保留一个法人单位", "kind UNIT_KEEP_ONE Keep one of the units first");
    refused(&app, "county-administrator", "organizationEdit", plain.clone(), keep.0, keep.1).await;
    done(&app, "county-administrator", "unitUnlink", linking(&app, "N1A", &units[0])).await;
    done(&app, "county-administrator", "unitUnlink", linking(&app, "N1A", &units[1])).await;
    done(&app, "county-administrator", "organizationEdit", plain).await;
    // A unit out of the asker's reach is not there for them.
    let foreign = created(&app, "other-county-administrator", unit(&app, "S1A", "桥头厂", None)).await;
    let answer = send(&app.sign_in("county-administrator"), "unitLink", &linking(&app, "N1B", &foreign)).await;
    assert_eq!(answer.user_errors(), "unitId NO_SUCH_THING");
    // Two at once: the organization's lock lets one through.
    let client = app.sign_in("county-administrator");
    let inputs = [linking(&app, "N1B", &units[0]), linking(&app, "N1B", &units[1]), linking(&app, "N1B", &units[3])];
    let answers = futures_util::future::join_all(inputs.iter().map(|input| send(&client, "unitLink", input))).await;
    assert_eq!(answers.iter().filter(|answer| answer.user_errors().is_empty()).count(), 1);
}

/// Counts for the own level and all below: organizations by kind, with and without someone who leads them,
/// units; each of them is the count of a list that can be opened.
///
/// covers: B02
#[tokio::test]
async fn the_overview_counts_organizations_and_units_of_its_own_level_and_below() {
    let app = TestApp::new().await;
    // The role alone, which the seed's secretary holds, is no leadership; a secretary in the present term is.
    for (code, who) in [("N1A", "N1A-1"), ("N2A", "N2A-1")] {
        crate::leadership::term(&app, code, "2022-03-01").await;
        crate::leadership::post(&app, code, who, "1").await;
    }
    done(
        &app,
        "county-administrator",
        "leadershipTermBegin",
        json!({ "organizationId": organization(&app, "N2A"), "from": "2026-01-05" }),
    )
    .await;
    for (who, keeper, name) in
        [("county-administrator", "N", "区属单位"), ("secretary", "N1A", "东村小学"), ("county-administrator", "N1B", "西村厂")]
    {
        created(&app, who, unit(&app, keeper, name, None)).await;
    }
    created(&app, "other-county-administrator", unit(&app, "S1A", "桥头小学", None)).await;
    let overview =
        "overview { organizations branches units ownUnits withSecretary withoutSecretary byKind { code { code } count } }";
    let county = app.sign_in("county-administrator");
    let ask = |code: &str| format!("{{ node(id: \"{}\") {{ ... on Organization {{ {overview} }} }} }}", organization(&app, code));
    let shown = county.ask(&ask("N")).await.at("/node/overview");
    assert_eq!(
        shown,
        json!({ "organizations": 7, "branches": 4, "units": 3, "ownUnits": 1, "withSecretary": 1, "withoutSecretary": 6,
            "byKind": [{ "code": { "code": "13" }, "count": 1 }, { "code": { "code": "611" }, "count": 2 }, { "code": { "code": "631" }, "count": 4 }] })
    );
    let lower = county.ask(&ask("N1")).await.at("/node/overview");
    assert_eq!((&lower["units"], &lower["ownUnits"]), (&json!(2), &json!(0)));
    // The lists behind the numbers.
    let n = organization(&app, "N");
    let lists = format!(
        "{{ all: organizations(under: \"{n}\") {{ totalCount }} branches: organizations(under: \"{n}\", filter: {{ kinds: [\"631\"] }}) {{ totalCount }}
            with: organizations(under: \"{n}\", filter: {{ hasSecretary: true }}) {{ totalCount nodes {{ code }} }}
            without: organizations(under: \"{n}\", filter: {{ hasSecretary: false }}) {{ totalCount }}
            units(under: \"{n}\") {{ totalCount }} own: units(under: \"{n}\", reach: OWN) {{ totalCount }} }}"
    );
    let lists = county.ask(&lists).await;
    assert_eq!(
        [
            lists.at("/all/totalCount"),
            lists.at("/branches/totalCount"),
            lists.at("/units/totalCount"),
            lists.at("/own/totalCount"),
            lists.at("/with/totalCount"),
            lists.at("/without/totalCount")
        ],
        [json!(7), json!(4), json!(3), json!(1), json!(1), json!(6)]
    );
    assert_eq!(lists.at("/with/nodes"), json!([{ "code": "N1A" }]));
}
