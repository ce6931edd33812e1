use banyan_tests::TestApp;
use chrono::NaiveDate;
use insta::assert_snapshot;
use serde_json::json;

use super::add::{identity, newcomer};
use crate::acting::{done, each, organization, person};
use crate::attachments::attached;
use crate::leadership::{post, term};

async fn found(app: &TestApp, who: &str, arguments: &str) -> Vec<String> {
    let answer = app.sign_in(who).ask(&format!("{{ people{arguments} {{ nodes {{ name }} }} }}")).await;
    each(&answer.at("/people/nodes"), "name")
}

/// covers: D02
#[tokio::test]
async fn people_are_found_by_name_number_stage_sex_ethnic_group_and_education() {
    let app = TestApp::new().await;
    let everyone = ["陈秀英", "李芳", "刘洋", "王小明", "张建国"];
    assert_eq!(found(&app, "branch-administrator", "").await, everyone);
    for (filter, names) in [
        ("stages: [FULL]", &["李芳", "王小明", "张建国"][..]),
        ("stages: [PROBATIONARY, APPLICANT]", &["陈秀英", "刘洋"]),
        ("stages: [LEFT]", &[]),
        ("sex: \"2\"", &["陈秀英", "李芳"]),
        ("ethnicGroup: \"15\"", &["张建国"]),
        ("ethnicGroup: \"77\"", &[]),
        ("education: \"21\"", &["李芳", "王小明"]),
        ("education: \"20\"", &["李芳", "王小明"]),
        ("education: \"bachelor\"", &["李芳", "王小明"]),
        ("education: \"high_school\"", &["陈秀英", "刘洋", "张建国"]),
        ("education: \"nothing\"", &[]),
        ("name: \"王小\"", &["王小明"]),
        ("name: \"小明\"", &["王小明"]),
        ("name: \"芳\"", &["李芳"]),
        ("name: \"明小\"", &[]),
        ("name: \"wangx\"", &["王小明"]),
        ("name: \"WANG XIAO\"", &["王小明"]),
        ("name: \"zhangjianguo\"", &["张建国"]),
        ("name: \"zjg\"", &["张建国"]),
        ("name: \"z\"", &["张建国"]),
        ("name: \"jianguo\"", &[]),
        ("name: \"%\"", &everyone),
        ("name: \"  \"", &everyone),
        ("sex: \"1\", stages: [FULL], education: \"60\"", &["张建国"]),
    ] {
        assert_eq!(found(&app, "branch-administrator", &format!("(filter: {{ {filter} }})")).await, names, "{filter}");
    }
    for (name, count) in [("N1A-3", 1), ("N1B-3", 0), ("X1A-3", 0)] {
        let number = &app.database.seed.identity_numbers[name];
        assert_eq!(
            found(&app, "branch-administrator", &format!("(filter: {{ identityNumber: \"{number}\" }})")).await.len(),
            count
        );
    }
    // A number that cannot exist, or that nobody has, finds nobody.
    for number in ["1", "500101199005205", &identity("1990-05-20", 999), "' OR 1=1 --"] {
        assert!(found(&app, "county-administrator", &format!("(filter: {{ identityNumber: \"{number}\" }})")).await.is_empty());
    }
}

