//! What holds for every area at once: the work of a list, the refusal of what may not be read, rights that never grow.

use std::collections::BTreeSet;

use banyan::testing::{Permission, Role};
use banyan_tests::{StatementLog, TOKENS, TestApp};
use rand::SeedableRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// Every list of the schema, with what hangs on its rows; `$n` is the size of the page.
const LISTS: &[&str] = &[
    "{ people(first: $n) { nodes { id organization { name superior { name } ancestors { name } } partyGroup { name leader { name } } nativePlace { name } photo { mediaType } attachmentCount attachments { name link addedBy } } totalCount } }",
    "{ people(first: $n, orderBy: NAME, filter: { stages: [FULL] }) { nodes { id organization { name counts { members } } } } }",
    "{ organizations(first: $n) { nodes { id childCount counts { members } superior { name } territory { name } attachmentCount attachments { name kind { name } organization { name } } children(first: 3) { nodes { name } totalCount } members(first: 3) { nodes { name organization { name } } } applicants(first: 3) { nodes { name } } } } }",
    "{ organizations(first: $n, filter: { warnings: [] }) { nodes { warnings { code message } } totalCount } }",
    "{ people(first: $n) { nodes { access(first: 3) { nodes { holder why } totalCount } } } }",
    "{ units(first: $n) { nodes { id name kind { name } organizationCount keptBy { name } } totalCount } }",
    "{ organizations(first: $n) { nodes { units { name kind { name } keptBy { name } } } } }",
    "{ organizations(first: $n) { nodes { leadership { number posts { name post { name } person { name } organization { name } } } leadershipTerms { number posts { name term { number } } } } } }",
    "{ people(first: $n) { nodes { posts { name post { name } term { number } organization { name } } } } }",
    "{ journal(first: $n) { nodes { id organization { name } } } }",
    "{ grants(first: $n) { nodes { id account { name grants { role } } organization { name } } } }",
    "{ accounts(first: $n) { nodes { id organization { name } person { name } grants { role } } } }",
    "{ accounts(first: $n) { nodes { userName flags lockedUntil hasPassword keys { name } sessions { keyName } invitations { createdBy } } } }",
    "{ securityEvents(first: $n) { nodes { id kind account { name } } } }",
    "{ invitations(first: $n) { nodes { id account { name } } } }",
    "{ accountRoster(organization: \"$branch\", first: $n) { nodes { userName state person { name } } } }",
    "{ codes(table: \"education\", first: $n) { nodes { name attributes { value } } } }",
    "{ codeTables(first: $n) { nodes { name size } } }",
    "{ divisions(parent: \"500000\", first: $n) { nodes { name hasChildren } } }",
    "{ jobs(first: $n) { nodes { state progress { done total } organization { name } orderedBy { name } } } }",
];

/// One done job at each account's organization, and more at one, so that a list has something to read.
const JOBS: &str = "INSERT INTO jobs (tenant_id, id, organization_id, path, kind, state, input, account_id, account_name, session_id, role, request_id, total, created_at, ended_at)
SELECT a.tenant_id, gen_random_uuid(), a.organization_id, a.path, 'organization_move', 'done', '{}', a.id, a.name, a.id, 'organization_administrator', 'x', 1, now(), now()
FROM accounts a CROSS JOIN generate_series(1, 4)";

/// The number of statements depends neither on the size of the page nor on what hangs on its rows.
///
/// covers: API22
#[tokio::test]
async fn a_list_takes_as_many_statements_for_two_rows_as_for_twenty() {
    let app = TestApp::new().await;
    let edit = "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { userErrors { code } } }";
    for version in 1..=6 {
        let input =
            json!({ "id": app.database.seed.organization("N1A"), "version": version, "address": format!("山路{version}号") });
        assert_eq!(app.sign_in("municipal-administrator").send(edit, json!({ "i": input })).await.user_errors(), "");
    }
    app.database.change(JOBS).await;
    let mut log = StatementLog::open(&app).await;
    let client = app.sign_in("municipal-administrator");
    let fields = client.ask("{ __schema { queryType { fields { name type { name ofType { name } } } } } }").await;
    for field in fields.at("/__schema/queryType/fields").as_array().expect("fields") {
        let is_list = field.pointer("/type/ofType/name").and_then(Value::as_str).is_some_and(|name| name.ends_with("Connection"));
        let name = field["name"].as_str().expect("a name");
        assert!(
            !is_list || LISTS.iter().any(|list| list.contains(&format!("{{ {name}("))),
            "{name} is a list without a line here"
        );
    }
    for list in LISTS {
        let mut counts = Vec::new();
        for size in [2, 12, 20] {
            let document = list.replace("$n", &size.to_string()).replace("$branch", app.database.seed.organization("N1A"));
            // The first time prepares.
            client.ask(&document).await.data();
            log.statements();
            client.ask(&document).await.data();
            counts.push(log.statements());
        }
        // The first rows may lack something that later ones have: a person, a group. That is a statement more
        // for all of them, and never one for each.
        assert!(counts[0] >= 2 && counts[1] == counts[2] && counts[2] <= counts[0] + 2, "{list}: {counts:?}");
        assert!(counts[2] <= 24, "{list}: {counts:?}");
    }
}

