//! What is wrong with a form, gathered field by field, so that it is told all at once.

use super::error::Failure;
use super::problem::Problem;

/// The mistakes of one form, in the order in which its fields were looked at.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<Problem>);

impl Mistakes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a mistake.
    pub fn note(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// The value of a field, or the mistake in it.
    pub fn field<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        checked.map_err(|problem| self.note(problem)).ok()
    }

    /// What a look into the database came to, or the mistakes that it showed.
    ///
    /// # Errors
    /// What is no mistake of the form.
    pub fn found<T>(&mut self, looked_up: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match looked_up {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Problems(problems)) => {
                self.0.extend(problems);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Mistakes in how fields fit together.
    pub fn among(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.0.extend(problems);
    }

    /// All of them, or nothing was wrong.
    ///
    /// # Errors
    /// The mistakes, when there are any.
    pub fn end(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Problems(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Mistakes};
    use crate::base::problem::{Code, Problem};

    #[test]
    fn mistakes_are_gathered_and_failures_pass() {
        let mut mistakes = Mistakes::new();
        assert_eq!(mistakes.field(Ok(1)), Some(1));
        assert_eq!(mistakes.field::<i32>(Err(Problem::new(Code::Required, "name"))), None);
        assert!(matches!(mistakes.found::<()>(Err(Problem::new(Code::UnknownCode, "kind").into())), Ok(None)));
        assert!(matches!(mistakes.found::<()>(Err(Failure::NotFound)), Err(Failure::NotFound)));
        mistakes.among([Problem::new(Code::DateInFuture, "on")]);
        let Err(Failure::Problems(problems)) = mistakes.end() else { panic!("nothing was gathered") };
        assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), ["name", "kind", "on"]);
        assert!(Mistakes::new().end().is_ok());
    }
}