/// covers: D02
#[tokio::test]
async fn a_list_reaches_the_selected_organization_its_children_or_all_below_in_two_orders() {
    let app = TestApp::new().await;
    let counted = |code: &str, reach: &str| {
        let (app, ask) =
            (&app, format!("{{ people(under: \"{}\", reach: {reach}) {{ totalCount }} }}", organization(&app, code)));
        async move { app.sign_in("county-administrator").ask(&ask).await.at("/people/totalCount") }
    };
    for (code, reach, count) in [
        ("N1", "OWN", 0),
        ("N1", "CHILDREN", 10),
        ("N1", "SUBTREE", 10),
        ("N1A", "OWN", 5),
        ("N", "CHILDREN", 0),
        ("N", "SUBTREE", 20),
    ] {
        assert_eq!(counted(code, reach).await, count, "{code} {reach}");
    }
    let ask = |order: &str| format!("{{ people(first: 50, orderBy: {order}) {{ nodes {{ name organization {{ code }} }} }} }}");
    let tree = app.sign_in("county-administrator").ask(&ask("TREE")).await;
    let line = |answer: &serde_json::Value| {
        let nodes = answer.as_array().expect("a list").iter();
        nodes
            .map(|node| {
                format!("{} {}", node["organization"]["code"].as_str().unwrap_or("-"), node["name"].as_str().unwrap_or("-"))
            })
            .collect::<Vec<_>>()
    };
    let expected: Vec<String> = ["N1A", "N1B", "N2A", "N2B"]
        .iter()
        .flat_map(|code| ["陈秀英", "李芳", "刘洋", "王小明", "张建国"].map(|name| format!("{code} {name}")))
        .collect();
    assert_eq!(line(&tree.at("/people/nodes")), expected);
    let by_name = app.sign_in("county-administrator").ask(&ask("NAME")).await;
    let expected: Vec<String> = ["陈秀英", "李芳", "刘洋", "王小明", "张建国"]
        .iter()
        .flat_map(|name| ["N1A", "N1B", "N2A", "N2B"].map(|code| format!("{code} {name}")))
        .collect();
    assert_eq!(line(&by_name.at("/people/nodes")), expected);
    // Page by page, forwards and backwards, nobody is left out and nobody comes twice.
    for order in ["TREE", "NAME"] {
        for (size, behind, edge) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
            let (mut ids, mut bound) = (Vec::new(), String::new());
            loop {
                let ask = format!(
                    "{{ people(orderBy: {order}, {size}: 6 {bound}) {{ nodes {{ id }} pageInfo {{ {edge} hasNextPage hasPreviousPage }} }} }}"
                );
                let page = app.sign_in("county-administrator").ask(&ask).await;
                ids.extend(each(&page.at("/people/nodes"), "id"));
                let more = if size == "first" { "hasNextPage" } else { "hasPreviousPage" };
                if page.at(&format!("/people/pageInfo/{more}")) == false {
                    break;
                }
                bound = format!(", {behind}: {}", page.at(&format!("/people/pageInfo/{edge}")));
            }
            assert_eq!(ids.len(), 20);
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 20);
        }
    }
}

#[tokio::test]
async fn an_age_is_completed_on_the_birthday_in_chongqing() {
    let app = TestApp::new().await;
    // N1A-1 was born on 11 March 1975. Noon in Chongqing of the day before the birthday of 2030.
    let eve: chrono::DateTime<chrono::Utc> = "2030-03-10T04:00:30Z".parse().expect("a time");
    app.clock.shift((eve - app.clock.now()).num_seconds());
    let county = app.sign_in("branch-administrator");
    let ages = |from: i32, to: i32| {
        let county = county.clone();
        async move {
            let ask = format!("{{ people(filter: {{ name: \"王小明\", ageFrom: {from}, ageTo: {to} }}) {{ nodes {{ age }} }} }}");
            each(&county.ask(&ask).await.at("/people/nodes"), "age")
        }
    };
    assert_eq!(ages(54, 54).await, ["54"]);
    assert!(ages(55, 60).await.is_empty());
    // Eleven hours later it is 23:00 there, twelve hours later the birthday, while it is still the day before in UTC.
    app.clock.shift(11 * 3600);
    assert_eq!(ages(54, 54).await, ["54"]);
    app.clock.shift(3600);
    assert_eq!(app.clock.today(), NaiveDate::from_ymd_opt(2030, 3, 11).expect("a day"));
    assert!(ages(0, 54).await.is_empty());
    assert_eq!(ages(55, 55).await, ["55"]);
    assert_eq!(ages(55, 200).await, ["55"]);
    let reversed = ages(60, 50).await;
    assert!(reversed.is_empty());
    for bad in ["ageFrom: -1", "ageTo: 9999"] {
        assert_eq!(county.ask(&format!("{{ people(filter: {{ {bad} }}) {{ totalCount }} }}")).await.code(), "BAD_INPUT", "{bad}");
    }
}

