//! What a person is asked to confirm is in words: names instead of paths, roles and rights in the asker's language, times as
//! a clock on the wall shows them (BEYOND5).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use banyan_tests::{Database, TOKENS, TestApp, clone_of_template};
use serde_json::{Value, json};

use crate::access_table::{INSIDE, THINGS, calls};
use crate::acting::{account, organization, person};

/// Everything that a person or an administrator has named: a summary repeats it as it stands.
async fn names(database: &Database) -> Vec<String> {
    let rows = database
        .owner()
        .await
        .query(
            "SELECT DISTINCT name FROM (SELECT name FROM organizations UNION SELECT name FROM people UNION SELECT name FROM accounts
                UNION SELECT user_name FROM accounts UNION SELECT name FROM account_keys
                UNION SELECT given_by_name FROM grants) AS n (name) WHERE name IS NOT NULL",
            &[],
        )
        .await
        .expect("names");
    rows.iter().map(|row| row.get(0)).collect()
}

/// What is asked before a mutation is done: the sentence and the facts below it. None when it asks nothing.
fn question(answer: &Value) -> Option<Vec<String>> {
    let question = answer.pointer("/errors/0/extensions/stepUp").filter(|question| !question.is_null())?;
    let mut texts = vec![question["summary"].as_str().expect("a summary").to_owned()];
    for detail in question["details"].as_array().expect("details") {
        texts.push(detail["name"].as_str().expect("a name").to_owned());
        texts.push(detail["value"].as_str().expect("a value").to_owned());
    }
    Some(texts)
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Words that are the same in a schema, a database and a path, but no words of a person's.
fn is_a_programs(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    words.into_iter().any(|word| {
        let letters = word.chars().filter(char::is_ascii_alphabetic).count();
        word.contains('_')
            || (letters > 1 && word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
            // A path of the tree: labels of three.
            || (word.len() >= 6 && word.len() % 3 == 0 && letters > 0 && word.chars().any(|letter| letter.is_ascii_digit()))
    })
}

/// The input's own free texts, which are repeated as they stand.
fn free_texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.chars().any(is_han) => found.push(text.clone()),
        Value::Object(fields) => fields.values().for_each(|value| free_texts(value, found)),
        Value::Array(items) => items.iter().for_each(|value| free_texts(value, found)),
        _ => {}
    }
}

/// Every mutation that asks, in both languages, by every role that may do it.
///
/// covers: BEYOND5
#[tokio::test]
async fn every_question_is_in_words_of_both_languages() {
    let mut asked = BTreeSet::new();
    let mut seen = BTreeMap::new();
    for (token, ..) in TOKENS {
        let database = clone_of_template().await;
        database.change(THINGS).await;
        let mut calls = calls(&INSIDE, &database).await;
        let names = names(&database).await;
        let app = TestApp::on(database, true, Duration::from_secs(20)).await;
        calls.extend(more(&app));
        let client = app.sign_in(token);
        let mut own = names;
        for (.., variables) in &calls {
            free_texts(variables, &mut own);
        }
        own.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let stripped = |text: &str| own.iter().fold(text.to_owned(), |text, name| text.replace(name.as_str(), "·"));
        for (field, document, variables) in calls.into_iter().filter(|(_, document, _)| document.starts_with("mutation")) {
            let mut both = Vec::new();
            for language in ["zh", "en"] {
                let answer = client.clone().speaking(language).send_with(document, &variables, Value::Null).await;
                let Some(texts) = question(&answer.json) else { continue };
                for text in &texts {
                    let rest = stripped(text);
                    assert!(!is_a_programs(&rest), "{field} as {token} in {language}: {text}");
                    let foreign = |letter: char| if language == "zh" { letter.is_ascii_alphabetic() } else { is_han(letter) };
                    assert!(!rest.chars().any(foreign), "{field} as {token} in {language}: {text}");
                    assert!(!text.trim().is_empty(), "{field} as {token} in {language}: {texts:?}");
                }
                both.push(texts);
            }
            assert!(both.is_empty() || both.len() == 2, "{field} as {token} asks in one language only");
            if let [zh, en] = both.as_slice() {
                assert_eq!(zh.len(), en.len(), "{field} as {token}");
                asked.insert(field);
                seen.entry(field).or_insert_with(|| en.clone());
            }
            client.send(document, variables).await;
        }
    }
    let all: Vec<&str> = asked.into_iter().collect();
    insta::assert_snapshot!(all.join(" "));
    // A few in full.
    assert_eq!(
        seen["grantDelegate, in part"],
        [
            "Lend committee-member rights of your role Organization administrator",
            "Rights",
            "Read people, Edit people",
            "Organization",
            "中国共产党青石镇东村支部委员会",
            "Until",
            "2098-01-01 08:00"
        ]
    );
}

/// Forms of dangerous actions that the access table has not.
fn more(app: &TestApp) -> Vec<(&'static str, &'static str, Value)> {
    let give = |role: &str, from: &str, until: Value| {
        json!({ "i": { "accountId": account(app, "committee-member"), "role": role, "organizationId": organization(app, "N1B"),
            "from": from, "until": until } })
    };
    let mut more = vec![
        (
            "grantDelegate, in part",
            "mutation ($i: GrantDelegateInput!) { grantDelegate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "grantId": app.database.seed.grants["county-administrator"], "accountId": account(app, "committee-member"),
                "organizationId": organization(app, "N1A"), "permissions": ["EDIT_PERSON", "READ_PEOPLE"],
                "until": "2098-01-01T00:00:00Z", "reason": "出差" } }),
        ),
        (
            "accountCreate",
            "mutation ($i: AccountCreateInput!) { accountCreate(input: $i) { userErrors { code path } } }",
            json!({ "i": { "organizationId": organization(app, "N1A"), "personId": person(app, "N1A-4") } }),
        ),
        (
            "personUnmask",
            "mutation ($i: PersonUnmaskInput!) { personUnmask(input: $i) { userErrors { code path } } }",
            json!({ "i": { "id": person(app, "N1A-2"), "fields": ["IDENTITY_NUMBER", "PHONE", "ADDRESS"], "purpose": "核对" } }),
        ),
    ];
    for (version, (profile, days, secret)) in
        (2..).zip([("GRADED", json!(60), "FIXED"), ("ASVS", Value::Null, "IDENTITY_TAIL"), ("ASVS", json!(90), "GENERATED")])
    {
        more.push((
            "policySet",
            "mutation ($i: PolicySetInput!) { policySet(input: $i) { userErrors { code path } } }",
            json!({ "i": { "version": version, "passwordProfile": profile, "rotationDays": days, "initialSecret": secret,
                "twoPersonDepth": 0, "unmaskDailyBudget": 10 } }),
        ));
    }
    let roles = [
        "SYSTEM_ADMINISTRATOR",
        "SECURITY_ADMINISTRATOR",
        "ORGANIZATION_ADMINISTRATOR",
        "BRANCH_ADMINISTRATOR",
        "SECRETARY",
        "COMMITTEE_MEMBER",
        "MEMBER",
        "AUDITOR",
        "READER",
    ];
    for (year, role) in (2040..).zip(roles) {
        more.push((
            "grantGive",
            "mutation ($i: GrantGiveInput!) { grantGive(input: $i) { userErrors { code path } } }",
            give(role, &format!("{year}-01-01T00:00:00Z"), json!(format!("{year}-06-30T16:00:00Z"))),
        ));
    }
    more
}
