//! What keeps the system honest: `banyan check`, migrations both ways, logs without personal data, the demonstration.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use banyan::testing::{DemoOptions, Secrets, SelfCheck, check, connect, demo_entries, load_demo, load_reference};
use banyan_tests::{TestApp, clone_of_template, empty_database};
use serde_json::json;

/// Each check finds the fault that is planted for it, and nothing without one.
#[tokio::test]
async fn the_tree_checks_itself() {
    let clean = clone_of_template().await;
    assert_eq!(check(&clean.owner().await).await.expect("a check"), []);
    for (name, fault) in [
        ("path", "UPDATE organizations SET path = 'a01zzz' || label WHERE code = 'N2B'"),
        ("path", "UPDATE organizations SET status = 'dissolved', dissolved_on = '2026-01-01' WHERE code = 'N2'"),
        ("stale path", "UPDATE people SET path = 'a01' WHERE path LIKE 'a01%'"),
        ("figures", "UPDATE organization_counts SET women = women + 1 WHERE path = 'a01000000000'"),
        ("tallies", "UPDATE organization_tallies SET members = members + 1 WHERE dimension = 'sex' AND path = 'a01000000000'"),
        ("ledger", "DELETE FROM membership_ledger WHERE path = 'a01000000000'"),
    ] {
        let database = clone_of_template().await;
        // Faults that the constraints would refuse come from outside: a broken disk, a hand in the database.
        database.change(&format!("SET session_replication_role = replica; {fault}")).await;
        let found = check(&database.owner().await).await.expect("a check");
        assert!(found.iter().any(|difference| difference.check == name), "{name}: {found:?}");
    }
}

