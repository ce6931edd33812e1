//! A thousand random tamperings, by someone who owns the database and knows the program but not its keys.

use banyan::testing::chain::Sealing;
use banyan_tests::{Database, clone_of_template};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio_postgres::Client;
use uuid::Uuid;

use super::{Bench, told};

const SEED: u64 = 0x6a6f_7572_6e61_6c06;

/// A table, its column, and another value for it.
const JOURNAL: &[(&str, &str)] = &[
    ("tenant_id", "gen_random_uuid()"),
    ("id", "gen_random_uuid()"),
    ("organization_id", "gen_random_uuid()"),
    ("at", "at + interval '1 microsecond'"),
    ("account_id", "gen_random_uuid()"),
    ("account_id", "CASE WHEN account_id IS NULL THEN gen_random_uuid() END"),
    ("account_name", "account_name || ' '"),
    ("role", "CASE WHEN role IS NULL THEN '' END"),
    ("on_behalf_of", "coalesce(on_behalf_of, '') || 'x'"),
    ("on_behalf_of", "CASE WHEN on_behalf_of IS NULL THEN '' END"),
    ("event", "lower(event)"),
    ("subject_kind", "'organization'"),
    ("subject_id", "gen_random_uuid()"),
    ("subject_name", "''"),
    ("before", "before || '{\"forged\": 1}'"),
    ("before", "before || '{\"x\": 1.500}'"),
    ("after", "after - 'n'"),
    ("reason", "coalesce(reason, '') || '。'"),
    ("reason", "CASE WHEN reason IS NULL THEN '' END"),
    ("source", "coalesce(source, '') || '0'"),
    ("request_id", "request_id || '0'"),
    ("confirmation", "coalesce(confirmation, '{}') || '{\"forged\": 1}'"),
    ("confirmation", "CASE WHEN confirmation IS NULL THEN '{}'::jsonb END"),
];
const CHAIN: &[(&str, &str)] = &[
    ("tenant_id", "gen_random_uuid()"),
    ("seq", "seq + 100000"),
    ("seq", "-seq"),
    ("entry_id", "gen_random_uuid()"),
    ("entry_hash", "sha256(entry_hash)"),
    ("link_hash", "sha256(link_hash)"),
    ("link_hash", "set_byte(link_hash, 31, get_byte(link_hash, 31) # 1)"),
    ("link_hash", "''"),
];
const CHECKPOINTS: &[(&str, &str)] = &[
    ("tenant_id", "gen_random_uuid()"),
    ("seq", "-seq"),
    ("seq", "seq + 500"),
    ("link_hash", "sha256(link_hash)"),
    ("previous", "previous + 1"),
    ("at", "at - interval '1 microsecond'"),
    ("key_number", "key_number + 1"),
    ("signature", "set_byte(signature, 0, get_byte(signature, 0) # 1)"),
    ("signature", "''"),
];
const TABLES: [(&str, &[(&str, &str)]); 3] =
    [("journal", JOURNAL), ("journal_chain", CHAIN), ("journal_checkpoints", CHECKPOINTS)];

/// Everything by which a row of a table is found again.
fn key(table: &str) -> &'static str {
    if table == "journal" { "id::text" } else { "seq::text" }
}

/// Forges the links of a tenant anew from its entries, as anyone can who knows the program.
const FORGE: &str = "CREATE FUNCTION pg_temp.forge(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE it record; head bigint := 0; link bytea := decode(repeat('00', 32), 'hex');
    BEGIN
        FOR it IN SELECT c.entry_id, journal_entry_hash(j) AS hash FROM journal_chain c
                  JOIN journal j ON j.tenant_id = c.tenant_id AND j.id = c.entry_id WHERE c.tenant_id = tenant ORDER BY c.seq LOOP
            head := head + 1;
            link := sha256('banyan journal link 1'::bytea || uuid_send(tenant) || int8send(head) || link || uuid_send(it.entry_id) || it.hash);
            UPDATE journal_chain SET seq = -head, entry_hash = it.hash, link_hash = link WHERE tenant_id = tenant AND entry_id = it.entry_id;
        END LOOP;
        DELETE FROM journal_chain WHERE tenant_id = tenant AND seq > 0;
        UPDATE journal_chain SET seq = -seq WHERE tenant_id = tenant;
    END $$";

