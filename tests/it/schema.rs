//! The exported schema and the generated tables are those of the code.

use std::path::Path;

use banyan_tests::empty_database;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

#[test]
fn the_exported_schema_is_that_of_the_code() {
    let exported = std::fs::read_to_string(root().join("schema.graphql")).expect("schema.graphql");
    assert!(exported == banyan::sdl(), "schema.graphql is old: run `make schema` and read the difference");
}

#[tokio::test]
async fn the_generated_tables_are_those_of_the_migrated_database() {
    let client = empty_database().await.owner().await;
    let sql = include_str!("../../server/tables/generate.sql");
    let mut lines = Vec::new();
    for message in client.simple_query(sql).await.expect("the generator") {
        if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
            lines.push(row.get(0).unwrap_or_default().to_owned());
        }
    }
    let generated = format!("{}\n", lines.join("\n"));
    let file = root().join("server/tables/src/lib.rs");
    if std::env::var_os("BANYAN_UPDATE_TABLES").is_some() {
        std::fs::write(&file, &generated).expect("the file");
    }
    assert!(std::fs::read_to_string(&file).expect("the file") == generated, "server/tables is old: run `make tables`");
}

/// Every list that can exceed twenty items is a connection (T02): the only plain lists are closed sets, the way
/// up the tree, and what a rule bounds.
///
/// covers: API06
#[test]
fn only_bounded_lists_are_no_connections() {
    let bounded = [
        "attachments",
        "units",
        "leadershipTerms",
        "posts",
        "warnings",
        "attributes",
        "claimCodes",
        "fields",
        "flags",
        "invitations",
        "keys",
        "kinds",
        "sessions",
        "sleeping",
        "ancestors",
        "byAgeBand",
        "byEducation",
        "byEthnicGroup",
        "byKind",
        "bySex",
        "byStage",
        "changes",
        "edges",
        "fields",
        "grants",
        "may",
        "mayContain",
        "nodes",
        "path",
        "permissions",
        "roots",
        "userErrors",
        "values",
    ];
    let sdl = banyan::sdl();
    let (mut in_input, mut with_arguments) = (false, "");
    for line in sdl.lines() {
        if line.trim_end().ends_with('(') {
            with_arguments = line.trim().trim_end_matches('(');
        }
        if line.starts_with("input ") {
            in_input = true;
        } else if line.starts_with('}') {
            in_input = false;
        }
        let field = line.trim().split([':', '(']).next().unwrap_or_default();
        let field = if field == ")" { with_arguments } else { field };
        if !in_input
            && line.starts_with('\t')
            && line.contains(": [")
            && !line.trim_start().starts_with('"')
            && !line.contains('(')
        {
            assert!(bounded.contains(&field), "{line} is a list and neither a connection nor bounded");
        }
    }
}

/// The limit of nodes counts the items of a page by its size, and those of any other list of objects as a few.
///
/// covers: API16
#[tokio::test]
async fn every_list_without_pages_is_counted_by_the_limits() {
    let app = banyan_tests::TestApp::new().await;
    let known = crate::scope::schema::introspect(&app.sign_in("county-administrator")).await;
    let mut lists = std::collections::BTreeSet::new();
    for (name, of) in known.iter().filter(|(name, of)| of.kind == "OBJECT" && !name.starts_with("__")) {
        for field in of.fields.iter().filter(|field| field.returns.list && known[&field.returns.name].kind != "ENUM") {
            let is_page = name.ends_with("Connection") && matches!(field.name.as_str(), "edges" | "nodes");
            let is_leaf = known[&field.returns.name].kind == "SCALAR";
            if !is_page && !is_leaf {
                lists.insert(field.name.clone());
            }
        }
    }
    assert_eq!(lists.iter().map(String::as_str).collect::<Vec<_>>(), banyan::testing::SHORT_LISTS);
}

/// One input, one payload with the thing and `userErrors`, a closed set of codes.
///
/// covers: API12, API13
#[test]
fn every_mutation_has_one_input_and_a_payload_with_user_errors() {
    let sdl = banyan::sdl();
    let body = |name: &str| {
        sdl.split(&format!("type {name} {{")).nth(1).and_then(|rest| rest.split("\n}").next()).expect("a type").to_owned()
    };
    let mut mutations = 0;
    for line in body("Mutation").lines().filter(|line| line.contains("): ")) {
        mutations += 1;
        let (_, result) = line.rsplit_once(": ").expect("a result");
        let payload = body(result.trim().trim_end_matches('!'));
        assert!(payload.contains("userErrors: [UserError!]!"), "{line}");
    }
    assert!(mutations >= 15, "{mutations}");
    assert!(body("UserError").contains("code: UserErrorCode!") && body("UserError").contains("path: [String!]!"));
}