/// The same is looked at by a running server, again and again: one server at a time, and on a snapshot that only reads.
#[tokio::test]
async fn a_server_checks_the_tree_by_itself() {
    let database = clone_of_template().await;
    let watching = SelfCheck { owner_url: database.owner_url.clone(), every: Duration::from_secs(1) };
    assert_eq!(watching.look().await.expect("a look"), Some(vec![]));
    database.change("UPDATE organization_counts SET women = women + 1 WHERE path = 'a01000000000'").await;
    let found = watching.look().await.expect("a look").expect("nobody else looks");
    assert_eq!(found.iter().map(|found| (found.check, found.place.as_str())).collect::<Vec<_>>(), [("figures", "N1A")]);
    // While one server looks, another does not; and it does when that one has gone.
    let other = database.owner().await;
    let held = "SELECT pg_advisory_lock(7089068756062571598)";
    other.batch_execute(held).await.expect("the lock");
    assert_eq!(watching.look().await.expect("a look"), None);
    drop(other);
    let mut again = None;
    for _ in 0..100 {
        again = watching.look().await.expect("a look");
        if again.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(again, Some(found));
}

#[tokio::test]
async fn migrations_go_down_and_up_again() {
    let database = empty_database().await;
    let client = database.owner().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut steps: Vec<_> = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    steps.sort();
    let dump = "SELECT string_agg(t, E'\n' ORDER BY t) FROM (
        SELECT table_name || '.' || column_name || ' ' || data_type AS t FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename || ' ' || policyname || ' ' || coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies) AS parts";
    let before: String = client.query_one(dump, &[]).await.expect("a dump").get(0);
    // The functions belong to no migration; they go with the tables that they name.
    client.batch_execute("DROP TRIGGER journal_to_seal ON journal; DROP TRIGGER people_settle_posts ON people; DROP TRIGGER accounts_settle_posts ON accounts; DROP TRIGGER leadership_posts_settle ON leadership_posts; DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = 'banyan_keeper' AND p.pronamespace = 'public'::regnamespace LOOP EXECUTE format('DROP FUNCTION %s', f); END LOOP; END $$").await.expect("functions");
    for step in steps.iter().rev() {
        let sql = std::fs::read_to_string(step.join("down.sql")).expect("down.sql");
        client.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{}: {error:?}", step.display()));
    }
    let left: i64 = client
        .query_one("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%'", &[])
        .await
        .expect("a count")
        .get(0);
    assert_eq!(left, 0);
    for step in &steps {
        let sql = std::fs::read_to_string(step.join("up.sql")).expect("up.sql");
        client.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{}: {error:?}", step.display()));
    }
    let after: String = client.query_one(dump, &[]).await.expect("a dump").get(0);
    assert_eq!(before, after);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that the server logs while people are added, edited, searched and refused, at the finest level.
///
/// covers: SEC-F06
#[tokio::test]
async fn the_logs_hold_no_personal_data_and_no_secrets() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_env_filter("banyan=trace").with_ansi(false).with_writer(move || writer.clone()).finish();
    // Only this task's logs: the router runs in it, without threads of its own.
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = TestApp::new().await;
    let client = app.sign_in("county-administrator");
    let number = banyan::testing::identity::IdentityNumber::make(
        500_101,
        chrono::NaiveDate::from_ymd_opt(1991, 5, 6).expect("a day"),
        777,
    )
    .expect("a number");
    let input = json!({ "organizationId": app.database.seed.organization("N1A"), "stage": "APPLICANT", "name": "金丝雀", "sex": "1", "ethnicGroup": "01",
        "identityNumber": number.as_str(), "birthDate": "1991-05-06", "education": "21", "phone": "13987654321", "address": "金丝雀路七号" });
    let add = "mutation ($i: PersonAddInput!) { personAdd(input: $i) { person { id } userErrors { code path message } } }";
    assert_eq!(client.send(add, json!({ "i": input })).await.user_errors(), "");
    assert_eq!(client.send(add, json!({ "i": input })).await.user_errors(), "identityNumber IDENTITY_NUMBER_TAKEN_AT");
    client
        .send(
            "query ($n: String!) { people(filter: { identityNumber: $n, name: \"金丝雀\" }) { nodes { name } } }",
            json!({ "n": number.as_str() }),
        )
        .await;
    // A fault of ours, with the statement's values at hand.
    app.database.change("REVOKE INSERT ON journal FROM banyan_app").await;
    let mut failing = input.clone();
    failing["identityNumber"] = json!(
        banyan::testing::identity::IdentityNumber::make(
            500_101,
            chrono::NaiveDate::from_ymd_opt(1991, 5, 6).expect("a day"),
            779
        )
        .expect("a number")
        .as_str()
    );
    assert_eq!(client.send(add, json!({ "i": failing })).await.code(), "INTERNAL");
    // A line feed in an address must not begin a line of its own.
    client.request(axum::http::Request::get("/x%0AFAKE=1"), axum::body::Body::empty()).await;
    let text = String::from_utf8_lossy(&lines.0.lock().expect("the lines")).into_owned();
    assert!(text.contains("request") && text.contains("a fault of ours"), "{text}");
    for canary in ["金丝雀", number.as_str(), "13987654321", "county-administrator", "19910506"] {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
    assert!(!text.lines().any(|line| line.starts_with("FAKE")));
}

/// The demonstration: the real tree, figures that a recount confirms, the same people for the same seed.
#[tokio::test]
async fn the_demonstration_is_the_real_tree_with_sound_figures() {
    let options = |seed| DemoOptions {
        people: 1_500,
        seed,
        today: chrono::NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day"),
        progress: false,
    };
    let secrets = Secrets::from_root(&[9; 32]).expect("keys");
    let mut digests = Vec::new();
    for seed in [1, 1, 2] {
        let database = empty_database().await;
        let mut client = database.owner().await;
        load_reference(&client).await.expect("reference data");
        load_demo(&mut client, &secrets, &options(seed)).await.expect("the demonstration");
        assert_eq!(check(&client).await.expect("a check"), []);
        let number = async |sql: &str| -> i64 { client.query_one(sql, &[]).await.expect("a query").get(0) };
        assert_eq!(number("SELECT count(*) FROM organizations WHERE path LIKE 'a01%' AND kind = '13'").await, 38);
        assert_eq!(number("SELECT count(*) FROM organizations WHERE path LIKE 'a01%' AND length(path) = 9").await, 1_031);
        assert_eq!(number("SELECT count(*) FROM organizations WHERE path LIKE 'a01%' AND length(path) = 12").await, 11_270);
        assert_eq!(number("SELECT count(*) FROM tenants").await, 2);
        let crowded = "SELECT count(*) FROM organization_counts WHERE full_members + probationary > 50";
        assert_eq!(number(crowded).await, 0);
        for entry in demo_entries() {
            let held: i64 = client
                .query_one("SELECT count(*) FROM grants WHERE account_id = $1 AND ended_at IS NULL", &[&entry.account_id])
                .await
                .expect("a query")
                .get(0);
            assert_eq!(held, 1, "{}", entry.key);
        }
        let digest: String = client
            .query_one("SELECT md5(string_agg(id::text || organization_id::text || name || birth_date::text || stage || coalesce(joined_on::text, ''), '' ORDER BY id)) FROM people", &[])
            .await
            .expect("a digest")
            .get(0);
        digests.push(digest);
        let again = load_demo(&mut connect(&database.owner_url).await.expect("a connection"), &secrets, &options(seed)).await;
        assert!(again.is_err_and(|error| error.to_string().contains('/')), "a second load is refused in both languages");
    }
    assert_eq!(digests[0], digests[1]);
    assert_ne!(digests[0], digests[2]);
}