/// A filter or an order over what the viewer may not read is refused, not answered with nothing: an answer
/// that depends on the filter would tell.
///
/// covers: API35
#[tokio::test]
async fn what_may_not_be_read_cannot_be_filtered_or_sorted_by() {
    let app = TestApp::new().await;
    let client = app.sign_in("system-administrator");
    let number = &app.database.seed.identity_numbers["N1A-1"];
    for document in [
        format!("{{ people(filter: {{ identityNumber: \"{number}\" }}) {{ totalCount }} }}"),
        "{ people(filter: { name: \"王\" }, orderBy: NAME) { totalCount } }".to_owned(),
        "{ people { totalCount } }".to_owned(),
        "{ journal(filter: { accountName: \"m\" }) { totalCount } }".to_owned(),
        "{ organizations(filter: { hasSecretary: true }) { totalCount } }".to_owned(),
        "{ organizations(filter: { hasSecretary: false }, first: 1) { nodes { name } } }".to_owned(),
        "{ organizations(filter: { warnings: [LEADER_NOT_FULL_MEMBER] }) { totalCount } }".to_owned(),
        "{ organizations(filter: { warnings: [TOO_MANY_UNITS, MEMBERS_WITHOUT_GROUP] }) { totalCount } }".to_owned(),
    ] {
        assert_eq!(client.ask(&document).await.code(), "FORBIDDEN", "{document}");
        assert_eq!(app.sign_in("security-administrator").ask(&document).await.code(), "FORBIDDEN", "{document}");
    }
    // What is no one's in particular is answered.
    client.ask("{ organizations(filter: { warnings: [TOO_FEW_MEMBERS, TOO_MANY_UNITS] }) { totalCount } }").await.data();
    client.ask("{ organizations(filter: { warnings: [] }) { totalCount } }").await.data();
    // Whoever reads people in one branch and organizations in all is answered in the branch.
    app.database
        .change(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from)
             SELECT a.tenant_id, gen_random_uuid(), a.id, 'committee_member', o.id, o.path, a.created_at
             FROM accounts a JOIN organizations o ON o.code = 'N1A' WHERE a.name = 'system-administrator'",
        )
        .await;
    let in_branch = format!(
        "{{ organizations(under: \"{}\", filter: {{ hasSecretary: false }}) {{ totalCount }} }}",
        app.database.seed.organization("N1A")
    );
    assert_eq!(client.ask(&in_branch).await.at("/organizations/totalCount"), 1);
    for beyond in ["", &format!("under: \"{}\", ", app.database.seed.organization("N1"))] {
        let document = format!("{{ organizations({beyond}filter: {{ hasSecretary: false }}) {{ totalCount }} }}");
        assert_eq!(client.ask(&document).await.code(), "FORBIDDEN", "{document}");
    }
    app.database.change("DELETE FROM grants WHERE role = 'committee_member' AND account_id IN (SELECT id FROM accounts WHERE name = 'system-administrator')").await;
    // And through the tree nothing of people is told either.
    let answer = client
        .ask("{ organizations { nodes { members { totalCount } applicants { totalCount } memberOverview { members } } } }")
        .await;
    for node in answer.at("/organizations/nodes").as_array().expect("nodes") {
        assert_eq!(*node, json!({ "members": { "totalCount": 0 }, "applicants": { "totalCount": 0 }, "memberOverview": null }));
    }
}

/// covers: SEC-K03
#[tokio::test]
async fn a_fault_of_ours_tells_its_number_and_nothing_else() {
    let app = TestApp::new().await;
    app.database.change("ALTER TABLE people RENAME COLUMN sex TO gender").await;
    let answer = app.sign_in("county-administrator").ask("{ people { nodes { name } } }").await;
    assert_eq!(answer.code(), "INTERNAL");
    assert_eq!(answer.json.pointer("/errors/0/message"), Some(&json!("A fault of the server")));
    assert_eq!(answer.json.pointer("/errors/0/extensions/requestId").and_then(Value::as_str).map(str::len), Some(32));
    for word in ["sex", "SELECT", "does not exist", "people.", "diesel", ".rs"] {
        assert!(!answer.text.contains(word), "{word} in {}", answer.text);
    }
}