struct Vandal {
    dice: ChaCha8Rng,
    owner: Client,
    tenants: Vec<Uuid>,
}

impl Vandal {
    async fn one(&mut self, table: &str, tenant: Uuid) -> (String, i64) {
        let sql = format!("SELECT {}, count(*) OVER () FROM {table} WHERE tenant_id = $1 ORDER BY 1", key(table));
        let rows = self.owner.query(&sql, &[&tenant]).await.expect("rows");
        let at = self.dice.random_range(0..rows.len());
        (rows[at].get(0), rows[at].get(1))
    }

    async fn run(&self, sql: &str) {
        self.owner.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Does one thing. Returns what it was and a text that the findings must name.
    async fn strike(&mut self) -> (String, String) {
        let tenant = self.tenants[self.dice.random_range(0..self.tenants.len())];
        let (table, columns) = TABLES[self.dice.random_range(0..TABLES.len())];
        let (row, count) = self.one(table, tenant).await;
        let (column, value) = columns[self.dice.random_range(0..columns.len())];
        let place = format!("tenant_id = '{tenant}' AND {} = '{row}'", key(table));
        // Where an entry or link is named by the finding, it must be this one.
        let named = if table == "journal" || column == "tenant_id" { row.clone() } else { String::new() };
        let (sql, name) = match self.dice.random_range(0..11) {
            0..=2 => {
                let named = if table == "journal_chain" && column == "seq" { String::new() } else { named };
                (format!("UPDATE {table} SET {column} = {value} WHERE {place}"), named)
            }
            3 => (format!("DELETE FROM {table} WHERE {place}"), row.clone()),
            4 => {
                let other = Uuid::from_u128(self.dice.random());
                let sql = match table {
                    "journal" => format!(
                        "CREATE TEMP TABLE made AS SELECT * FROM journal WHERE {place}; UPDATE made SET id = '{other}'; INSERT INTO journal SELECT * FROM made; DROP TABLE made"
                    ),
                    "journal_chain" => format!(
                        "INSERT INTO journal_chain SELECT tenant_id, max(seq) + 1, '{other}', sha256('a'), sha256('b') FROM journal_chain WHERE tenant_id = '{tenant}' GROUP BY 1"
                    ),
                    _ => format!(
                        "INSERT INTO journal_checkpoints SELECT c.tenant_id, c.seq, c.link_hash, 0, now(), 1, sha512('x') FROM journal_chain c WHERE c.tenant_id = '{tenant}' AND c.seq = 2"
                    ),
                };
                (sql, if table == "journal_checkpoints" { "2".into() } else { other.to_string() })
            }
            5 | 6 => self.swap(table, tenant, &row, column).await,
            7 => {
                // Cut off at the tail: of one table, or of all three so that they agree.
                let cut = self.dice.random_range(1..=count.min(12));
                let tail = format!(
                    "tenant_id = '{tenant}' AND seq > (SELECT max(seq) - {cut} FROM journal_chain WHERE tenant_id = '{tenant}')"
                );
                let entries = format!(
                    "DELETE FROM journal WHERE (tenant_id, id) IN (SELECT tenant_id, entry_id FROM journal_chain WHERE {tail})"
                );
                let links = format!("DELETE FROM journal_chain WHERE {tail}");
                let checkpoints = format!(
                    "DELETE FROM journal_checkpoints WHERE tenant_id = '{tenant}' AND seq > (SELECT max(seq) - {cut} FROM journal_checkpoints WHERE tenant_id = '{tenant}')"
                );
                let sql = match self.dice.random_range(0..4) {
                    0 => entries,
                    1 => links,
                    2 => checkpoints,
                    _ => format!("DELETE FROM journal_checkpoints WHERE {tail}; {entries}; {links}"),
                };
                (sql, tenant.to_string())
            }
            8 => {
                let (entry, _) = self.one("journal", tenant).await;
                let (column, value) = JOURNAL[self.dice.random_range(2..JOURNAL.len())];
                (
                    format!("UPDATE journal SET {column} = {value} WHERE id = '{entry}'; SELECT pg_temp.forge('{tenant}')"),
                    tenant.to_string(),
                )
            }
            9 => {
                let (entry, _) = self.one("journal", tenant).await;
                (format!("DELETE FROM journal WHERE id = '{entry}'; SELECT pg_temp.forge('{tenant}')"), tenant.to_string())
            }
            _ => (
                format!(
                    "DELETE FROM journal WHERE tenant_id = '{tenant}'; DELETE FROM journal_chain WHERE tenant_id = '{tenant}'; DELETE FROM journal_checkpoints WHERE tenant_id = '{tenant}'"
                ),
                tenant.to_string(),
            ),
        };
        self.run(&sql).await;
        (sql, name)
    }

    async fn swap(&mut self, table: &str, tenant: Uuid, row: &str, column: &str) -> (String, String) {
        let key = key(table);
        let others = format!(
            "SELECT b.{key} FROM {table} a, {table} b WHERE a.tenant_id = '{tenant}' AND b.tenant_id = '{tenant}' AND a.{key} = '{row}'
             AND a.{column}::text IS DISTINCT FROM b.{column}::text ORDER BY 1"
        );
        let others = self.owner.query(&others, &[]).await.expect("others");
        // Nothing to swap where all are alike: the rows themselves then change places.
        let (column, other): (&str, String) = match others.len() {
            0 => {
                let id = if table == "journal" { "id" } else { "seq" };
                let sql =
                    format!("SELECT {key} FROM {table} WHERE tenant_id = '{tenant}' AND {key} <> '{row}' ORDER BY 1 LIMIT 1");
                (id, self.owner.query_one(&sql, &[]).await.expect("another").get(0))
            }
            count => (column, others[self.dice.random_range(0..count)].get(0)),
        };
        let sql = format!(
            "CREATE TEMP TABLE two AS SELECT * FROM {table} WHERE tenant_id = '{tenant}' AND {key} IN ('{row}', '{other}');
             DELETE FROM {table} WHERE tenant_id = '{tenant}' AND {key} IN ('{row}', '{other}');
             CREATE TEMP TABLE held AS SELECT {column} AS value FROM two WHERE {key} = '{row}';
             CREATE TEMP TABLE crossed AS SELECT * FROM two;
             UPDATE crossed c SET {column} = (SELECT t.{column} FROM two t WHERE t.{key} <> c.{key});
             INSERT INTO {table} SELECT * FROM crossed; DROP TABLE two, held, crossed"
        );
        (sql, if table == "journal" { row.to_owned() } else { tenant.to_string() })
    }
}

async fn tamper(database: Database, times: usize, seed: u64) {
    let bench = Bench::on(database, Sealing { batch: 4, sign_after: 5, ..Sealing::default() });
    for round in 0..4 {
        bench.note("M", 9, round).await;
        bench.note("X", 5, round).await;
        bench.seal().await;
    }
    let clean = bench.verify().await;
    assert!(clean.is_clean(), "{}", told(&clean));
    assert_eq!((clean.entries, clean.links, clean.waiting), (56, 56, 0));
    assert!(clean.checkpoints >= 12 && clean.anchors == clean.checkpoints, "{clean:?}");

    let owner = bench.database.owner().await;
    owner
        .batch_execute(&format!(
            "SET session_replication_role = replica; {FORGE};
             ALTER TABLE journal_chain DROP CONSTRAINT journal_chain_hash_length, DROP CONSTRAINT journal_chain_seq_positive;
             ALTER TABLE journal_checkpoints DROP CONSTRAINT journal_checkpoints_in_order;
             CREATE SCHEMA kept; CREATE TABLE kept.journal AS TABLE journal; CREATE TABLE kept.journal_chain AS TABLE journal_chain;
             CREATE TABLE kept.journal_checkpoints AS TABLE journal_checkpoints"
        ))
        .await
        .expect("a quiet place");
    let tenants = owner.query("SELECT DISTINCT tenant_id FROM journal ORDER BY 1", &[]).await.expect("tenants");
    let mut vandal =
        Vandal { dice: ChaCha8Rng::seed_from_u64(seed), owner, tenants: tenants.iter().map(|row| row.get(0)).collect() };
    for number in 0..times {
        let (what, name) = vandal.strike().await;
        let found = bench.verify().await;
        assert!(!found.is_clean(), "tampering {number} was not found: {what}");
        assert!(told(&found).contains(&name), "tampering {number}: {what}\n{name} is not named in\n{}", told(&found));
        vandal
            .run(
                "DELETE FROM journal; DELETE FROM journal_chain; DELETE FROM journal_checkpoints; INSERT INTO journal SELECT * FROM kept.journal;
                 INSERT INTO journal_chain SELECT * FROM kept.journal_chain;
                 INSERT INTO journal_checkpoints SELECT * FROM kept.journal_checkpoints",
            )
            .await;
    }
    let clean = bench.verify().await;
    assert!(clean.is_clean(), "{}", told(&clean));
    bench.sealer.db.close();
}

/// Edits of every column, deletions, insertions, swaps, cuts at the tail, forged links, whole tenants:
/// all are found, with the entry or the tenant that they touched, and the untouched journal is clean.
///
/// covers: SEC-F02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_random_tamperings_are_all_found() {
    let (one, two) = (clone_of_template().await, clone_of_template().await);
    let one = tokio::spawn(tamper(one, 500, SEED));
    let two = tokio::spawn(tamper(two, 500, SEED + 1));
    one.await.expect("the first half");
    two.await.expect("the second half");
}

