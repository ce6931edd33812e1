//! The transaction of one job.

use std::sync::Arc;
use std::time::Duration;

use super::{Ended, Worker};
use crate::areas::jobs::{self, JobKind, Progress, Taken};
use crate::areas::journal::CHANNEL;
use crate::areas::organizations;
use crate::base::db::{Kind, Session};
use crate::base::error::Failure;
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// No statement of a job takes longer: a part of a move takes a fraction of a second, a check of keys some seconds.
const LONGEST: Duration = Duration::from_secs(600);

impl Worker {
    /// Does a job with the rights that whoever ordered it holds now; all of it is kept, or nothing.
    pub(super) async fn carry_out(&self, job: &Taken, progress: &Progress) -> Result<Ended, Failure> {
        let begun = self.db.begin(Kind::Write).await?;
        let viewer = jobs::viewer_of(begun.conn().await?.get(), job, self.engine.clock().now()).await?;
        let Some(viewer) = viewer else {
            begun.give_back().await?;
            return Err(rights_ended().into());
        };
        let longest = u64::try_from(LONGEST.as_millis()).unwrap_or(u64::MAX);
        let session = begun.scoped(&viewer.settings(), longest).await?;
        let around = self.engine.surroundings(Language::Zh, &job.request_id, job.source.as_deref());
        let cx = Cx::new(Some((Arc::new(viewer), session.clone())), around).confirmed_before(job.confirmation.clone());
        match self.work(&cx, &session, job, progress).await {
            Ok(true) => {
                session.finish_and_tell(true, CHANNEL, &cx.notices()).await?;
                Ok(Ended::Done)
            }
            Ok(false) => {
                session.finish(false).await?;
                Ok(Ended::Lost)
            }
            Err(failure) => {
                if let Err(lost) = session.finish(false).await {
                    tracing::debug!(?lost, "the end of a job's transaction");
                }
                Err(failure)
            }
        }
    }

    /// The work, and that it is done; false when the job is another's by now.
    async fn work(&self, cx: &Cx, session: &Session, job: &Taken, progress: &Progress) -> Result<bool, Failure> {
        match job.kind {
            JobKind::OrganizationMove => organizations::carry_out_move(cx, job, progress).await?,
        }
        jobs::done(session, job, self.engine.clock().now()).await
    }
}

fn rights_ended() -> Problem {
    Problem::new(Code::JobRightsEnded, "id")
}

/// What is said of a job that no server could do.
pub(super) fn given_up() -> Problem {
    Problem::new(Code::JobGivenUp, "id")
}

/// What people are told of a failure; none for one that another try may mend.
pub(super) fn refusal(failure: &Failure) -> Option<Problem> {
    match failure {
        Failure::Problems(problems) => Some(problems.first().cloned().unwrap_or_else(given_up)),
        Failure::Stale(problem, _) => Some(problem.clone()),
        // What is out of reach by now was in reach when it was ordered.
        Failure::NotFound
        | Failure::Forbidden
        | Failure::Unauthenticated
        | Failure::ReadOnly
        | Failure::KeyRequired
        | Failure::AdministrationRequired
        | Failure::PasswordChangeRequired
        | Failure::UntrustedDocument
        | Failure::StepUp(_)
        | Failure::StepUpFailed => Some(rights_ended()),
        Failure::BadId | Failure::BadCursor | Failure::BadPage | Failure::BadInput(_) => Some(given_up()),
        Failure::Conflict | Failure::Deadline | Failure::Unavailable(_) | Failure::Internal(_) => None,
    }
}
