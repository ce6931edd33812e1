//! Mutations of the leadership: each is one action.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::super::actions;
use super::{LeadershipPost, LeadershipTerm};
use crate::gql::{Cx, Day, Outcome, parse_id, parse_optional_id, payload};

payload! {
    /// What came of a new term.
    LeadershipTermPayload leadership_term: LeadershipTerm
}
payload! {
    /// What came of a change of a post.
    LeadershipPostPayload leadership_post: LeadershipPost
}

/// A new term; the one before ends with it.
#[derive(InputObject)]
pub struct LeadershipTermBeginInput {
    /// The organization.
    organization_id: ID,
    /// Which one it is; the next without one. Later ones may be left out, for organizations older than their data.
    number: Option<i32>,
    /// The first day, not later than today.
    from: Day,
    /// The planned end; by the regulations for the kind of organization without one (U55).
    planned_until: Option<Day>,
}

/// A person for a post of the running term.
#[derive(InputObject)]
pub struct LeadershipPostAddInput {
    /// The organization.
    organization_id: ID,
    /// A member of the organization or of one below it.
    person_id: ID,
    /// Code of `party_post`.
    post: String,
    /// Whether it makes the person an administrator of the own level (R03, R04).
    #[graphql(default)]
    administers: bool,
    /// The first day; today without one.
    from: Option<Day>,
    /// What the person looks after.
    duty: Option<String>,
}

/// A correction of an entry: what is absent stays, what is null is cleared. The person stays (J17).
#[derive(InputObject)]
pub struct LeadershipPostEditInput {
    /// The entry.
    id: ID,
    /// The version that was read.
    version: i32,
    /// Code of `party_post`.
    post: Option<String>,
    /// Whether it makes the person an administrator of the own level.
    administers: Option<bool>,
    /// The first day.
    from: Option<Day>,
    /// What the person looks after.
    duty: MaybeUndefined<String>,
}

/// The end of a post.
#[derive(InputObject)]
pub struct LeadershipPostEndInput {
    /// The entry.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The last day, not later than today.
    on: Day,
    /// Code of `post_leave_reason`.
    reason: String,
}

/// A wrong entry (J18).
#[derive(InputObject)]
pub struct LeadershipPostDeleteInput {
    /// The entry.
    id: ID,
    /// The version that was read.
    version: i32,
}

/// Another place in the order of the term (J21).
#[derive(InputObject)]
pub struct LeadershipPostReorderInput {
    /// The entry.
    id: ID,
    /// The version that was read.
    version: i32,
    /// The entry behind which it stands; null for the first place.
    after_id: Option<ID>,
}

/// Mutations of this area.
#[derive(Default)]
pub struct LeadershipMutation;

#[Object]
impl LeadershipMutation {
    /// Begins a term of leadership; posts that are still held in the one before end with it, and so do their roles (J15).
    async fn leadership_term_begin(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and from when.")] input: LeadershipTermBeginInput,
    ) -> Result<LeadershipTermPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::BeginTerm {
            organization: parse_id(&input.organization_id)?,
            number: input.number,
            from: input.from.0,
            planned_until: input.planned_until.map(|day| day.0),
        };
        Ok(Outcome::of(cx, actions::begin(cx, wanted).await)?.into())
    }

    /// Names a member for a post. A role that goes with it begins at once, and takes the right to give it there (J16, A17).
    async fn leadership_post_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, for which post.")] input: LeadershipPostAddInput,
    ) -> Result<LeadershipPostPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::AddPost {
            organization: parse_id(&input.organization_id)?,
            person: parse_id(&input.person_id)?,
            post: input.post,
            administers: input.administers,
            from: input.from.map(|day| day.0),
            duty: input.duty,
        };
        Ok(Outcome::of(cx, actions::add(cx, wanted).await)?.into())
    }

    /// Corrects an entry (J17).
    async fn leadership_post_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is corrected.")] input: LeadershipPostEditInput,
    ) -> Result<LeadershipPostPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::EditPost {
            id: parse_id(&input.id)?,
            version: input.version,
            post: input.post,
            administers: input.administers,
            from: input.from.map(|day| day.0),
            duty: input.duty,
        };
        Ok(Outcome::of(cx, actions::edit(cx, wanted).await)?.into())
    }

    /// Ends a post; the role that goes with it ends at once (J18, A17).
    async fn leadership_post_end(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, from when and why.")] input: LeadershipPostEndInput,
    ) -> Result<LeadershipPostPayload> {
        let cx = &Cx::of(ctx);
        let wanted = actions::EndPost { id: parse_id(&input.id)?, version: input.version, on: input.on.0, reason: input.reason };
        Ok(Outcome::of(cx, actions::end(cx, wanted).await)?.into())
    }

    /// Deletes an entry that was wrong; whoever has resigned has an end instead (J18). The payload shows it as it was.
    async fn leadership_post_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: LeadershipPostDeleteInput,
    ) -> Result<LeadershipPostPayload> {
        let cx = &Cx::of(ctx);
        Ok(Outcome::of(cx, actions::delete(cx, parse_id(&input.id)?, input.version).await)?.into())
    }

    /// Puts an entry behind another one of its term, or first (J21).
    async fn leadership_post_reorder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one goes where.")] input: LeadershipPostReorderInput,
    ) -> Result<LeadershipPostPayload> {
        let cx = &Cx::of(ctx);
        let after = parse_optional_id(input.after_id.as_ref())?;
        Ok(Outcome::of(cx, actions::reorder(cx, parse_id(&input.id)?, input.version, after).await)?.into())
    }
}
