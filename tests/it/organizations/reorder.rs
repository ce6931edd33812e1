use banyan::testing::path;
use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, each, newest_entry, organization, person, refused, rows, sound};

fn place(app: &TestApp, code: &str, version: i64, after: Option<&str>) -> Value {
    json!({ "id": organization(app, code), "version": version, "afterId": after.map(|after| organization(app, after)) })
}

async fn order(app: &TestApp) -> Vec<String> {
    let ask = format!(
        "{{ node(id: \"{}\") {{ ... on Organization {{ children {{ nodes {{ code }} }} }} }} }}",
        organization(app, "N1")
    );
    each(&app.sign_in("county-administrator").ask(&ask).await.at("/node/children/nodes"), "code")
}

/// In part (the tree and all lists of organizations): B13
#[tokio::test]
async fn siblings_stand_in_the_order_that_was_given_them() {
    let app = TestApp::new().await;
    for (code, name) in [("N1C", "南村支部"), ("N1D", "北村支部")] {
        let input = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": name, "code": code });
        done(&app, "county-administrator", "organizationCreate", input).await;
    }
    assert_eq!(order(&app).await, ["N1A", "N1B", "N1C", "N1D"]);
    done(&app, "township-administrator", "organizationReorder", place(&app, "N1A", 1, Some("N1B"))).await;
    assert_eq!(order(&app).await, ["N1B", "N1A", "N1C", "N1D"]);
    // The list of a whole subtree and of everything in reach stand in the same order, each superior before its subordinates.
    let whole = ["N", "N1", "N1B", "N1A", "N1C", "N1D", "N2", "N2A", "N2B"];
    for arguments in [String::new(), format!("(under: \"{}\")", organization(&app, "N"))] {
        let list =
            app.sign_in("county-administrator").ask(&format!("{{ organizations{arguments} {{ nodes {{ code }} }} }}")).await;
        assert_eq!(each(&list.at("/organizations/nodes"), "code"), whole);
    }
    // The list of direct subordinates stands in the same order.
    let under = json!({ "id": organization(&app, "N1") });
    let list =
        "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 3) { nodes { code } pageInfo { endCursor } } }";
    let list = app.sign_in("county-administrator").send(list, under).await;
    assert_eq!(each(&list.at("/organizations/nodes"), "code"), ["N1B", "N1A", "N1C"]);
    let rest =
        "query ($id: ID!, $after: String) { organizations(under: $id, reach: CHILDREN, after: $after) { nodes { code } } }";
    let after = json!({ "id": organization(&app, "N1"), "after": list.at("/organizations/pageInfo/endCursor") });
    let rest = app.sign_in("county-administrator").send(rest, after).await;
    assert_eq!(each(&rest.at("/organizations/nodes"), "code"), ["N1D"]);
    assert_snapshot!(newest_entry(&app).await, @r#"ORGANIZATION_REORDERED | township-administrator | organization_administrator | N1A | organization | 中国共产党青石镇东村支部委员会 | {"position": "3"} | {"position": "2"} | -"#);
    let (_, version) = done(&app, "county-administrator", "organizationReorder", place(&app, "N1A", 2, None)).await;
    assert_eq!((order(&app).await, version), (["N1A", "N1B", "N1C", "N1D"].map(str::to_owned).to_vec(), 3));
    // The siblings got other numbers, but nothing was done to them.
    assert_snapshot!(rows(&app, "SELECT code, sort_order, version, path FROM organizations WHERE code LIKE 'N1_' ORDER BY code").await, @"
    N1A | 1 | 3 | a01000000000
    N1B | 2 | 1 | a01000000001
    N1C | 3 | 1 | a01000000002
    N1D | 4 | 1 | a01000000003
    ");
    let list = app.sign_in("county-administrator").ask("{ organizations { nodes { code } } }").await;
    assert_eq!(each(&list.at("/organizations/nodes"), "code"), ["N", "N1", "N1A", "N1B", "N1C", "N1D", "N2", "N2A", "N2B"]);
}

/// Branches of people and how many of them, in the order of a list.
fn branches(nodes: &Value) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for node in nodes.as_array().expect("a list") {
        let code = node["organization"]["code"].as_str().expect("a code").to_owned();
        match found.last_mut() {
            Some((last, count)) if *last == code => *count += 1,
            _ => found.push((code, 1)),
        }
    }
    found
}

/// A superior sorts its branches, and then its townships; every list of people of the superior follows at once, at any
/// size of page and from both ends, and inside a branch people stand by their names.
///
/// covers: B13
#[tokio::test]
async fn people_stand_in_the_order_of_their_organizations() {
    let app = TestApp::new().await;
    let viewer = app.sign_in("county-administrator");
    let all = async |arguments: &str| {
        let ask = format!("{{ people(first: 100{arguments}) {{ nodes {{ id organization {{ code }} }} }} }}");
        viewer.ask(&ask).await.at("/people/nodes")
    };
    let expected = |codes: [&str; 4], count: usize| codes.map(|code| (code.to_owned(), count)).to_vec();
    let created = ["N1A", "N1B", "N2A", "N2B"];
    assert_eq!(branches(&all("").await), expected(created, 5));
    done(&app, "township-administrator", "organizationReorder", place(&app, "N1A", 1, Some("N1B"))).await;
    done(&app, "county-administrator", "organizationReorder", place(&app, "N2", 1, None)).await;
    let sorted = ["N2A", "N2B", "N1B", "N1A"];
    let whole = order_of_lists(&app).await;
    assert_eq!(whole, ["N", "N2", "N2A", "N2B", "N1", "N1B", "N1A"], "organizations");
    let county = format!(", under: \"{}\"", organization(&app, "N"));
    for arguments in [String::new(), county.clone()] {
        let list = all(&arguments).await;
        assert_eq!(branches(&list), expected(sorted, 5), "{arguments}");
        // By pinyin inside: 陈秀英 李芳 刘洋 王小明 张建国.
        let first: Vec<String> = ["N2A-4", "N2A-2", "N2A-5", "N2A-1", "N2A-3"].iter().map(|name| person(&app, name)).collect();
        assert_eq!(each(&list, "id")[..5], first);
        let filtered = branches(&all(&format!("{arguments}, filter: {{ sex: \"2\" }}")).await);
        assert_eq!(filtered, expected(sorted, 2), "with a filter");
        let named = branches(&all(&format!("{arguments}, filter: {{ name: \"王\" }}")).await);
        assert_eq!(named, expected(sorted, 1), "by a part of the name");
        for stages in ["", ", filter: { stages: [FULL, APPLICANT] }", ", filter: { minority: false }"] {
            let list = each(&all(&format!("{arguments}{stages}")).await, "id");
            for size in [1, 3, 4] {
                let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
                for (count, bound, edge, found) in
                    [("first", "after", "endCursor", &mut forwards), ("last", "before", "startCursor", &mut backwards)]
                {
                    let mut at = String::new();
                    for _ in 0..list.len().div_ceil(size) {
                        let ask = format!(
                            "{{ people({count}: {size}{at}{arguments}{stages}) {{ nodes {{ id }} pageInfo {{ {edge} }} }} }}"
                        );
                        let page = viewer.ask(&ask).await.at("/people");
                        let mut ids = each(&page["nodes"], "id");
                        if count == "last" {
                            ids.reverse();
                        }
                        found.extend(ids);
                        at = format!(", {bound}: {}", page["pageInfo"][edge]);
                    }
                }
                backwards.reverse();
                assert_eq!(forwards, list, "{size} at a time {arguments}{stages}");
                assert_eq!(backwards, list, "{size} at a time from the end {arguments}{stages}");
            }
        }
    }
    // The lists at an organization, and one level below it.
    let id = organization(&app, "N");
    let ask = format!(
        "{{ node(id: \"{id}\") {{ ... on Organization {{ members(first: 50) {{ nodes {{ organization {{ code }} }} }}
            rest: members(last: 50) {{ nodes {{ organization {{ code }} }} }} applicants {{ nodes {{ organization {{ code }} }} }} }} }} }}"
    );
    let lists = viewer.ask(&ask).await.at("/node");
    assert_eq!(branches(&lists["members"]["nodes"]), expected(sorted, 4));
    assert_eq!(branches(&lists["rest"]["nodes"]), expected(sorted, 4));
    assert_eq!(branches(&lists["applicants"]["nodes"]), expected(sorted, 1));
    let township = all(&format!(", under: \"{}\", reach: CHILDREN", organization(&app, "N1"))).await;
    assert_eq!(branches(&township), [("N1B".to_owned(), 5), ("N1A".to_owned(), 5)]);
    assert!(branches(&all(&format!("{county}, reach: CHILDREN")).await).is_empty());
}