/// Who may do what where: every permission of every running grant at every organization below it.
async fn rights(app: &TestApp) -> BTreeSet<(String, String)> {
    let rows = app
        .database
        .owner()
        .await
        .query(
            "SELECT g.role, o.id::text FROM grants g JOIN organizations o ON o.tenant_id = g.tenant_id AND o.path >= g.path AND o.path < g.path || '~'
             WHERE g.ended_at IS NULL AND g.valid_from <= now() AND (g.valid_until IS NULL OR g.valid_until > now())",
            &[],
        )
        .await
        .expect("grants");
    let mut rights = BTreeSet::new();
    for row in rows {
        let (role, organization): (String, String) = (row.get(0), row.get(1));
        for permission in Role::parse(&role).expect("a role").permissions() {
            rights.insert((format!("{permission:?}"), organization.clone()));
        }
    }
    rights
}

/// A random walk over the mutations that touch rights or the tree: whatever anyone does, nobody comes to hold
/// what nobody held there before, and nobody gives what they do not hold.
///
/// In part (grants): SEC-A07
#[tokio::test]
async fn rights_never_grow() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let dice = &mut rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let before = rights(&app).await;
    let roles = [
        "SYSTEM_ADMINISTRATOR",
        "ORGANIZATION_ADMINISTRATOR",
        "BRANCH_ADMINISTRATOR",
        "SECRETARY",
        "COMMITTEE_MEMBER",
        "MEMBER",
        "AUDITOR",
    ];
    // In an order of their own: that of a map differs from run to run, and the walk with it.
    let mut organizations: Vec<&String> = seed.organizations.values().collect();
    organizations.sort_unstable();
    let mut accounts: Vec<&String> = seed.accounts.values().collect();
    accounts.sort_unstable();
    let (mut given, mut moved) = (0, 0);
    for step in 0..220 {
        let (token, ..) = TOKENS.choose(dice).expect("someone");
        let client = app.sign_in(token);
        let organization = organizations.choose(dice).expect("somewhere");
        if step % 4 == 3 {
            let version = app.database.owner().await;
            let code = seed.organizations.iter().find(|(_, id)| id == organization).map(|(code, _)| code).expect("a code");
            let version: i32 =
                version.query_one("SELECT version FROM organizations WHERE code = $1", &[&code]).await.expect("a version").get(0);
            let input = json!({ "id": organization, "version": version, "newSuperiorId": organizations.choose(dice), "on": "2026-03-01" });
            let mover = ["municipal-administrator", "county-administrator"].choose(dice).expect("someone");
            let answer = app
                .sign_in(mover)
                .send(
                    "mutation ($i: OrganizationMoveInput!) { organizationMove(input: $i) { userErrors { code path } } }",
                    json!({ "i": input }),
                )
                .await;
            moved += usize::from(answer.code().is_empty() && answer.user_errors().is_empty());
        } else {
            let input = json!({ "accountId": accounts.choose(dice), "role": roles.choose(dice), "organizationId": organization });
            let held: BTreeSet<String> = client
                .send("query ($id: ID!) { node(id: $id) { ... on Organization { may } } }", json!({ "id": organization }))
                .await
                .json
                .pointer("/data/node/may")
                .and_then(Value::as_array)
                .map(|may| may.iter().map(|permission| permission.to_string().replace(['"', '_'], "").to_lowercase()).collect())
                .unwrap_or_default();
            let role = Role::parse(&input["role"].as_str().expect("a role").to_lowercase()).expect("a role");
            let answer = client
                .send(
                    "mutation ($i: GrantGiveInput!) { grantGive(input: $i) { userErrors { code path } } }",
                    json!({ "i": input }),
                )
                .await;
            if answer.code().is_empty() && answer.user_errors().is_empty() {
                given += 1;
                let wanted: BTreeSet<String> =
                    role.permissions().iter().map(|permission: &Permission| format!("{permission:?}").to_lowercase()).collect();
                assert!(wanted.is_subset(&held), "{token} gave {role:?} and held {held:?}");
            }
        }
        let now = rights(&app).await;
        assert!(now.is_subset(&before), "step {step} by {token}: {:?}", now.difference(&before).collect::<Vec<_>>());
    }
    assert!(given > 5 && moved > 0, "{given} given, {moved} moved: the walk went nowhere");
}
