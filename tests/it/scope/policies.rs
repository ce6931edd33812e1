//! Every policy is needed: each of the application's, loosened or dropped, makes a difference that is noticed.

use std::collections::HashMap;

use banyan::testing::connect;
use banyan_tests::{Database, clone_of_template};
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use super::world::{Account, Organization, World};

/// A policy as the catalogue has it.
struct Policy {
    table: String,
    name: String,
    using: Option<String>,
    check: Option<String>,
    roots: String,
    command: String,
}

async fn policies(owner: &Client) -> Vec<Policy> {
    let sql = "SELECT tablename::text, policyname::text, qual, with_check, permissive, cmd FROM pg_policies
               WHERE schemaname = 'public' AND 'banyan_app' = ANY (roles) ORDER BY 1, 2";
    let rows = owner.query(sql, &[]).await.expect("the catalogue");
    rows.iter()
        .map(|row| Policy {
            table: row.get(0),
            name: row.get(1),
            using: row.get(2),
            check: row.get(3),
            roots: row.get(4),
            command: row.get(5),
        })
        .collect()
}

/// What the application may try with one table: to see rows, to change them column by column, to add and to remove.
async fn attempts(owner: &Client, table: &str, account: Uuid) -> Vec<String> {
    let columns = format!(
        "SELECT attname::text, has_column_privilege('banyan_app', attrelid, attnum, 'UPDATE'),
                has_column_privilege('banyan_app', attrelid, attnum, 'INSERT')
         FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    );
    let columns = owner.query(&columns, &[]).await.expect("columns");
    let mut attempts = vec![format!("SELECT count(*) FROM {table}"), format!("DELETE FROM {table}")];
    for column in columns.iter().filter(|column| column.get(1)) {
        let column: String = column.get(0);
        for end in ["min", "max"] {
            let value = format!("SELECT quote_nullable({end}({column}::text)) FROM {table}");
            let value: String = owner.query_one(&value, &[]).await.expect("a value").get(0);
            attempts.push(format!("UPDATE {table} SET {column} = {value}"));
        }
        if column == "ended_at" {
            attempts.push(format!("UPDATE {table} SET {column} = now()"));
        }
    }
    let given: Vec<String> = columns.iter().filter(|column| column.get(2)).map(|column| column.get(0)).collect();
    let given = given.join(", ");
    // Rows of the account itself and of others, once more and under another id.
    let own = if columns.iter().any(|column| column.get::<_, &str>(0) == "account_id") { "account_id" } else { "NULL::uuid" };
    let rows = format!(
        "SELECT row_to_json(t)::text FROM {table} AS t ORDER BY {own} = '{account}' DESC NULLS LAST, md5(t::text) LIMIT 6"
    );
    for row in owner.query(&rows, &[]).await.expect("rows").iter().filter(|_| !given.is_empty()) {
        let row: String = row.get(0);
        let row = format!("$json${row}$json$::jsonb || jsonb_build_object('id', gen_random_uuid())");
        attempts.push(format!("INSERT INTO {table} ({given}) SELECT {given} FROM jsonb_populate_record(NULL::{table}, {row})"));
    }
    attempts
}

/// What comes of an attempt, which is undone: rows, or the state of an error.
async fn outcome(app: &Client, settings: &str, attempt: &str) -> String {
    // All in one message; after an error the rest of it was not looked at.
    match app.simple_query(&format!("BEGIN; {settings} {attempt}; ROLLBACK")).await {
        Ok(messages) => messages.iter().map(outcome_of).collect(),
        Err(error) => {
            app.batch_execute("ROLLBACK").await.expect("the end");
            error.code().map_or_else(String::new, |code| code.code().to_owned())
        }
    }
}

fn outcome_of(message: &SimpleQueryMessage) -> String {
    match message {
        SimpleQueryMessage::Row(row) => row.get(0).unwrap_or_default().to_owned(),
        SimpleQueryMessage::CommandComplete(rows) => format!(",{rows}"),
        _ => String::new(),
    }
}

/// Policies whose loosening cannot be noticed by anything that the application has a right to do, and why.
const ARGUED: &[(&str, &str)] =
    &[("sessions.scope_end unchecked", "it may change when and why a session ended and nothing that says where it stands")];