#[tokio::test]
async fn someone_born_on_a_leap_day_completes_a_year_on_the_first_of_march() {
    let app = TestApp::new().await;
    let changed = [
        ("identityNumber", json!(identity("1992-02-29", 502))),
        ("birthDate", json!("1992-02-29")),
        ("appliedOn", json!("2011-01-01")),
        ("name", json!("闰月")),
    ];
    done(&app, "branch-administrator", "personAdd", newcomer(&app, &changed)).await;
    for (day, age, at_least) in
        [("2031-02-28T04:00:00Z", 38, 0), ("2031-03-01T04:00:00Z", 39, 1), ("2032-02-29T04:00:00Z", 40, 1)]
    {
        let day: chrono::DateTime<chrono::Utc> = day.parse().expect("a time");
        app.clock.shift((day - app.clock.now()).num_seconds());
        let wanted = if at_least == 0 { 39 } else { age };
        let ask = format!("{{ people(filter: {{ name: \"闰月\" }}) {{ nodes {{ age }} }} old: people(filter: {{ name: \"闰月\", ageFrom: {wanted} }}) {{ totalCount }}
            young: people(filter: {{ name: \"闰月\", ageTo: {} }}) {{ totalCount }} }}", wanted - 1);
        let answer = app.sign_in("branch-administrator").ask(&ask).await;
        assert_eq!(answer.at("/people/nodes/0/age"), age);
        assert_eq!(
            (answer.at("/old/totalCount"), answer.at("/young/totalCount")),
            (json!(at_least), json!(1 - at_least)),
            "{day}"
        );
    }
}

#[tokio::test]
async fn no_answer_holds_an_identity_number_or_a_phone_in_clear() {
    let app = TestApp::new().await;
    let fields = "name birthDate identityNumber { text } phone { text } address { text } history(first: 8) { nodes { changes { before after } } }";
    for who in [
        "municipal-administrator",
        "county-administrator",
        "branch-administrator",
        "secretary",
        "committee-member",
        "auditor",
        "reading-token",
    ] {
        let ask = format!(
            "{{ people(first: 200) {{ nodes {{ {fields} }} }} viewer {{ roots {{ members {{ nodes {{ {fields} }} }} applicants {{ nodes {{ {fields} }} }} }} }} }}"
        );
        let answer = app.sign_in(who).ask(&ask).await;
        assert!(answer.at("/people/nodes/0/identityNumber/text").as_str().is_some_and(|text| text.starts_with("5001**********")));
        assert_eq!(answer.at("/people/nodes/0/phone/text"), "138******00");
        for number in app.database.seed.identity_numbers.values() {
            assert!(!answer.text.contains(number), "{who}");
        }
        assert!(!answer.text.contains("13800000000"), "{who}");
    }
}

#[tokio::test]
async fn a_person_is_shown_to_those_in_reach_and_does_not_exist_for_others() {
    let app = TestApp::new().await;
    let ask =
        format!("{{ node(id: \"{}\") {{ ... on Person {{ name stage organization {{ code }} may }} }} }}", person(&app, "N1A-1"));
    for (who, may) in [("branch-administrator", 11), ("auditor", 4), ("committee-member", 2), ("member", 0)] {
        let answer = app.sign_in(who).ask(&ask).await;
        assert_eq!(answer.at("/node/name"), "王小明", "{who}");
        assert_eq!(answer.at("/node/may").as_array().map(Vec::len), Some(may), "{who}");
    }
    for who in ["other-county-administrator", "other-tenant-administrator", "system-administrator"] {
        assert_eq!(app.sign_in(who).ask(&ask).await.code(), "NOT_FOUND", "{who}");
    }
    assert_eq!(app.stranger().ask(&ask).await.code(), "UNAUTHENTICATED");
    let system = app
        .sign_in("system-administrator")
        .ask("{ viewer { roots { memberOverview { members } members { totalCount } } } }")
        .await;
    assert_eq!(app.sign_in("system-administrator").ask("{ people { totalCount } }").await.code(), "FORBIDDEN");
    assert_eq!(system.at("/viewer/roots/0"), json!({ "memberOverview": null, "members": { "totalCount": 0 } }));
}

/// covers: D07
#[tokio::test]
async fn a_person_is_shown_with_all_sections_history_and_files() {
    let app = TestApp::new().await;
    let id = person(&app, "N1A-2");
    done(&app, "secretary", "personEdit", json!({ "id": id, "version": 1, "jobCategory": "013", "nativePlace": "500101" })).await;
    attached(&app, "secretary", &id, "01", "入党申请书.pdf").await;
    term(&app, "N1A", "2025-01-10").await;
    post(&app, "N1A", "N1A-2", "1").await;
    let group = json!({ "organizationId": organization(&app, "N1A"), "name": "第一党小组", "leaderId": id });
    done(&app, "secretary", "partyGroupCreate", group).await;
    let fields =
        "name sex { name } ethnicGroup { name } birthDate identityNumber { text } noIdentityNumberReason identityConverted
        phone { text } email { text } address { text } nativePlace { fullName } education { name } jobCategory { name }
        stage appliedOn joinedOn confirmedOn organization { code name } partyGroup { name } photo { mediaType }
        attachmentCount attachments { name kind { name } addedBy } posts { post { name } organization { code } from until }
        history { nodes { event accountName changes { fieldName before after } } }";
    let ask = format!("{{ node(id: \"{id}\") {{ ... on Person {{ {fields} }} }} }}");
    let seen = app.sign_in("county-administrator").speaking("zh").ask(&ask).await.at("/node");
    assert_snapshot!(serde_json::to_string_pretty(&seen).expect("json"), @r#"
    {
      "address": null,
      "appliedOn": "1999-01-01",
      "attachmentCount": 1,
      "attachments": [
        {
          "addedBy": "secretary",
          "kind": {
            "name": "入党申请书"
          },
          "name": "入党申请书.pdf"
        }
      ],
      "birthDate": "1980-03-12",
      "confirmedOn": "2003-07-01",
      "education": {
        "name": "大学本科毕业"
      },
      "email": null,
      "ethnicGroup": {
        "name": "汉族"
      },
      "history": {
        "nodes": [
          {
            "accountName": "secretary",
            "changes": [
              {
                "after": "入党申请书.pdf",
                "before": null,
                "fieldName": "附件"
              },
              {
                "after": "入党申请书",
                "before": null,
                "fieldName": "附件种类"
              },
              {
                "after": "2da9962ac7381b0d8703e408c83d0463fc7c87a1382b3d018da53e1e823e8988",
                "before": null,
                "fieldName": "文件摘要"
              }
            ],
            "event": "ATTACHMENT_ADDED"
          },
          {
            "accountName": "secretary",
            "changes": [
              {
                "after": "事业单位专业技术人员",
                "before": null,
                "fieldName": "工作岗位"
              }
            ],
            "event": "PERSON_EDITED"
          }
        ]
      },
      "identityConverted": false,
      "identityNumber": {
        "text": "5001**********0048"
      },
      "jobCategory": {
        "name": "事业单位专业技术人员"
      },
      "joinedOn": "2002-07-01",
      "name": "李芳",
      "nativePlace": {
        "fullName": "重庆市万州区"
      },
      "noIdentityNumberReason": null,
      "organization": {
        "code": "N1A",
        "name": "中国共产党青石镇东村支部委员会"
      },
      "partyGroup": {
        "name": "第一党小组"
      },
      "phone": {
        "text": "138******00"
      },
      "photo": null,
      "posts": [
        {
          "from": "2025-03-01",
          "organization": {
            "code": "N1A"
          },
          "post": {
            "name": "书记"
          },
          "until": null
        }
      ],
      "sex": {
        "name": "女"
      },
      "stage": "FULL"
    }
    "#);
    // Whoever only reads sees the same; a member sees another member's page not at all.
    assert_eq!(app.sign_in("auditor").speaking("zh").ask(&ask).await.at("/node"), seen);
    assert_eq!(app.sign_in("member").ask(&ask).await.code(), "NOT_FOUND");
}
