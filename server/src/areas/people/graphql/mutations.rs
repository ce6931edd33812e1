//! Mutations about people: each is one action.

use async_graphql::{Context, Object, Result};

use super::super::actions;
use super::Person;
use super::inputs::{PersonAddInput, PersonEditInput, PersonSetPhotoInput};
use super::watch::{PersonUnmaskInput, UnmaskPayload};
use crate::gql::{Cx, Outcome, parse_id, payload};

payload! {
    /// What came of a change of a person.
    PersonPayload person: Person
}

/// Mutations of this area.
#[derive(Default)]
pub struct PersonMutation;

#[Object]
impl PersonMutation {
    /// Adds a person to the roll of a branch (D04).
    async fn person_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is added.")] input: PersonAddInput,
    ) -> Result<PersonPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::add(cx, input.checked()?).await)?.into())
    }

    /// Changes a person's data, with history (D06).
    async fn person_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is changed.")] input: PersonEditInput,
    ) -> Result<PersonPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::edit(cx, input.checked()?).await)?.into())
    }

    /// Reads masked fields of a person, for a purpose, within the budget of the day (SEC-H02).
    async fn person_unmask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which fields of whom, and what for.")] input: PersonUnmaskInput,
    ) -> Result<UnmaskPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::UnmaskPerson { id: parse_id(&input.id)?, fields: input.fields, purpose: input.purpose };
        Ok(Outcome::of(cx, actions::unmask(cx, wanted).await)?.into())
    }

    /// Replaces or removes a person's portrait (D30).
    async fn person_set_photo(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The portrait.")] input: PersonSetPhotoInput,
    ) -> Result<PersonPayload> {
        let cx = &Cx::of(ctx);
        let set = actions::set_photo(cx, parse_id(&input.id)?, input.version, input.base64.as_deref()).await;
        Ok(Outcome::of(cx, set)?.into())
    }
}
