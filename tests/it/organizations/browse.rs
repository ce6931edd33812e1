use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{done, each, organization, person};
use crate::attachments::attached;
use crate::leadership::{post, term};

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("json")
}

/// covers: B01
#[tokio::test]
async fn the_tree_begins_at_the_own_organization_and_opens_level_by_level() {
    let app = TestApp::new().await;
    let ask = "{ viewer { roots { code superior { code } ancestors { code } childCount children { nodes { code childCount children { nodes { code childCount holdsMembers } } } } } } }";
    let answer = app.sign_in("township-administrator").ask(ask).await;
    assert_snapshot!(answer.at("/viewer"), @r#"{"roots":[{"ancestors":[],"childCount":2,"children":{"nodes":[{"childCount":0,"children":{"nodes":[]},"code":"N1A"},{"childCount":0,"children":{"nodes":[]},"code":"N1B"}]},"code":"N1","superior":null}]}"#);
    let municipal = app
        .sign_in("municipal-administrator")
        .ask("{ viewer { roots { code childCount children { nodes { code may } } } } }")
        .await;
    assert_eq!(each(&municipal.at("/viewer/roots/0/children/nodes"), "code"), ["N", "S"]);
    assert_eq!(municipal.at("/viewer/roots/0/children/nodes/0/may").as_array().map(Vec::len), Some(19));
    // Whoever reads sees the same tree, without what could be done there.
    let auditor = app.sign_in("auditor").ask("{ viewer { roots { code may } } }").await;
    assert_eq!(
        auditor.at("/viewer/roots"),
        json!([{ "code": "N", "may": ["READ_ORGANIZATIONS", "READ_PEOPLE", "READ_JOURNAL", "READ_GRANTS"] }])
    );
    // The selected node decides what the list shows.
    let selected = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ ancestors {{ code }} members {{ totalCount }} applicants {{ totalCount }} }} }} }}",
        organization(&app, "N1A")
    );
    let answer = app.sign_in("county-administrator").ask(&selected).await;
    assert_snapshot!(answer.at("/node"), @r#"{"ancestors":[{"code":"N"},{"code":"N1"}],"applicants":{"totalCount":1},"members":{"totalCount":4}}"#);
}

/// Row B02, but for units (C).
#[tokio::test]
async fn the_overview_counts_the_own_level_and_all_below() {
    let app = TestApp::new().await;
    crate::leadership::term(&app, "N1A", "2025-03-01").await;
    crate::leadership::post(&app, "N1A", "N1A-1", "1").await;
    let fields = "overview { organizations branches byKind { code { code } count } withSecretary withoutSecretary } counts { members full probationary applicants women minority collegeAndAbove }";
    let ask = |code: &str| format!("{{ node(id: \"{}\") {{ ... on Organization {{ {fields} }} }} }}", organization(&app, code));
    assert_snapshot!(pretty(&app.sign_in("county-administrator").ask(&ask("N")).await.at("/node")), @r#"
    {
      "counts": {
        "applicants": 4,
        "collegeAndAbove": 8,
        "full": 12,
        "members": 16,
        "minority": 4,
        "probationary": 4,
        "women": 8
      },
      "overview": {
        "branches": 4,
        "byKind": [
          {
            "code": {
              "code": "13"
            },
            "count": 1
          },
          {
            "code": {
              "code": "611"
            },
            "count": 2
          },
          {
            "code": {
              "code": "631"
            },
            "count": 4
          }
        ],
        "organizations": 7,
        "withSecretary": 1,
        "withoutSecretary": 6
      }
    }
    "#);
    assert_snapshot!(app.sign_in("county-administrator").ask(&ask("N2A")).await.at("/node/overview"), @r#"{"branches":1,"byKind":[{"code":{"code":"631"},"count":1}],"organizations":1,"withSecretary":0,"withoutSecretary":1}"#);
    let silent = app.sign_in("system-administrator").ask(&ask("N1A")).await;
    assert_eq!(silent.at("/node/overview/withSecretary"), Value::Null);
    // Own level only.
    let own = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ counts(reach: OWN) {{ members }} }} }} }}",
        organization(&app, "N")
    );
    assert_eq!(app.sign_in("county-administrator").ask(&own).await.at("/node/counts/members"), 0);
    // A kind leads to its list.
    let list = app
        .sign_in("county-administrator")
        .ask("{ organizations(filter: { kinds: [\"611\"] }) { totalCount nodes { code } } }")
        .await;
    assert_eq!(each(&list.at("/organizations/nodes"), "code"), ["N1", "N2"]);
    let cannot_be = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ counts(reach: CHILDREN) {{ members }} }} }} }}",
        organization(&app, "N")
    );
    assert_eq!(app.sign_in("county-administrator").ask(&cannot_be).await.code(), "BAD_INPUT");
}

