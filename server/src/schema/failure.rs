//! Errors as clients see them: a code of the closed list, a text in their language, the number of
//! the request; nothing of what went wrong inside.

use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError};

use crate::base::error::{ErrorCode, Failure};
use crate::base::language::Language;

/// Rewrites the errors of a response, and logs what is ours to mend.
pub fn report(response: &mut Response, language: Language, request_id: &str) {
    // In the order of the document: which field failed first is chance, and could tell of what is out of reach.
    response.errors.sort_by_key(place);
    // What has a code was made by us, for a request that was given up.
    for error in response.errors.iter_mut().filter(|error| error.extensions.is_none()) {
        let code = match error.source::<Failure>() {
            Some(failure) => {
                log(failure, request_id);
                failure.code()
            }
            // Without a path nothing was executed: the document itself is wrong. With one, an
            // argument could not be read.
            None if error.path.is_empty() => ErrorCode::BadDocument,
            None => ErrorCode::BadInput,
        };
        // What the parser and the validator say names the client's own words only.
        if error.source::<Failure>().is_some() {
            error.message = code.message(language).to_owned();
        }
        error.extensions = Some(extensions(code, request_id));
        error.source = None;
    }
}

fn place(error: &ServerError) -> (Option<(usize, usize)>, Vec<usize>) {
    let index = |segment: &PathSegment| match segment {
        PathSegment::Index(index) => Some(*index),
        PathSegment::Field(_) => None,
    };
    let position = error.locations.first().map(|position| (position.line, position.column));
    (position, error.path.iter().filter_map(index).collect())
}

/// An error for a request that was never executed.
#[must_use]
pub fn bare(code: ErrorCode, detail: Option<&str>, language: Language, request_id: &str) -> Response {
    let message = match detail {
        Some(detail) => format!("{}: {detail}", code.message(language)),
        None => code.message(language).to_owned(),
    };
    let mut error = ServerError::new(message, None);
    error.extensions = Some(extensions(code, request_id));
    Response::from_errors(vec![error])
}

fn extensions(code: ErrorCode, request_id: &str) -> ErrorExtensionValues {
    let mut values = ErrorExtensionValues::default();
    values.set("code", code.as_str());
    values.set("requestId", request_id);
    values
}

fn log(failure: &Failure, request_id: &str) {
    match failure {
        Failure::Internal(error) => tracing::error!(request_id, error = format!("{error:#}"), "a fault of ours"),
        Failure::Unavailable(error) => tracing::warn!(request_id, error = format!("{error:#}"), "the database is not available"),
        Failure::Deadline => tracing::warn!(request_id, "a request passed its deadline"),
        _ => {}
    }
}
