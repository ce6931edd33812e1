//! Sealing while others write and seal.

use std::collections::BTreeSet;

use banyan::testing::chain::{COLUMNS, Sealing, seal_once};
use banyan::testing::connect;
use banyan_tests::clone_of_template;
use tokio_postgres::error::SqlState;

use super::{Bench, told};

/// An entry whose transaction commits after later ones were sealed is sealed by the next look.
#[tokio::test]
async fn an_entry_that_commits_late_is_never_missed_and_none_is_sealed_twice() {
    let bench = Bench::on(clone_of_template().await, Sealing::default());
    bench.note("M", 1, 0).await;
    let late = bench.database.owner().await;
    let copy =
        "INSERT INTO journal SELECT j.tenant_id, $1, j.organization_id, j.path, j.at, j.account_id, j.account_name, j.role,
        j.on_behalf_of, j.event, j.subject_kind, j.subject_id, j.subject_name, j.before, j.after, j.reason, j.source, 'late'
        FROM journal j LIMIT 1";
    late.batch_execute("BEGIN").await.expect("a transaction");
    let earliest = uuid::Uuid::from_u128(1);
    late.execute(copy, &[&earliest]).await.expect("an entry");
    bench.note("M", 3, 0).await;
    assert_eq!(seal_once(&bench.sealer, true).await.expect("sealed").entries, 4);
    late.batch_execute("COMMIT").await.expect("a commit");
    let second = seal_once(&bench.sealer, true).await.expect("sealed");
    assert_eq!((second.entries, second.checkpoints), (1, 1));
    assert_eq!(seal_once(&bench.sealer, true).await.expect("sealed"), Default::default());
    let found = bench.verify().await;
    assert!(found.is_clean() && found.links == 5, "{}", told(&found));
    let last = "SELECT seq FROM journal_chain WHERE entry_id = '00000000-0000-0000-0000-000000000001'";
    assert_eq!(bench.number(last).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_seal_one_journal_while_many_write() {
    let sealing = Sealing { batch: 7, sign_after: 10, ..Sealing::default() };
    let bench = std::sync::Arc::new(Bench::on(clone_of_template().await, sealing));
    let mut tasks = Vec::new();
    for writer in 0..4 {
        let bench = bench.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..15 {
                bench.note(if writer % 2 == 0 { "M" } else { "X" }, 3, 0).await;
            }
        }));
    }
    for _ in 0..3 {
        let bench = bench.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..40 {
                seal_once(&bench.sealer, false).await.expect("sealed");
                tokio::task::yield_now().await;
            }
        }));
    }
    for task in tasks {
        task.await.expect("a task");
    }
    bench.seal().await;
    let found = bench.verify().await;
    assert!(found.is_clean(), "{}", told(&found));
    assert_eq!((found.entries, found.links, found.waiting), (180, 180, 0));
    let gaps = "SELECT count(*) FROM (SELECT tenant_id FROM journal_chain GROUP BY 1 HAVING max(seq) <> count(*)) AS gap";
    assert_eq!(bench.number(gaps).await, 0);
    assert!(found.checkpoints >= 2);
}

/// The task of the server: it seals by itself, signs what is left when it stops, and writes the anchors.
#[tokio::test]
async fn a_running_server_seals_by_itself_and_leaves_nothing_unsigned() {
    let pause = std::time::Duration::from_millis(20);
    let sealing = Sealing { pause, sign_every: std::time::Duration::from_secs(3600), ..Sealing::default() };
    let bench = Bench::on(clone_of_template().await, sealing);
    let running = bench.sealer.clone().start();
    bench.note("M", 2, 0).await;
    let signed = "SELECT count(*) FROM journal_checkpoints";
    for _ in 0..500 {
        if bench.number(signed).await == 1 {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    assert_eq!(bench.number(signed).await, 1, "the first is signed at once");
    bench.note("M", 2, 0).await;
    running.stop().await;
    assert_eq!(bench.number(signed).await, 2);
    let found = bench.verify().await;
    assert!(found.is_clean(), "{}", told(&found));
    assert_eq!((found.links, found.anchors), (4, 2));
}

/// A database that hangs does not stop the sealer for good.
#[tokio::test]
async fn a_look_that_takes_too_long_is_given_up_and_the_next_one_seals() {
    let longest = std::time::Duration::from_millis(500);
    let bench = Bench::on(clone_of_template().await, Sealing { longest, ..Sealing::default() });
    bench.note("M", 3, 0).await;
    let owner = bench.database.owner().await;
    owner.batch_execute("BEGIN; LOCK TABLE journal_chain IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let began = std::time::Instant::now();
    seal_once(&bench.sealer, true).await.expect_err("it waits");
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    owner.batch_execute("ROLLBACK").await.expect("the end");
    let patient = banyan::testing::chain::Sealer { sealing: Sealing::default(), ..bench.sealer.clone() };
    assert_eq!(seal_once(&patient, true).await.expect("sealed").entries, 3);
    assert!(bench.verify().await.is_clean());
}

/// The hash covers every column but the index of the place; a column added later must be added to it.
#[tokio::test]
async fn every_column_of_the_journal_is_under_the_hash() {
    let owner = clone_of_template().await.owner().await;
    let sql = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'journal' AND column_name <> 'path'";
    let columns: BTreeSet<String> = owner.query(sql, &[]).await.expect("columns").iter().map(|row| row.get(0)).collect();
    assert_eq!(columns, COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[tokio::test]
async fn the_application_cannot_touch_the_chain() {
    let bench = Bench::on(clone_of_template().await, Sealing::default());
    bench.note("M", 2, 0).await;
    bench.seal().await;
    let app = connect(&bench.database.app_url).await.expect("a connection");
    for table in ["journal_chain", "journal_checkpoints", "journal_segments", "journal_unsealed"] {
        for sql in [
            format!("SELECT count(*) FROM {table}"),
            format!("UPDATE {table} SET tenant_id = tenant_id"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!("INSERT INTO {table} SELECT * FROM {table}"),
            format!("DROP TABLE {table}"),
        ] {
            let refused = app.batch_execute(&sql).await.expect_err(&sql);
            assert_eq!(refused.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{sql}");
        }
    }
    let trigger = app.batch_execute("ALTER TABLE journal DISABLE TRIGGER journal_to_seal").await.expect_err("refused");
    assert_eq!(trigger.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
    // The functions take no link that is not in the chain, and no checkpoint that goes back.
    let tenant: uuid::Uuid =
        bench.database.owner().await.query_one("SELECT tenant_id FROM journal_chain LIMIT 1", &[]).await.expect("a row").get(0);
    for (seq, link, before) in [(2_i64, vec![0_u8; 32], 2_i64), (3, vec![0; 32], 2), (1, vec![0; 32], 0)] {
        let kept: bool = app
            .query_one(
                "SELECT journal_checkpoint($1, $2, $3, $4, now(), 1, $5)",
                &[&tenant, &seq, &link, &before, &vec![0_u8; 64]],
            )
            .await
            .expect("an answer")
            .get(0);
        assert!(!kept, "{seq}");
    }
    assert!(bench.verify().await.is_clean());
}
