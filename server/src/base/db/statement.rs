//! A statement written as SQL, for what diesel's builder cannot say: a function of the database,
//! a lateral join, a window. Its text never changes, so it stays prepared on its connection
//! (diesel's own `sql_query` is parsed and planned anew every time).

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date, Int4, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A value for `$1`, `$2` …
#[derive(Clone, Debug)]
enum Bind {
    Text(String),
    OptionalText(Option<String>),
    Texts(Vec<String>),
    Id(Uuid),
    OptionalId(Option<Uuid>),
    Ids(Vec<Uuid>),
    Bytes(Vec<u8>),
    Number(i32),
    OptionalNumber(Option<i32>),
    Numbers(Vec<i32>),
    Big(i64),
    Instant(DateTime<Utc>),
    Day(NaiveDate),
    Flag(bool),
    Json(serde_json::Value),
    ManyBytes(Vec<Vec<u8>>),
}

macro_rules! binds {
    ($($type:ty => $variant:ident)*) => {
        $(impl From<$type> for Bind {
            fn from(value: $type) -> Self { Self::$variant(value.into()) }
        })*
    };
}

binds! {
    String => Text
    &str => Text
    Option<String> => OptionalText
    Vec<String> => Texts
    Uuid => Id
    Option<Uuid> => OptionalId
    Vec<Uuid> => Ids
    Vec<u8> => Bytes
    i32 => Number
    Option<i32> => OptionalNumber
    Vec<i32> => Numbers
    i64 => Big
    DateTime<Utc> => Instant
    NaiveDate => Day
    bool => Flag
    serde_json::Value => Json
    Vec<Vec<u8>> => ManyBytes
}

/// SQL with parameters, returning rows of the SQL types `Types`.
#[derive(Clone, Debug)]
pub struct Statement<Types> {
    sql: &'static str,
    binds: Vec<Bind>,
    types: PhantomData<Types>,
}

impl<Types> Statement<Types> {
    /// A statement; its text is part of the program.
    #[must_use]
    pub fn new(sql: &'static str) -> Self {
        Self { sql, binds: Vec::new(), types: PhantomData }
    }

    /// Gives the next parameter its value.
    #[must_use]
    #[expect(private_bounds, reason = "the list of types that can be bound is closed")]
    pub fn bind(mut self, value: impl Into<Bind>) -> Self {
        self.binds.push(value.into());
        self
    }
}

impl<Types> Query for Statement<Types> {
    type SqlType = Types;
}

impl<Types> QueryId for Statement<Types> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Types> QueryFragment<Pg> for Statement<Types> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.sql);
        for bind in &self.binds {
            match bind {
                Bind::Text(value) => out.push_bind_param_value_only::<Text, _>(value)?,
                Bind::OptionalText(value) => out.push_bind_param_value_only::<Nullable<Text>, _>(value)?,
                Bind::Texts(value) => out.push_bind_param_value_only::<Array<Text>, _>(value)?,
                Bind::Id(value) => out.push_bind_param_value_only::<SqlUuid, _>(value)?,
                Bind::OptionalId(value) => out.push_bind_param_value_only::<Nullable<SqlUuid>, _>(value)?,
                Bind::Ids(value) => out.push_bind_param_value_only::<Array<SqlUuid>, _>(value)?,
                Bind::Bytes(value) => out.push_bind_param_value_only::<Binary, _>(value)?,
                Bind::Number(value) => out.push_bind_param_value_only::<Int4, _>(value)?,
                Bind::OptionalNumber(value) => out.push_bind_param_value_only::<Nullable<Int4>, _>(value)?,
                Bind::Numbers(value) => out.push_bind_param_value_only::<Array<Int4>, _>(value)?,
                Bind::Big(value) => out.push_bind_param_value_only::<BigInt, _>(value)?,
                Bind::Instant(value) => out.push_bind_param_value_only::<Timestamptz, _>(value)?,
                Bind::Day(value) => out.push_bind_param_value_only::<Date, _>(value)?,
                Bind::Flag(value) => out.push_bind_param_value_only::<Bool, _>(value)?,
                Bind::Json(value) => out.push_bind_param_value_only::<Jsonb, _>(value)?,
                Bind::ManyBytes(value) => out.push_bind_param_value_only::<Array<Binary>, _>(value)?,
            }
        }
        Ok(())
    }
}