/// A cursor stays behind its own person when organizations are sorted: what is read on from it is what stands behind now.
#[tokio::test]
async fn a_cursor_of_people_stays_with_the_place_of_its_branch() {
    let app = TestApp::new().await;
    let viewer = app.sign_in("county-administrator");
    let page = viewer.ask("{ people(first: 7) { pageInfo { endCursor } } }").await;
    let rest =
        format!("{{ people(after: {}) {{ nodes {{ organization {{ code }} }} }} }}", page.at("/people/pageInfo/endCursor"));
    let behind = async || branches(&viewer.ask(&rest).await.at("/people/nodes"));
    let of = |counts: &[(&str, usize)]| counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(behind().await, of(&[("N1B", 3), ("N2A", 5), ("N2B", 5)]));
    // What is put behind the cursor is met there, what is put before it is not met again, and nobody else twice.
    done(&app, "township-administrator", "organizationReorder", place(&app, "N1A", 1, Some("N1B"))).await;
    assert_eq!(behind().await, of(&[("N1B", 3), ("N1A", 5), ("N2A", 5), ("N2B", 5)]));
    done(&app, "county-administrator", "organizationReorder", place(&app, "N2", 1, None)).await;
    assert_eq!(behind().await, of(&[("N1B", 3), ("N1A", 5)]));
}

