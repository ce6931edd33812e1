//! From where a query is read when there are replicas; `base/db/replica` says why it shows no less than the primary would.
//!
//! Who is asking is found out where the query is read, in the same snapshot. What fails there has written nothing, and
//! is asked once more elsewhere: from a replica at the primary, and from a primary that is gone at a replica, as it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Response, Value, value};
use chrono::{DateTime, SecondsFormat, Utc};

use super::asker::Noted;
use super::{Answer, Engine, Incoming, failed};
use crate::base::db::{Kind, Line, Replicas, Source};
use crate::base::error::{ErrorCode, Failure};
use crate::base::language::Language;

/// How often a query is tried: a replica, the primary, and a replica again when the primary is gone.
const PLACES: u32 = 3;

const AT_ONCE: Duration = Duration::from_secs(1);

/// What came of a query in one place.
pub(super) struct Reading {
    pub(super) answer: Answer,
    /// The fault that kept it from being answered, if it was one of ours and not of the query.
    pub(super) broken: Option<ErrorCode>,
}

impl Reading {
    /// A query that could not begin.
    pub(super) fn of(failure: Failure, language: Language, request_id: &str) -> Self {
        let broken = fault(&failure);
        Self { answer: failed(failure, language, request_id), broken }
    }

    fn lost(language: Language, request_id: &str) -> Self {
        Self::of(Failure::Unavailable(anyhow::anyhow!("the database was lost meanwhile")), language, request_id)
    }
}

fn fault(failure: &Failure) -> Option<ErrorCode> {
    Some(failure.code()).filter(|code| matches!(code, ErrorCode::Unavailable | ErrorCode::Internal))
}

/// The fault of ours among the errors of a response that were not reported yet.
pub(super) fn broken_in(response: &Response) -> Option<ErrorCode> {
    response.errors.iter().find_map(|error| error.source::<Failure>().and_then(fault))
}

impl Engine {
    /// Whether queries can be answered: by the database, or while it is gone by a replica.
    pub async fn can_read(&self) -> bool {
        match &self.inner.replicas {
            Some(replicas) if replicas.is_primary_gone() => replicas.can_read(),
            _ => self.inner.db.is_alive().await,
        }
    }

    /// Whether writes are refused because the primary is gone.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        self.inner.replicas.as_ref().is_some_and(Replicas::is_primary_gone)
    }

    /// A query with replicas beside the primary.
    pub(super) async fn read_somewhere(&self, replicas: &Replicas, mut incoming: Incoming, is_about_oneself: bool) -> Answer {
        if incoming.token.is_none() {
            // Strangers are answered without any database.
            let begun = self.begin(&incoming, Kind::Read).await;
            return self.read_in(begun, incoming, is_about_oneself).await.answer;
        }
        let mut avoided: Option<Arc<Line>> = None;
        let mut place = 1;
        loop {
            let began = Instant::now();
            let source = replicas.source(avoided.as_ref()).await;
            let reading = self.read_from(replicas, &source, incoming.again(), is_about_oneself).await;
            let elsewhere = match (&source, reading.broken) {
                (_, None) => false,
                // A connection that was dead fails at once; where none was free, waiting once more helps nobody.
                (Source::Primary, Some(code)) => {
                    avoided = None;
                    code == ErrorCode::Unavailable && (began.elapsed() < AT_ONCE || replicas.is_primary_gone())
                }
                (Source::Replica(line) | Source::Stale(line, _), Some(code)) => {
                    if code == ErrorCode::Unavailable {
                        line.doubt();
                    }
                    avoided = Some(Arc::clone(line));
                    true
                }
            };
            if elsewhere && place < PLACES {
                place += 1;
                metrics::counter!("banyan_queries_repeated_total", "source" => name_of(&source)).increment(1);
                continue;
            }
            metrics::counter!("banyan_queries_total", "source" => name_of(&source)).increment(1);
            return match source {
                Source::Stale(_, as_of) => marked(reading.answer, as_of),
                _ => reading.answer,
            };
        }
    }

    /// In one place, for as long as that is there.
    async fn read_from(&self, replicas: &Replicas, source: &Source, incoming: Incoming, is_about_oneself: bool) -> Reading {
        let (language, request_id) = (incoming.language, incoming.request_id.clone());
        let reading = async {
            let begun = match source {
                Source::Primary => self.begin(&incoming, Kind::Read).await,
                Source::Replica(line) => self.begin_at((line.db(), Noted::Beside), &incoming, Kind::Read).await,
                Source::Stale(line, _) => self.begin_at((line.db(), Noted::Nowhere), &incoming, Kind::Read).await,
            };
            self.read_in(begun, incoming, is_about_oneself).await
        };
        // A wire that was cut says nothing: whoever waits for an answer hears it from whoever watches.
        let lost = async {
            match source {
                Source::Primary => replicas.primary_gone().await,
                Source::Replica(line) | Source::Stale(line, _) => line.lost().await,
            }
        };
        tokio::select! {
            biased;
            reading = reading => reading,
            () = lost => Reading::lost(language, &request_id),
        }
    }
}

fn name_of(source: &Source) -> &'static str {
    match source {
        Source::Primary => "primary",
        Source::Replica(_) => "replica",
        Source::Stale(..) => "stale",
    }
}

/// With the time up to which it is true.
fn marked(answer: Answer, as_of: DateTime<Utc>) -> Answer {
    match answer {
        Answer::Response(mut response, executed) => {
            let as_of = as_of.to_rfc3339_opts(SecondsFormat::Millis, true);
            response.extensions.insert("stale".to_owned(), value!({ "asOf": as_of }));
            Answer::Response(response, executed)
        }
        other => other,
    }
}

/// The time up to which a response is true, if the primary was gone when it was made.
#[must_use]
pub fn stale_as_of(response: &Response) -> Option<&str> {
    match response.extensions.get("stale") {
        Some(Value::Object(stale)) => match stale.get("asOf") {
            Some(Value::String(as_of)) => Some(as_of),
            _ => None,
        },
        _ => None,
    }
}
