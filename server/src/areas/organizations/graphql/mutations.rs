//! Mutations of the tree: each is one action.

use async_graphql::{Context, MaybeUndefined, Object, Result, SimpleObject};

use super::super::actions::{self, Moved};
use super::super::{OrganizationRow, groups};
use super::inputs::{
    OrganizationCreateInput, OrganizationDissolveInput, OrganizationEditInput, OrganizationMoveInput, OrganizationRenameInput,
    OrganizationReorderInput, PartyGroupAssignInput, PartyGroupCreateInput, PartyGroupDissolveInput, PartyGroupEditInput,
};
use super::{Organization, PartyGroupPayload};
use crate::areas::jobs::graphql::Job;
use crate::gql::{Cx, Outcome, UserError, parse_id, parse_optional_id};

/// What came of a change of an organization.
#[derive(SimpleObject)]
pub struct OrganizationPayload {
    /// The thing as it is now; null when the mutation was refused.
    organization: Option<Organization>,
    /// Work that was ordered and goes on behind the request: a move that is too large for one. The organization is then
    /// as it was, and the job says when and how it ends.
    job: Option<Job>,
    /// The thing as it is now, when the write was prepared from an older version (`STALE_VERSION`): what is
    /// compared with what was to be written.
    current: Option<Organization>,
    /// What stood in the way; empty when it was done.
    user_errors: Vec<UserError>,
}

impl From<Outcome<OrganizationRow>> for OrganizationPayload {
    fn from(mut outcome: Outcome<OrganizationRow>) -> Self {
        let current = outcome.current::<OrganizationRow>().map(Organization);
        Self { organization: outcome.done.map(Organization), job: None, current, user_errors: outcome.user_errors }
    }
}

impl From<Outcome<Moved>> for OrganizationPayload {
    fn from(mut outcome: Outcome<Moved>) -> Self {
        let current = outcome.current::<OrganizationRow>().map(Organization);
        let (organization, job) = outcome.done.map_or((None, None), |moved| (Some(moved.organization), moved.job));
        Self { organization: organization.map(Organization), job: job.map(Job), current, user_errors: outcome.user_errors }
    }
}

/// Mutations of this area.
#[derive(Default)]
pub struct OrganizationMutation;

#[Object]
impl OrganizationMutation {
    /// Creates an organization under another one (B04).
    async fn organization_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is created.")] input: OrganizationCreateInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::create(cx, input.checked()?).await)?.into())
    }

    /// Corrects the data of an organization (B07).
    async fn organization_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is corrected.")] input: OrganizationEditInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::edit(cx, input.checked()?).await)?.into())
    }

    /// Renames an organization from a day on; the old name stays in its history (B09).
    async fn organization_rename(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new name.")] input: OrganizationRenameInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::rename(cx, input.checked()?).await)?.into())
    }

    /// Gives an organization another superior; all below and everyone in it follow (B11). When more goes along than a
    /// request can do, the answer has a job that does it.
    async fn organization_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where to.")] input: OrganizationMoveInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::relocate(cx, input.checked()?).await)?.into())
    }

    /// Dissolves an organization without people and subordinates; its history stays (B10).
    async fn organization_dissolve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From when and why.")] input: OrganizationDissolveInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::dissolve(cx, input.checked()?).await)?.into())
    }

    /// Puts an organization behind a sibling (B13).
    async fn organization_reorder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Behind which one.")] input: OrganizationReorderInput,
    ) -> Result<OrganizationPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::reorder(cx, input.checked()?).await)?.into())
    }

    /// Creates a party group in a branch (B21).
    async fn party_group_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is created.")] input: PartyGroupCreateInput,
    ) -> Result<PartyGroupPayload> {
        let cx = &Cx::of(ctx);
        let (branch, leader) = (parse_id(&input.organization_id)?, parse_optional_id(input.leader_id.as_ref())?);
        Ok(Outcome::of(cx, groups::create(cx, branch, &input.name, leader).await)?.into())
    }

    /// Changes the name or the leader of a party group (B21).
    async fn party_group_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is changed.")] input: PartyGroupEditInput,
    ) -> Result<PartyGroupPayload> {
        let cx = &Cx::of(ctx);
        let leader = match &input.leader_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => Some(Some(parse_id(id)?)),
        };
        let edited = groups::edit(cx, parse_id(&input.id)?, input.version, input.name.as_deref(), leader).await;
        Ok(Outcome::of(cx, edited)?.into())
    }

    /// Dissolves a party group that nobody belongs to (B21).
    async fn party_group_dissolve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: PartyGroupDissolveInput,
    ) -> Result<PartyGroupPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, groups::dissolve(cx, parse_id(&input.id)?, input.version).await)?.into())
    }

    /// Puts people of the branch into a party group, or takes them out (B21). It changes the group, whose version it raises,
    /// and the people's records.
    async fn party_group_assign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: PartyGroupAssignInput,
    ) -> Result<PartyGroupPayload> {
        let cx = &Cx::of(ctx);
        let members = input.person_ids.iter().map(parse_id).collect::<Result<Vec<_>, _>>()?;
        Ok(Outcome::of(cx, groups::assign(cx, parse_id(&input.id)?, input.version, &members, input.remove).await)?.into())
    }
}
