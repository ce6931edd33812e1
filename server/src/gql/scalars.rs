//! Scalars: days, ids, masked values.

use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use chrono::NaiveDate;

use crate::base::error::Failure;
use crate::base::ids::Id;

/// A day, written `2026-07-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub NaiveDate);

/// A calendar day without a time, written `YYYY-MM-DD` (ISO 8601).
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        // chrono also takes one-digit months; one day has one form.
        if text.len() != 10 {
            return Err(InputValueError::custom("a day is written YYYY-MM-DD"));
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| InputValueError::custom("a day is written YYYY-MM-DD"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// A sensitive value, shown with its middle hidden; a field of this type that is null has no value at all.
#[derive(SimpleObject, Clone, Debug)]
pub struct Masked {
    /// The value with its middle replaced by stars.
    pub text: String,
}

/// Reads a global id of one kind.
///
/// # Errors
/// `BAD_ID`.
pub fn parse_id<I: Id>(id: &ID) -> Result<I, Failure> {
    I::parse(id.as_str())
}

/// Reads a global id that may be absent.
///
/// # Errors
/// `BAD_ID`.
pub fn parse_optional_id<I: Id>(id: Option<&ID>) -> Result<Option<I>, Failure> {
    id.map(parse_id).transpose()
}
