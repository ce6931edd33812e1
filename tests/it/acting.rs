//! How the tests of the areas act, and where they look: at the tables, not only at the answers.

use banyan::testing::check;
use banyan_tests::{Answer, Client, TestApp};
use serde_json::{Value, json};
use tokio_postgres::SimpleQueryMessage;

/// The id of an organization of the seed.
pub fn organization(app: &TestApp, code: &str) -> String {
    app.database.seed.organization(code).to_owned()
}

/// The id of a person of the seed.
pub fn person(app: &TestApp, name: &str) -> String {
    app.database.seed.person(name).to_owned()
}

/// The id of an account of the seed.
pub fn account(app: &TestApp, token: &str) -> String {
    app.database.seed.accounts[token].clone()
}

/// The document of a mutation: its input, its thing and its errors follow from its name.
fn document(name: &str) -> String {
    if name == "personUnmask" {
        // Its payload has no version to give back.
        return format!(
            "mutation ($input: PersonUnmaskInput!) {{ {name}(input: $input) {{ person {{ id }} userErrors {{ code message path rule hint }} }} }}"
        );
    }
    let thing = ["organization", "partyGroup", "person", "grant", "attachment", "unit", "leadershipTerm", "leadershipPost"]
        .into_iter()
        .find(|thing| name.starts_with(thing));
    let (thing, input) = (thing.expect("a known thing"), format!("{}{}Input", name[..1].to_uppercase(), &name[1..]));
    // One input says which organization and which unit, whatever becomes of the two.
    let input = if name == "unitUnlink" { "UnitLinkInput".to_owned() } else { input };
    let payload = format!("{thing} {{ id version }} current {{ id version }} userErrors {{ code message path rule hint }}");
    format!("mutation ($input: {input}!) {{ {name}(input: $input) {{ {payload} }} }}")
}

/// Sends a mutation.
pub async fn send(client: &Client, name: &str, input: &Value) -> Answer {
    client.send(&document(name), json!({ "input": input })).await
}

/// Sends a mutation that is done, after which the figures, paths and the ledger must be right. Returns the thing's id and version.
pub async fn done(app: &TestApp, who: &str, name: &str, input: Value) -> (String, i64) {
    let answer = send(&app.sign_in(who), name, &input).await;
    assert_eq!(answer.user_errors(), "", "{}", answer.text);
    let payload = answer.data()[name].as_object().expect("a payload");
    let thing = payload.values().find(|value| value.is_object()).expect("a thing");
    sound(app).await;
    (thing["id"].as_str().expect("an id").to_owned(), thing["version"].as_i64().expect("a version"))
}

/// Figures, paths and the ledger agree with what they are made from.
pub async fn sound(app: &TestApp) {
    assert_eq!(check(&app.database.owner().await).await.expect("a check"), []);
}

/// The refusals of an answer: field, code and text, one a line.
pub fn refusals(answer: &Answer) -> String {
    let payload = answer.data().as_object().and_then(|data| data.values().next()).expect("a payload");
    let things = payload.as_object().expect("a payload").iter().filter(|(name, _)| *name != "userErrors" && *name != "current");
    assert!(things.into_iter().all(|(_, thing)| thing.is_null()), "{}", answer.text);
    let line = |error: &Value| {
        let text = |name: &str| error[name].as_str().expect("a text").to_owned();
        assert_eq!(error["path"][0], "input");
        format!("{} {} {}", error["path"][1].as_str().expect("a field"), text("code"), text("message"))
    };
    let errors = payload["userErrors"].as_array().expect("errors");
    // Only what is stale comes with the thing as it is now, at the version that the refusal names.
    let stale = errors.iter().find(|error| error["code"] == "STALE_VERSION");
    let version = stale.map(|error| error["hint"].as_str().expect("a version").to_owned());
    assert_eq!(payload["current"]["version"].as_i64().map(|version| version.to_string()), version, "{}", answer.text);
    errors.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Sends a mutation that is refused in both languages and writes nothing.
#[track_caller]
pub fn refused<'a>(
    app: &'a TestApp,
    who: &'a str,
    name: &'a str,
    input: Value,
    zh: &'a str,
    en: &'a str,
) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let before = everything(app).await;
        for (language, expected) in [("zh", zh), ("en", en)] {
            let answer = send(&app.sign_in(who).speaking(language), name, &input).await;
            assert_eq!(refusals(&answer), expected, "{place}");
        }
        assert!(everything(app).await == before, "{place}: the refusal wrote something");
    }
}

/// Sends a mutation that ends in a top-level error and writes nothing.
#[track_caller]
pub fn denied<'a>(app: &'a TestApp, who: &'a str, name: &'a str, input: Value, code: &'a str) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let before = everything(app).await;
        let answer = send(&app.sign_in(who), name, &input).await;
        assert_eq!(answer.code(), code, "{place}: {}", answer.text);
        assert!(everything(app).await == before, "{place}: the refusal wrote something");
    }
}

/// All rows that anyone could have written.
pub async fn everything(app: &TestApp) -> Vec<String> {
    let client = app.database.owner().await;
    let tables = client
        .query(
            "SELECT format('SELECT %L || t::text FROM %I t', table_name || ' ', table_name) FROM information_schema.tables
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
               -- A question that was answered leaves a security event, whatever comes of the action.
               AND table_name NOT IN ('codes', 'divisions', 'loaded_files', 'idempotency_keys', 'ceremonies', 'security_events')",
            &[],
        )
        .await
        .expect("tables");
    assert!(tables.len() > 10);
    let union: Vec<String> = tables.iter().map(|row| row.get(0)).collect();
    let rows = client.query(&format!("{} ORDER BY 1", union.join(" UNION ALL ")), &[]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

/// What the tables answer: columns between bars, one row a line, `-` for null.
pub async fn rows(app: &TestApp, sql: &str) -> String {
    let messages = app.database.owner().await.simple_query(sql).await.expect("a query");
    let line = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|column| row.get(column).unwrap_or("-")).collect::<Vec<_>>().join(" | "))
        }
        _ => None,
    };
    messages.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// The newest entry of the operation log, as it stands in its table.
pub async fn newest_entry(app: &TestApp) -> String {
    rows(
        app,
        "SELECT j.event, j.account_name, j.role, o.code, j.subject_kind, j.subject_name, j.before, j.after, j.reason
         FROM journal j JOIN organizations o ON o.tenant_id = j.tenant_id AND o.id = j.organization_id AND o.path = j.path
         ORDER BY j.id DESC LIMIT 1",
    )
    .await
}

/// The texts at one field of a list of objects.
pub fn each(list: &Value, field: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    list.as_array().expect("a list").iter().map(|item| text(&item[field])).collect()
}
