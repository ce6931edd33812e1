//! Jobs in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::model::{JobKind, JobRow, JobState, Wanted};
use super::{JobById, store};
use crate::access::{Permission, Viewer};
use crate::areas::accounts::AccountById;
use crate::areas::accounts::graphql::Account;
use crate::areas::organizations::graphql::Organization;
use crate::areas::organizations::{OrganizationById, span_under};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, Id, JobId, OrganizationId};
use crate::base::problem::{Code, Problem};
use crate::gql::{COUNT_LIMIT, Cx, Listed, Paging, Reach, Total, UserError, connection};

/// Work that a request ordered.
#[derive(Clone)]
pub struct Job(pub JobRow);

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        Self(row)
    }
}

/// How much of a job is done.
#[derive(SimpleObject)]
pub struct JobProgress {
    /// So much of it, rising from 0 to the total.
    done: i32,
    /// How much there is to do: of a move, the organizations that go along.
    total: i32,
}

/// Work that takes longer than a request may: it was ordered by a mutation, is done by a server behind it, once, and
/// either all of it is kept or nothing. Seen by whoever may order such work there, and by who ordered it.
#[Object]
impl Job {
    /// Global id.
    pub async fn id(&self) -> ID {
        JobId(self.0.id).global().into()
    }

    /// What is done.
    async fn kind(&self) -> Result<JobKind> {
        Ok(JobKind::parse(&self.0.kind).ok_or_else(|| unknown(&self.0.kind))?)
    }

    /// How far it is.
    async fn state(&self) -> Result<JobState> {
        Ok(JobState::parse(&self.0.state).ok_or_else(|| unknown(&self.0.state))?)
    }

    /// How much of it is done.
    async fn progress(&self) -> JobProgress {
        JobProgress { done: self.0.done, total: self.0.total }
    }

    /// What it is done to; null when that is out of reach by now.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// The account that ordered it; null when that is out of reach.
    async fn ordered_by(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(Cx::of(ctx).load::<AccountById>(AccountId(self.0.account_id)).await?.map(Account))
    }

    /// The name of that account at the time.
    async fn ordered_by_name(&self) -> &str {
        &self.0.account_name
    }

    /// When it was ordered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When a server first took it.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at
    }

    /// When it was done, or failed.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// Why it failed; nothing of it was kept.
    async fn error(&self, ctx: &Context<'_>) -> Option<UserError> {
        let code = self.0.error_code.as_deref()?;
        // A refusal that only a newer program knows: this one can say that it was not done.
        let problem =
            Problem { value: self.0.error_value.clone(), ..Problem::new(Code::parse(code).unwrap_or(Code::JobGivenUp), "id") };
        Some(UserError::at(&problem, self.0.error_field.as_deref().unwrap_or(problem.field), &Cx::of(ctx)))
    }
}

fn unknown(text: &str) -> Failure {
    Failure::Internal(anyhow::anyhow!("a job with the unknown word {text}"))
}

/// What must be held where a job is done, to see it.
fn needed(kind: &str) -> Permission {
    match JobKind::parse(kind) {
        Some(JobKind::OrganizationMove) | None => Permission::MoveOrganization,
    }
}

fn may_see(viewer: &Viewer, row: &JobRow) -> bool {
    row.account_id == viewer.account.0 || viewer.may(needed(&row.kind), &row.path)
}

/// A job, for whoever may see it.
///
/// # Errors
/// When the database fails.
pub async fn job_by_id(cx: &Cx, id: JobId) -> Result<Option<Job>, Failure> {
    let viewer = cx.viewer()?;
    Ok(cx.load::<JobById>(id).await?.filter(|row| may_see(viewer, row)).map(Job))
}

connection! {
    /// Jobs, newest first.
    JobConnection JobEdge Job
}

/// Which jobs, by how far they are.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobProgressFilter {
    /// Those that wait or run.
    Unfinished,
    /// Those that were done or failed.
    Ended,
}

/// Which jobs.
#[derive(InputObject, Default)]
pub struct JobFilter {
    /// How far they are.
    progress: Option<JobProgressFilter>,
}

/// Queries of this area.
#[derive(Default)]
pub struct JobQuery;

#[Object]
impl JobQuery {
    /// Jobs under an organization, newest first, where the viewer may order such work.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization; the viewer's whole reach without one.")] under: Option<ID>,
        #[graphql(desc = "How far below it.", default_with = "Reach::Subtree")] reach: Reach,
        #[graphql(desc = "Which jobs.")] filter: Option<JobFilter>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<JobConnection> {
        const LIST: &str = "jobs";
        let cx = Cx::of(ctx);
        let span = span_under(&cx, Permission::MoveOrganization, under.as_ref(), reach).await?;
        let states = filter.unwrap_or_default().progress.map(|progress| match progress {
            JobProgressFilter::Unfinished => [JobState::Waiting, JobState::Running],
            JobProgressFilter::Ended => [JobState::Done, JobState::Failed],
        });
        let wanted = Wanted { span, scope: cx.viewer()?.scope(Permission::MoveOrganization), states };
        let page = Paging { first, after, last, before }.page(&cx.secrets, LIST)?;
        let rows = store::page(&cx, &wanted, &page).await?;
        let listed = Listed::of(rows, &page, &cx.secrets, LIST, store::key);
        let total = Total::by(move || {
            let (cx, wanted) = (cx.clone(), wanted.clone());
            Box::pin(async move { store::count(&cx, &wanted, COUNT_LIMIT).await })
        });
        Ok(JobConnection::of(listed, total, Job))
    }
}
