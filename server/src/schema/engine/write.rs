//! Mutations: one action in one transaction, tried again when another one came first.

use std::time::Duration;

use super::shape::{hash_of, was_executed};
use super::{Answer, Engine, Incoming, end_quietly, failed, refused, step_up};
use crate::areas::journal::CHANNEL;
use crate::base::db::Kind;
use crate::base::error::Failure;
use crate::gql::CurrentCx;
use crate::gql::confirm::{Asked, Confirmation};
use crate::schema::failure::report;
use crate::schema::idempotency::{Recall, recall, remember};

/// How often a mutation is tried when another transaction came first.
const TRIES: u32 = 6;
const LONGEST_KEY: usize = 200;

enum Attempt {
    Done(Answer),
    Again,
}

impl Engine {
    /// A mutation. Its answer is stored with it, when the client gave a key.
    pub(super) async fn write(&self, mut incoming: Incoming, asked: Asked) -> Answer {
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        // An answer counts once, however often the transaction is tried.
        let given = match self.confirmation_of(&incoming).await {
            Ok(given) => given,
            Err(failure) => return failed(failure, language, &request_id),
        };
        for attempt in 1..=TRIES {
            match self.attempt(incoming.again(), (asked.clone(), given.clone()), attempt == TRIES).await {
                Ok(Attempt::Done(answer)) => return answer,
                Ok(Attempt::Again) => {}
                Err(failure) if failure.is_transient() && attempt < TRIES => {}
                Err(failure) => return failed(failure, language, &request_id),
            }
            // Two that collided must not collide again at the same moment.
            let jitter: u64 = rand::random_range(1..=20);
            tokio::time::sleep(Duration::from_millis(jitter * u64::from(attempt))).await;
        }
        failed(Failure::Conflict, language, &request_id)
    }

    /// One try of a mutation: permit, rules, rows, journal and stored answer in one transaction.
    async fn attempt(&self, incoming: Incoming, confirming: (Asked, Confirmation), last: bool) -> Result<Attempt, Failure> {
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        let (cx, session) = self.begin(&incoming, Kind::Write).await?;
        let (asked, given) = confirming;
        let cx = cx.confirming(asked, given);
        if cx.viewer_if_any().is_some_and(|viewer| viewer.must_change) {
            end_quietly(session, &request_id).await;
            return Err(Failure::PasswordChangeRequired);
        }
        let key = incoming.idempotency_key.as_deref().filter(|key| !key.is_empty());
        let keyed = match (key, &session) {
            (Some(key), Some(_)) if key.len() > LONGEST_KEY => return Err(Failure::BadInput("Idempotency-Key")),
            (Some(key), Some(session)) => {
                let viewer = cx.viewer()?.clone();
                let body = hash_of(&incoming.request);
                match recall(session, &viewer, key, &body, &self.inner.secrets).await? {
                    Recall::New => Some((viewer, key.to_owned(), body)),
                    Recall::Answered(answer) => {
                        session.finish(false).await?;
                        return Ok(Attempt::Done(Answer::Repeated(answer)));
                    }
                    Recall::Refused(code) => {
                        session.finish(false).await?;
                        return Ok(Attempt::Done(refused(code, None, language, &request_id)));
                    }
                }
            }
            _ => None,
        };
        let place = CurrentCx::new(cx);
        let mut response = self.execute_in(incoming.request, &place, language, &request_id).await;
        let transient = response.errors.iter().any(|error| error.source::<Failure>().is_some_and(Failure::is_transient));
        let executed = was_executed(&response);
        let refused = place.get().is_refused() || !response.errors.is_empty();
        if transient && !last {
            if let Some(session) = &session {
                session.finish(false).await?;
            }
            return Ok(Attempt::Again);
        }
        let answered_with_errors = !response.errors.is_empty();
        if let Some(challenge) = step_up::question_in(&response) {
            // What was tried is undone before the question is put.
            if let Some(session) = &session {
                session.finish(false).await?;
            }
            return Ok(Attempt::Done(self.ask(&challenge, place.get().viewer()?, language, &request_id).await?));
        }
        report(&mut response, language, &request_id);
        if let Some(session) = &session {
            let stored = keyed.filter(|_| executed && !answered_with_errors);
            let text = serde_json::to_string(&response).map_err(anyhow::Error::from)?;
            let around = (&self.inner.clock, &*self.inner.secrets);
            if refused {
                // Undo first, then remember the refusal: the same key brings the same answer.
                session.finish(false).await?;
                if let Some((viewer, key, body)) = stored {
                    let (_, again) = self.open(&viewer, Kind::Write).await?;
                    remember(&again, &viewer, &key, body, &text, around).await?;
                    again.finish(true).await?;
                }
            } else {
                if let Some((viewer, key, body)) = stored {
                    remember(session, &viewer, &key, body, &text, around).await?;
                }
                session.finish_and_tell(true, CHANNEL, &place.get().notices()).await?;
            }
        }
        Ok(Attempt::Done(Answer::Response(Box::new(response), executed)))
    }
}