async fn found(app: &TestApp, arguments: &str) -> Vec<String> {
    let answer =
        app.sign_in("county-administrator").ask(&format!("{{ organizations({arguments}) {{ nodes {{ code }} }} }}")).await;
    each(&answer.at("/organizations/nodes"), "code")
}

/// covers: B03
#[tokio::test]
async fn organizations_are_found_by_name_code_kind_and_level() {
    let app = TestApp::new().await;
    let all = ["N", "N1", "N1A", "N1B", "N2", "N2A", "N2B"];
    assert_eq!(found(&app, "first: 50").await, all);
    for (name, codes) in [
        ("青石镇", &["N1", "N1A", "N1B"][..]),
        ("东村", &["N1A"]),
        ("青", &["N1", "N1A", "N1B"]),
        ("白水镇 上坪", &["N2A"]),
        ("黄桷镇", &[]),
        ("qingshizhen", &["N1A", "N1B"]),
        ("bsz", &["N2", "N2A", "N2B"]),
        ("BSZSPC", &["N2A"]),
        ("%", &all),
    ] {
        assert_eq!(found(&app, &format!("filter: {{ name: \"{name}\" }}")).await, codes, "{name}");
    }
    for (arguments, codes) in [
        ("filter: { code: \"N1\" }".to_owned(), &["N1", "N1A", "N1B"][..]),
        ("filter: { code: \"S\" }".to_owned(), &[]),
        ("filter: { kinds: [\"631\"] }".to_owned(), &["N1A", "N1B", "N2A", "N2B"]),
        ("filter: { kinds: [\"13\", \"611\"], code: \"N\" }".to_owned(), &["N", "N1", "N2"]),
        ("filter: { levels: [3] }".to_owned(), &["N1", "N2"]),
        ("filter: { levels: [4], code: \"N1\" }".to_owned(), &["N1A", "N1B"]),
        ("filter: { levels: [2, 3] }".to_owned(), &["N", "N1", "N2"]),
        ("filter: { levels: [1] }".to_owned(), &[]),
        ("filter: { levels: [] }".to_owned(), &[]),
        ("filter: { levels: [0, -1, 2147483647] }".to_owned(), &[]),
        (format!("under: \"{}\", filter: {{ levels: [4] }}, orderBy: NAME", organization(&app, "N2")), &["N2A", "N2B"]),
        (format!("under: \"{}\", reach: CHILDREN, filter: {{ levels: [4] }}", organization(&app, "N")), &[]),
        (format!("under: \"{}\", reach: OWN", organization(&app, "N1")), &["N1"]),
        (format!("under: \"{}\", reach: CHILDREN", organization(&app, "N1")), &["N1A", "N1B"]),
        (format!("under: \"{}\"", organization(&app, "N1")), &["N1", "N1A", "N1B"]),
        (format!("under: \"{}\", filter: {{ name: \"西村\" }}", organization(&app, "N1")), &["N1B"]),
    ] {
        assert_eq!(found(&app, &arguments).await, codes, "{arguments}");
    }
    let levels = app.sign_in("county-administrator").ask("{ organizations { nodes { level } } }").await;
    assert_eq!(each(&levels.at("/organizations/nodes"), "level"), ["2", "3", "4", "4", "3", "4", "4"]);
    let by_name = found(&app, "orderBy: NAME").await;
    let mut sorted = by_name.clone();
    sorted.sort();
    assert_eq!(sorted, all);
    assert_ne!(by_name, all);
    let outside = format!("{{ organizations(under: \"{}\") {{ totalCount }} }}", organization(&app, "S"));
    assert_eq!(app.sign_in("county-administrator").ask(&outside).await.code(), "NOT_FOUND");
}

