//! Leaks on purpose: the runner and the look by SQL must find them, or their silence means nothing.

use banyan::testing::connect;
use banyan_tests::Database;
use tokio_postgres::Client;

use super::dice::Dice;
use super::guard::{enter, guarded};
use super::operations::Asker;
use super::runner::{Case, Tally};

const OPERATIONS: u64 = 6000;
const STREAMS: usize = 200;

/// Tables that a resolver reads by an id or a relation. The others cannot be seen through GraphQL when
/// their policy alone is loose, and are planted for the look by SQL: `organization_tallies` (the overview
/// asks for the right first), `person_photos` (read for people only who were found themselves), and
/// `membership_ledger` (nothing reads it yet), `security_events` (the
/// range of the list is all that a viewer with one root can ask for), `jobs` (the right is asked for beside it); the SQL below
/// finds a leak of these.
const SEEN: [&str; 9] = [
    "organizations",
    "organization_versions",
    "organization_counts",
    "party_groups",
    "people",
    "accounts",
    "grants",
    "journal",
    "invitations",
];

/// A policy beside the others lets everything through; taken away again, nothing of it stays.
fn loose(table: &str) -> (String, String) {
    (format!("CREATE POLICY leak ON {table} FOR SELECT TO banyan_app USING (true)"), format!("DROP POLICY leak ON {table}"))
}

/// A function of the keeper with a part left out, and as it was.
pub async fn without(owner: &Client, function: &str, part: &str) -> (String, String) {
    let sql = format!("SELECT pg_get_functiondef('{function}'::regproc)");
    let whole: String = owner.query_one(&sql, &[]).await.expect("a function").get(0);
    assert_eq!(whole.matches(part).count(), 1, "{function} has no single {part}");
    (whole.replace(part, ""), whole)
}

const ENDED: &str = "\n        AND g.ended_at IS NULL AND NOT g.pending";
pub const EXPIRY: &str = "\n        AND (g.valid_until IS NULL OR g.valid_until > moment)";

#[tokio::test]
async fn the_runner_finds_every_leak_that_is_planted() {
    let seed = 1;
    let case = Case::new(seed, 4).await;
    let owner = case.whole.database.owner().await;
    let mut leaks: Vec<(String, (String, String))> = SEEN.iter().map(|table| ((*table).to_owned(), loose(table))).collect();
    // A grant that ended before its time, or by itself, still widens the scope.
    leaks.push(("session_viewer, expired".into(), without(&owner, "session_viewer", EXPIRY).await));
    leaks.push(("session_viewer, ended".into(), without(&owner, "session_viewer", ENDED).await));
    for (name, (plant, mend)) in leaks {
        owner.batch_execute(&plant).await.expect(&plant);
        let mut tally = Tally::default();
        let found = case.run(&mut Asker::new(&case.schema, &case.world), OPERATIONS, &mut tally).await;
        owner.batch_execute(&mend).await.expect(&mend);
        match found {
            Err(leak) => println!("{name}: found by operation {}", leak.number + 1),
            Ok(()) => panic!("{name}: not found by {OPERATIONS} operations of seed {seed}"),
        }
    }
    // Streams on their own: what they tell of is read by the subscriber.
    let (plant, mend) = loose("organizations");
    owner.batch_execute(&plant).await.expect(&plant);
    let mut tally = Tally::default();
    let (mut asker, dice, mut told) = (Asker::new(&case.schema, &case.world), &mut Dice::new(seed), Vec::new());
    for number in 0..STREAMS {
        if case.watch(&mut asker, dice, 1 + number % 2, &mut tally).await.is_err() {
            told.push(number);
            break;
        }
    }
    owner.batch_execute(&mend).await.expect(&mend);
    assert!(!told.is_empty(), "{STREAMS} streams with {} events told nothing of a leak", tally.events);
    println!("organizations: found by stream {told:?}");
    let again = case.run(&mut Asker::new(&case.schema, &case.world), 40, &mut Tally::default()).await;
    assert!(again.is_ok(), "a mended leak: {}", again.err().map(|leak| leak.text).unwrap_or_default());
    case.clear().await;
}

/// What the application's role can read outside two roots that lie apart.
async fn outside(database: &Database, tables: &[String], roots: [&str; 2]) -> Vec<String> {
    let app = connect(&database.app_url).await.expect("a connection");
    enter(&app, &format!("{{[{0},{0}~),[{1},{1}~)}}", roots[0], roots[1])).await;
    let mut found = Vec::new();
    let mut looks: Vec<(String, String)> = tables
        .iter()
        .map(|table| {
            (
                table.clone(),
                format!(
                    "SELECT count(*) FROM {table} WHERE NOT (starts_with(path, '{}') OR starts_with(path, '{}'))",
                    roots[0], roots[1]
                ),
            )
        })
        .collect();
    let span = format!("'{}', '{}~'", roots[0], roots[1]);
    for (function, arguments, table) in [("people_named", "'{}'", "people"), ("organizations_named", "'{}', ''", "organizations")]
    {
        let look = format!("SELECT count(*) FROM {function}({arguments}, {span}) AS id WHERE id NOT IN (SELECT id FROM {table})");
        looks.push((function.to_owned(), look));
    }
    for (name, look) in looks {
        let count: i64 = app.query_one(&look, &[]).await.expect(&look).get(0);
        if count > 0 {
            found.push(name);
        }
    }
    app.batch_execute("ROLLBACK").await.expect("the end");
    found
}

#[tokio::test]
async fn a_loose_policy_of_any_table_and_a_function_without_its_scope_show_in_sql() {
    let case = Case::new(1, 2).await;
    let database = &case.whole.database;
    let owner = database.owner().await;
    let tables = guarded(&owner).await;
    // The first and the last child of a root: whatever lies between is inside the span and outside the scope.
    let roots = ["c01000", "c02"];
    assert_eq!(outside(database, &tables, roots).await, Vec::<String>::new());
    for table in &tables {
        let (plant, mend) = loose(table);
        owner.batch_execute(&plant).await.expect(&plant);
        let found = outside(database, &tables, roots).await;
        owner.batch_execute(&mend).await.expect(&mend);
        assert_eq!(found, [table.as_str()]);
    }
    // Through GraphQL these two cannot be seen: the page behind them stands under the policy itself.
    for (function, part) in [
        ("people_named", "AND path <@ current_setting('app.scope_people')::path_multirange"),
        ("organizations_named", "AND path <@ current_setting('app.scope')::path_multirange"),
    ] {
        let (plant, mend) = without(&owner, function, part).await;
        owner.batch_execute(&plant).await.expect(&plant);
        let found = outside(database, &tables, roots).await;
        owner.batch_execute(&mend).await.expect(&mend);
        assert_eq!(found, [function]);
    }
    assert_eq!(outside(database, &tables, roots).await, Vec::<String>::new());
    case.clear().await;
}
