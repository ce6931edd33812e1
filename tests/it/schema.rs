//! The exported schema and the generated tables are those of the code.

use std::path::Path;

use banyan::testing::{Language, label_of};
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
    let error = body("UserError");
    for field in ["code: UserErrorCode!", "message: String!", "path: [String!]!", "rule: String", "hint: String"] {
        assert!(error.contains(field), "{field} in {error}");
    }
}

/// What is done to what: the noun is a thing of the schema, the verb one that people use; the one argument is `input`,
/// whose type is required and an input of its own.
///
/// covers: API12
#[tokio::test]
async fn every_mutation_is_a_noun_and_a_verb_with_one_argument() {
    const VERBS: &str = "Add Approve Assign Begin Close Create Delegate Delete Disable Dissolve Edit Enable End EndOthers Give \
        Invite InviteOwn Issue Link Move Refuse Remove Rename Reorder Reset Set SetPhoto Unlink Unmask";
    let app = banyan_tests::TestApp::new().await;
    let known = crate::scope::schema::introspect(&app.sign_in("county-administrator")).await;
    let nouns: std::collections::BTreeSet<String> = known
        .keys()
        .map(|name| name[..1].to_lowercase() + &name[1..])
        // Things that are called otherwise where they are read.
        .chain(["key", "session", "policy"].map(str::to_owned))
        .collect();
    for mutation in &known["Mutation"].fields {
        let name = &mutation.name;
        let noun = VERBS.split_whitespace().filter_map(|verb| name.strip_suffix(verb)).min_by_key(|noun| noun.len());
        let noun = noun.unwrap_or_else(|| panic!("{name} ends with no verb that people use"));
        assert!(nouns.contains(noun), "{name}: {noun} is nothing in the schema");
        let [(argument, of)] = mutation.arguments.as_slice() else { panic!("{name} has not one argument") };
        assert_eq!((argument.as_str(), of.required, known[&of.name].kind.as_str()), ("input", true, "INPUT_OBJECT"), "{name}");
    }
}

/// A refusal names a field as people read it, in both languages.
///
/// covers: API13
#[tokio::test]
async fn every_field_of_an_input_has_a_label_in_both_languages() {
    let app = banyan_tests::TestApp::new().await;
    let known = crate::scope::schema::introspect(&app.sign_in("county-administrator")).await;
    let mut seen = 0;
    for mutation in &known["Mutation"].fields {
        for (field, _) in mutation.arguments.iter().flat_map(|(_, of)| &known[&of.name].inputs) {
            seen += 1;
            for language in [Language::Zh, Language::En] {
                assert!(label_of(field, language).is_some(), "{} of {} has no label", field, mutation.name);
            }
        }
    }
    assert!(seen > 100, "{seen}");
}