/// covers: T02
///
/// Row T01 but for going to a page by its number, which cursors do not have.
#[tokio::test]
async fn a_list_has_twenty_rows_a_page_or_as_many_as_asked_for_up_to_two_hundred() {
    let app = TestApp::new().await;
    for number in 0..23 {
        let input = json!({ "parentId": organization(&app, "N2"), "kind": "631", "name": format!("第{number}支部"), "code": format!("N2X{number:02}") });
        let answer = crate::acting::send(&app.sign_in("county-administrator"), "organizationCreate", &input).await;
        assert_eq!(answer.user_errors(), "");
    }
    let county = app.sign_in("county-administrator");
    let page = |arguments: String| {
        let county = county.clone();
        async move {
            let fields = "totalCount nodes { code } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
            county.ask(&format!("{{ organizations{arguments} {{ {fields} }} }}")).await
        }
    };
    let first = page(String::new()).await;
    assert_eq!(each(&first.at("/organizations/nodes"), "code").len(), 20);
    assert_eq!(first.at("/organizations/totalCount"), 30);
    assert_eq!(
        (first.at("/organizations/pageInfo/hasNextPage"), first.at("/organizations/pageInfo/hasPreviousPage")),
        (json!(true), json!(false))
    );
    let next = page(format!("(after: {})", first.at("/organizations/pageInfo/endCursor"))).await;
    let codes = [each(&first.at("/organizations/nodes"), "code"), each(&next.at("/organizations/nodes"), "code")].concat();
    assert_eq!(codes, each(&page("(first: 200)".into()).await.at("/organizations/nodes"), "code"));
    assert_eq!(
        (next.at("/organizations/pageInfo/hasNextPage"), next.at("/organizations/pageInfo/hasPreviousPage")),
        (json!(false), json!(true))
    );
    let previous = page(format!("(last: 20, before: {})", next.at("/organizations/pageInfo/startCursor"))).await;
    assert_eq!(each(&previous.at("/organizations/nodes"), "code"), each(&first.at("/organizations/nodes"), "code"));
    let last = page("(last: 7)".into()).await;
    assert_eq!(each(&last.at("/organizations/nodes"), "code"), codes[23..]);
    assert_eq!(each(&page("(first: 1)".into()).await.at("/organizations/nodes"), "code"), ["N"]);
    for bad in ["(first: 0)", "(first: 201)", "(first: -1)", "(first: 3, last: 3)"] {
        assert_eq!(page(bad.into()).await.code(), "BAD_PAGE", "{bad}");
    }
    assert_eq!(page("(after: \"nonsense\")".into()).await.code(), "BAD_CURSOR");
}

