//! What the database refuses by itself, asked as the application's role and not through the server.

use banyan::testing::connect;
use banyan_tests::{Database, clone_of_template};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

use super::world::World;

const SCOPES: [&str; 4] = ["app.scope", "app.scope_people", "app.scope_journal", "app.scope_grants"];

/// Tables with a path, from the catalogue: one that is added later is looked at too.
pub async fn guarded(owner: &Client) -> Vec<String> {
    let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'path'
               WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenants' ORDER BY 1";
    owner.query(sql, &[]).await.expect("the catalogue").iter().map(|row| row.get(0)).collect()
}

async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.expect(sql).iter().map(|row| row.get(0)).collect()
}

/// Begins a transaction of the application with one scope for everything.
pub async fn enter(app: &Client, scope: &str) {
    let mut sql = String::from("BEGIN; SET LOCAL app.person = ''; SET LOCAL app.branch = ''; SET LOCAL app.account = '';");
    for setting in SCOPES {
        sql.push_str(&format!("SET LOCAL {setting} = '{scope}';"));
    }
    app.batch_execute(&sql).await.expect("a scope");
}

async fn leave(app: &Client) {
    app.batch_execute("ROLLBACK").await.expect("the end");
}

fn state(result: Result<impl Sized, Error>) -> Option<SqlState> {
    result.err().and_then(|error| error.code().cloned())
}

async fn grown() -> (Database, World) {
    let database = clone_of_template().await;
    let world = World::grow(&database, 7).await;
    (database, world)
}

#[tokio::test]
async fn without_a_scope_there_is_an_error_and_never_a_row() {
    let (database, _) = grown().await;
    let tables = guarded(&database.owner().await).await;
    assert!(tables.len() >= 11, "{tables:?}");
    for table in &tables {
        let count = format!("SELECT count(*) FROM {table}");
        let fresh = connect(&database.app_url).await.expect("a connection");
        assert_eq!(state(fresh.query(&count, &[]).await), Some(SqlState::UNDEFINED_OBJECT), "{table}, fresh");
        // After a transaction with a scope the setting is not unset but empty.
        enter(&fresh, "{[a,z)}").await;
        fresh.batch_execute("COMMIT").await.expect("a commit");
        assert_eq!(texts(&fresh, "SELECT current_setting('app.scope')").await, [""]);
        assert_eq!(state(fresh.query(&count, &[]).await), Some(SqlState::INVALID_TEXT_REPRESENTATION), "{table}, used before");
    }
}

#[tokio::test]
async fn every_table_with_a_path_is_forced_under_its_scope() {
    let (database, world) = grown().await;
    let owner = database.owner().await;
    let tables = guarded(&owner).await;
    let forced = "SELECT relname::text FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1";
    let forced = texts(&owner, forced).await;
    let app = connect(&database.app_url).await.expect("a connection");
    let (inside, outside) = (&world.organizations[0].path, "c02");
    for table in &tables {
        assert!(forced.contains(table), "{table} is not forced");
        let columns = format!(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        );
        let columns = texts(&owner, &columns).await.join(", ");
        let row = format!("SELECT row_to_json(t)::text FROM {table} AS t WHERE path LIKE '{outside}%' LIMIT 1");
        let row = texts(&owner, &row).await.pop().expect("a row in every table");

        enter(&app, "{}").await;
        let none: i64 = app.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.expect("a count").get(0);
        assert_eq!(none, 0, "{table} under no scope");
        leave(&app).await;

        enter(&app, &format!("{{[{inside},{inside}~)}}")).await;
        let sql =
            format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_record(NULL::{table}, $1::text::json)");
        let inserted = app.execute(&sql, &[&row]).await;
        assert_eq!(state(inserted), Some(SqlState::INSUFFICIENT_PRIVILEGE), "{table}: a row outside was inserted");
        leave(&app).await;

        enter(&app, &format!("{{[{inside},{inside}~)}}")).await;
        let some: i64 = app.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.expect("a count").get(0);
        assert!(some > 0, "{table} under a scope");
        let moved = app.execute(&format!("UPDATE {table} SET path = '{outside}' || right(path, 3)"), &[]).await;
        assert_eq!(state(moved), Some(SqlState::INSUFFICIENT_PRIVILEGE), "{table}: a row was moved out");
        leave(&app).await;
    }
}

#[tokio::test]
async fn a_path_that_is_not_its_organizations_cannot_be_committed() {
    let (database, world) = grown().await;
    let owner = database.owner().await;
    for table in guarded(&owner).await {
        owner.batch_execute("BEGIN").await.expect("a transaction");
        let other = &world.organizations[1].path;
        let path = if table == "organizations" { format!("'{other}' || label") } else { format!("'{other}'") };
        let sql = format!(
            "UPDATE {table} SET path = {path} WHERE ctid = (SELECT ctid FROM {table} WHERE path LIKE 'c02%' AND length(path) > 3 LIMIT 1)"
        );
        assert_eq!(owner.execute(&sql, &[]).await.expect("a stale path"), 1, "{table}");
        let committed = owner.batch_execute("COMMIT").await;
        assert_eq!(state(committed), Some(SqlState::FOREIGN_KEY_VIOLATION), "{table}: a stale path was committed");
    }
}