/// What a move of a subtree changes by design is no tampering.
#[tokio::test]
async fn a_move_of_the_subtree_leaves_the_journal_whole() {
    let bench = Bench::on(clone_of_template().await, Sealing::default());
    bench.note("N1A", 5, 0).await;
    bench.seal().await;
    let change = "SET session_replication_role = replica; UPDATE journal SET path = 'a01001' || substr(path, 7)";
    bench.database.change(change).await;
    let found = bench.verify().await;
    assert!(found.is_clean() && found.entries == 5, "{}", told(&found));
}

/// One entry of the journal that waited and vanished, and one that came in past the trigger.
#[tokio::test]
async fn what_happens_before_sealing_is_found_too() {
    let bench = Bench::on(clone_of_template().await, Sealing::default());
    bench.note("M", 3, 0).await;
    let waiting = bench.verify().await;
    assert!(waiting.is_clean() && waiting.waiting == 3, "{}", told(&waiting));
    bench
        .database
        .change(
            "SET session_replication_role = replica; DELETE FROM journal WHERE request_id = 'request-1';
             DELETE FROM journal_unsealed u USING journal j WHERE j.id = u.entry_id AND j.request_id = 'request-2'",
        )
        .await;
    bench.seal().await;
    let found = told(&bench.verify().await);
    assert!(found.contains("待封存的记录") && found.contains("was deleted before it was sealed"), "{found}");
    assert!(found.contains("绕过系统写入") && found.contains("put in past the system"), "{found}");
    assert_eq!(found.lines().count(), 2, "{found}");
}

/// A chain that was cut off goes on growing: the anchors still tell.
#[tokio::test]
async fn anchors_tell_of_a_chain_that_was_cut_and_has_grown_again() {
    let bench = Bench::on(clone_of_template().await, Sealing::default());
    bench.note("M", 6, 0).await;
    bench.seal().await;
    bench.database.change("DELETE FROM journal_checkpoints; DELETE FROM journal_chain; DELETE FROM journal").await;
    bench.note("M", 6, 0).await;
    bench.seal().await;
    let found = told(&bench.verify().await);
    assert!(found.contains("与数据文件夹中的锚不符"), "{found}");
    // A torn last line, as a power cut leaves it, is no finding; a changed one is.
    let file = bench.folder.path().join("anchors");
    let text = std::fs::read_to_string(&file).expect("anchors");
    std::fs::write(&file, format!("{}1 0190", text.lines().next().expect("a line").replacen(" 6 ", " 7 ", 1) + "\n"))
        .expect("anchors");
    let found = told(&bench.verify().await);
    assert!(found.contains("锚文件第1行无效") && found.lines().count() == 1, "{found}");
}
