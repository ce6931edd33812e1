//! Terms and posts in the schema.

use async_graphql::{Context, ID, Object, Result};

use super::super::loaders::{PostsOf, PostsOfPerson, TermById, TermsOf};
use super::super::model::{PostRow, TermRow};
use crate::access::{Permission, Role};
use crate::areas::organizations::OrganizationById;
use crate::areas::organizations::graphql::Organization;
use crate::areas::people::PersonById;
use crate::areas::people::graphql::Person;
use crate::areas::reference::graphql::Code;
use crate::base::ids::{Id, LeadershipTermId, OrganizationId, PersonId};
use crate::gql::{Cx, Day};

/// A term of an organization's leadership.
#[derive(Clone)]
pub struct LeadershipTerm(pub TermRow);

impl From<TermRow> for LeadershipTerm {
    fn from(row: TermRow) -> Self {
        Self(row)
    }
}

/// A term of an organization's leadership: it runs until the next one begins (J15).
#[Object]
impl LeadershipTerm {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Which one it is, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The first day.
    async fn from(&self) -> Day {
        Day(self.0.from_day)
    }

    /// The end by the regulations for this kind of organization (U55), or as it was set; null for kinds without a term.
    async fn planned_until(&self) -> Option<Day> {
        self.0.planned_until.map(Day)
    }

    /// When it ended; null while it runs.
    async fn until(&self) -> Option<Day> {
        self.0.until_day.map(Day)
    }

    /// Whose it is, within the viewer's reach.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// Who held which post, in their order (J21); at most sixty. Empty for those who may not read people there.
    async fn posts(&self, ctx: &Context<'_>) -> Result<Vec<LeadershipPost>> {
        let rows = Cx::of(ctx).load::<PostsOf>(self.0.key()).await?.unwrap_or_default();
        Ok(rows.iter().cloned().map(LeadershipPost).collect())
    }
}

/// A post of a person in a term.
#[derive(Clone)]
pub struct LeadershipPost(pub PostRow);

impl From<PostRow> for LeadershipPost {
    fn from(row: PostRow) -> Self {
        Self(row)
    }
}

/// Who holds or held a post in a term of leadership (J15, D16).
#[Object]
impl LeadershipPost {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.key().global().into()
    }

    /// Raised by every change; give it back with a write.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The person's name when the entry was made.
    async fn name(&self) -> &str {
        &self.0.person_name
    }

    /// The person, within the viewer's reach.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(Cx::of(ctx).load::<PersonById>(PersonId(self.0.person_id)).await?.map(Person))
    }

    /// The organization, within the viewer's reach.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>> {
        Ok(Cx::of(ctx).load::<OrganizationById>(OrganizationId(self.0.organization_id)).await?.map(Organization))
    }

    /// The term, within the viewer's reach.
    async fn term(&self, ctx: &Context<'_>) -> Result<Option<LeadershipTerm>> {
        Ok(Cx::of(ctx).load::<TermById>(LeadershipTermId(self.0.term_id)).await?.map(LeadershipTerm))
    }

    /// The post (`party_post`).
    async fn post(&self) -> Result<Code> {
        Code::of("party_post", &self.0.post)
    }

    /// Whether it makes the person an administrator of the own level (R03, R04).
    async fn administers(&self) -> bool {
        self.0.administers
    }

    /// The role that goes with the post while it is held, for a person with an account (A17).
    async fn role(&self) -> Option<Role> {
        self.0.role()
    }

    /// What the person looks after.
    async fn duty(&self) -> Option<&str> {
        self.0.duty.as_deref()
    }

    /// Place in the order of the term, from 1.
    async fn position(&self) -> i32 {
        self.0.sort_order
    }

    /// The first day.
    async fn from(&self) -> Day {
        Day(self.0.from_day)
    }

    /// The last day; null while it is held.
    async fn until(&self) -> Option<Day> {
        self.0.until_day.map(Day)
    }

    /// Why it ended (`post_leave_reason`).
    async fn leave_reason(&self) -> Result<Option<Code>> {
        Code::of_optional("post_leave_reason", self.0.leave_reason.as_deref())
    }

    /// What the viewer may do in the organization.
    async fn may(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        Ok(Cx::of(ctx).viewer()?.permissions_at(&self.0.path))
    }
}

/// The terms of an organization, the last first; the thirty newest.
///
/// # Errors
/// When the database fails.
pub async fn terms_of(ctx: &Context<'_>, organization: OrganizationId) -> Result<Vec<LeadershipTerm>> {
    let rows = Cx::of(ctx).load::<TermsOf>(organization).await?.unwrap_or_default();
    Ok(rows.iter().cloned().map(LeadershipTerm).collect())
}

/// The term that runs.
///
/// # Errors
/// When the database fails.
pub async fn running_term_of(ctx: &Context<'_>, organization: OrganizationId) -> Result<Option<LeadershipTerm>> {
    Ok(terms_of(ctx, organization).await?.into_iter().find(|term| term.0.until_day.is_none()))
}

/// The posts of a person, those that are held first.
///
/// # Errors
/// When the database fails.
pub async fn posts_of_person(ctx: &Context<'_>, person: PersonId) -> Result<Vec<LeadershipPost>> {
    const MOST: usize = 50;
    let rows = Cx::of(ctx).load::<PostsOfPerson>(person).await?.unwrap_or_default();
    Ok(rows.iter().take(MOST).cloned().map(LeadershipPost).collect())
}
