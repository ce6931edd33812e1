//! The schema: one line an area, and the pipeline through which every request goes.

mod documents;
mod engine;
mod failure;
mod idempotency;
mod listen;
mod node;
mod query;
mod subscription;

use async_graphql::{MergedObject, SDLExportOptions, Schema, ValidationMode};

pub use documents::{Documents, FreeText};
pub use engine::{Answer, Bearer, Engine, Incoming, Settings, StepUpAnswer, stale_as_of};
pub use failure::bare;
pub use listen::Changes;

use crate::areas::{accounts, attachments, jobs, journal, leadership, organizations, people, reference, roles, units};

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    query::RootQuery,
    organizations::graphql::OrganizationQuery,
    people::graphql::PersonQuery,
    units::graphql::UnitQuery,
    journal::graphql::JournalQuery,
    roles::graphql::GrantQuery,
    accounts::graphql::AccountQuery,
    jobs::graphql::JobQuery,
    reference::graphql::ReferenceQuery,
);

/// Everything that people do.
#[derive(MergedObject, Default)]
pub struct Mutation(
    organizations::graphql::OrganizationMutation,
    people::graphql::PersonMutation,
    attachments::graphql::AttachmentMutation,
    units::graphql::UnitMutation,
    leadership::graphql::LeadershipMutation,
    roles::graphql::GrantMutation,
    accounts::graphql::AccountMutation,
);

type Whole = Schema<Query, Mutation, subscription::Subscription>;

/// The schema, without hints about names that were not asked for: strangers ask too.
fn build(rules: ValidationMode) -> Whole {
    let schema = Schema::build(Query::default(), Mutation::default(), subscription::Subscription);
    schema.disable_suggestions().validation_mode(rules).finish()
}

/// The schema in its own language, as `schema.graphql` has it.
#[must_use]
pub fn sdl() -> String {
    let text = build(ValidationMode::Strict).sdl_with_options(SDLExportOptions::new().include_specified_by());
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}
