//! Statements of the log.

use banyan_tables::journal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::NewJournalRow;
use super::{ChangeKind, JournalFilter, JournalRow, Subject, SubjectKind};
use crate::access::Permit;
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Span, char_length};
use crate::base::error::Failure;
use crate::base::ids::new_key;
use crate::gql::Cx;

/// The channel on which a committed change is told to every server.
pub const CHANNEL: &str = "banyan_changes";

/// What is told on the channel: where and what, never the contents. Whoever listens reads the
/// row in a transaction of the listener's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Where the subject stands now.
    pub path: String,
    /// Where it stood before a move.
    pub moved_from: Option<String>,
    /// What it does to lists.
    pub change: ChangeKind,
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Which one.
    pub id: Uuid,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// Records what a permit was used for, in its transaction, and tells it when that commits.
pub async fn record(cx: &Cx, permit: &Permit, subject: Subject<'_>) -> Result<(), Failure> {
    let viewer = cx.viewer()?;
    let now = cx.clock.now();
    let confirmation = cx.evidence();
    if permit.is_dangerous() && confirmation.is_none() {
        return Err(Failure::Internal(anyhow::anyhow!("{} was not confirmed", subject.event.as_str())));
    }
    let row = NewJournalRow {
        tenant_id: viewer.tenant,
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path(),
        at: now,
        account_id: viewer.account.0,
        account_name: &viewer.account_name,
        role: Some(permit.role().as_str()),
        on_behalf_of: permit.lender(),
        event: subject.event.as_str(),
        subject_kind: subject.kind.as_str(),
        subject_id: subject.id,
        subject_name: subject.name,
        before: subject.before.into_json(),
        after: subject.after.into_json(),
        reason: subject.reason,
        source: cx.source.as_deref(),
        request_id: &cx.request_id,
        confirmation,
    };
    let notice = Notice {
        path: permit.path().to_owned(),
        moved_from: subject.moved_from.map(str::to_owned),
        change: subject.event.change(),
        kind: subject.kind,
        id: subject.id,
        at: now.timestamp_millis(),
    };
    let notice = serde_json::to_string(&notice).map_err(anyhow::Error::from)?;
    let conn = cx.session()?.conn().await?;
    diesel::insert_into(journal::table).values(&row).execute(&mut conn.get()).await?;
    cx.tell(notice);
    Ok(())
}

type Boxed<'a> = journal::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(span: &'a Span, filter: &'a JournalFilter) -> Boxed<'a> {
    let mut query = journal::table.filter(journal::path.ge(&span.low)).filter(journal::path.lt(&span.high)).into_boxed();
    if let Some(length) = span.length {
        query = query.filter(char_length(journal::path).eq(length));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(journal::subject_id.eq(subject));
    }
    if let Some(account) = filter.account {
        query = query.filter(journal::account_id.eq(account.0));
    }
    if let Some(name) = &filter.account_name {
        query = query.filter(journal::account_name.ge(name)).filter(journal::account_name.lt(format!("{name}\u{10ffff}")));
    }
    if !filter.events.is_empty() {
        query = query.filter(journal::event.eq_any(filter.events.iter().map(|event| event.as_str()).collect::<Vec<_>>()));
    }
    if let Some(from) = filter.from {
        query = query.filter(journal::at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(journal::at.lt(until));
    }
    query
}

/// A page, newest first.
pub async fn page(cx: &Cx, span: &Span, filter: &JournalFilter, page: &Page) -> Result<Vec<JournalRow>, Failure> {
    let mut query = filtered(span, filter);
    for bound in page.bounds("(journal.id)", true) {
        query = query.filter(bound);
    }
    let query = if page.backward { query.order(journal::id.asc()) } else { query.order(journal::id.desc()) };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(JournalRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub async fn count(cx: &Cx, span: &Span, filter: &JournalFilter, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(span, filter).select(journal::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// One entry.
pub async fn find(cx: &Cx, id: Uuid) -> Result<Option<JournalRow>, Failure> {
    let conn = cx.session()?.conn().await?;
    let tenant = cx.viewer()?.tenant;
    Ok(journal::table.find((tenant, id)).select(JournalRow::as_select()).first(&mut conn.get()).await.optional()?)
}

/// The key of an entry in the list.
#[must_use]
pub fn key(row: &JournalRow) -> Vec<KeyPart> {
    vec![KeyPart::Id(row.id)]
}
