//! Odd texts in every place where the schema takes a text or an id, found by asking it: each is answered with a code, or
//! taken and stored as it was given; and what is refused leaves every table as it was.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use banyan::testing::{ErrorCode, addresses};
use banyan_tests::{Answer, Client, TestApp, secrets};
use serde_json::{Value, json};

use crate::acting::organization;
use crate::grants::any::Any;
use crate::scope::dice::Dice;
use crate::scope::schema::{Reference, Schema, introspect};

/// Control characters, marks that turn the writing or cannot be seen, what SQL, patterns, JSON and templates would read,
/// signs beyond the first plane, nothing at all, and far too much.
const ODD: [&str; 15] = [
    "\u{0}",
    "a\u{0}b",
    "a\u{1}b",
    "a\u{7f}b",
    "a\u{85}b",
    "a\nb",
    "\u{202e}abc",
    "\u{2066}abc",
    "a\u{200b}b",
    "\u{feff}a",
    "x'; DROP TABLE people; --",
    "\" OR 1=1 \\ %_",
    "{}${x}",
    "😀𠮷",
    "",
];
/// What no reading of JSON can make a text of.
const LONE_SURROGATE: &str = r#""\ud800""#;
/// Mutations are many; two tests share them.
const PARTS: usize = 2;

fn odd_texts() -> Vec<String> {
    ODD.iter().map(|text| (*text).to_owned()).chain([String::from("长").repeat(30_000)]).collect()
}

/// The refusal of an answer, none for one that was done. Whatever it is, it has a code.
fn refusal(answer: &Answer, about: &str) -> Option<String> {
    let code = answer.code();
    assert!(answer.status.as_u16() < 500, "{about}: {}", answer.text);
    if !code.is_empty() {
        let ours = ["INTERNAL", "UNAVAILABLE", "DEADLINE", "CONFLICT"];
        assert!(!ours.contains(&code) && ErrorCode::ALL.iter().any(|known| known.as_str() == code), "{about}: {}", answer.text);
        return Some(code.to_owned());
    }
    assert!(answer.json.get("errors").is_none(), "{about}: {}", answer.text);
    let payload = answer.json["data"].as_object().and_then(|data| data.values().next());
    let error = payload.and_then(|payload| payload.pointer("/userErrors/0/code")).and_then(Value::as_str);
    error.map(str::to_owned)
}

fn takes_text(of: &Reference) -> bool {
    matches!(of.name.as_str(), "String" | "ID")
}

/// Every row of every table, in one number; what is noted of a refusal itself, on purpose, is left out.
struct Tables {
    digest: String,
    rows: String,
}

impl Tables {
    async fn of(app: &TestApp) -> Self {
        let owner = app.database.owner().await;
        let names = owner
            .query(
                "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                 AND table_name NOT IN ('codes', 'divisions', 'loaded_files', 'idempotency_keys', 'ceremonies', 'security_events', 'sessions')",
                &[],
            )
            .await
            .expect("the tables");
        let names: Vec<String> = names.iter().map(|row| row.get(0)).collect();
        assert!(names.len() > 20, "{names:?}");
        let one = |name: &String| format!("(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t)");
        let rows = |name: &String| format!("SELECT to_jsonb(t) AS row FROM {name} t");
        Self {
            digest: format!("SELECT {}", names.iter().map(one).collect::<Vec<_>>().join(" || ")),
            rows: names.iter().map(rows).collect::<Vec<_>>().join(" UNION ALL "),
        }
    }

    async fn digest(&self, owner: &tokio_postgres::Client) -> String {
        owner.query_one(&self.digest, &[]).await.expect("the tables").get(0)
    }

    /// Whether some column of some row is exactly this text, or this text sealed.
    async fn hold(&self, owner: &tokio_postgres::Client, text: &str) -> bool {
        let rows = owner.query(&self.rows, &[]).await.expect("the tables");
        rows.iter().any(|row| holds(&row.get(0), text))
    }
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(known) if known == text => true,
        Value::String(known) => {
            let sealed = known.strip_prefix("\\x").and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok());
            sealed.is_some_and(|sealed| secrets().open(&sealed).is_ok_and(|opened| opened == text))
        }
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(fields) => fields.values().any(|item| holds(item, text)),
        _ => false,
    }
}

