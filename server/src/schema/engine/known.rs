//! Documents that were validated before. Parsing and validating a text costs more than answering a question by id, and
//! nothing of it changes from one request to the next; what does change, the variables, is looked at each time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::parser::parse_query;
use async_graphql::{Request, Response, Value, Variables};

use super::Engine;
use crate::base::error::Failure;
use crate::gql::CurrentCx;
use crate::schema::documents::Document;

/// How many texts of clients are kept, and the longest that is: a few megabytes in all.
const MOST: usize = 256;
const LONGEST: usize = 4096;

/// Texts that clients sent themselves and that turned out to be valid; the oldest goes first.
#[derive(Default)]
pub(super) struct Recent(Mutex<Texts>);

#[derive(Default)]
struct Texts {
    documents: HashMap<String, Arc<Document>>,
    oldest_first: VecDeque<String>,
}

impl Recent {
    pub(super) fn with_text(&self, text: &str) -> Option<Arc<Document>> {
        self.texts().documents.get(text).cloned()
    }

    /// Keeps a text that was just found valid. One that spells out a value is not kept: that it is answered sooner would
    /// tell others that somebody asked for that id or name.
    fn keep(&self, text: &str) {
        if text.len() > LONGEST || text.contains('"') {
            return;
        }
        let Ok(parsed) = parse_query(text) else { return };
        let document = Arc::new(Document::new(text.to_owned(), parsed));
        document.note_valid();
        let mut texts = self.texts();
        if texts.documents.insert(text.to_owned(), document).is_none() {
            texts.oldest_first.push_back(text.to_owned());
        }
        while texts.oldest_first.len() > MOST {
            if let Some(oldest) = texts.oldest_first.pop_front() {
                texts.documents.remove(&oldest);
            }
        }
    }

    fn texts(&self) -> MutexGuard<'_, Texts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether no variable is an object. An unknown field in one is seen by the rules and by nothing else; a value of
/// another type is refused by whoever reads it, too.
fn are_plain(variables: &Variables) -> bool {
    fn is_plain(value: &Value) -> bool {
        match value {
            Value::Object(_) => false,
            Value::List(values) => values.iter().all(is_plain),
            _ => true,
        }
    }
    variables.values().all(is_plain)
}

impl Engine {
    /// Answers a query, with all rules unless the document passed them before.
    pub(super) async fn execute_query(&self, request: Request, place: &CurrentCx, known: Option<Arc<Document>>) -> Response {
        let valid = known.clone().filter(|known| known.is_valid() && are_plain(&request.variables));
        let Some(valid) = valid else {
            let text = request.query.clone();
            let response = self.by_all_rules(request, place).await;
            if super::was_executed(&response) {
                match known {
                    Some(known) => known.note_valid(),
                    None => self.inner.recent.keep(&text),
                }
            }
            return response;
        };
        let (variables, operation_name) = (request.variables.clone(), request.operation_name.clone());
        let introspection = request.introspection_mode;
        let response = self.inner.quick.execute(request.data(place.clone())).await;
        if response.errors.iter().all(|error| error.source::<Failure>().is_some()) {
            return response;
        }
        // A variable that does not fit: the rules say it better. Nothing but reading has happened.
        let mut again = Request::new(valid.text.clone()).variables(variables);
        (again.operation_name, again.introspection_mode) = (operation_name, introspection);
        again.set_parsed_query(valid.parsed.clone());
        self.by_all_rules(again, place).await
    }

    async fn by_all_rules(&self, request: Request, place: &CurrentCx) -> Response {
        self.inner.schema.execute(request.data(place.clone())).await
    }
}
