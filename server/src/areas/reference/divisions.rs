//! Divisions as requests read them.

use std::collections::HashMap;

use banyan_tables::divisions;
use dataloader::BatchFn;
use diesel::sql_types::{Bool, Nullable, Text};

use crate::access::Viewer;
use crate::base::db::prelude::*;
use crate::base::db::{Page, Session, Statement};
use crate::base::error::Failure;
use crate::gql::{Cx, Load, Loaded, answer_all};

/// A division with whether it has divisions below.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct DivisionRow {
    pub code: String,
    pub parent_code: Option<String>,
    pub level: String,
    pub name: String,
    pub full_name: String,
    pub has_children: bool,
}

type Columns = (Text, Nullable<Text>, Text, Text, Text, Bool);

async fn list_by_codes(session: &Session, codes: &[String]) -> Result<Vec<DivisionRow>, Failure> {
    let conn = session.conn().await?;
    Ok(Statement::<Columns>::new(
        "SELECT d.code, d.parent_code, d.level, d.name, d.full_name, EXISTS (SELECT FROM divisions c WHERE c.parent_code = d.code)
         FROM divisions d WHERE d.code = ANY ($1)",
    )
    .bind(codes.to_vec())
    .load(&mut conn.get())
    .await?)
}

/// Whether a division exists.
pub async fn division_exists(cx: &Cx, code: &str) -> Result<bool, Failure> {
    // What is no code is not asked for: a text that PostgreSQL has no place for would be a fault of ours.
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    Ok(is_code && cx.load::<DivisionByCode>(code.to_owned()).await?.is_some())
}

type Boxed<'a> = divisions::BoxedQuery<'a, diesel::pg::Pg>;

fn wanted<'a>(parent: Option<&'a str>, search: Option<&'a str>) -> Boxed<'a> {
    let query = divisions::table.into_boxed();
    match (parent, search) {
        (_, Some(search)) => {
            // Signs that LIKE would read are taken as they are.
            let literal = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let begins = format!("{literal}%");
            let query = query.filter(divisions::name.like(begins.clone()).or(divisions::code.like(begins)));
            match parent {
                Some(parent) => query.filter(divisions::parent_code.eq(parent)),
                None => query,
            }
        }
        (Some(parent), None) => query.filter(divisions::parent_code.eq(parent)),
        (None, None) => query.filter(divisions::parent_code.is_null()),
    }
}

/// A page of divisions by code.
pub async fn page_of_divisions(
    cx: &Cx,
    parent: Option<&str>,
    search: Option<&str>,
    page: &Page,
) -> Result<Vec<DivisionRow>, Failure> {
    let session = cx.session()?;
    let mut query = wanted(parent, search);
    for bound in page.bounds("(divisions.code)", false) {
        query = query.filter(bound);
    }
    let query = if page.backward { query.order(divisions::code.desc()) } else { query.order(divisions::code.asc()) };
    let conn = session.conn().await?;
    let codes: Vec<String> = query.select(divisions::code).limit(page.to_read()).load(&mut conn.get()).await?;
    let mut rows = list_by_codes(session, &codes).await?;
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    if page.backward {
        rows.reverse();
    }
    Ok(rows)
}

/// How many divisions.
pub async fn count_divisions(cx: &Cx, parent: Option<&str>, search: Option<&str>) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    Ok(wanted(parent, search).count().get_result(&mut conn.get()).await?)
}

/// Loads divisions by code.
pub struct DivisionByCode(Session);

impl BatchFn<String, Loaded<DivisionRow>> for DivisionByCode {
    async fn load(&mut self, codes: &[String]) -> HashMap<String, Loaded<DivisionRow>> {
        answer_all(codes, list_by_codes(&self.0, codes).await, |row| row.code.clone())
    }
}

impl Load for DivisionByCode {
    type Key = String;
    type Value = DivisionRow;

    fn new(session: Session, _viewer: &Viewer) -> Self {
        Self(session)
    }
}
