//! Promises of the API that hold for every area: keys, versions, snapshots, errors.

use banyan_tests::{Client, StatementLog, TestApp};
use serde_json::{Value, json};

const CREATE: &str = "mutation ($i: OrganizationCreateInput!) { organizationCreate(input: $i) { organization { id name version } userErrors { code path message hint rule } } }";
const EDIT: &str = "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { organization { version } userErrors { code path message hint } } }";

fn new_branch(app: &TestApp, code: &str, name: &str) -> Value {
    json!({ "i": { "parentId": app.database.seed.organization("N1"), "kind": "631", "name": name, "code": code } })
}

/// covers: API29
#[tokio::test]
async fn the_same_key_and_body_bring_the_same_answer_and_one_effect() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator").with_key("form-1");
    let first = client.send(CREATE, new_branch(&app, "K1", "甲支部")).await;
    assert_eq!(first.user_errors(), "");
    let again = client.send(CREATE, new_branch(&app, "K1", "甲支部")).await;
    assert_eq!(first.text, again.text);
    assert_eq!(app.database.number("SELECT count(*) FROM organizations WHERE code = 'K1'").await, 1);
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 1);

    let other = client.send(CREATE, new_branch(&app, "K2", "乙支部")).await;
    assert_eq!(other.code(), "IDEMPOTENCY_CONFLICT");
    assert_eq!(app.database.number("SELECT count(*) FROM organizations WHERE code = 'K2'").await, 0);

    // Keys are each account's own.
    let someone = app.sign_in("municipal-administrator").with_key("form-1").send(CREATE, new_branch(&app, "K2", "乙支部")).await;
    assert_eq!(someone.user_errors(), "");

    // A refusal is an answer too, and nothing was written for it.
    let client = app.sign_in("county-administrator").with_key("form-2");
    let refused = client.send(CREATE, new_branch(&app, "K1", "丙支部")).await;
    assert_eq!(refused.user_errors(), "code ORGANIZATION_SAME_CODE");
    app.database.change("UPDATE organizations SET code = 'K9' WHERE code = 'K1'").await;
    assert_eq!(client.send(CREATE, new_branch(&app, "K1", "丙支部")).await.text, refused.text);
}

/// Many at once with one key: one does it, the others hear its answer or that it is being worked on.
#[tokio::test]
async fn a_key_used_twice_at_the_same_moment_does_it_once() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator").with_key("storm");
    let variables = new_branch(&app, "K1", "甲支部");
    let answers = futures_util::future::join_all((0..8).map(|_| client.send(CREATE, variables.clone()))).await;
    let done = answers.iter().filter(|answer| answer.code().is_empty()).count();
    assert!(done >= 1);
    assert!(answers.iter().all(|answer| answer.code().is_empty() || answer.code() == "IDEMPOTENCY_IN_FLIGHT"));
    assert_eq!(app.database.number("SELECT count(*) FROM organizations WHERE code = 'K1'").await, 1);
}

/// covers: API28
#[tokio::test]
async fn of_two_writers_with_one_version_the_second_is_told_the_current_one() {
    let app = TestApp::new().await;
    let branch = app.database.seed.organization("N1A").to_owned();
    let edit = |client: Client, address: &'static str| {
        let variables = json!({ "i": { "id": branch, "version": 1, "address": address } });
        async move { client.send(EDIT, variables).await }
    };
    let one = app.sign_in("county-administrator");
    let answers =
        futures_util::future::join_all([edit(one.clone(), "甲"), edit(one.clone(), "乙"), edit(one.clone(), "丙")]).await;
    let stale: Vec<_> = answers.iter().filter(|answer| answer.user_errors() == "version STALE_VERSION").collect();
    assert_eq!(stale.len(), 2);
    for answer in stale {
        assert_eq!(answer.at("/organizationEdit/userErrors/0/hint"), "2");
    }
    assert_eq!(app.database.number("SELECT version::bigint FROM organizations WHERE code = 'N1A'").await, 2);
    assert_eq!(app.database.number("SELECT count(*) FROM journal").await, 1);
}

