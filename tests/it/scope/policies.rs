//! Every policy is needed: each of the application's, loosened or dropped, makes a difference that is noticed.

use banyan::testing::connect;
use banyan_tests::{Database, clone_of_template};
use tokio_postgres::Client;

use super::world::World;

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

/// What the application can do with one table, as someone whose scope is a part of the tree and who has an account
/// beside it: rows seen, changed column by column, added and removed, each with what came of it.
async fn abilities(database: &Database, owner: &Client, table: &str, settings: &str) -> Vec<String> {
    let app = connect(&database.app_url).await.expect("a connection");
    let columns = format!(
        "SELECT attname::text, has_column_privilege('banyan_app', attrelid, attnum, 'UPDATE'),
                has_column_privilege('banyan_app', attrelid, attnum, 'INSERT')
         FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
    );
    let columns = owner.query(&columns, &[]).await.expect("columns");
    let mut statements = vec![format!("SELECT count(*) FROM {table}"), format!("DELETE FROM {table}")];
    for column in columns.iter().filter(|column| column.get(1)) {
        let column: String = column.get(0);
        for order in ["ASC", "DESC"] {
            let value =
                format!("SELECT quote_nullable({column}) FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 {order} LIMIT 1");
            let value = owner.query_opt(&value, &[]).await.expect("a value").map_or_else(|| "NULL".to_owned(), |row| row.get(0));
            statements.push(format!("UPDATE {table} SET {column} = {value}"));
        }
        if column == "ended_at" {
            statements.push(format!("UPDATE {table} SET {column} = now()"));
        }
    }
    let given: Vec<String> = columns.iter().filter(|column| column.get(2)).map(|column| column.get(0)).collect();
    let given = given.join(", ");
    // Rows outside the scope, of others and of the account itself, once more and under another id.
    let rows = format!("SELECT row_to_json(t)::text FROM {table} AS t ORDER BY md5(t::text) LIMIT 12");
    for row in owner.query(&rows, &[]).await.expect("rows") {
        let row: String = row.get(0);
        let row = format!("$json${row}$json$::jsonb || jsonb_build_object('id', gen_random_uuid())");
        if !given.is_empty() {
            statements
                .push(format!("INSERT INTO {table} ({given}) SELECT {given} FROM jsonb_populate_record(NULL::{table}, {row})"));
        }
    }
    let mut found = Vec::new();
    for statement in statements {
        app.batch_execute(&format!("BEGIN; {settings}")).await.expect("a scope");
        let outcome = if statement.starts_with("SELECT") {
            app.query_one(&statement, &[]).await.map(|row| row.get::<_, i64>(0).to_string())
        } else {
            app.execute(&statement, &[]).await.map(|rows| rows.to_string())
        };
        let outcome = outcome.unwrap_or_else(|error| error.code().map_or_else(String::new, |code| code.code().to_owned()));
        found.push(format!("{} = {outcome}", statement.chars().take(120).collect::<String>()));
        app.batch_execute("ROLLBACK").await.expect("the end");
    }
    found
}

/// Policies whose loosening cannot be noticed by anything that the application has a right to do, and why.
const ARGUED: &[(&str, &str)] = &[];

/// covers: SEC-A01
#[tokio::test]
async fn every_policy_that_is_loosened_or_dropped_is_noticed() {
    let database: Database = clone_of_template().await;
    let world = World::grow(&database, 7).await;
    let owner = database.owner().await;
    furnish(&owner, &world).await;
    let account = world.accounts.iter().find(|account| account.person.is_some()).expect("a member's account");
    let inside = world.organizations.iter().find(|it| it.path.len() == 6).expect("a child of a root");
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
    let mut unnoticed = Vec::new();
    let mut tried = 0;
    for policy in &all {
        let Policy { table, name, using, check, roots, command } = policy;
        assert_eq!(roots, "PERMISSIVE", "{table}.{name}");
        let before = abilities(&database, &owner, table, &settings).await;
        let mut ways = vec![("dropped", format!("DROP POLICY {name} ON {table}"))];
        if using.is_some() {
            ways.push(("open to all rows", format!("ALTER POLICY {name} ON {table} USING (true)")));
        }
        if check.is_some() {
            ways.push(("unchecked", format!("ALTER POLICY {name} ON {table} WITH CHECK (true)")));
        }
        for (way, plant) in ways {
            let mend_using = using.as_ref().map(|using| format!(" USING ({using})")).unwrap_or_default();
            let mend_check = check.as_ref().map(|check| format!(" WITH CHECK ({check})")).unwrap_or_default();
            let mend = format!(
                "DROP POLICY IF EXISTS {name} ON {table};
                 CREATE POLICY {name} ON {table} FOR {command} TO banyan_app{mend_using}{mend_check}"
            );
            owner.batch_execute(&plant).await.expect(&plant);
            let after = abilities(&database, &owner, table, &settings).await;
            owner.batch_execute(&mend).await.expect(&mend);
            tried += 1;
            if before == after {
                unnoticed.push(format!("{table}.{name} {way}"));
            }
        }
        assert_eq!(abilities(&database, &owner, table, &settings).await, before, "{table}.{name} was not mended");
    }
    println!("{tried} ways to loosen {} policies, {} unnoticed", all.len(), unnoticed.len());
    let argued: Vec<&str> = ARGUED.iter().map(|(policy, _)| *policy).collect();
    assert_eq!(unnoticed, argued);
}

/// Rows of the kinds that the world does not throw.
async fn furnish(owner: &Client, world: &World) {
    let account = world.accounts.iter().find(|account| account.person.is_some()).expect("a member's account");
    let other = world.accounts.iter().find(|other| other.tenant == account.tenant && other.id != account.id).expect("another");
    let _ = (owner, account, other);
}