/// covers: B08
#[tokio::test]
async fn an_organization_is_shown_with_all_its_records() {
    let app = TestApp::new().await;
    let group = json!({ "organizationId": organization(&app, "N1A"), "name": "第一党小组", "leaderId": person(&app, "N1A-2") });
    done(&app, "secretary", "partyGroupCreate", group).await;
    let edit = json!({ "id": organization(&app, "N1A"), "version": 1, "shortName": "东村支部", "setting": "1", "territory": "500101", "contactPhone": "023-1" });
    done(&app, "secretary", "organizationEdit", edit).await;
    let unit = json!({ "organizationId": organization(&app, "N1A"), "name": "东村小学", "kind": "333", "industry": "P", "legalPerson": false, "link": true });
    done(&app, "secretary", "unitCreate", unit).await;
    term(&app, "N1A", "2025-01-10").await;
    post(&app, "N1A", "N1A-2", "1").await;
    attached(&app, "secretary", &organization(&app, "N1A"), "23", "成立批复.pdf").await;
    let fields = "name shortName code kind { code name } setting { name } territory { fullName } status foundedOn contactPerson contactPhone address
        dissolvedOn superior { code } ancestors { code } childCount holdsMembers counts { members }
        members { nodes { name stage } } applicants { nodes { name stage } } partyGroups { nodes { name leader { name } members { nodes { name } } } }
        pastStates { nodes { name from until change } } history { nodes { event accountName } }
        units { name } leadership { number from posts { name post { name } from } } leadershipTerms { number } warnings { code }
        attachmentCount attachments { name kind { name } datedOn addedBy }";
    let ask = format!("{{ node(id: \"{}\") {{ ... on Organization {{ {fields} }} }} }}", organization(&app, "N1A"));
    let seen = app.sign_in("county-administrator").speaking("zh").ask(&ask).await.at("/node");
    assert_snapshot!(pretty(&seen), @r#"
    {
      "address": null,
      "ancestors": [
        {
          "code": "N"
        },
        {
          "code": "N1"
        }
      ],
      "applicants": {
        "nodes": [
          {
            "name": "刘洋",
            "stage": "APPLICANT"
          }
        ]
      },
      "attachmentCount": 1,
      "attachments": [
        {
          "addedBy": "secretary",
          "datedOn": null,
          "kind": {
            "name": "成立批文"
          },
          "name": "成立批复.pdf"
        }
      ],
      "childCount": 0,
      "code": "N1A",
      "contactPerson": null,
      "contactPhone": "023-1",
      "counts": {
        "members": 4
      },
      "dissolvedOn": null,
      "foundedOn": "2001-07-01",
      "history": {
        "nodes": [
          {
            "accountName": "secretary",
            "event": "ATTACHMENT_ADDED"
          },
          {
            "accountName": "secretary",
            "event": "ORGANIZATION_EDITED"
          }
        ]
      },
      "holdsMembers": true,
      "kind": {
        "code": "631",
        "name": "党支部"
      },
      "leadership": {
        "from": "2025-01-10",
        "number": 1,
        "posts": [
          {
            "from": "2025-03-01",
            "name": "李芳",
            "post": {
              "name": "书记"
            }
          }
        ]
      },
      "leadershipTerms": [
        {
          "number": 1
        }
      ],
      "members": {
        "nodes": [
          {
            "name": "陈秀英",
            "stage": "PROBATIONARY"
          },
          {
            "name": "李芳",
            "stage": "FULL"
          },
          {
            "name": "王小明",
            "stage": "FULL"
          },
          {
            "name": "张建国",
            "stage": "FULL"
          }
        ]
      },
      "name": "中国共产党青石镇东村支部委员会",
      "partyGroups": {
        "nodes": [
          {
            "leader": {
              "name": "李芳"
            },
            "members": {
              "nodes": [
                {
                  "name": "李芳"
                }
              ]
            },
            "name": "第一党小组"
          }
        ]
      },
      "pastStates": {
        "nodes": [
          {
            "change": "成立",
            "from": "2001-07-01",
            "name": "中国共产党青石镇东村支部委员会",
            "until": null
          }
        ]
      },
      "setting": {
        "name": "单独建立"
      },
      "shortName": "东村支部",
      "status": "ACTIVE",
      "superior": {
        "code": "N1"
      },
      "territory": {
        "fullName": "重庆市万州区"
      },
      "units": [
        {
          "name": "东村小学"
        }
      ],
      "warnings": [
        {
          "code": "MEMBERS_WITHOUT_GROUP"
        }
      ]
    }
    "#);
    // Whoever only reads sees the same.
    let mut by_auditor = app.sign_in("auditor").speaking("zh").ask(&ask).await.at("/node");
    assert_eq!(by_auditor, seen);
    // Who may not read the log sees no history, and above the own branch there is nothing.
    by_auditor["history"]["nodes"] = json!([]);
    by_auditor["superior"] = Value::Null;
    by_auditor["ancestors"] = json!([]);
    assert_eq!(app.sign_in("committee-member").speaking("zh").ask(&ask).await.at("/node"), by_auditor);
}
