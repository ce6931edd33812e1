//! Archives and proofs, verified with nothing but the public keys.

use banyan::testing::Secrets;
use banyan::testing::chain::{
    Sealing, archive, prove, public_keys_of, read_public_keys, tenant_of, verify_archive, verify_proof,
};
use banyan_tests::clone_of_template;
use chrono::Duration;
use rand::{RngExt, SeedableRng};

use super::{Bench, told};

async fn old_and_new() -> Bench {
    let bench = Bench::on(clone_of_template().await, Sealing { batch: 5, sign_after: 5, ..Sealing::default() });
    bench.note("M", 12, 400).await;
    bench.seal().await;
    bench.note("M", 12, 300).await;
    bench.seal().await;
    bench.note("M", 7, 1).await;
    bench.seal().await;
    bench
}

/// A part of the journal leaves the database, can be verified by itself, and the chain goes on from its end.
/// That nothing younger than six months can be taken out is tested beside the command.
///
/// covers: SEC-F07
#[tokio::test]
async fn an_archived_segment_verifies_by_itself_and_the_chain_goes_on_behind_it() {
    let bench = old_and_new().await;
    let (url, keys) = (bench.database.owner_url.clone(), bench.keys());
    let tenant = tenant_of(&bench.database.owner().await, "M").await.expect("a tenant");
    let now = bench.clock.now();
    let file = |name: &str| bench.folder.path().join(name);
    let first =
        archive(&url, &bench.secrets, tenant, now - Duration::days(350), now, &file("first"), true).await.expect("an archive");
    assert_eq!((first.first, first.last, first.removed), (1, 12, true));
    let copy = archive(&url, &bench.secrets, tenant, now - Duration::days(200), now, &file("copy"), false).await.expect("a copy");
    assert_eq!((copy.first, copy.last, copy.removed), (13, 24, false));
    assert_eq!(bench.number("SELECT count(*) FROM journal").await, 19);
    let second =
        archive(&url, &bench.secrets, tenant, now - Duration::days(200), now, &file("second"), true).await.expect("an archive");
    assert_eq!((second.first, second.last), (13, 24));
    for (name, entries) in [("first", 12), ("copy", 12), ("second", 12)] {
        let offline = verify_archive(&file(name), &keys).expect("a file");
        assert!(offline.is_clean() && offline.entries == entries, "{name}: {}", told(&offline));
    }
    // What was left verifies, goes on, and is refused where nothing is old enough or the file exists.
    bench.note("M", 3, 0).await;
    bench.seal().await;
    let whole = bench.verify().await;
    assert!(whole.is_clean() && whole.entries == 10, "{}", told(&whole));
    let again = archive(&url, &bench.secrets, tenant, now - Duration::days(200), now, &file("third"), true).await;
    assert!(again.expect_err("nothing").to_string().contains("没有早于该日期"));
    let exists = archive(&url, &bench.secrets, tenant, now, now, &file("first"), false).await;
    assert!(exists.expect_err("a file").to_string().contains("文件已存在"));

    // Nobody takes out a segment without the key.
    for (forgery, expected) in [
        ("DELETE FROM journal_segments", "缺失"),
        ("DELETE FROM journal_segments WHERE last_seq = 12", "已归档段"),
        ("UPDATE journal_segments SET digest = sha256(digest)", "已归档段"),
        ("UPDATE journal_segments SET last_seq = 26, last_link = (SELECT link_hash FROM journal_chain WHERE seq = 26) WHERE last_seq = 24;
          DELETE FROM journal WHERE id IN (SELECT entry_id FROM journal_chain WHERE seq <= 26); DELETE FROM journal_chain WHERE seq <= 26", "已归档段"),
        ("DELETE FROM journal_checkpoints WHERE seq = 24", "检查点缺失"),
    ] {
        let owner = bench.database.owner().await;
        owner.batch_execute("CREATE SCHEMA kept; CREATE TABLE kept.s AS TABLE journal_segments; CREATE TABLE kept.j AS TABLE journal;
            CREATE TABLE kept.c AS TABLE journal_chain; CREATE TABLE kept.k AS TABLE journal_checkpoints; SET session_replication_role = replica").await.expect("copies");
        owner.batch_execute(forgery).await.expect("a forgery");
        let found = told(&bench.verify().await);
        assert!(found.contains(expected), "{forgery}: {found}");
        owner
            .batch_execute("TRUNCATE journal, journal_chain, journal_segments, journal_checkpoints; INSERT INTO journal SELECT * FROM kept.j;
                INSERT INTO journal_chain SELECT * FROM kept.c; INSERT INTO journal_segments SELECT * FROM kept.s;
                INSERT INTO journal_checkpoints SELECT * FROM kept.k; DROP SCHEMA kept CASCADE")
            .await
            .expect("mended");
    }
    assert!(bench.verify().await.is_clean());
}

#[tokio::test]
async fn every_change_of_an_archive_is_found() {
    let bench = old_and_new().await;
    let tenant = tenant_of(&bench.database.owner().await, "M").await.expect("a tenant");
    let now = bench.clock.now();
    let file = bench.folder.path().join("archive");
    let before = now - Duration::days(200);
    archive(&bench.database.owner_url, &bench.secrets, tenant, before, now, &file, false).await.expect("an archive");
    let whole = std::fs::read(&file).expect("the file");
    let changed = bench.folder.path().join("changed");
    let is_clean = |bytes: &[u8]| {
        std::fs::write(&changed, bytes).expect("a file");
        verify_archive(&changed, &bench.keys()).expect("a verification").is_clean()
    };
    assert!(is_clean(&whole));
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    for _ in 0..400 {
        let at = dice.random_range(0..whole.len());
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << dice.random_range(0..7);
        assert!(!is_clean(&bytes), "a changed byte at {at}");
        assert!(!is_clean(&whole[..at]), "cut off at {at}");
    }
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() - 1 {
        let mut other = lines.clone();
        other.swap(at, at + 1);
        assert!(!is_clean(&other.concat()), "lines {at} and the next are swapped");
        other = lines.clone();
        other.remove(at);
        assert!(!is_clean(&other.concat()), "line {at} is gone");
        other = lines.clone();
        other.insert(at, lines[at]);
        assert!(!is_clean(&other.concat()), "line {at} stands twice");
    }
    let strangers = public_keys_of(&Secrets::from_root(&[1; 32]).expect("keys")).expect("keys");
    assert!(!verify_archive(&file, &strangers).expect("a verification").is_clean());
}

/// An entry with its link and its checkpoint convinces someone who has nothing but the public key; the
/// tamper test has the other half of the row.
///
/// covers: BEYOND6
#[tokio::test]
async fn the_proof_of_one_entry_is_verified_with_the_public_key_alone() {
    let bench = old_and_new().await;
    let keys_file = bench.folder.path().join("keys");
    let lines: Vec<String> = bench
        .secrets
        .public_keys()
        .iter()
        .map(|(number, key)| format!("{number} {}", data_encoding::HEXLOWER.encode(key)))
        .collect();
    std::fs::write(&keys_file, lines.join("\n")).expect("a file");
    let keys = read_public_keys(&keys_file).expect("public keys");
    let rows = bench.database.owner().await.query("SELECT entry_id FROM journal_chain ORDER BY seq", &[]).await.expect("links");
    for row in &rows {
        let proof = prove(&bench.database.owner_url, row.get(0)).await.expect("a proof");
        let verified = verify_proof(&proof, &keys).expect("a proof");
        assert!(verified.is_clean(), "{}", told(&verified));
    }
    let entry: uuid::Uuid = rows[7].get(0);
    let good = prove(&bench.database.owner_url, entry).await.expect("a proof");
    assert!(good["following"].as_array().is_some_and(|steps| steps.len() == 2), "{good}");
    let changes: [(&str, serde_json::Value); 8] = [
        ("/entry/reason", "another".into()),
        ("/entry/at", "2020-01-01T00:00:00.000000Z".into()),
        ("/entry/account_id", serde_json::Value::Null),
        ("/seq", 9.into()),
        ("/previous_link", "00".repeat(32).into()),
        ("/following/0/hash", "00".repeat(32).into()),
        ("/checkpoint/at", 0.into()),
        ("/checkpoint/signature", "00".repeat(64).into()),
    ];
    for (place, value) in changes {
        let mut forged = good.clone();
        *forged.pointer_mut(place).expect(place) = value;
        let verified = verify_proof(&forged, &keys).expect("a proof");
        assert!(!verified.is_clean(), "{place}");
    }
    let mut forged = good.clone();
    forged["entry"]["verdict"] = "innocent".into();
    assert!(verify_proof(&forged, &keys).is_err(), "an addition looks proven and is not");
    let none = prove(&bench.database.owner_url, uuid::Uuid::nil()).await.expect_err("no entry").to_string();
    assert!(none.contains("没有已封存的记录") && none.contains("no sealed entry"), "{none}");
}
