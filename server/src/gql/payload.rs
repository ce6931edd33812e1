//! Payloads of mutations: the thing, or what stands in the way.

use std::any::Any;

use async_graphql::SimpleObject;

use super::Cx;
use crate::base::error::Failure;
use crate::base::problem::{Code, Problem};

/// Why a mutation was refused, for the person who asked; nothing was written.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// Which refusal; codes never change.
    pub code: Code,
    /// The refusal in words, in the language of the request.
    pub message: String,
    /// Where in the arguments, as `["input", "name"]`.
    pub path: Vec<String>,
    /// The rule behind it: a row of the catalogue of features or of the regulations.
    pub rule: Option<String>,
    /// What the words speak of: a limit, the current version, the place of a duplicate.
    pub hint: Option<String>,
}

impl UserError {
    fn of(problem: &Problem, cx: &Cx) -> Self {
        Self::at(problem, problem.field, cx)
    }

    /// A refusal at a field whose name was kept with it.
    #[must_use]
    pub fn at(problem: &Problem, field: &str, cx: &Cx) -> Self {
        Self {
            code: problem.code,
            message: problem.message(cx.language),
            path: vec!["input".into(), field.into()],
            rule: Some(problem.code.rule()).filter(|rule| !rule.is_empty()).map(Into::into),
            hint: problem.value.clone(),
        }
    }
}

/// What an action came to.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The thing, when it was done.
    pub done: Option<T>,
    /// What stood in the way, when it was not.
    pub user_errors: Vec<UserError>,
    /// The row as it is now, when the write was prepared from an older version.
    now: Option<Box<dyn Any + Send + Sync>>,
}

impl<T> Outcome<T> {
    /// Sorts what an action returned; a refusal undoes the transaction.
    ///
    /// # Errors
    /// Failures that are not for the person.
    pub fn of(cx: &Cx, result: Result<T, Failure>) -> async_graphql::Result<Self> {
        cx.forget_loaded();
        match result {
            Ok(done) => Ok(Self { done: Some(done), user_errors: Vec::new(), now: None }),
            Err(Failure::Problems(problems)) => {
                cx.refuse();
                let user_errors = problems.iter().map(|problem| UserError::of(problem, cx)).collect();
                Ok(Self { done: None, user_errors, now: None })
            }
            Err(Failure::Stale(problem, now)) => {
                cx.refuse();
                Ok(Self { done: None, user_errors: vec![UserError::of(&problem, cx)], now: Some(now) })
            }
            Err(failure) => {
                cx.refuse();
                Err(failure.into())
            }
        }
    }

    /// What a stale write is compared with; none after any other refusal.
    pub fn current<Row: Any>(&mut self) -> Option<Row> {
        self.now.take()?.downcast().ok().map(|row| *row)
    }
}
