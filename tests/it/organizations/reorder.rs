use banyan_tests::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::acting::{denied, done, each, newest_entry, organization, refused, rows, sound};

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

/// Row B13 for the tree and all lists of organizations; reports do not exist yet.
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

/// Row B13 for the tree and all lists of organizations; reports do not exist yet.
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
