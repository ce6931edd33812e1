use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{done, each, organization, person, rows};

/// The warnings of one organization: rule, code, figure and what it is held against.
async fn warnings(app: &TestApp, who: &str, id: &str) -> Vec<String> {
    let ask = format!("{{ node(id: \"{id}\") {{ ... on Organization {{ warnings {{ code rule figure bound message }} }} }} }}");
    let answer = app.sign_in(who).ask(&ask).await.at("/node/warnings");
    let line = |warning: &Value| {
        assert!(warning["message"].as_str().is_some_and(|text| text.contains(&warning["figure"].to_string())), "{warning}");
        let text = |name: &str| warning[name].as_str().expect("a text").to_owned();
        format!("{} {} {} {}", text("rule"), text("code"), warning["figure"], warning["bound"])
    };
    answer.as_array().expect("warnings").iter().map(line).collect()
}

/// Codes of the organizations in reach that have one of these warnings, page by page.
async fn warned(app: &TestApp, who: &str, codes: &str) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let ask = format!(
            "query ($after: String) {{ organizations(filter: {{ warnings: [{codes}] }}, first: 2, after: $after) {{
               nodes {{ code }} totalCount pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = app.sign_in(who).send(&ask, json!({ "after": after })).await.at("/organizations");
        found.extend(each(&page["nodes"], "code"));
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], found.len());
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Rules U51 and U52: a branch with too few full members or too many members, a committee with too few members. A new branch
/// warns until it is filled, and nothing is refused for it.
#[tokio::test]
async fn a_branch_warns_below_three_full_members_and_over_fifty_members() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    assert_eq!(warnings(&app, "county-administrator", &branch).await, [""; 0]);
    assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N1")).await, ["U52 TOO_FEW_MEMBERS 8 100"]);
    assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N")).await, [""; 0]);
    assert_eq!(warned(&app, "county-administrator", "").await, ["N1", "N2"]);

    let input = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": "中学支部", "code": "N1C" });
    let (new, _) = done(&app, "county-administrator", "organizationCreate", input).await;
    assert_eq!(warnings(&app, "county-administrator", &new).await, ["U51 TOO_FEW_FULL_MEMBERS 0 3"]);
    for (full, expected) in
        [(2, vec!["U51 TOO_FEW_FULL_MEMBERS 2 3"]), (3, vec![]), (49, vec![]), (50, vec!["U52 TOO_MANY_MEMBERS 51 50"])]
    {
        app.database.change(&format!("UPDATE organization_counts SET full_members = {full} WHERE path = 'a01000000000'")).await;
        assert_eq!(warnings(&app, "branch-administrator", &branch).await, expected, "{full}");
    }
    assert_eq!(warned(&app, "county-administrator", "TOO_FEW_FULL_MEMBERS").await, ["N1C"]);
    assert_eq!(warned(&app, "county-administrator", "TOO_MANY_MEMBERS").await, ["N1A"]);
    assert_eq!(warned(&app, "county-administrator", "TOO_MANY_MEMBERS, TOO_FEW_FULL_MEMBERS").await, ["N1A", "N1C"]);
    assert_eq!(warned(&app, "county-administrator", "").await, ["N1", "N1A", "N1C", "N2"]);
    assert_eq!(warned(&app, "other-county-administrator", "").await, ["S1"]);
    // A general branch is between fifty and a hundred.
    app.database.change("UPDATE organizations SET kind = '621' WHERE code = 'N1'").await;
    assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N1")).await, [""; 0]);
    app.database.change("UPDATE organization_counts SET full_members = 120 WHERE path = 'a01000000000'").await;
    assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N1")).await, ["U52 TOO_MANY_MEMBERS 125 99"]);
    // What is dissolved warns of nothing.
    app.database.change("UPDATE organization_counts SET full_members = 3 WHERE path = 'a01000000000'").await;
    done(
        &app,
        "county-administrator",
        "organizationDissolve",
        json!({ "id": new, "version": 1, "on": app.clock.today(), "reason": "并入" }),
    )
    .await;
    assert_eq!(warnings(&app, "county-administrator", &new).await, [""; 0]);
}

/// Rules U63 and U53: a leader who is no full member any more, members without a group, a joint branch of many units.
#[tokio::test]
async fn a_branch_warns_of_its_groups_and_a_joint_one_of_its_units() {
    let app = TestApp::new().await;
    let branch = organization(&app, "N1A");
    let group = json!({ "organizationId": branch, "name": "东组", "leaderId": person(&app, "N1A-1") });
    let (group, _) = done(&app, "secretary", "partyGroupCreate", group).await;
    assert_eq!(warnings(&app, "secretary", &branch).await, ["U63 MEMBERS_WITHOUT_GROUP 3 0"]);
    // Whoever may not read people is told nothing of them.
    assert_eq!(warnings(&app, "system-administrator", &branch).await, [""; 0]);
    let all =
        json!({ "id": group, "version": 1, "personIds": [person(&app, "N1A-2"), person(&app, "N1A-3"), person(&app, "N1A-4")] });
    done(&app, "secretary", "partyGroupAssign", all).await;
    assert_eq!(warnings(&app, "secretary", &branch).await, [""; 0]);
    app.database
        .change("UPDATE people SET stage = 'probationary', confirmed_on = NULL WHERE id::text LIKE '%-8000-000000000001'")
        .await;
    assert_eq!(warnings(&app, "secretary", &branch).await, ["U63 LEADER_NOT_FULL_MEMBER 1 0"]);
    assert_eq!(warned(&app, "county-administrator", "LEADER_NOT_FULL_MEMBER, MEMBERS_WITHOUT_GROUP").await, ["N1A"]);
    app.database.change("UPDATE organization_counts SET full_members = 2, probationary = 2 WHERE path = 'a01000000000'").await;

    app.database.change("UPDATE organizations SET kind = '632' WHERE code = 'N1B'").await;
    for number in 1..=6 {
        let unit = json!({ "organizationId": organization(&app, "N1B"), "name": format!("企业{number}"), "kind": "333", "legalPerson": false });
        assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N1B")).await, [""; 0], "{number}");
        done(&app, "county-administrator", "unitCreate", unit).await;
    }
    assert_eq!(warnings(&app, "county-administrator", &organization(&app, "N1B")).await, ["U53 TOO_MANY_UNITS 6 5"]);
    assert_eq!(warned(&app, "county-administrator", "TOO_MANY_UNITS").await, ["N1B"]);
}

/// The bounds in the database are those of the code table.
#[tokio::test]
async fn the_bounds_of_warnings_are_those_of_the_kinds() {
    let app = TestApp::new().await;
    let kinds =
        "SELECT string_agg(code, ' ' ORDER BY code), attributes ->> 'members_min', coalesce(attributes ->> 'members_max', '')
                 FROM codes WHERE table_name = 'org_kind' AND attributes ->> 'members_min' <> '' GROUP BY 2, 3 ORDER BY 1";
    assert_eq!(rows(&app, kinds).await, "611 612 613 | 100 | \n621 622 | 50 | 100\n631 632 633 634 | 3 | 50");
}
