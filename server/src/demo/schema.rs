//! Indexes and constraints out of the way while a table is filled, and back again.
//!
//! Filling with them in place costs a lookup in every index and, because the foreign keys are
//! deferred, one event in memory for every key and row. Put back afterwards, each is built or
//! validated over the whole table at once. All of it happens in the transaction of the load: a
//! load that does not finish leaves everything as it was.

use tokio_postgres::Transaction;

/// Foreign keys from and to the tables, then their other constraints and their indexes. CHECK and
/// NOT NULL stay: they are judged row by row anyway.
const FOREIGN_KEYS: &str = "
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0
      AND (conrelid = ANY (SELECT unnest($1::text[])::regclass) OR confrelid = ANY (SELECT unnest($1::text[])::regclass))
    ORDER BY conname";
const CONSTRAINTS: &str = "
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'x') AND conrelid = ANY (SELECT unnest($1::text[])::regclass)
    ORDER BY contype, conname";
const INDEXES: &str = "
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY (SELECT unnest($1::text[])::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY 1";
/// COPY does not work for an owner who is under his own policies.
const FORCED: &str = "
    SELECT oid::regclass::text FROM pg_class
    WHERE relforcerowsecurity AND oid = ANY (SELECT unnest($1::text[])::regclass)
    ORDER BY 1";

/// What must be done to have everything back, in order.
#[must_use]
pub(super) struct Suspended {
    restore: Vec<String>,
}

/// Takes indexes, keys and forced policies off these tables.
pub(super) async fn suspend(transaction: &Transaction<'_>, tables: &[&str]) -> anyhow::Result<Suspended> {
    // The triggers look into tables that have no index now; what they would write is made here.
    let mut drop: Vec<String> = tables.iter().map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER")).collect();
    let enable = tables.iter().map(|table| format!("ALTER TABLE {table} ENABLE TRIGGER USER"));
    let mut forced = Vec::new();
    for row in transaction.query(FORCED, &[&tables]).await? {
        let table: String = row.try_get(0)?;
        drop.push(format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"));
        forced.push(format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"));
    }
    let mut keys = Vec::new();
    let mut constraints = Vec::new();
    for (query, restore) in [(FOREIGN_KEYS, &mut keys), (CONSTRAINTS, &mut constraints)] {
        for row in transaction.query(query, &[&tables]).await? {
            let (table, name, definition): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            drop.push(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
            restore.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"));
        }
    }
    let mut indexes = Vec::new();
    for row in transaction.query(INDEXES, &[&tables]).await? {
        let (name, definition): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        drop.push(format!("DROP INDEX {name}"));
        indexes.push(definition);
    }
    transaction.batch_execute(&drop.join(";")).await?;
    let restore = constraints.into_iter().chain(indexes).chain(keys).chain(forced).chain(enable).collect();
    Ok(Suspended { restore })
}

impl Suspended {
    /// How many steps [`Self::restore`] takes.
    pub(super) fn steps(&self) -> usize {
        self.restore.len()
    }

    /// Puts everything back; `done` is called after each step.
    pub(super) async fn restore(self, transaction: &Transaction<'_>, mut done: impl FnMut()) -> anyhow::Result<()> {
        for statement in self.restore {
            transaction.batch_execute(&statement).await?;
            done();
        }
        Ok(())
    }
}