/// More branches than a page goes through one by one, and somebody rare behind them: found all the same, in the same
/// order, from both ends and behind a cursor.
#[tokio::test]
async fn somebody_rare_is_found_behind_thousands_of_branches() {
    let app = TestApp::new().await;
    let branches: Vec<String> =
        (2..2_302).map(|number| format!("({number}, '{}')", path::label(number).expect("a label"))).collect();
    app.database
        .change(&format!(
            "INSERT INTO organizations (tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams,
                                        sort_order, founded_on, created_at, updated_at)
             SELECT tenant_id, md5(n.label)::uuid, id, n.label, path || n.label, '631', '支部' || n.label, 'W' || n.label, 'zhibu', 'zb', '{{}}',
                    n.number, '2001-07-01', now(), now()
             FROM organizations, (VALUES {}) AS n (number, label) WHERE code = 'N1';
             SELECT order_below(id, NULL) FROM tenants;
             UPDATE people SET ethnic_group = '12' WHERE organization_id = (SELECT id FROM organizations WHERE code = 'N2B')
                OR organization_id = (SELECT id FROM organizations WHERE code = 'N1A') AND name IN ('王小明', '李芳')",
            branches.join(", ")
        ))
        .await;
    let viewer = app.sign_in("county-administrator");
    let ids = |names: &[&str]| names.iter().map(|name| person(&app, name)).collect::<Vec<_>>();
    let all = ids(&["N1A-2", "N1A-1", "N2B-4", "N2B-2", "N2B-5", "N2B-1", "N2B-3"]);
    for filter in ["ethnicGroup: \"12\"", "ethnicGroup: \"12\", name: \"\""] {
        let ask = async |arguments: String| {
            let ask = format!(
                "{{ people({arguments}, filter: {{ {filter} }}) {{ nodes {{ id }} pageInfo {{ startCursor endCursor }} }} }}"
            );
            let page = viewer.ask(&ask).await.at("/people");
            (each(&page["nodes"], "id"), page["pageInfo"].clone())
        };
        assert_eq!(ask("first: 20".into()).await.0, all);
        assert_eq!(ask("last: 20".into()).await.0, all);
        let (first, info) = ask("first: 3".into()).await;
        assert_eq!(first, all[..3]);
        assert_eq!(ask(format!("first: 20, after: {}", info["endCursor"])).await.0, all[3..]);
        let (last, info) = ask("last: 6".into()).await;
        assert_eq!(last, all[1..]);
        assert_eq!(ask(format!("last: 20, before: {}", info["startCursor"])).await.0, all[..1]);
    }
}

