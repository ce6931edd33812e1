//! System, security and audit administrator: three duties that no account combines, and what each of them may do.

use std::fmt::Write;

use banyan::testing::{Permission, Role};
use banyan_tests::TestApp;
use serde_json::{Value, json};

use crate::acting::{account, denied, done, everything, organization, person, refused, rows};

const DUTIES: [&str; 3] = ["SYSTEM_ADMINISTRATOR", "SECURITY_ADMINISTRATOR", "AUDITOR"];
const SEPARATE: (&str, &str) = (
    "role DUTIES_SEPARATE 系统管理员、安全管理员、审计管理员不能由同一账号兼任",
    "role DUTIES_SEPARATE System, security and audit administrator are never the same account",
);

fn give(app: &TestApp, token: &str, role: &str, code: &str, from: &str, until: Option<&str>) -> Value {
    json!({ "accountId": account(app, token), "role": role, "organizationId": organization(app, code), "from": from, "until": until })
}

/// Whatever the order, the place and the time: two duties never meet on one account.
///
/// covers: SEC-A08, BEYOND17
#[tokio::test]
async fn no_account_combines_two_duties_at_any_time() {
    for (number, first) in DUTIES.into_iter().enumerate() {
        let app = TestApp::new().await;
        let held = give(&app, "secretary", first, "N1", "2090-01-01T00:00:00Z", Some("2091-01-01T00:00:00Z"));
        done(&app, "municipal-administrator", "grantGive", held).await;
        for (other, second) in DUTIES.into_iter().enumerate().filter(|(other, _)| *other != number) {
            // Also at another place, and with a beginning that lies years ahead.
            for (code, from, until) in [
                ("N1A", "2090-06-01T00:00:00Z", Some("2090-07-01T00:00:00Z")),
                ("N2", "2089-01-01T00:00:00Z", None),
                ("N1", "2090-12-31T23:59:59Z", Some("2099-01-01T00:00:00Z")),
            ] {
                let input = give(&app, "secretary", second, code, from, until);
                refused(&app, "municipal-administrator", "grantGive", input, SEPARATE.0, SEPARATE.1).await;
            }
            // One after the other is possible; at the same second it is after.
            let later = [("2091-01-01T00:00:00Z", "2092-01-01T00:00:00Z"), ("2092-01-01T00:00:00Z", "2093-01-01T00:00:00Z")];
            let (from, until) = later[(other + 3 - number) % 3 - 1];
            done(&app, "municipal-administrator", "grantGive", give(&app, "secretary", second, "N2", from, Some(until))).await;
        }
        // The same duty at two places is one duty.
        let again = give(&app, "secretary", first, "N2", "2090-01-01T00:00:00Z", Some("2090-02-01T00:00:00Z"));
        done(&app, "municipal-administrator", "grantGive", again).await;
    }
}

/// covers: SEC-A08, BEYOND17
#[tokio::test]
async fn a_duty_meets_no_other_through_lending_waiting_or_what_the_giver_cannot_see() {
    let app = TestApp::new().await;
    // Lent.
    for (lender, borrower) in [
        ("system-administrator", "auditor"),
        ("system-administrator", "security-administrator"),
        ("security-administrator", "auditor"),
        ("security-administrator", "system-administrator"),
    ] {
        let lend = json!({ "grantId": app.database.seed.grants[lender], "accountId": account(&app, borrower),
                           "organizationId": organization(&app, "N"), "until": "2098-01-01T00:00:00Z", "reason": "出差" });
        refused(&app, lender, "grantDelegate", lend, SEPARATE.0, SEPARATE.1).await;
    }
    // Waiting for a second person.
    let waits = give(&app, "secretary", "AUDITOR", "N", "2090-01-01T00:00:00Z", None);
    done(&app, "municipal-administrator", "grantGive", waits).await;
    let second = give(&app, "secretary", "SYSTEM_ADMINISTRATOR", "N1", "2095-01-01T00:00:00Z", None);
    refused(&app, "county-administrator", "grantGive", second, SEPARATE.0, SEPARATE.1).await;
    // Where the giver cannot see it, the database refuses.
    let elsewhere = "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, given_by_name)
        SELECT a.tenant_id, gen_random_uuid(), a.id, 'auditor', o.id, o.path, '2026-01-01', 'test'
        FROM accounts a, organizations o WHERE a.name = 'committee-member' AND o.code = 'S1A'";
    app.database.change(elsewhere).await;
    let blind = give(&app, "committee-member", "SECURITY_ADMINISTRATOR", "N1", "2095-01-01T00:00:00Z", None);
    refused(&app, "township-administrator", "grantGive", blind, SEPARATE.0, SEPARATE.1).await;
    // Nor does whoever writes the tables.
    let by_hand = elsewhere.replace("'auditor'", "'system_administrator'");
    let error = app.database.owner().await.batch_execute(&by_hand).await.expect_err("a refusal");
    assert_eq!(error.as_db_error().and_then(|error| error.constraint()), Some("grants_one_duty"));
}

/// covers: SEC-A09
#[test]
fn which_role_brings_which_right() {
    let mut table = String::new();
    for role in Role::ALL {
        let holds = |permission: &Permission| if role.allows(*permission) { 'x' } else { '.' };
        let cells: String = Permission::ALL.iter().map(holds).collect();
        writeln!(table, "{:<27} {cells}", role.as_str()).expect("a line");
    }
    let names: Vec<&str> = Permission::ALL.iter().map(|permission| permission.name()).collect();
    insta::assert_snapshot!(format!("{table}{}", names.join(" ")));
}