#[tokio::test]
async fn a_move_that_forgets_a_table_cannot_be_committed_and_is_found_by_the_check() {
    let (database, world) = grown().await;
    let owner = database.owner().await;
    let tables = guarded(&owner).await;
    let followers = texts(
        &owner,
        "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'path'
         WHERE c.contype = 'f' AND c.confrelid = 'organizations'::regclass AND a.attnum = ANY (c.conkey) AND c.condeferred
         UNION SELECT 'organizations' ORDER BY 1",
    );
    assert_eq!(followers.await, tables, "every table with a path follows a move by a deferred key");

    // A subtree below a root that has rows in every table.
    let mut moved = None;
    for it in world.organizations.iter().filter(|it| it.path.len() > 3) {
        let all: Vec<String> =
            tables.iter().map(|table| format!("EXISTS (SELECT FROM {table} WHERE path LIKE '{}%')", it.path)).collect();
        let all: bool = owner.query_one(&format!("SELECT {}", all.join(" AND ")), &[]).await.expect("a look").get(0);
        if all {
            moved = Some(it);
        }
    }
    let moved = moved.expect("a subtree with everything");
    let root = world.organizations.iter().find(|it| it.tenant == moved.tenant).expect("a root");
    let (old, new) = (&moved.path, format!("{}zzz", root.path));
    for forgotten in tables.iter().filter(|table| *table != "organizations") {
        let relocate =
            format!("SELECT relocate_subtree('{}', '{}', '{old}', '{}', 'zzz', '{new}', 1)", moved.tenant, moved.id, root.id);
        let back = format!("UPDATE {forgotten} SET path = '{old}' || substr(path, length('{new}') + 1) WHERE path LIKE '{new}%'");
        owner
            .batch_execute(&format!("BEGIN; SET LOCAL app.scope = '{{[{0},{0}~)}}'; {relocate}", root.path))
            .await
            .expect("a move");
        assert!(owner.execute(&back, &[]).await.expect("the old path") > 0, "{forgotten}");
        let committed = owner.batch_execute("COMMIT").await;
        assert_eq!(state(committed), Some(SqlState::FOREIGN_KEY_VIOLATION), "a move forgot {forgotten}");

        // Were the keys switched off, the check would still find it.
        let unkeyed = |sql: &str| format!("SET session_replication_role = replica; {sql}; SET session_replication_role = origin");
        let change = |from: &str, to: &str| {
            format!("UPDATE {forgotten} SET path = '{to}' || substr(path, {}) WHERE path LIKE '{from}%'", from.len() + 1)
        };
        owner.batch_execute(&unkeyed(&change(old, &new))).await.expect("damage");
        let found = banyan::testing::check(&owner).await.expect("a check");
        owner.batch_execute(&unkeyed(&change(&new, old))).await.expect("mended");
        assert!(
            found.iter().any(|found| found.check == "stale path" && found.place.starts_with(forgotten.as_str())),
            "{forgotten}: {found:?}"
        );
    }
    assert_eq!(banyan::testing::check(&owner).await.expect("a check"), []);
}

/// covers: SEC-F04
#[tokio::test]
async fn the_applications_role_owns_nothing_and_cannot_touch_what_was_recorded() {
    let (database, _) = grown().await;
    let owner = database.owner().await;
    let role = "SELECT rolname::text FROM pg_roles WHERE rolname IN ('banyan_app', 'banyan_keeper')
                AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb ORDER BY 1";
    assert_eq!(texts(&owner, role).await, ["banyan_app", "banyan_keeper"]);
    let owned = "SELECT relname::text FROM pg_class WHERE relowner = 'banyan_app'::regrole
                 UNION ALL SELECT proname::text FROM pg_proc WHERE proowner = 'banyan_app'::regrole";
    assert_eq!(texts(&owner, owned).await, Vec::<String>::new());
    assert_eq!(
        texts(&owner, "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'banyan_app'::regrole").await,
        Vec::<String>::new()
    );
    // Functions that look past a policy: the keeper's, with a fixed search path, for the application only.
    let loose = "SELECT proname::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
                 AND (proowner <> 'banyan_keeper'::regrole OR NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)
                      OR EXISTS (SELECT FROM aclexplode(proacl) AS right_of WHERE right_of.grantee = 0))";
    assert_eq!(texts(&owner, loose).await, Vec::<String>::new());

    let app = connect(&database.app_url).await.expect("a connection");
    for sql in [
        "UPDATE journal SET reason = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "UPDATE membership_ledger SET delta = 1",
        "DELETE FROM membership_ledger",
        "SELECT * FROM sessions",
        "UPDATE sessions SET expires_at = now()",
        "UPDATE security_events SET reason = 'x'",
        "DELETE FROM security_events",
        "SELECT count(*) FROM ceremonies",
        "SELECT count(*) FROM throttles",
        "SELECT count(*) FROM tenant_policies",
        "SELECT token_hash FROM sessions",
        "INSERT INTO sessions SELECT * FROM sessions",
        "SELECT count(*) FROM tenants",
        "DELETE FROM people",
        "DELETE FROM organizations",
        "UPDATE idempotency_keys SET answer = ''",
        "ALTER TABLE people DISABLE ROW LEVEL SECURITY",
        "DROP POLICY scope ON people",
        "SET ROLE banyan_keeper",
        "SET ROLE banyan_owner",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id integer)",
    ] {
        enter(&app, "{[a,z)}").await;
        assert_eq!(state(app.batch_execute(sql).await), Some(SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
        leave(&app).await;
    }
}
