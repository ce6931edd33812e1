//! A leak made small: the operation loses fields, arguments and filters, and the databases lose whatever the leak does
//! not need, both at once, as long as the leak stays. What is left is told with the seed that brings it again.

use banyan_tests::Client;
use tokio_postgres::Client as Database;

use super::guard::guarded;
use super::node::Node;
use super::runner::{Case, Leak, Tally, ask, bare, differ, told};

/// Rows of a table are looked at one by one if they are no more than this.
const FEW: usize = 40;

/// A leak of which nothing can be taken away.
pub struct Small {
    pub operation: Node,
    /// Paths of the organizations that are left of the whole database.
    pub organizations: Vec<String>,
    /// Rows that are left of it, by table.
    pub rows: Vec<(String, i64)>,
    pub text: String,
}

/// What is deleted from both databases, and can be put back.
struct Taken {
    /// Table, the columns that are written, and the rows of each of the databases.
    tables: Vec<(String, String, [String; 2])>,
}

/// The two databases, as their owner.
struct Both {
    owners: [Database; 2],
    tables: Vec<(String, String)>,
    /// What the leak is; without rows that others need, mutations fail in other ways, too.
    kind: String,
}

impl Case {
    /// A leak as small as it can be told; the case can be asked nothing else afterwards. Of a stream the tree stays.
    pub async fn told_small(&self, leak: &Leak) -> String {
        if let Some(listening) = &leak.stream {
            let least = self.listen_to_less(listening).await;
            return format!("{}\nand at the least:\n{}", leak.text, self.told_of(&least).await);
        }
        // What was found first is told as well: what comes by chance may not come again.
        self.shrink(leak)
            .await
            .map_or_else(|| leak.text.clone(), |small| format!("{}\nand at the least:\n{}", leak.text, small.text))
    }

    /// Makes an answer that differs, or a refusal that left something, small.
    pub async fn shrink(&self, leak: &Leak) -> Option<Small> {
        let (place, mut operation) = leak.asked.clone()?;
        let (viewer, pruned) = &self.viewers[place];
        let clients = (self.whole.sign_in(&viewer.token), pruned.sign_in(&viewer.token));
        let both = Both::of([self.whole.database.owner().await, pruned.database.owner().await], leak.kind.clone()).await;
        // Nothing of the tree goes first: with less to look at, the rest is quicker.
        operation = self.fewer_fields(&both, &clients, place, operation).await;
        self.fewer_rows(&both, &clients, place, &operation).await;
        operation = self.fewer_fields(&both, &clients, place, operation).await;
        let answers = ask(&clients.0, &clients.1, &operation).await;
        let [owner, _] = &both.owners;
        let paths = owner.query("SELECT path FROM organizations ORDER BY path", &[]).await.expect("paths");
        let organizations: Vec<String> = paths.iter().map(|row| row.get(0)).collect();
        let mut rows = Vec::new();
        for (table, _) in &both.tables {
            let count: i64 = owner.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.expect("a count").get(0);
            rows.extend((count > 0).then(|| (table.clone(), count)));
        }
        let upset = if self.round == 0 { "as it was thrown" } else { "after the move and with the grants that ran out" };
        let text = format!(
            "SEED={} operation {}, the tree {upset}\n{}\nleft of the tree: {organizations:?}\nrows: {rows:?}",
            self.seed,
            leak.number + 1,
            told(viewer, &operation, &answers)
        );
        Some(Small { operation, organizations, rows, text })
    }

    async fn fewer_fields(&self, both: &Both, clients: &(Client, Client), place: usize, mut operation: Node) -> Node {
        'again: loop {
            for smaller in operation.smaller() {
                if self.leaks(both, clients, place, &smaller).await {
                    operation = smaller;
                    continue 'again;
                }
            }
            return operation;
        }
    }

    async fn fewer_rows(&self, both: &Both, clients: &(Client, Client), place: usize, operation: &Node) {
        // Whole subtrees, the largest first; what is below one that went is gone, too.
        let mut paths: Vec<String> = self.world.organizations.iter().map(|it| it.path.clone()).collect();
        paths.sort_unstable_by_key(|path| (path.len(), path.clone()));
        let mut gone: Vec<String> = Vec::new();
        for path in paths {
            if !gone.iter().any(|above| path.starts_with(above))
                && self.goes(both, clients, place, operation, None, &format!("starts_with(path, '{path}')")).await
            {
                gone.push(path);
            }
        }
        for (table, _) in &both.tables {
            if self.goes(both, clients, place, operation, Some(table), "true").await {
                continue;
            }
            let rows = both.owners[0].query(&format!("SELECT md5(t::text) FROM {table} AS t"), &[]).await.expect("rows");
            if rows.len() > FEW {
                continue;
            }
            for row in rows {
                let row: String = row.get(0);
                self.goes(both, clients, place, operation, Some(table), &format!("md5(t::text) = '{row}'")).await;
            }
        }
    }

    /// Takes rows away, from one table or from all, unless the leak needs them.
    async fn goes(
        &self,
        both: &Both,
        clients: &(Client, Client),
        place: usize,
        operation: &Node,
        table: Option<&String>,
        which: &str,
    ) -> bool {
        let taken = both.take(table, which).await;
        if taken.tables.is_empty() {
            return false;
        }
        let stays = self.leaks(both, clients, place, operation).await;
        if !stays {
            both.put_back(&taken).await;
        }
        stays
    }

    /// Whether an operation still leaks. One that should be refused is undone when it was not.
    async fn leaks(&self, both: &Both, clients: &(Client, Client), place: usize, operation: &Node) -> bool {
        if operation.name != "mutation" {
            let again = ask(&clients.0, &clients.1, operation).await;
            return bare(&again.0) != bare(&again.1) && differ(&clients.0, &clients.1, operation).await;
        }
        let before = both.take_all().await;
        both.put_back(&before).await;
        let again = self.refused(operation.clone(), place, &mut Tally::default()).await;
        let found = again.is_err_and(|leak| leak.kind == both.kind);
        if found {
            both.take_all().await;
            both.put_back(&before).await;
        }
        found
    }
}