async fn every_text_of_mutations(part: usize) {
    let app = TestApp::new().await;
    let owner = app.database.owner().await;
    let tables = Tables::of(&app).await;
    let mut any = Any::new(&app).await;
    let dice = &mut Dice::new(part as u64 + 5);
    let places: Vec<(String, String, bool)> = any
        .mutations()
        .enumerate()
        .filter(|(number, _)| number % PARTS == part)
        .flat_map(|(_, (mutation, inputs))| {
            let texts = inputs.iter().filter(|(_, of)| takes_text(of));
            texts.map(|(field, of)| (mutation.to_owned(), field.clone(), of.list)).collect::<Vec<_>>()
        })
        .collect();
    let (mut number, mut stored, mut codes) = (0, 0, BTreeMap::<String, usize>::new());
    let mut before = tables.digest(&owner).await;
    for (mutation, field, is_list) in &places {
        for odd in odd_texts() {
            number += 1;
            // Each its own, so that what is found in a table was not there before.
            let text = if odd.is_empty() || odd.len() > 1_000 { odd } else { format!("{odd}{number}") };
            let mut step = any.step_of(&app, dice, mutation, Some(field)).await;
            step.input[field] = if *is_list { json!([text]) } else { json!(text) };
            let about = format!("{mutation}.{field} {:?}", text.chars().take(40).collect::<String>());
            let answer = step.send(&app, "municipal-administrator").await;
            let refused = refusal(&answer, &about);
            let after = tables.digest(&owner).await;
            match refused {
                Some(code) => {
                    assert!(after == before, "{about}: {code}, and something was written");
                    *codes.entry(code).or_default() += 1;
                }
                None => {
                    stored += 1;
                    // An empty text is none.
                    assert!(text.is_empty() || tables.hold(&owner, &text).await, "{about}: done, and not as it was given");
                    before = after;
                }
            }
        }
        let step = any.step_of(&app, dice, mutation, Some(field)).await;
        let body = json!({ "query": step.document, "variables": { "input": { (field.as_str()): "LONE" } } });
        let answer = raw(&app.sign_in("municipal-administrator"), "/graphql", &body.to_string()).await;
        assert_eq!(refusal(&answer, mutation).as_deref(), Some("BAD_INPUT"), "{}", answer.text);
    }
    assert!(tables.digest(&owner).await == before);
    println!("{} places, {number} texts, {stored} stored; refused: {codes:?}", places.len());
    assert!(places.len() > 50 && stored > 10 && codes["INVALID_CHARACTERS"] > 50 && codes["BAD_ID"] > 100, "{stored} {codes:?}");
}

/// covers: SEC-D03, SEC-D04, API14, API15
#[tokio::test]
async fn odd_texts_in_mutations_are_stored_as_given_or_refused() {
    every_text_of_mutations(0).await;
}

/// The other half of the same.
///
/// covers: SEC-D03, SEC-D04, API14, API15
#[tokio::test]
async fn odd_texts_in_the_other_mutations_are_stored_as_given_or_refused() {
    every_text_of_mutations(1).await;
}

/// Sends a body as it is, with what no text is in place of `LONE`.
async fn raw(client: &Client, path: &str, body: &str) -> Answer {
    let body = body.replace("\"LONE\"", LONE_SURROGATE);
    client.request(Request::post(path).header(header::CONTENT_TYPE, "application/json"), Body::from(body)).await
}

/// Every argument of every field, at the root and of what hangs on things, with a document that gives it the variable `$t`.
fn places_of_queries(schema: &Schema, app: &TestApp) -> Vec<(String, String)> {
    let seed = &app.database.seed;
    let of_things = [
        ("Organization", organization(app, "N1A")),
        ("Person", seed.person("N1A-1").to_owned()),
        ("Account", seed.accounts["secretary"].clone()),
        ("Grant", seed.grants["secretary"].clone()),
    ];
    let mut found = Vec::new();
    for (name, of) in schema.iter().filter(|(name, of)| of.kind == "OBJECT" && !name.starts_with("__")) {
        let around = match name.as_str() {
            "Query" => Some(String::from("$")),
            "Viewer" => Some(String::from("viewer { $ }")),
            name => of_things
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, id)| format!("node(id: \"{id}\") {{ ... on {name} {{ $ }} }}")),
        };
        let Some(around) = around else { continue };
        for field in &of.fields {
            for (argument, reference) in &field.arguments {
                let within: Vec<(String, &Reference)> = match schema[&reference.name].kind.as_str() {
                    "INPUT_OBJECT" => schema[&reference.name]
                        .inputs
                        .iter()
                        .map(|(input, of)| (format!("{argument}: {{ {input}: # }}"), of))
                        .collect(),
                    _ => vec![(format!("{argument}: #"), reference)],
                };
                for (text, of) in within.into_iter().filter(|(_, of)| takes_text(of)) {
                    let given = text.replace('#', if of.list { "[$t]" } else { "$t" });
                    // What takes a value of a closed set has one without being asked.
                    let others = field
                        .arguments
                        .iter()
                        .filter(|(other, of)| other != argument && of.required && schema[&of.name].kind != "ENUM");
                    let others: String = others.map(|(other, of)| format!(", {other}: {}", usual(app, other, of))).collect();
                    let inside = match schema[&field.returns.name].kind.as_str() {
                        "SCALAR" | "ENUM" => "",
                        _ if field.returns.name.ends_with("Connection") => "{ totalCount }",
                        _ => "{ __typename }",
                    };
                    let asked = around.replace('$', &format!("{}({given}{others}) {inside}", field.name));
                    let document = format!("query ($t: {}!) {{ {asked} }}", of.name);
                    found.push((format!("{name}.{} {text}", field.name), document));
                }
            }
        }
    }
    found
}

