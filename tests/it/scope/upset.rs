//! What happens in the middle of a case: a subtree moves, grants run out, and everything is asked again by the same
//! viewers with the cursors that they and others were given before.

use banyan_tests::Database;

use super::dice::Dice;
use super::guard::guarded;
use super::prune::prune;
use super::runner::Case;
use super::world::{EXPIRED, Organization};

/// The longest path that a move may make.
const DEEPEST: usize = 30;

impl Case {
    /// Moves a subtree, lets time pass, and makes the pruned databases anew, all while the servers run.
    pub async fn upset(&mut self) {
        self.round += 1;
        let dice = &mut Dice::new(self.seed ^ 0x0f5e ^ (self.round << 32));
        self.relocate(dice).await;
        if self.round == 1 {
            let seconds =
                (EXPIRED.parse::<chrono::DateTime<chrono::Utc>>().expect("a time") - self.whole.clock.now()).num_seconds();
            for app in self.viewers.iter().map(|(_, app)| app).chain([&self.whole]) {
                app.clock.shift(seconds);
            }
            self.world.expire();
        }
        let differences = banyan::testing::check(&self.whole.database.owner().await).await.expect("a check");
        assert_eq!(differences, [], "SEED={}: a move left the tree inconsistent", self.seed);
        for (viewer, app) in &mut self.viewers {
            *viewer = self.world.accounts.iter().find(|account| account.id == viewer.id).expect("the viewer").clone();
            become_like(&app.database, &self.whole.database).await;
            prune(&app.database, &self.world, viewer).await;
        }
    }

    async fn relocate(&mut self, dice: &mut Dice) {
        let all = &self.world.organizations;
        let fits = |it: &Organization, to: &Organization| {
            it.path.len() > 3
                && it.tenant == to.tenant
                && !to.dissolved
                && !to.path.starts_with(&it.path)
                && it.path.get(..it.path.len() - 3) != Some(&to.path)
                && all.iter().filter(|below| below.path.starts_with(&it.path)).map(|below| below.path.len()).max().unwrap_or(0)
                    - it.path.len()
                    + to.path.len()
                    + 3
                    <= DEEPEST
        };
        let pairs: Vec<(usize, usize)> = (0..all.len())
            .flat_map(|moved| (0..all.len()).map(move |to| (moved, to)))
            .filter(|(moved, to)| fits(&all[*moved], &all[*to]))
            .collect();
        let (moved, to) = *dice.pick(&pairs);
        let (moved, to) = (all[moved].clone(), all[to].clone());
        let label = format!("z{:02}", self.round);
        let new = format!("{}{label}", to.path);
        let sql = format!(
            "BEGIN; SET LOCAL app.scope = '{{[{root},{root}~)}}';
             SELECT relocate_subtree('{}', '{}', '{}', '{}', '{label}', '{new}', 1); COMMIT",
            moved.tenant,
            moved.id,
            moved.path,
            to.id,
            root = &to.path[..3]
        );
        self.whole.database.change(&sql).await;
        self.world.relocate(&moved.path, &new);
    }
}

/// Puts the rows of one database in the place of another's.
async fn become_like(copy: &Database, whole: &Database) {
    let (from, mut to) = (whole.owner().await, copy.owner().await);
    let mut tables = guarded(&from).await;
    tables.push("tenants".into());
    let transaction = to.transaction().await.expect("a transaction");
    transaction.batch_execute("SET LOCAL session_replication_role = replica").await.expect("no triggers");
    for table in tables {
        let columns = format!(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
             WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        );
        let columns: String = from.query_one(&columns, &[]).await.expect("columns").get(0);
        let rows = format!("SELECT coalesce(json_agg(row_to_json(t)), '[]')::text FROM {table} AS t");
        let rows: String = from.query_one(&rows, &[]).await.expect("rows").get(0);
        transaction.execute(&format!("DELETE FROM {table}"), &[]).await.expect("the old rows");
        let insert = format!(
            "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
             SELECT {columns} FROM json_populate_recordset(NULL::{table}, $1::text::json)"
        );
        transaction.execute(&insert, &[&rows]).await.unwrap_or_else(|error| panic!("{table}: {error:?}"));
    }
    transaction.commit().await.expect("the rows");
}
