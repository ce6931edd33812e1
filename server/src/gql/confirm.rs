//! Dangerous actions are confirmed with the key, each for itself (BEYOND5, SEC-B06).
//!
//! An action that needs it calls [`Cx::confirm`] after its rules and before it writes, with a summary of what
//! it would do. Without a confirmation that ends the request with a challenge: the digest of the *action*, a
//! text that names the operation, its arguments (with the expected versions), who acts, and the summary.
//! The same request with the signed challenge runs again; the action is put into words anew, and when one
//! byte of it differs, because the request, a name or a count has changed meanwhile, it is refused.

use std::sync::Mutex;
use std::sync::PoisonError;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Cx;
use crate::access::Permit;
use crate::base::error::Failure;
use crate::base::ids::{Id, new_key};
use crate::base::language::Language;
use crate::base::question::{Detail, Question, Summary};

/// What a mutation asks for: its only field, with the variables put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Name of the mutation.
    pub operation: String,
    /// Its arguments.
    pub arguments: Value,
}

/// The answer that came with a request.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The ceremony that was answered.
    pub ceremony: Uuid,
    /// The action that was signed.
    pub action: String,
    /// What is kept with the journal entry: assertion, public key, action.
    pub evidence: Value,
}

/// Where a request stands with its confirmation.
#[derive(Clone, Debug, Default)]
pub enum Confirmation {
    /// None came with it.
    #[default]
    Absent,
    /// A good one came.
    Given(Box<Proof>),
    /// One came that is none.
    Failed,
}

/// What the context keeps of it.
#[derive(Debug, Default)]
pub(super) struct Confirming {
    pub(super) asked: Option<Asked>,
    pub(super) given: Confirmation,
    confirmed: Mutex<Option<Value>>,
}

impl Confirming {
    pub(super) fn of(asked: Option<Asked>, given: Confirmation) -> Self {
        Self { asked, given, confirmed: Mutex::default() }
    }

    /// What was confirmed by the request that ordered what is done now.
    pub(super) fn kept(evidence: Option<Value>) -> Self {
        Self { confirmed: Mutex::new(evidence), ..Self::default() }
    }
}

impl Cx {
    /// Goes on only when whoever asks has confirmed exactly this with the key.
    ///
    /// # Errors
    /// [`Failure::StepUp`] with the question; [`Failure::StepUpFailed`] when the answer is for something else.
    pub fn confirm(&self, permit: &Permit, summary: Summary) -> Result<(), Failure> {
        let asked = self
            .confirming
            .asked
            .as_ref()
            .ok_or_else(|| Failure::Internal(anyhow::anyhow!("a dangerous action outside a mutation")))?;
        let action = |ceremony: Uuid| action_of(asked, permit, &summary, ceremony);
        match &self.confirming.given {
            Confirmation::Absent => {
                let ceremony = new_key();
                Err(Failure::StepUp(Box::new(Question { ceremony, action: action(ceremony), summary })))
            }
            Confirmation::Given(proof) if action(proof.ceremony) == proof.action => {
                *self.confirming.confirmed.lock().unwrap_or_else(PoisonError::into_inner) = Some(proof.evidence.clone());
                Ok(())
            }
            Confirmation::Given(_) | Confirmation::Failed => Err(Failure::StepUpFailed),
        }
    }

    /// What is kept with the journal entry of a confirmed action; null when nothing was confirmed.
    #[must_use]
    pub fn evidence(&self) -> Option<Value> {
        self.confirming.confirmed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The action as it is signed: keys in order, no white space.
fn action_of(asked: &Asked, permit: &Permit, summary: &Summary, ceremony: Uuid) -> String {
    let fact = |fact: &Detail, language: Language| json!({ "name": fact.name(language), "value": fact.value(language) });
    let both = |one: &Detail| json!({ "zh": fact(one, Language::Zh), "en": fact(one, Language::En) });
    let details: Vec<Value> = summary.details().iter().map(both).collect();
    canonical(&json!({
        "operation": asked.operation,
        "arguments": asked.arguments,
        "account": permit.account().global(),
        "organization": permit.organization().global(),
        "summary": { "zh": summary.text(Language::Zh), "en": summary.text(Language::En), "details": details },
        "ceremony": ceremony.to_string(),
    }))
}

/// JSON whose bytes depend on its contents only.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            let body: Vec<String> = names
                .into_iter()
                .map(|name| format!("{}:{}", Value::from(name.as_str()), fields.get(name).map(canonical).unwrap_or_default()))
                .collect();
            format!("{{{}}}", body.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, json};

    #[test]
    fn the_order_of_fields_does_not_matter_and_that_of_items_does() {
        let one: serde_json::Value = serde_json::from_str(r#"{"b": [1, 2], "a": "x\"y"}"#).unwrap();
        let other = json!({ "a": "x\"y", "b": [1, 2] });
        assert_eq!(canonical(&one), r#"{"a":"x\"y","b":[1,2]}"#);
        assert_eq!(canonical(&one), canonical(&other));
        assert_ne!(canonical(&json!([1, 2])), canonical(&json!([2, 1])));
    }
}