/// What another argument is given meanwhile.
fn usual(app: &TestApp, name: &str, of: &Reference) -> String {
    match (of.name.as_str(), name) {
        ("ID", _) => format!("\"{}\"", organization(app, "N1A")),
        ("String", "table") => "\"sex\"".to_owned(),
        ("Date", _) => "\"2026-01-01\"".to_owned(),
        (other, name) => panic!("nothing is known for {name} of type {other}"),
    }
}

/// covers: SEC-D03, SEC-D04, API14, API15
#[tokio::test]
async fn odd_texts_in_queries_are_searched_for_or_refused() {
    let app = TestApp::new().await;
    let owner = app.database.owner().await;
    let tables = Tables::of(&app).await;
    let client = app.sign_in("municipal-administrator");
    let schema = introspect(&client).await;
    let before = tables.digest(&owner).await;
    let places = places_of_queries(&schema, &app);
    let (mut found, mut codes) = (0, BTreeMap::<String, usize>::new());
    for (place, document) in &places {
        for text in odd_texts() {
            let about = format!("{place} {:?}", text.chars().take(40).collect::<String>());
            let answer = client.send(document, json!({ "t": text })).await;
            match refusal(&answer, &about) {
                Some(code) => *codes.entry(code).or_default() += 1,
                None => found += 1,
            }
        }
        let body = json!({ "query": document, "variables": { "t": "LONE" } }).to_string();
        let answer = raw(&client, "/graphql", &body).await;
        assert_eq!(refusal(&answer, place).as_deref(), Some("BAD_INPUT"), "{}", answer.text);
    }
    assert!(tables.digest(&owner).await == before, "a query wrote something");
    println!("{} places, {found} answered; refused: {codes:?}", places.len());
    assert!(places.len() > 60 && found > 200 && codes["BAD_CURSOR"] > 200, "{} {found} {codes:?}", places.len());
}

/// What strangers send to the addresses of signing in.
///
/// covers: SEC-D04
#[tokio::test]
async fn odd_texts_at_the_door_are_refused() {
    let app = TestApp::new().await;
    let fields =
        ["userName", "password", "newPassword", "oldPassword", "code", "name", "identityNumber", "as", "ceremony", "label"];
    let doors: Vec<&str> = addresses().into_iter().filter(|address| address.starts_with("/session/")).collect();
    assert!(doors.len() > 10, "{doors:?}");
    for door in doors {
        for text in odd_texts().into_iter().chain(["LONE".to_owned()]) {
            let about = format!("{door} {:?}", text.chars().take(40).collect::<String>());
            let every = json!(fields.iter().map(|field| (*field, json!(text))).collect::<BTreeMap<_, _>>());
            for client in [app.stranger(), app.sign_in("secretary")] {
                let answer = raw(&client, door, &every.to_string()).await;
                // Whoever asks for keys is given a challenge, under whatever name.
                let is_challenge =
                    answer.status == StatusCode::OK && door.ends_with("/begin") && answer.json["ceremony"].is_string();
                let is_refused = answer.status.is_client_error() && !answer.code().is_empty();
                assert!(is_challenge || is_refused, "{about}: {} {}", answer.status, answer.text);
            }
        }
    }
    assert_eq!(app.database.number("SELECT count(*) FROM account_passwords").await, 0);
}
