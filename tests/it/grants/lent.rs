//! What is lent: a part of one's own right, for a time, with a reason (BEYOND4, SEC-A06).

use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, each, newest_entry, organization, person, refused, rows, send};

const READING: [&str; 2] = ["READ_ORGANIZATIONS", "READ_PEOPLE"];

fn lend(app: &TestApp, who: &str, token: &str, code: &str, changed: &[(&str, Value)]) -> Value {
    let mut input = json!({
        "grantId": app.database.seed.grants[who], "accountId": account(app, token), "organizationId": organization(app, code),
        "permissions": READING, "until": until(app, 3600), "reason": "外出学习",
    });
    for (field, value) in changed {
        input[field] = value.clone();
    }
    input
}

fn until(app: &TestApp, seconds: i64) -> Value {
    json!((app.clock.now() + chrono::Duration::seconds(seconds)).to_rfc3339())
}

/// How many people someone sees, or why none.
async fn people_seen(app: &TestApp, who: &str) -> String {
    let answer = app.sign_in(who).ask("{ people { totalCount } }").await;
    if answer.code().is_empty() { answer.at("/people/totalCount").to_string() } else { answer.code().to_owned() }
}

/// covers: BEYOND4
#[tokio::test]
async fn what_is_lent_is_done_on_behalf_of_the_lender_and_ends_to_the_second() {
    let app = TestApp::new().await;
    assert_eq!(people_seen(&app, "committee-member").await, "5");
    let part = [("permissions", json!(["EDIT_PERSON", "READ_PEOPLE", "READ_ORGANIZATIONS"]))];
    let (id, _) = done(
        &app,
        "township-administrator",
        "grantDelegate",
        lend(&app, "township-administrator", "committee-member", "N1B", &part),
    )
    .await;
    let entry = newest_entry(&app).await;
    assert!(
        entry.starts_with(
            "GRANT_DELEGATED | township-administrator | organization_administrator | N1B | grant | committee-member"
        )
    );
    assert!(entry.ends_with("| 外出学习") && entry.contains(r#""permissions": "READ_ORGANIZATIONS, READ_PEOPLE, EDIT_PERSON""#));
    assert_eq!(people_seen(&app, "committee-member").await, "10");
    let seen = "{ viewer { permissions grants { role onBehalfOf permissions running pending } } }";
    let seen = app.sign_in("committee-member").ask(seen).await;
    assert_eq!(seen.at("/viewer/permissions"), json!(["READ_ORGANIZATIONS", "READ_PEOPLE", "EDIT_PERSON"]));
    assert_eq!(
        seen.at("/viewer/grants/1"),
        json!({ "role": "ORGANIZATION_ADMINISTRATOR", "onBehalfOf": "township-administrator", "running": true, "pending": false,
                "permissions": ["READ_ORGANIZATIONS", "READ_PEOPLE", "EDIT_PERSON"] })
    );
    done(&app, "committee-member", "personEdit", json!({ "id": person(&app, "N1B-1"), "version": 1, "education": "11" })).await;
    let behalf = "SELECT account_name, role, on_behalf_of FROM journal ORDER BY id DESC LIMIT 1";
    assert_eq!(rows(&app, behalf).await, "committee-member | organization_administrator | township-administrator");
    // The lender's own work is nobody else's.
    done(&app, "township-administrator", "personEdit", json!({ "id": person(&app, "N1B-1"), "version": 2, "education": "21" }))
        .await;
    assert_eq!(rows(&app, behalf).await, "township-administrator | organization_administrator | -");
    // Not lent: the own branch stays closed to editing, and a lent right is not lent on.
    denied(
        &app,
        "committee-member",
        "personEdit",
        json!({ "id": person(&app, "N1A-1"), "version": 1, "name": "甲" }),
        "FORBIDDEN",
    )
    .await;
    denied(
        &app,
        "committee-member",
        "organizationEdit",
        json!({ "id": organization(&app, "N1B"), "version": 1, "address": "x" }),
        "FORBIDDEN",
    )
    .await;
    let on = lend(&app, "township-administrator", "member", "N1B", &[("grantId", json!(id))]);
    denied(&app, "committee-member", "grantDelegate", on, "FORBIDDEN").await;
    app.clock.shift(3595);
    assert_eq!(people_seen(&app, "committee-member").await, "10");
    app.clock.shift(6);
    assert_eq!(people_seen(&app, "committee-member").await, "5");
}

/// Lender, borrower and whoever keeps grants there end it; so do the end of the source, the lender's account and a move away.
///
/// covers: BEYOND4
#[tokio::test]
async fn a_lent_right_is_gone_at_the_next_request_however_it_ends() {
    for how in ["lender", "borrower", "keeper", "source", "account", "move"] {
        let app = TestApp::new().await;
        let (id, version) = done(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1A", &[])).await;
        assert_eq!((people_seen(&app, "member").await.as_str(), version), ("5", 1));
        let end = json!({ "id": id, "version": 1, "reason": "提前返回" });
        let ended = match how {
            "lender" => done(&app, "secretary", "grantEnd", end).await.1,
            "borrower" => done(&app, "member", "grantEnd", end).await.1,
            "keeper" => done(&app, "county-administrator", "grantEnd", end).await.1,
            "source" => {
                let source = json!({ "id": app.database.seed.grants["secretary"], "version": 1, "reason": "免职" });
                done(&app, "county-administrator", "grantEnd", source).await;
                let both = "SELECT count(*) FROM journal WHERE event = 'GRANT_ENDED' AND reason = '免职'";
                assert_eq!(app.database.number(both).await, 2);
                2
            }
            "account" => {
                app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'secretary'").await;
                0
            }
            _ => {
                // The branch stays where the source is, and what was lent below it moves out of its reach.
                app.database
                    .change(
                        "UPDATE grants SET organization_id = o.id, path = o.path FROM organizations o
                                     WHERE o.code = 'N1B' AND grants.delegated_from IS NULL AND grants.role = 'secretary'",
                    )
                    .await;
                0
            }
        };
        assert_eq!(people_seen(&app, "member").await, "FORBIDDEN", "{how}");
        if ended > 0 {
            let row = "SELECT ended_at IS NOT NULL, version FROM grants WHERE delegated_from IS NOT NULL";
            assert_eq!(rows(&app, row).await, "t | 2", "{how}");
            let entry = "SELECT o.code, j.reason IS NOT NULL FROM journal j JOIN organizations o ON o.id = j.organization_id ORDER BY j.id DESC LIMIT 1";
            assert_eq!(rows(&app, entry).await, "N1A | t", "{how}");
        }
    }
}

#[tokio::test]
async fn whoever_neither_lent_nor_borrowed_nor_keeps_grants_there_cannot_end_it() {
    let app = TestApp::new().await;
    let (id, _) = done(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1A", &[])).await;
    let end = || json!({ "id": id, "version": 1 });
    for (who, code) in [
        ("branch-administrator", "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("committee-member", "NOT_FOUND"),
        ("other-county-administrator", "NOT_FOUND"),
        ("other-tenant-administrator", "NOT_FOUND"),
        ("reading-token", "READ_ONLY"),
    ] {
        denied(&app, who, "grantEnd", end(), code).await;
    }
}

/// covers: BEYOND4
#[tokio::test]
async fn nothing_is_lent_beyond_the_own_right_its_place_and_its_time() {
    let app = TestApp::new().await;
    let (not_own_zh, not_own_en) = (
        "grantId DELEGATION_NOT_OWN 只能委托本人持有的、正在生效的权限",
        "grantId DELEGATION_NOT_OWN Only a running right of your own can be lent",
    );
    for source in ["county-administrator", "secretary"] {
        let input = lend(&app, source, "committee-member", "N1B", &[]);
        refused(&app, "township-administrator", "grantDelegate", input, not_own_zh, not_own_en).await;
    }
    let beyond = |field: &str| {
        (
            format!("{field} DELEGATION_BEYOND_SOURCE 委托不能超出本人的权限范围或期限"),
            format!("{field} DELEGATION_BEYOND_SOURCE What is lent stays within your own right, its place and its time"),
        )
    };
    let (zh, en) = beyond("permissions");
    let more = [("permissions", json!(["RENAME_ORGANIZATION"]))];
    refused(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1A", &more), &zh, &en).await;
    for fixed in ["GIVE_GRANTS", "DELEGATE_GRANTS", "MANAGE_ACCOUNTS", "MANAGE_KEYS", "SET_POLICY", "MOVE_ORGANIZATION"] {
        let (zh, en) = (
            format!("permissions DELEGATION_NOT_LENDABLE 该权限不能委托：{fixed}"),
            format!("permissions DELEGATION_NOT_LENDABLE This right cannot be lent: {fixed}"),
        );
        let part = [("permissions", json!(["READ_PEOPLE", fixed]))];
        let input = lend(&app, "township-administrator", "committee-member", "N1B", &part);
        refused(&app, "township-administrator", "grantDelegate", input, &zh, &en).await;
    }
    // Twenty parts of one grant at a time: whoever lends more gives the role instead.
    let twenty = "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, valid_until, given_by_name, reason, delegated_from,
                        on_behalf_of, on_behalf_of_name, permissions)
                  SELECT g.tenant_id, gen_random_uuid(), b.id, g.role, g.organization_id, g.path, now() + make_interval(days => n), now() + make_interval(days => n + 1),
                        'other', '外出', g.id, g.account_id, 'secretary', '{READ_PEOPLE}'
                  FROM grants g JOIN accounts a ON a.id = g.account_id AND a.name = 'secretary', accounts b, generate_series(1, 20) AS n
                  WHERE g.role = 'secretary' AND b.name = 'branch-administrator'";
    app.database.change(twenty).await;
    let (zh, en) = (
        "grantId DELEGATION_TOO_MANY 一个授权最多同时委托给20人次",
        "grantId DELEGATION_TOO_MANY A grant is lent at most 20 times at once",
    );
    refused(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1A", &[]), zh, en).await;
    app.database.change("UPDATE grants SET ended_at = now() WHERE delegated_from IS NOT NULL").await;
    // A second, wider right does not widen the one that is lent.
    app.database
        .change("INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, valid_until, given_by_name)
                 SELECT a.tenant_id, gen_random_uuid(), a.id, 'secretary', o.id, o.path, '2026-01-01', now() + interval '50 years', 'test'
                 FROM accounts a, organizations o WHERE a.name = 'township-administrator' AND o.code = 'N1A'")
        .await;
    let narrow = rows(&app, "SELECT encode(uuid_send(id), 'hex') FROM grants WHERE given_by_name = 'test'").await;
    let bytes = data_encoding::HEXLOWER.decode(narrow.as_bytes()).expect("hex");
    let narrow = json!(format!("gra_{}", data_encoding::BASE64URL_NOPAD.encode(&bytes)));
    let (zh, en) = beyond("organizationId");
    let wide = [("grantId", narrow.clone())];
    refused(&app, "township-administrator", "grantDelegate", lend(&app, "secretary", "committee-member", "N1B", &wide), &zh, &en)
        .await;
    let (zh, en) = beyond("until");
    let late = [("grantId", narrow), ("until", json!("2090-01-01T00:00:00Z"))];
    refused(&app, "township-administrator", "grantDelegate", lend(&app, "secretary", "committee-member", "N1A", &late), &zh, &en)
        .await;
    for (changed, zh, en) in [
        (
            ("until", json!("2020-01-01T00:00:00Z")),
            "until GRANT_IN_THE_PAST 结束时间不能早于现在",
            "until GRANT_IN_THE_PAST The end must lie in the future",
        ),
        (("reason", json!(" ")), "reason REQUIRED 请填写必填项：原因", "reason REQUIRED Required: reason"),
        (("permissions", json!([])), "permissions REQUIRED 请填写必填项：权限", "permissions REQUIRED Required: rights"),
        (
            ("accountId", json!(account(&app, "secretary"))),
            "accountId DELEGATION_TO_ONESELF 不能委托给本人",
            "accountId DELEGATION_TO_ONESELF A right is lent to someone else",
        ),
        (
            ("accountId", json!(account(&app, "other-county-administrator"))),
            "accountId NO_SUCH_THING 记录不存在或无权访问",
            "accountId NO_SUCH_THING Not found, or not within your reach",
        ),
    ] {
        refused(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1A", &[changed]), zh, en).await;
    }
    // Who has nothing to lend, and places that are not there.
    denied(&app, "committee-member", "grantDelegate", lend(&app, "committee-member", "member", "N1A", &[]), "FORBIDDEN").await;
    denied(&app, "auditor", "grantDelegate", lend(&app, "auditor", "member", "N1A", &[]), "FORBIDDEN").await;
    denied(&app, "secretary", "grantDelegate", lend(&app, "secretary", "member", "N1B", &[]), "NOT_FOUND").await;
    denied(&app, "reading-token", "grantDelegate", lend(&app, "reading-token", "member", "N1A", &[]), "READ_ONLY").await;
    let without_end = json!({ "grantId": app.database.seed.grants["secretary"], "accountId": account(&app, "member"),
                              "organizationId": organization(&app, "N1A"), "reason": "外出" });
    assert_eq!(send(&app.sign_in("secretary"), "grantDelegate", &without_end).await.code(), "BAD_DOCUMENT");
}

/// Who was lent the right to read people alone has no order of organizations to go by: the list is whole all the same,
/// branch by branch as they were created, and pages of it meet everybody once.
#[tokio::test]
async fn people_are_listed_for_whoever_may_not_read_the_organizations() {
    let app = TestApp::new().await;
    let reorder = json!({ "id": organization(&app, "N1A"), "version": 1, "afterId": organization(&app, "N1B") });
    done(&app, "township-administrator", "organizationReorder", reorder).await;
    let lent = lend(&app, "township-administrator", "member", "N1", &[("permissions", json!(["READ_PEOPLE"]))]);
    done(&app, "township-administrator", "grantDelegate", lent).await;
    let client = app.sign_in("member");
    let all = each(&client.ask("{ people { nodes { id } } }").await.at("/people/nodes"), "id");
    let (a, b) = (["N1A-4", "N1A-2", "N1A-5", "N1A-1", "N1A-3"], ["N1B-4", "N1B-2", "N1B-5", "N1B-1", "N1B-3"]);
    assert_eq!(all, a.iter().chain(&b).map(|name| person(&app, name)).collect::<Vec<_>>());
    for (count, bound, edge) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
        let (mut found, mut at) = (Vec::new(), String::new());
        for _ in 0..4 {
            let page = client.ask(&format!("{{ people({count}: 3{at}) {{ nodes {{ id }} pageInfo {{ {edge} }} }} }}")).await;
            found.push(each(&page.at("/people/nodes"), "id"));
            at = format!(", {bound}: {}", page.at(&format!("/people/pageInfo/{edge}")));
        }
        if count == "last" {
            found.reverse();
        }
        assert_eq!(found.concat(), all, "{count}");
    }
    // Where the organization can be read, the order is there, too.
    let both = [("permissions", json!(READING))];
    done(&app, "township-administrator", "grantDelegate", lend(&app, "township-administrator", "committee-member", "N1", &both))
        .await;
    let sorted = each(&app.sign_in("committee-member").ask("{ people { nodes { id } } }").await.at("/people/nodes"), "id");
    assert_eq!(sorted, b.iter().chain(&a).map(|name| person(&app, name)).collect::<Vec<_>>());
}

/// Between two places where one reads people lies the own branch: of that the list has oneself, wherever it stands in the
/// order of the tree, and as many people as are counted.
#[tokio::test]
async fn the_own_record_is_in_the_list_between_two_places_that_are_lent() {
    let app = TestApp::new().await;
    let own = "UPDATE accounts SET person_id = (SELECT p.id FROM people p JOIN organizations o ON o.id = p.organization_id
               WHERE o.code = 'N1B' AND p.name = '王小明') WHERE name = 'member'";
    app.database.change(own).await;
    for (who, code) in [("township-administrator", "N1A"), ("county-administrator", "N2")] {
        done(&app, who, "grantDelegate", lend(&app, who, "member", code, &[])).await;
    }
    for sorted in [false, true] {
        if sorted {
            let first = json!({ "id": organization(&app, "N2"), "version": 1, "afterId": null });
            done(&app, "county-administrator", "organizationReorder", first).await;
        }
        let list = app.sign_in("member").ask("{ people { totalCount nodes { id organization { code } } } }").await.at("/people");
        assert_eq!((list["totalCount"].as_u64(), list["nodes"].as_array().map(Vec::len)), (Some(16), Some(16)), "{sorted}");
        let nodes = list["nodes"].as_array().expect("a list").iter();
        let own: Vec<_> = nodes.filter(|one| one["organization"]["code"] == "N1B").map(|one| one["id"].clone()).collect();
        assert_eq!(own, [json!(person(&app, "N1B-1"))], "oneself alone of the own branch");
    }
}
