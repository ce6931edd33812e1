//! Changes that stay prepared on their connection.
//!
//! Diesel prepares every UPDATE anew, because one that leaves out what did not change may have any number of texts.
//! Ours have one or a few each, and parsing, rewriting with the policies and planning one costs the database more than
//! running it, and the request two round trips.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement whose text is one of few. It is known by its text.
#[derive(Clone, Copy, Debug)]
pub struct Kept<Q>(Q);

/// Makes a statement stay prepared.
pub trait Keep: Sized {
    /// The statement, to be prepared once on each connection.
    fn kept(self) -> Kept<Self>;
}

impl<Q: QueryFragment<Pg>> Keep for Q {
    fn kept(self) -> Kept<Self> {
        Kept(self)
    }
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}