/// covers: SEC-A01
#[tokio::test]
async fn every_policy_that_is_loosened_or_dropped_is_noticed() {
    let database: Database = clone_of_template().await;
    let world = World::grow(&database, 7).await;
    let owner = database.owner().await;
    let account = world.accounts.iter().find(|account| account.person.is_some()).expect("a member's account");
    let other = world.accounts.iter().find(|other| other.tenant == account.tenant && other.id != account.id).expect("another");
    let inside = world.organizations.iter().find(|it| it.path.len() == 6).expect("a child of a root");
    furnish(&owner, account, other, [&world.organizations[0], inside]).await;
    let mut settings = format!(
        "SET LOCAL app.person = '{}'; SET LOCAL app.branch = '{}'; SET LOCAL app.account = '{}';",
        account.person.expect("a person"),
        account.branch.expect("a branch"),
        account.id
    );
    for setting in ["app.scope", "app.scope_people", "app.scope_journal", "app.scope_grants"] {
        settings.push_str(&format!("SET LOCAL {setting} = '{{[{0},{0}~)}}';", inside.path));
    }
    let all = policies(&owner).await;
    assert!(all.len() >= 30, "{}", all.len());
    let app = connect(&database.app_url).await.expect("a connection");
    let mut known: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for Policy { table, .. } in &all {
        if !known.contains_key(table) {
            let mut came = Vec::new();
            for attempt in attempts(&owner, table, account.id).await {
                let outcome = outcome(&app, &settings, &attempt).await;
                came.push((attempt, outcome));
            }
            known.insert(table.clone(), came);
        }
    }
    let (mut unnoticed, mut tried) = (Vec::new(), 0);
    for policy in &all {
        let Policy { table, name, using, check, roots, command } = policy;
        assert_eq!(roots, "PERMISSIVE", "{table}.{name}");
        let mut ways = vec![("dropped", format!("DROP POLICY {name} ON {table}"))];
        if using.is_some() {
            ways.push(("open to all rows", format!("ALTER POLICY {name} ON {table} USING (true)")));
        }
        if check.is_some() {
            ways.push(("unchecked", format!("ALTER POLICY {name} ON {table} WITH CHECK (true)")));
        }
        let mend_using = using.as_ref().map(|using| format!(" USING ({using})")).unwrap_or_default();
        let mend_check = check.as_ref().map(|check| format!(" WITH CHECK ({check})")).unwrap_or_default();
        let mend = format!(
            "DROP POLICY IF EXISTS {name} ON {table};
             CREATE POLICY {name} ON {table} FOR {command} TO banyan_app{mend_using}{mend_check}"
        );
        for (way, plant) in ways {
            owner.batch_execute(&plant).await.expect(&plant);
            let mut noticed = false;
            for (attempt, before) in &known[table] {
                if outcome(&app, &settings, attempt).await != *before {
                    noticed = true;
                    break;
                }
            }
            owner.batch_execute(&mend).await.expect(&mend);
            tried += 1;
            if !noticed {
                unnoticed.push(format!("{table}.{name} {way}"));
            }
        }
    }
    for (attempt, before) in known.values().flatten() {
        assert_eq!(outcome(&app, &settings, attempt).await, *before, "not mended: {attempt}");
    }
    println!("{tried} ways to loosen {} policies, {} unnoticed", all.len(), unnoticed.len());
    let argued: Vec<&str> = ARGUED.iter().map(|(policy, _)| *policy).collect();
    assert_eq!(unnoticed, argued);
}

/// Rows of the kinds that the world does not throw for certain, mostly outside the scope: passwords, stored answers, a photo of one's
/// own, grants of one's own, lent to others and got from others.
async fn furnish(owner: &Client, mine: &Account, other: &Account, [root, inside]: [&Organization; 2]) {
    let (tenant, person) = (mine.tenant, mine.person.expect("a person"));
    let mut sql = String::from("SET session_replication_role = replica;");
    for id in [mine.id, other.id] {
        sql.push_str(&format!(
            "INSERT INTO account_passwords (tenant_id, account_id, hash, earlier, initial, changed_at)
             VALUES ('{tenant}', '{id}', 'x', '{{}}', false, now());
             INSERT INTO idempotency_keys (tenant_id, account_id, key, body_hash, answer, created_at)
             VALUES ('{tenant}', '{id}', 'k', '\\x01', 'x', now());
             INSERT INTO uploads (tenant_id, id, account_id, object, name, media_type, bytes, digest, content_key, created_at)
             VALUES ('{tenant}', gen_random_uuid(), '{id}', gen_random_uuid(), 'x.pdf', 'application/pdf', 1, sha256('x'), '\\x01', now());"
        ));
    }
    sql.push_str(&format!(
        "INSERT INTO person_photos (tenant_id, person_id, organization_id, path, media_type, content)
         SELECT tenant_id, id, organization_id, path, 'image/png', '\\x89' FROM people WHERE id = '{person}' ON CONFLICT DO NOTHING;"
    ));
    // A post of one's own outside the scope, and someone else's inside.
    for (place, person) in [(root, person), (inside, other.id)] {
        sql.push_str(&format!(
            "INSERT INTO leadership_terms (tenant_id, id, organization_id, path, number, from_day, until_day, created_at, updated_at)
             VALUES ('{tenant}', gen_random_uuid(), '{0}', '{1}', 100, '2020-01-01', '2021-01-01', now(), now());
             INSERT INTO leadership_posts (tenant_id, id, organization_id, path, term_id, person_id, person_name, post, sort_order, from_day,
                                           created_at, updated_at)
             VALUES ('{tenant}', gen_random_uuid(), '{0}', '{1}', gen_random_uuid(), '{person}', '某人', '4', 1, '2020-01-01', now(), now());",
            place.id, place.path
        ));
    }
    for (place, account) in [(root, mine), (inside, mine), (inside, other)] {
        sql.push_str(&format!(
            "INSERT INTO jobs (tenant_id, id, organization_id, path, kind, input, account_id, account_name, session_id, role, request_id, total, created_at)
             VALUES ('{tenant}', gen_random_uuid(), '{0}', '{1}', 'organization_move', '{{}}', '{2}', 'x', '{2}', 'x', 'x', 1, now());",
            place.id, place.path, account.id
        ));
    }
    for (id, holder, lender) in [(1, mine, None), (2, other, Some((mine, 1))), (3, other, None), (4, mine, Some((other, 3)))] {
        let grant = |number: i32| format!("'01900000-0000-7000-8000-00000000000{number}'");
        let (source, lender) = match lender {
            Some((account, source)) => (grant(source), format!("'{}', '某人'", account.id)),
            None => ("NULL".to_owned(), "NULL, NULL".to_owned()),
        };
        sql.push_str(&format!(
            "INSERT INTO grants (tenant_id, id, account_id, role, organization_id, path, valid_from, valid_until, given_by_name,
                                 delegated_from, on_behalf_of, on_behalf_of_name)
             VALUES ('{tenant}', {}, '{}', 'committee_member', '{}', '{}', '2020-01-01', '2099-01-01', '某人', {source}, {lender});",
            grant(id),
            holder.id,
            root.id,
            root.path
        ));
    }
    sql.push_str("SET session_replication_role = origin;");
    owner.batch_execute(&sql).await.expect("rows");
}
