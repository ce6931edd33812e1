//! The question that a dangerous action puts, and its answer; `gql/confirm.rs` has the whole of it.

use async_graphql::parser::types::{OperationDefinition, Selection};
use async_graphql::{Response, Variables};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, Engine, Incoming};
use crate::access::{SignInMethod, Viewer};
use crate::areas::accounts::{self, StepUpState};
use crate::base::db::Kind;
use crate::base::error::{ErrorCode, Failure};
use crate::base::language::Language;
use crate::base::question::{Detail, Question};
use crate::gql::confirm::{Asked, Confirmation, Proof};
use crate::schema::failure::bare;

/// A confirmation as it comes with a request.
#[derive(Clone, Debug)]
pub struct StepUpAnswer {
    /// The number of the question.
    pub id: Uuid,
    /// The assertion of the key; none where a click is enough.
    pub credential: Option<Value>,
}

/// What a mutation asks for, its variables put in.
pub(super) fn asked(operation: &OperationDefinition, variables: &Variables) -> Asked {
    let field = operation.selection_set.node.items.iter().find_map(|item| match &item.node {
        Selection::Field(field) if field.node.name.node != "__typename" => Some(&field.node),
        _ => None,
    });
    let Some(field) = field else { return Asked { operation: String::new(), arguments: Value::Null } };
    let mut arguments = Map::new();
    for (name, value) in &field.arguments {
        let value = value.node.clone().into_const_with(|variable| {
            let given = variables.get(&variable).cloned().or_else(|| default_of(operation, &variable));
            Ok::<_, std::convert::Infallible>(given.unwrap_or(async_graphql::Value::Null))
        });
        let value = value.ok().and_then(|value| value.into_json().ok()).unwrap_or(Value::Null);
        arguments.insert(name.node.to_string(), value);
    }
    Asked { operation: field.name.node.to_string(), arguments: Value::Object(arguments) }
}

/// What a variable is when the request gives it no value: part of what is signed, as a given one is.
fn default_of(operation: &OperationDefinition, variable: &str) -> Option<async_graphql::Value> {
    let definition = operation.variable_definitions.iter().find(|definition| definition.node.name.node == variable)?;
    definition.node.default_value.as_ref().map(|value| value.node.clone())
}

/// The question that a response ended with.
pub(super) fn question_in(response: &Response) -> Option<Question> {
    response.errors.iter().find_map(|error| match error.source::<Failure>() {
        Some(Failure::StepUp(question)) => Some((**question).clone()),
        _ => None,
    })
}

impl Engine {
    /// Puts the question: a challenge for the keys of whoever asks.
    pub(super) async fn ask(
        &self,
        question: &Question,
        viewer: &Viewer,
        language: Language,
        request_id: &str,
    ) -> Result<Answer, Failure> {
        let by_click = viewer.method == SignInMethod::Demonstration && self.inner.settings.demonstration;
        let expires_at = self.inner.clock.now() + accounts::CEREMONY_LIFETIME;
        let opened = if viewer.method == SignInMethod::Token {
            None
        } else {
            let (_, session) = self.open(viewer, Kind::Write).await?;
            let opened =
                accounts::ask_step_up(&self.inner.relying_party, &session, viewer, question, by_click, &self.inner.clock).await;
            session.finish(opened.is_ok()).await?;
            opened?
        };
        let fact = |fact: &Detail| json!({ "name": fact.name(language), "value": fact.value(language) });
        let details: Vec<Value> = question.summary.details().iter().map(fact).collect();
        let step_up = opened.map_or(Value::Null, |options| {
            json!({
                "id": question.ceremony.to_string(),
                "summary": question.summary.text(language),
                "details": details,
                "expiresAt": expires_at.to_rfc3339(),
                "byClick": by_click,
                "options": options,
            })
        });
        let mut response = bare(ErrorCode::StepUpRequired, None, language, request_id);
        for error in &mut response.errors {
            if let (Some(extensions), Ok(value)) = (&mut error.extensions, async_graphql::Value::from_json(step_up.clone())) {
                extensions.set("stepUp", value);
            }
        }
        Ok(Answer::Response(Box::new(response), false))
    }

    /// The confirmation that came with a request, verified: used up, whatever comes of it.
    pub(super) async fn confirmation_of(&self, incoming: &Incoming) -> Result<Confirmation, Failure> {
        let (Some(answer), Some(token)) = (&incoming.step_up, &incoming.token) else { return Ok(Confirmation::Absent) };
        let Some((viewer, session)) = self.authenticate(token, incoming.administration.as_ref(), Kind::Write, false).await?
        else {
            return Ok(Confirmation::Absent);
        };
        let around = self.surroundings(incoming.language, &incoming.request_id, incoming.source.as_deref());
        let taken: Option<StepUpState> = accounts::take_step_up(&session, &viewer, answer.id, &self.inner.clock).await?;
        let proven = match taken {
            None => Err("ChallengeNotFound".to_owned()),
            Some(state) => {
                let action = state.action.clone();
                accounts::answer_step_up(&self.inner.relying_party, &session, &viewer, state, answer.credential.as_ref(), &around)
                    .await?
                    .map(|evidence| Proof { ceremony: answer.id, action, evidence })
            }
        };
        accounts::note_step_up(&session, &viewer, &around, proven.as_ref().err().map(String::as_str)).await?;
        session.finish(true).await?;
        Ok(match proven {
            Ok(proof) => Confirmation::Given(Box::new(proof)),
            Err(_) => Confirmation::Failed,
        })
    }
}