async fn order_of_lists(app: &TestApp) -> Vec<String> {
    let list = app.sign_in("county-administrator").ask("{ organizations { nodes { code } } }").await;
    each(&list.at("/organizations/nodes"), "code")
}

/// In part (the tree and all lists of organizations): B13
#[tokio::test]
async fn only_siblings_are_sorted_and_the_own_root_is_not() {
    let app = TestApp::new().await;
    let not_sibling = (
        "afterId ORGANIZATION_NOT_SIBLING 只能在同一上级下排序",
        "afterId ORGANIZATION_NOT_SIBLING Only organizations under the same superior can be sorted",
    );
    for after in ["N2A", "N1", "N1A"] {
        refused(
            &app,
            "county-administrator",
            "organizationReorder",
            place(&app, "N1A", 1, Some(after)),
            not_sibling.0,
            not_sibling.1,
        )
        .await;
    }
    let own_root = (
        "id ORGANIZATION_IS_OWN_ROOT 本级的上级、类别和撤销只能由上级办理",
        "id ORGANIZATION_IS_OWN_ROOT Superior, kind and dissolution of your own root are decided from above",
    );
    refused(&app, "county-administrator", "organizationReorder", place(&app, "N", 1, None), own_root.0, own_root.1).await;
    refused(&app, "municipal-administrator", "organizationReorder", place(&app, "M", 1, None), own_root.0, own_root.1).await;
    let stale = (
        "version STALE_VERSION 数据已被他人修改，请刷新后重试（当前版本1）",
        "version STALE_VERSION Changed by someone else since you read it; refresh and try again (current version 1)",
    );
    refused(&app, "county-administrator", "organizationReorder", place(&app, "N1A", 9, None), stale.0, stale.1).await;
    denied(&app, "county-administrator", "organizationReorder", place(&app, "N1A", 1, Some("S1A")), "NOT_FOUND").await;
    denied(&app, "county-administrator", "organizationReorder", place(&app, "S1A", 1, None), "NOT_FOUND").await;
    denied(&app, "auditor", "organizationReorder", place(&app, "N1A", 1, None), "FORBIDDEN").await;
    denied(&app, "secretary", "organizationReorder", place(&app, "N1A", 1, None), "FORBIDDEN").await;
}

/// Where two siblings have no number left between them, all below their superior are placed anew; and a place that is not
/// the superior's cannot be committed.
#[tokio::test]
async fn places_that_have_run_out_are_made_anew() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for (code, name) in [("N1C", "南村支部"), ("N1D", "北村支部")] {
        let input = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": name, "code": code });
        ids.push(done(&app, "county-administrator", "organizationCreate", input).await.0);
    }
    let close = "UPDATE organizations o SET tree_order = p.tree_order || lpad(to_hex(n.place), 10, '0')
                 FROM organizations p, (VALUES ('N1A', 7), ('N1B', 8), ('N1C', 9), ('N1D', 1099511627775)) AS n (code, place)
                 WHERE p.tenant_id = o.tenant_id AND p.id = o.parent_id AND n.code = o.code";
    app.database.change(close).await;
    sound(&app).await;
    let input = json!({ "id": ids[0], "version": 1, "afterId": organization(&app, "N1A") });
    done(&app, "township-administrator", "organizationReorder", input).await;
    assert_eq!(order(&app).await, ["N1A", "N1C", "N1B", "N1D"]);
    app.database.change(close).await;
    app.database.change("UPDATE organizations SET sort_order = CASE code WHEN 'N1A' THEN 1 WHEN 'N1B' THEN 2 WHEN 'N1C' THEN 3 ELSE 4 END WHERE code LIKE 'N1_'").await;
    let input = json!({ "parentId": organization(&app, "N1"), "kind": "631", "name": "中村支部", "code": "N1E" });
    done(&app, "county-administrator", "organizationCreate", input).await;
    assert_eq!(order(&app).await, ["N1A", "N1B", "N1C", "N1D", "N1E"]);
    let stray = app
        .database
        .owner()
        .await
        .batch_execute("UPDATE organizations SET tree_order = tree_order || 'x' WHERE code = 'N1'")
        .await;
    assert_eq!(stray.expect_err("a place of its own").code().map(tokio_postgres::error::SqlState::code), Some("23503"));
}
