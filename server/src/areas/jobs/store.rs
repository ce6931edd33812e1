//! Statements about jobs. Ordering and reading are the viewer's; what a server does with a job belongs to nobody, and
//! goes through functions that give it one job at a time.

use std::time::Duration;

use banyan_tables::jobs;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Int4, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;

use super::model::{JobKind, JobRow, JobState, Order, Taken, Wanted};
use crate::access::{Permit, Viewer};
use crate::base::db::prelude::*;
use crate::base::db::{KeyPart, Page, Session, Statement, char_length};
use crate::base::error::Failure;
use crate::base::ids::{JobId, OrganizationId, new_key};
use crate::base::problem::Problem;
use crate::gql::Cx;

/// The channel on which it is told that there is something to do.
pub const ORDERED: &str = "banyan_jobs";

#[derive(diesel::Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
struct NewJob<'a> {
    tenant_id: Uuid,
    id: Uuid,
    organization_id: Uuid,
    path: &'a str,
    kind: &'a str,
    input: Value,
    confirmation: Option<Value>,
    account_id: Uuid,
    account_name: &'a str,
    session_id: Uuid,
    role: &'a str,
    on_behalf_of: Option<&'a str>,
    source: Option<&'a str>,
    request_id: &'a str,
    total: i32,
    created_at: DateTime<Utc>,
}

/// Records a job in the transaction of the request that orders it, with what was confirmed for it, and wakes the
/// servers when that is committed.
///
/// # Errors
/// When the database fails.
pub async fn order(cx: &Cx, permit: &Permit, order: Order) -> Result<JobRow, Failure> {
    let viewer = cx.viewer()?;
    let confirmation = cx.evidence();
    if permit.is_dangerous() && confirmation.is_none() {
        return Err(Failure::Internal(anyhow::anyhow!("{} was not confirmed", order.kind.as_str())));
    }
    let new = NewJob {
        tenant_id: permit.tenant(),
        id: new_key(),
        organization_id: permit.organization().0,
        path: permit.path(),
        kind: order.kind.as_str(),
        input: order.input,
        confirmation,
        account_id: permit.account().0,
        account_name: permit.account_name(),
        session_id: viewer.session.0,
        role: permit.role().as_str(),
        on_behalf_of: permit.lender(),
        source: cx.source.as_deref(),
        request_id: &cx.request_id,
        total: order.total,
        created_at: cx.clock.now(),
    };
    let conn = cx.session()?.conn().await?;
    let row = diesel::insert_into(jobs::table).values(&new).returning(JobRow::as_returning()).get_result(&mut conn.get()).await?;
    // In the transaction and not behind it: jobs are few, and one that is never told of would wait for the next look.
    Statement::<Text>::new("SELECT pg_notify($1, '')").bind(ORDERED).execute(&mut conn.get()).await?;
    Ok(row)
}

/// Jobs by id.
pub(super) async fn list_by_ids(session: &Session, tenant: Uuid, ids: &[Uuid]) -> Result<Vec<JobRow>, Failure> {
    let conn = session.conn().await?;
    let query = jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq_any(ids));
    Ok(query.select(JobRow::as_select()).load(&mut conn.get()).await?)
}

type Boxed<'a> = jobs::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered(wanted: &Wanted) -> Boxed<'_> {
    let span = &wanted.span;
    let mut query = jobs::table.filter(jobs::path.ge(&span.low)).filter(jobs::path.lt(&span.high)).into_boxed();
    // The guard lets through what hangs on organizations in reach; who reads a job may order one there.
    query = query.filter(sql::<Bool>("jobs.path <@ ").bind::<Text, _>(wanted.scope.setting()).sql("::path_multirange"));
    if let Some(length) = span.length {
        query = query.filter(char_length(jobs::path).eq(length));
    }
    if let Some(states) = wanted.states {
        query = query.filter(jobs::state.eq_any(states.map(JobState::as_str)));
    }
    query
}

/// A page of jobs, newest first.
pub(super) async fn page(cx: &Cx, wanted: &Wanted, page: &Page) -> Result<Vec<JobRow>, Failure> {
    let mut query = filtered(wanted);
    for bound in page.bounds("(jobs.id)", true) {
        query = query.filter(bound);
    }
    let query = if page.backward { query.order(jobs::id.asc()) } else { query.order(jobs::id.desc()) };
    let conn = cx.session()?.conn().await?;
    Ok(query.select(JobRow::as_select()).limit(page.to_read()).load(&mut conn.get()).await?)
}