/// The same of people and of the members of a party group, the other kinds of writers that meet.
///
/// covers: API28
#[tokio::test]
async fn of_two_writers_of_a_person_or_of_a_groups_members_the_second_is_told_the_current_version() {
    let app = TestApp::new().await;
    let seed = app.database.seed.clone();
    let client = app.sign_in("branch-administrator");
    let group =
        "mutation ($i: PartyGroupCreateInput!) { partyGroupCreate(input: $i) { partyGroup { id } userErrors { code path } } }";
    let made = json!({ "i": { "organizationId": seed.organization("N1A"), "name": "东组" } });
    let group = client.send(group, made).await.at("/partyGroupCreate/partyGroup/id");
    let edit = "mutation ($i: PersonEditInput!) { personEdit(input: $i) { person { version } userErrors { code path hint } current { version } } }";
    let assign = "mutation ($i: PartyGroupAssignInput!) { partyGroupAssign(input: $i) { partyGroup { version } userErrors { code path hint } current { version } } }";
    let person = |name: &str| seed.person(name).to_owned();
    let races = [
        (
            edit,
            "/personEdit",
            ["13911112222", "13911113333", "13911114444"]
                .map(|phone| json!({ "id": person("N1A-1"), "version": 1, "phone": phone })),
        ),
        (
            assign,
            "/partyGroupAssign",
            ["N1A-2", "N1A-3", "N1A-4"].map(|member| json!({ "id": group, "version": 1, "personIds": [person(member)] })),
        ),
    ];
    for (document, at, inputs) in races {
        let entries = app.database.number("SELECT count(*) FROM journal").await;
        let answers =
            futures_util::future::join_all(inputs.into_iter().map(|input| client.send(document, json!({ "i": input })))).await;
        let stale: Vec<_> = answers.iter().filter(|answer| answer.user_errors() == "version STALE_VERSION").collect();
        assert_eq!(stale.len(), 2, "{at}");
        for answer in stale {
            assert_eq!(answer.at(&format!("{at}/userErrors/0/hint")), "2");
            assert_eq!(answer.at(&format!("{at}/current/version")), 2);
        }
        assert_eq!(app.database.number("SELECT count(*) FROM journal").await, entries + 1, "{at}");
    }
    assert_eq!(app.database.number("SELECT count(*) FROM people WHERE party_group_id IS NOT NULL").await, 1);
}

/// A new code that two ask for at once: one gets it, the other is refused as if it had been there before.
#[tokio::test]
async fn the_constraint_decides_a_race_and_gives_the_same_refusal() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    let answers = futures_util::future::join_all(
        (0..6).map(|number| client.send(CREATE, new_branch(&app, "RACE", ["甲", "乙", "丙", "丁", "戊", "己"][number]))),
    )
    .await;
    let mut errors: Vec<String> = answers.iter().map(|answer| answer.user_errors()).collect();
    errors.sort_unstable();
    assert_eq!(errors.iter().filter(|errors| errors.is_empty()).count(), 1, "{errors:?}");
    assert!(errors.iter().skip(1).all(|error| error == "code ORGANIZATION_SAME_CODE"), "{errors:?}");
}

/// The message is in the language of the request, the code and the path are not.
#[tokio::test]
async fn refusals_come_in_both_languages() {
    let app = TestApp::new().await;
    let variables = new_branch(&app, "N1A", "新支部");
    for (language, message) in [("zh-CN", "党组织代码已存在"), ("en", "This organization code is in use")] {
        let answer = app.sign_in("county-administrator").speaking(language).send(CREATE, variables.clone()).await;
        assert_eq!(answer.user_errors(), "code ORGANIZATION_SAME_CODE");
        assert_eq!(answer.at("/organizationCreate/userErrors/0/message"), message);
        assert_eq!(answer.at("/organizationCreate/userErrors/0/path"), json!(["input", "code"]));
    }
    for (language, message) in [("zh-CN", "请先登录"), ("en", "Sign in first")] {
        let answer = app.stranger().speaking(language).ask("{ people { totalCount } }").await;
        assert_eq!(answer.json.pointer("/errors/0/message"), Some(&json!(message)));
    }
}