impl Both {
    async fn of(owners: [Database; 2], kind: String) -> Self {
        let mut tables = Vec::new();
        for table in guarded(&owners[0]).await {
            let columns = format!(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            );
            let columns: String = owners[0].query_one(&columns, &[]).await.expect("columns").get(0);
            tables.push((table, columns));
        }
        for owner in &owners {
            owner.batch_execute("SET session_replication_role = replica").await.expect("no triggers and no keys");
        }
        Self { owners, tables, kind }
    }

    async fn take_all(&self) -> Taken {
        self.take(None, "true").await
    }

    async fn take(&self, only: Option<&String>, which: &str) -> Taken {
        let mut tables = Vec::new();
        for (table, columns) in self.tables.iter().filter(|(table, _)| only.is_none_or(|only| only == table)) {
            let mut rows = [String::new(), String::new()];
            for (owner, rows) in self.owners.iter().zip(&mut rows) {
                let take = format!(
                    "WITH gone AS (DELETE FROM {table} AS t WHERE {which} RETURNING t.*)
                     SELECT coalesce(json_agg(row_to_json(gone)), '[]')::text FROM gone"
                );
                *rows = owner.query_one(&take, &[]).await.expect(&take).get(0);
            }
            if rows.iter().any(|rows| rows != "[]") {
                tables.push((table.clone(), columns.clone(), rows));
            }
        }
        Taken { tables }
    }

    async fn put_back(&self, taken: &Taken) {
        for (table, columns, rows) in &taken.tables {
            for (owner, rows) in self.owners.iter().zip(rows) {
                let put = format!(
                    "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
                     SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::text::json)"
                );
                owner.execute(&put, &[rows]).await.unwrap_or_else(|error| panic!("{table}: {error:?}"));
            }
        }
    }
}

/// A policy is loosened, and what the runner finds is told in a few lines, the same every time.
#[tokio::test]
async fn a_leak_is_told_small_and_comes_again_with_its_seed() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let case = Case::new(3, 3).await;
        let loose = "CREATE POLICY leak ON people FOR SELECT TO banyan_app USING (true)";
        case.whole.database.change(loose).await;
        let mut asker = super::operations::Asker::new(&case.schema, &case.world);
        let leak = case.run(&mut asker, 6000, &mut Tally::default()).await.expect_err("a leak");
        let first = leak.asked.as_ref().map(|(_, operation)| operation.size()).expect("a question");
        let small = case.shrink(&leak).await.expect("a small case");
        println!("operation {} of {first} fields:\n{}", leak.number + 1, small.text);
        let document = small.operation.document();
        assert!(small.operation.size() <= 8 && document.len() <= 200, "{document}");
        assert!(small.operation.smaller().iter().all(|smaller| smaller.size() <= small.operation.size()));
        assert!(small.organizations.len() <= 3, "{:?} of {}", small.organizations, case.world.organizations.len());
        let rows: i64 = small.rows.iter().map(|(_, count)| count).sum();
        assert!(rows <= 12, "{:?}", small.rows);
        for part in ["SEED=3 ", "whole:  ", "pruned: ", &format!("operation {}", leak.number + 1), &document] {
            assert!(small.text.contains(part), "{part}");
        }
        told.push((leak.number, small.text.clone()));
        case.clear().await;
    }
    assert_eq!(told[0], told[1]);
}

/// The same of a mutation that is not refused: a grant that has run out still gives its rights.
#[tokio::test]
async fn a_write_that_should_be_refused_is_told_small() {
    let case = Case::new(3, 3).await;
    let owner = case.whole.database.owner().await;
    let (plant, _) = super::planted::without(&owner, "session_viewer", super::planted::EXPIRY).await;
    owner.batch_execute(&plant).await.expect("a leak");
    let mut asker = super::operations::Asker::new(&case.schema, &case.world);
    let (dice, mut tally) = (&mut super::dice::Dice::new(3), Tally::default());
    let leak = loop {
        if let Err(leak) = case.refuse(&mut asker, dice, 2, &mut tally).await {
            break leak;
        }
        assert!(tally.refused < 500, "nothing was found");
    };
    let small = case.shrink(&leak).await.expect("a small case");
    println!("{}", small.text);
    let document = small.operation.document();
    assert!(document.len() <= 300 && document.len() <= leak.text.len(), "{document}");
    assert!(small.organizations.len() <= 4, "{:?}", small.organizations);
    case.clear().await;
}