/// How many, at most one more than `limit`.
pub(super) async fn count(cx: &Cx, wanted: &Wanted, limit: i64) -> Result<i64, Failure> {
    let conn = cx.session()?.conn().await?;
    let ids: Vec<Uuid> = filtered(wanted).select(jobs::id).limit(limit + 1).load(&mut conn.get()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The key of a job in its list.
pub(super) fn key(row: &JobRow) -> Vec<KeyPart> {
    vec![KeyPart::Id(row.id)]
}

/// For how long a job is taken, and how often at most.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Without a sign of life for so long, another server may take it.
    pub lasts: Duration,
    /// One that ended its server so often is given up.
    pub attempts: i32,
}

impl Lease {
    fn seconds(self) -> i32 {
        i32::try_from(self.lasts.as_secs()).unwrap_or(i32::MAX)
    }
}

type TakenColumns = (SqlUuid, SqlUuid, SqlUuid, SqlUuid, Text, Jsonb, Nullable<Jsonb>, Nullable<Text>, Text, Int4, Int4);
type TakenRow = (Uuid, Uuid, Uuid, Uuid, String, Value, Option<Value>, Option<String>, String, i32, i32);

/// Takes the oldest job that waits, or whose server gave no sign of life, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn take(connection: &mut AsyncPgConnection, lease: Lease, now: DateTime<Utc>) -> Result<Option<Taken>, Failure> {
    let taking = Statement::<TakenColumns>::new("SELECT * FROM job_take($1, $2, $3, $4, $5)");
    let kinds: Vec<String> = JobKind::ALL.iter().map(|(_, text)| (*text).to_owned()).collect();
    let taking = taking.bind(kinds).bind(new_key()).bind(lease.seconds()).bind(lease.attempts).bind(now);
    let row: Option<TakenRow> = taking.get_result(connection).await.optional()?;
    let Some((tenant, id, lease, organization, kind, input, confirmation, source, request_id, total, attempts)) = row else {
        return Ok(None);
    };
    let kind = JobKind::parse(&kind).ok_or_else(|| anyhow::anyhow!("a job of the unknown kind {kind}"))?;
    Ok(Some(Taken {
        tenant,
        id: JobId(id),
        lease,
        organization: OrganizationId(organization),
        kind,
        input,
        confirmation,
        source,
        request_id,
        total,
        attempts,
    }))
}

/// Says how far a job is and goes on holding it. False when it is another's by now; none when it has ended.
///
/// # Errors
/// When the database fails.
pub async fn renew(connection: &mut AsyncPgConnection, job: &Taken, done: i32, lease: Lease) -> Result<Option<bool>, Failure> {
    let renewing = Statement::<Nullable<Bool>>::new("SELECT job_renew($1, $2, $3, $4, $5)");
    let renewing = renewing.bind(job.tenant).bind(job.id.0).bind(job.lease).bind(done).bind(lease.seconds());
    Ok(renewing.get_result(connection).await?)
}

/// Whoever ordered a job, with the rights that they hold now; nobody when the account or its key ended, or the job is
/// another's by now.
///
/// # Errors
/// When the database fails.
pub async fn viewer_of(connection: &AsyncPgConnection, job: &Taken, now: DateTime<Utc>) -> Result<Option<Viewer>, Failure> {
    Viewer::find_of_job(connection, (job.tenant, job.id.0, job.lease), now).await
}

/// Marks a job as done, in the transaction of its work. False when it is another's by now: nothing may be kept.
///
/// # Errors
/// When the database fails.
pub async fn done(session: &Session, job: &Taken, now: DateTime<Utc>) -> Result<bool, Failure> {
    let conn = session.conn().await?;
    let ending = Statement::<Bool>::new("SELECT job_end($1, $2, $3, NULL, NULL, NULL, $4)");
    Ok(ending.bind(job.tenant).bind(job.id.0).bind(job.lease).bind(now).get_result(&mut conn.get()).await?)
}

/// Marks a job as failed, after the transaction of its work was undone.
///
/// # Errors
/// When the database fails.
pub async fn failed(
    connection: &mut AsyncPgConnection,
    job: &Taken,
    problem: &Problem,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let ending = Statement::<Bool>::new("SELECT job_end($1, $2, $3, $4, $5, $6, $7)");
    let ending = ending.bind(job.tenant).bind(job.id.0).bind(job.lease);
    let ending = ending.bind(problem.code.name()).bind(problem.field).bind(problem.value.clone()).bind(now);
    Ok(ending.get_result(connection).await?)
}

/// Gives a job back that was not done, for any server to take.
///
/// # Errors
/// When the database fails.
pub async fn give_back(connection: &mut AsyncPgConnection, job: &Taken, stopping: bool) -> Result<bool, Failure> {
    let giving = Statement::<Bool>::new(if stopping {
        "SELECT job_give_back($1, $2, $3, true)"
    } else {
        "SELECT job_give_back($1, $2, $3, false)"
    });
    Ok(giving.bind(job.tenant).bind(job.id.0).bind(job.lease).get_result(connection).await?)
}