/// covers: API26
#[tokio::test]
async fn days_instants_ids_and_codes_have_their_forms() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    let answer = client.ask("{ people(first: 1) { nodes { id birthDate createdAt stage sex { code } } } }").await;
    let person = answer.at("/people/nodes/0");
    let text = |field: &str| person[field].as_str().expect("text").to_owned();
    assert!(text("id").starts_with("per_"));
    assert!(chrono::NaiveDate::parse_from_str(&text("birthDate"), "%Y-%m-%d").is_ok());
    assert!(chrono::DateTime::parse_from_rfc3339(&text("createdAt")).is_ok());
    assert_eq!(text("stage"), text("stage").to_uppercase());
    let variables = json!({ "i": { "id": app.database.seed.organization("N1A"), "version": 1, "foundedOn": "2020-2-3" } });
    assert_eq!(client.send(EDIT, variables).await.code(), "BAD_INPUT");
}

/// covers: API16, SEC-D01
#[tokio::test]
async fn a_document_past_a_limit_is_refused_before_it_runs() {
    let app = TestApp::new().await;
    let mut log = StatementLog::open(&app).await;
    let client = app.sign_in("county-administrator");
    let deep = format!("{{ viewer {{ roots {{ {}id{} }} }} }}", "superior { ".repeat(30), " }".repeat(30));
    let aliases: String = (0..60).map(|number| format!("a{number}: __typename ")).collect();
    for document in [
        deep,
        format!("{{ viewer {{ {aliases} }} }}"),
        format!("{{ {aliases} }}"),
        format!("{{ viewer {{ readOnly {} }} }}", "@include(if: true) ".repeat(60)),
        "{ organizations(first: 200) { nodes { children(first: 200) { nodes { children(first: 200) { nodes { id } } } } } } }".to_owned(),
        format!("{{ __typename {} }}", "__typename ".repeat(5_000)),
        format!("{}{}", "{a".repeat(100), "}".repeat(100)),
        format!("{{ __typename }} # {}", "x".repeat(100_000)),
        "query A { ...F } fragment F on Query { ...G ...G } fragment G on Query { ...H ...H } fragment H on Query { organizations(first: 200) { nodes { members(first: 200) { nodes { id } } } } }".to_owned(),
    ] {
        log.statements();
        let answer = client.ask(&document).await;
        assert_eq!(answer.code(), "TOO_COMPLEX", "{}: {}", &document[..60.min(document.len())], answer.text);
        // Not even who asks was looked up.
        assert_eq!(log.statements(), 0, "{}", &document[..60.min(document.len())]);
    }
    // The log does hear of what is executed.
    client.ask("{ viewer { readOnly } }").await.data();
    assert!(log.statements() > 0);
}

/// The ways around the limit of nodes: sizes that stand elsewhere than in the field, items that stand elsewhere than
/// in the list, and streams.
///
/// covers: API16, SEC-D01
#[tokio::test]
async fn pages_inside_pages_are_counted_however_they_are_spelled() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    let lists = |paging: &str, items: &dyn Fn(String) -> String| {
        let children = (0..3).fold("id".to_owned(), |inside, _| format!("children{paging} {{ {} }}", items(inside)));
        format!("organizations{paging} {{ {} }}", items(children))
    };
    let nodes = |inside: String| format!("nodes {{ {inside} }}");
    let spread = "fragment a on OrganizationConnection { ...b } fragment b on OrganizationConnection { nodes { id } }";
    let inline = |inside: String| format!("... on OrganizationConnection {{ nodes {{ {inside} }} }}");
    let unnamed = |inside: String| format!("... @include(if: true) {{ edges {{ node {{ {inside} }} }} }}");
    let renamed = |inside: String| format!("these: nodes {{ {inside} }}");
    let fragments: String = (0..4)
        .map(|number| {
            let inside = if number == 3 { "id".to_owned() } else { format!("children {{ ...f{} }}", number + 1) };
            format!(" fragment f{number} on OrganizationConnection {{ nodes {{ {inside} }} }}")
        })
        .collect();
    for (document, variables) in [
        (format!("query ($n: Int = 200) {{ {} }}", lists("(first: $n)", &nodes)), json!({})),
        (format!("query ($n: Int = 200) {{ {} }}", lists("(last: $n)", &nodes)), json!({})),
        (format!("query ($n: Int = 200) {{ {} }}", lists("(first: $n)", &nodes)), json!({ "n": null })),
        (format!("query ($n: Int) {{ {} }}", lists("(first: $n)", &nodes)), json!({ "n": 200 })),
        (format!("{{ {} }}", lists("(last: 1, first: 200)", &nodes)), json!({})),
        (format!("query ($v: Boolean = true) {{ {} }}", lists("(first: 200) @include(if: $v)", &nodes)), json!({})),
        (format!("{{ {} }}", lists("", &nodes)), json!({})),
        (format!("{{ {} }}", lists("", &inline)), json!({})),
        (format!("{{ {} }}", lists("", &unnamed)), json!({})),
        (format!("{{ {} }}", lists("", &renamed)), json!({})),
        (format!("{{ organizations {{ ...f0 }} }}{fragments}"), json!({})),
        (
            format!(
                "{{ organizations(first: 200) {{ nodes {{ children(first: 200) {{ nodes {{ children {{ ...a }} }} }} }} }} }} {spread}"
            ),
            json!({}),
        ),
    ] {
        let answer = client.send(&document, variables).await;
        assert_eq!(answer.code(), "TOO_COMPLEX", "{document}: {}", answer.text);
        assert!(answer.text.contains("nodes > "), "{document}: {}", answer.text);
    }
    // A page of a size that is given, whatever the default, is counted as it is.
    let small = format!("query ($n: Int = 200) {{ {} }}", lists("(first: $n)", &nodes));
    let answer = client.send(&small, json!({ "n": 2 })).await;
    assert!(answer.at("/organizations/nodes").is_array());
}

