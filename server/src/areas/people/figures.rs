//! Figures and ledger: changed in the transaction that changes the person, one statement each.

use chrono::{Datelike, NaiveDate};
use diesel::sql_types::{BigInt, Text};
use futures_util::future::try_join;
use uuid::Uuid;

use super::{PersonRow, Stage};
use crate::access::Permit;
use crate::areas::reference::Codes;
use crate::base::db::prelude::*;
use crate::base::db::{Session, Span, Statement};
use crate::base::error::Failure;
use crate::base::ids::new_key;
use crate::gql::Cx;

/// What a person adds to the figures of the own branch, in the order of the columns of `organization_counts`.
fn headline(row: &PersonRow) -> [i32; 8] {
    let (codes, stage) = (Codes::builtin(), row.stage());
    let is = |known: Stage| i32::from(stage == known);
    let member = |fact: bool| i32::from(stage.is_member() && fact);
    [
        is(Stage::Applicant),
        is(Stage::Activist),
        is(Stage::Candidate),
        is(Stage::Probationary),
        is(Stage::Full),
        member(row.sex == "2"),
        member(codes.is_minority(&row.ethnic_group)),
        member(codes.is_college_and_above(&row.education)),
    ]
}

/// The tallies that a person is counted in; people who are not members are in none.
fn tallies(row: &PersonRow) -> Vec<(&'static str, String)> {
    if !row.stage().is_member() {
        return Vec::new();
    }
    vec![
        ("sex", row.sex.clone()),
        ("ethnic_group", row.ethnic_group.clone()),
        ("education", row.education.clone()),
        ("birth_year", row.birth_date.year().to_string()),
    ]
}

/// Moves the figures of the branch from one state of a person to the next.
pub(super) async fn change(
    cx: &Cx,
    permit: &Permit,
    before: Option<&PersonRow>,
    after: Option<&PersonRow>,
) -> Result<(), Failure> {
    let (old, new) = (before.map(headline).unwrap_or_default(), after.map(headline).unwrap_or_default());
    let step: Vec<i32> = new.iter().zip(old).map(|(new, old)| new - old).collect();
    let (mut dimensions, mut values, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let (gone, come) = (before.map(tallies).unwrap_or_default(), after.map(tallies).unwrap_or_default());
    for (list, other, step) in [(&gone, &come, -1), (&come, &gone, 1)] {
        for tally in list.iter().filter(|tally| !other.contains(tally)) {
            dimensions.push(tally.0.to_owned());
            values.push(tally.1.clone());
            steps.push(step);
        }
    }
    let session = cx.session()?;
    let counts = async {
        if step.iter().all(|step| *step == 0) {
            return Ok(());
        }
        let conn = session.conn().await?;
        let change = Statement::<BigInt>::new(include_str!("sql/change_counts.sql")).bind(permit.tenant());
        change.bind(permit.organization().0).bind(permit.path()).bind(step).execute(&mut conn.get()).await?;
        Ok::<(), Failure>(())
    };
    let tallies = async {
        if steps.is_empty() {
            return Ok(());
        }
        let conn = session.conn().await?;
        let change = Statement::<BigInt>::new(include_str!("sql/change_tallies.sql")).bind(permit.tenant());
        let change = change.bind(permit.organization().0).bind(permit.path());
        change.bind(dimensions).bind(values).bind(steps).execute(&mut conn.get()).await?;
        Ok(())
    };
    // The driver sends the second without waiting for the first.
    try_join(counts, tallies).await?;
    Ok(())
}

/// An entry of the membership ledger.
pub(super) async fn enter(cx: &Cx, permit: &Permit, person: Uuid, day: NaiveDate, kind: &str, delta: i16) -> Result<(), Failure> {
    use banyan_tables::membership_ledger as ledger;
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(ledger::table)
        .values((
            ledger::tenant_id.eq(permit.tenant()),
            ledger::id.eq(new_key()),
            ledger::person_id.eq(person),
            ledger::organization_id.eq(permit.organization().0),
            ledger::path.eq(permit.path()),
            ledger::day.eq(day),
            ledger::kind.eq(kind),
            ledger::delta.eq(delta),
        ))
        .execute(&mut conn.get())
        .await?;
    Ok(())
}

/// Members of a span by dimension and value (D01).
pub(super) async fn list_tallies(session: &Session, span: &Span) -> Result<Vec<(String, String, i64)>, Failure> {
    let conn = session.conn().await?;
    Ok(Statement::<(Text, Text, BigInt)>::new(include_str!("sql/tallies.sql"))
        .bind(span.low.as_str())
        .bind(span.high.as_str())
        .load(&mut conn.get())
        .await?)
}
