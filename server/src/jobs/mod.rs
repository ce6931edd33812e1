//! Work without a request: what people ordered that takes longer than a request may (`areas/jobs`).
//!
//! Every server looks for jobs, when one is told of and every few seconds. It takes one at a time for a lease, works in
//! one transaction with the rights of whoever ordered it, and beside it, on another connection, renews the lease and
//! writes how far it is. Killed anywhere it leaves nothing but a lease that runs out; another server then begins anew.
//! Whoever lost the lease cannot mark the job as done, and so keeps nothing of it.

mod work;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::areas::jobs::{self, Lease, Progress, Taken};
use crate::base::db::{Db, begin_upkeep, end_upkeep};
use crate::base::error::Failure;
use crate::base::problem::Problem;
use crate::schema::Engine;

/// How often and how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks when nothing is told.
    pub look: Duration,
    /// Between two signs of life, which also say how far the work is.
    pub beat: Duration,
    /// How a job is held: a server that was stopped for half a minute has lost it, and one that was killed delays it so long.
    pub lease: Lease,
    /// A server that stops gives a job so long to end, and then gives it back.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(5),
            beat: Duration::from_millis(500),
            lease: Lease { lasts: Duration::from_secs(30), attempts: 5 },
            grace: Duration::from_secs(2),
        }
    }
}

/// A statement about the table of jobs is not waited for longer.
const PROMPT: Duration = Duration::from_secs(10);

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done.
    Done,
    /// Not done for a reason that its people are told.
    Failed,
    /// Given back, to be tried again.
    GivenBack,
    /// Another server has it by now, and nothing was kept.
    Lost,
}

/// What working needs.
#[derive(Clone)]
pub struct Worker {
    /// What requests stand on, too.
    pub engine: Engine,
    /// Straight to the database: a job holds one connection and now and then another.
    pub db: Db,
    /// How often and how long.
    pub pace: Pace,
}

/// A worker that goes on until it is stopped.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Takes no more jobs, and waits for the present one, or for its being given back.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

impl Worker {
    /// Works until it is told to stop.
    #[must_use]
    pub fn start(self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                match self.work_until(&mut stopped.clone()).await {
                    // There may be another.
                    Ok(Some(Ended::Done | Ended::Failed | Ended::Lost)) if !*stopped.borrow() => continue,
                    Ok(Some(_)) | Ok(None) => {}
                    Err(failure) => tracing::warn!(?failure, "no job could be looked for"),
                }
                tokio::select! {
                    () = self.engine.changes().job_ordered() => {}
                    () = tokio::time::sleep(self.pace.look) => {}
                    // Asked to, or whoever could ask is gone.
                    _ = stopped.wait_for(|stop| *stop) => return,
                }
            }
        });
        Running { stop, task }
    }

    /// Takes a job, if there is one, and does it.
    ///
    /// # Errors
    /// When the database cannot be asked for one.
    pub async fn work_once(&self) -> Result<Option<Ended>, Failure> {
        let (_going_on, mut stopped) = watch::channel(false);
        self.work_until(&mut stopped).await
    }

    async fn work_until(&self, stopped: &mut watch::Receiver<bool>) -> Result<Option<Ended>, Failure> {
        let Some(job) = self.take().await? else { return Ok(None) };
        tracing::info!(job = %job.id.0, kind = job.kind.as_str(), attempt = job.attempts, request_id = job.request_id, "a job begins");
        let progress = Progress::default();
        let asked_to_stop = async {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(self.pace.grace).await;
        };
        // Whatever of these ends first drops the others: the work's connection is closed then, and nothing of it kept.
        let ended = tokio::select! {
            worked = self.carry_out(&job, &progress) => self.conclude(&job, worked).await,
            () = self.hold(&job, &progress) => Ok(Ended::Lost),
            () = asked_to_stop => self.give_back(&job, true).await,
        };
        let ended = ended.unwrap_or_else(|failure| {
            // Its lease runs out, and whoever takes it then begins anew.
            tracing::error!(?failure, job = %job.id.0, "the end of a job could not be written");
            Ended::Lost
        });
        tracing::info!(job = %job.id.0, ?ended, request_id = job.request_id, "a job ended");
        Ok(Some(ended))
    }

    /// Says again and again that the job is being worked at, and how far it is; ends when it is another's.
    async fn hold(&self, job: &Taken, progress: &Progress) {
        loop {
            tokio::time::sleep(self.pace.beat).await;
            let done = progress.reached();
            match self.renew(job, done).await {
                Ok(Some(true)) => {}
                Ok(Some(false)) => return,
                // By this server, which knows in a moment, or the work can keep nothing anyway.
                Ok(None) => std::future::pending().await,
                Err(failure) => tracing::warn!(?failure, job = %job.id.0, "a job's sign of life was not written"),
            }
        }
    }

    /// Writes down what became of the work, after its transaction.
    async fn conclude(&self, job: &Taken, worked: Result<Ended, Failure>) -> Result<Ended, Failure> {
        let failure = match worked {
            Ok(ended) => return Ok(ended),
            Err(failure) => failure,
        };
        let Some(problem) = work::refusal(&failure) else {
            tracing::warn!(?failure, job = %job.id.0, attempt = job.attempts, request_id = job.request_id, "a job was not done");
            if job.attempts < self.pace.lease.attempts {
                return self.give_back(job, false).await;
            }
            return self.fail(job, &work::given_up()).await;
        };
        self.fail(job, &problem).await
    }

    async fn fail(&self, job: &Taken, problem: &Problem) -> Result<Ended, Failure> {
        let mut underway = begin_upkeep(&self.db, PROMPT).await?;
        let failed = jobs::failed(underway.conn()?, job, problem, self.engine.clock().now()).await?;
        end_upkeep(underway).await?;
        Ok(if failed { Ended::Failed } else { Ended::Lost })
    }

    async fn give_back(&self, job: &Taken, stopping: bool) -> Result<Ended, Failure> {
        let mut underway = begin_upkeep(&self.db, PROMPT).await?;
        let given = jobs::give_back(underway.conn()?, job, stopping).await?;
        end_upkeep(underway).await?;
        Ok(if given { Ended::GivenBack } else { Ended::Lost })
    }

    async fn take(&self) -> Result<Option<Taken>, Failure> {
        let mut underway = begin_upkeep(&self.db, PROMPT).await?;
        let taken = jobs::take(underway.conn()?, self.pace.lease, self.engine.clock().now()).await?;
        end_upkeep(underway).await?;
        Ok(taken)
    }

    async fn renew(&self, job: &Taken, done: i32) -> Result<Option<bool>, Failure> {
        let mut underway = begin_upkeep(&self.db, PROMPT).await?;
        let held = jobs::renew(underway.conn()?, job, done, self.pace.lease).await?;
        end_upkeep(underway).await?;
        Ok(held)
    }
}
