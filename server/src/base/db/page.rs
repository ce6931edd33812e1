//! One page of a list: how many rows, from where, in which direction.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Int4, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// The key of a row in an order, column by column.
pub type Key = Vec<KeyPart>;

/// One column of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// A text.
    Text(String),
    /// A number.
    Number(i32),
    /// An id.
    Id(Uuid),
}

/// What part of a list is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many rows at most.
    pub limit: usize,
    /// Whether the last rows are wanted instead of the first.
    pub backward: bool,
    /// Only rows behind this key.
    pub after: Option<Key>,
    /// Only rows before this key.
    pub before: Option<Key>,
}

impl Page {
    /// The first rows of a list.
    #[must_use]
    pub fn first(limit: usize) -> Self {
        Self { limit, backward: false, after: None, before: None }
    }

    /// How many rows to read: one more shows whether there are more.
    #[must_use]
    pub fn to_read(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// The bounds as conditions on `columns`, a row value such as `(people.path, people.id)`.
    /// `descending` says that the list itself runs downwards.
    pub fn bounds(&self, columns: &'static str, descending: bool) -> impl Iterator<Item = Beyond> + '_ {
        let (behind, before) = if descending { ("<", ">") } else { (">", "<") };
        [(self.after.as_ref(), behind), (self.before.as_ref(), before)]
            .into_iter()
            .filter_map(move |(key, operator)| key.map(|key| Beyond { columns, operator, key: key.clone() }))
    }
}

/// `(a, b, c) > ($1, $2, $3)`: PostgreSQL uses an index for a comparison of row values, and
/// not for the same thing written with OR. Diesel has no such expression.
#[derive(Debug, Clone)]
pub struct Beyond {
    columns: &'static str,
    operator: &'static str,
    key: Key,
}

impl Expression for Beyond {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for Beyond {}
impl<Source> SelectableExpression<Source> for Beyond {}

impl ValidGrouping<()> for Beyond {
    type IsAggregate = diesel::expression::is_aggregate::No;
}

impl QueryId for Beyond {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Beyond {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.columns);
        out.push_sql(" ");
        out.push_sql(self.operator);
        out.push_sql(" (");
        for (position, part) in self.key.iter().enumerate() {
            if position > 0 {
                out.push_sql(", ");
            }
            match part {
                KeyPart::Text(text) => out.push_bind_param::<Text, _>(text)?,
                KeyPart::Number(number) => out.push_bind_param::<Int4, _>(number)?,
                KeyPart::Id(id) => out.push_bind_param::<SqlUuid, _>(id)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}
