//! Party groups in the schema (B21).

use async_graphql::{Context, ID, Object, Result};

use super::super::groups::{self, PartyGroupRow};
use super::super::loaders::OrganizationById;
use super::Organization;
use crate::areas::people::PersonById;
use crate::areas::people::graphql::{Person, PersonConnection, members_of_group};
use crate::base::ids::{Id, OrganizationId, PartyGroupId, PersonId};
use crate::gql::{Cx, Listed, Paging, Total, connection, payload};

/// A party group.
#[derive(Clone)]
pub struct PartyGroup(pub PartyGroupRow);

impl From<PartyGroupRow> for PartyGroup {
    fn from(row: PartyGroupRow) -> Self {
        Self(row)
    }
}

/// A group inside a branch, with a leader (B21).
#[Object]
impl PartyGroup {
    /// Global id.
    pub async fn id(&self) -> ID {
        PartyGroupId(self.0.id).global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its branch.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// Its leader, a full member of the branch (U63).
    async fn leader(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let Some(leader) = self.0.leader_id else { return Ok(None) };
        Ok(Cx::of(ctx).load::<PersonById>(PersonId(leader)).await?.map(Person))
    }

    /// Whether it exists.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The people who belong to it, by name.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many from the beginning, 1 to 200; 20 without one.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<PersonConnection> {
        Box::pin(members_of_group(ctx, &self.0.path, PartyGroupId(self.0.id), Paging { first, after, last, before })).await
    }
}

connection! {
    /// Party groups of a branch.
    PartyGroupConnection PartyGroupEdge PartyGroup
}
payload! {
    /// What came of a change of a party group.
    PartyGroupPayload party_group: PartyGroup
}

/// A page of the active groups of a branch.
pub(super) async fn party_group_list(
    ctx: &Context<'_>,
    organization: OrganizationId,
    paging: Paging,
) -> Result<PartyGroupConnection> {
    const LIST: &str = "organizations/groups";
    let cx = Cx::of(ctx);
    let page = paging.page(&cx.secrets, LIST)?;
    let rows = Box::pin(groups::page(&cx, organization, &page)).await?;
    let listed = Listed::of(rows, &page, &cx.secrets, LIST, groups::key);
    let total = Total::by(move || {
        let cx = cx.clone();
        Box::pin(async move { groups::count(&cx, organization).await })
    });
    Ok(PartyGroupConnection::of(listed, total, PartyGroup))
}