/// The audit administrator changes nothing, with every mutation of the schema; the system administrator reads
/// neither people nor the bodies of the log, with every query that could show them.
///
/// covers: SEC-A09
#[tokio::test]
async fn the_auditor_changes_nothing_and_the_system_administrator_reads_no_personal_data() {
    let app = TestApp::new().await;
    done(&app, "county-administrator", "personEdit", json!({ "id": person(&app, "N1A-2"), "version": 1, "education": "11" }))
        .await;
    let entry = rows(&app, "SELECT encode(uuid_send(id), 'hex') FROM journal").await;
    let bytes = data_encoding::HEXLOWER.decode(entry.as_bytes()).expect("hex");
    let entry = format!("jou_{}", data_encoding::BASE64URL_NOPAD.encode(&bytes));
    let system = app.sign_in("system-administrator");
    for list in ["people", "journal"] {
        assert_eq!(system.ask(&format!("{{ {list} {{ totalCount }} }}")).await.code(), "FORBIDDEN", "{list}");
    }
    for id in [person(&app, "N1A-2"), entry] {
        let answer = system.ask(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await;
        assert_eq!(answer.code(), "NOT_FOUND", "{id}");
    }
    let nested = "query ($id: ID!) { node(id: $id) { ... on Organization { members { totalCount } applicants { totalCount } history { totalCount } } } }";
    let answer = system.send(nested, json!({ "id": organization(&app, "N1A") })).await;
    let text = answer.text.clone();
    assert!(!text.contains("PERSON") && !text.contains("王小明"), "{text}");
    for kind in ["members", "applicants", "history"] {
        let count = &answer.json["data"]["node"][kind]["totalCount"];
        assert!(count.is_null() || count == 0, "{text}");
    }
    let unmask = json!({ "id": person(&app, "N1A-2"), "fields": ["PHONE"], "purpose": "核对" });
    denied(&app, "system-administrator", "personUnmask", unmask.clone(), "NOT_FOUND").await;
    denied(&app, "security-administrator", "personUnmask", unmask.clone(), "NOT_FOUND").await;
    denied(&app, "auditor", "personUnmask", unmask, "FORBIDDEN").await;
    // Every mutation that there is, with what the auditor can name: ids of everything in reach.
    let auditor = app.sign_in("auditor");
    let schema = auditor.ask("{ __schema { mutationType { fields { name args { type { ofType { name } } } } } } }").await;
    let before = everything(&app).await;
    for field in schema.at("/__schema/mutationType/fields").as_array().expect("mutations") {
        let (name, input) = (field["name"].as_str().expect("a name"), field["args"][0]["type"]["ofType"]["name"].as_str());
        let Some(input) = input else { continue };
        for id in [
            organization(&app, "N1A"),
            person(&app, "N1A-2"),
            account(&app, "secretary"),
            app.database.seed.grants["secretary"].clone(),
        ] {
            let value = filled(&auditor, input, &id).await;
            let document = format!("mutation ($i: {input}!) {{ {name}(input: $i) {{ userErrors {{ code }} }} }}");
            let answer = auditor.send(&document, json!({ "i": value })).await;
            let own = ["accountRename", "keyInviteOwn", "sessionEndOthers", "sessionEnd"].contains(&name);
            assert!(own || !answer.code().is_empty() || !answer.user_errors().is_empty(), "{name}: {}", answer.text);
            assert!(!matches!(answer.code(), "BAD_DOCUMENT" | "INTERNAL"), "{name}: {}", answer.text);
            if own {
                break;
            }
        }
    }
    let after = everything(&app).await;
    let changed: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
    let own = |row: &&&String| {
        ["accounts ", "sessions ", "invitations ", "security_events ", "journal"].iter().any(|table| row.starts_with(table))
    };
    assert!(changed.iter().all(|row| own(&row)), "{changed:?}");
}

/// An input with every field filled in: the id wherever one is wanted.
async fn filled(client: &banyan_tests::Client, input: &str, id: &str) -> Value {
    let ask = format!(
        "{{ __type(name: \"{input}\") {{ inputFields {{ name type {{ kind name ofType {{ kind name ofType {{ kind name ofType {{ kind name }} }} }} }} }} }} }}"
    );
    let fields = client.ask(&ask).await.at("/__type/inputFields");
    let mut value = json!({});
    for field in fields.as_array().expect("fields") {
        let (name, kind) = (field["name"].as_str().expect("a name"), &field["type"]);
        let required = kind["kind"] == "NON_NULL";
        if let Some(filling) = fill(client, if required { &kind["ofType"] } else { kind }, id, required).await {
            value[name] = filling;
        }
    }
    value
}

/// A value of a type; nothing for what may be left out and is no id.
async fn fill(client: &banyan_tests::Client, kind: &Value, id: &str, required: bool) -> Option<Value> {
    if kind["kind"] == "LIST" {
        let item = if kind["ofType"]["kind"] == "NON_NULL" { &kind["ofType"]["ofType"] } else { &kind["ofType"] };
        let value = Box::pin(fill(client, item, id, required)).await;
        return value.map(|value| json!([value]));
    }
    let name = kind["name"].as_str().unwrap_or_default();
    if name == "ID" {
        return Some(json!(id));
    }
    if !required {
        return None;
    }
    Some(match (kind["kind"].as_str(), name) {
        (Some("ENUM"), _) => {
            let values = client.ask(&format!("{{ __type(name: \"{name}\") {{ enumValues {{ name }} }} }}")).await;
            values.at("/__type/enumValues/0/name")
        }
        (_, "Int") => json!(1),
        (_, "Boolean") => json!(true),
        (_, "DateTime") => json!("2098-01-01T00:00:00Z"),
        (_, "Date" | "Day") => json!("2026-01-02"),
        _ => json!("631"),
    })
}