/// A stream asks for as much with every event as a query with one answer.
///
/// covers: SEC-D01
#[tokio::test]
async fn a_stream_is_measured_as_any_document() {
    let app = TestApp::new().await;
    let deep = (0..3).fold("id".to_owned(), |inside, _| format!("children(first: 200) {{ nodes {{ {inside} }} }}"));
    let document =
        format!("subscription ($id: ID!) {{ changes(under: $id) {{ subject {{ ... on Organization {{ {deep} }} }} }} }}");
    let body = json!({ "query": document, "variables": { "id": app.database.seed.organization("N1") } });
    let first = crate::live::Events::begin(&app, "county-administrator", &body).await.next().await.expect("an answer");
    assert_eq!(first.pointer("/errors/0/extensions/code"), Some(&json!("TOO_COMPLEX")), "{first}");
}

/// A change of the tree or of a right takes effect with the next request.
#[tokio::test]
async fn an_ended_grant_opens_nothing() {
    let app = TestApp::new().await;
    let client = app.sign_in("auditor");
    assert_eq!(client.ask("{ people { totalCount } }").await.at("/people/totalCount"), 20);
    app.database
        .change("UPDATE grants SET ended_at = now() WHERE account_id = (SELECT id FROM accounts WHERE name = 'auditor')")
        .await;
    assert_eq!(client.ask("{ people { totalCount } }").await.code(), "FORBIDDEN");
    app.database.change("UPDATE accounts SET state = 'disabled' WHERE name = 'auditor'").await;
    assert_eq!(client.ask("{ people { totalCount } }").await.code(), "UNAUTHENTICATED");
}

/// A failing nullable root field nulls itself alone.
#[tokio::test]
async fn a_node_that_is_not_there_does_not_take_its_neighbours_with_it() {
    let app = TestApp::new().await;
    let outside = app.database.seed.organization("S").to_owned();
    let answer = app
        .sign_in("county-administrator")
        .send("query ($id: ID!) { node(id: $id) { id } viewer { readOnly } }", json!({ "id": outside }))
        .await;
    assert_eq!(answer.code(), "NOT_FOUND");
    assert_eq!(answer.json["data"], json!({ "node": null, "viewer": { "readOnly": false } }));
    assert_eq!(answer.json.pointer("/errors/0/path"), Some(&json!(["node"])));
}

/// A client that goes away half-way leaves no transaction open, with its locks, for others to wait for.
#[tokio::test]
async fn a_request_that_is_dropped_leaves_no_transaction_behind() {
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    for number in 0..12_u64 {
        let variables = new_branch(&app, &format!("D{number}"), &format!("支部{number}"));
        let waited = std::time::Duration::from_micros(300 * (number + 1));
        let _ = tokio::time::timeout(waited, client.send(CREATE, variables)).await;
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let mut left = app.database.number(open).await;
    for _ in 0..100 {
        if left == 0 {
            break;
        }
        tokio::task::yield_now().await;
        left = app.database.number(open).await;
    }
    assert_eq!(left, 0);
    assert_eq!(client.send(CREATE, new_branch(&app, "AFTER", "其后支部")).await.user_errors(), "");
}
