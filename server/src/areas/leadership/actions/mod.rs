//! What is done with terms and posts. Each function is one action in the transaction of its request.

mod posts;
mod terms;

pub(super) use posts::{AddPost, EditPost, EndPost, add, delete, edit, end, reorder};
pub(super) use terms::{BeginTerm, begin};

use super::model::{PostRow, TermRow};
use crate::access::{Permission, Permit, Role};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::roles;
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// The right to change the leadership of an organization. Where roles begin or end with it, that is the right to
/// give those roles there, of one's own: a dangerous one, which asks for the key.
async fn permit_for(cx: &Cx, organization: OrganizationId, roles: &[Role], field: &'static str) -> Result<Permit, Failure> {
    let viewer = cx.viewer()?;
    let wanted = if roles.is_empty() { Permission::EditOrganization } else { Permission::GiveGrants };
    let permit = viewer.permit(cx.session()?, wanted, organization).await?;
    // Who keeps the roles of a tenant and reads no people names nobody for a post.
    for permission in [Permission::EditOrganization, Permission::ReadPeople] {
        if !viewer.may(permission, permit.path()) {
            return Err(viewer.refusal(permission));
        }
    }
    if permit.place().status != "active" {
        return Err(Problem::new(Code::OrganizationDissolved, "organizationId").into());
    }
    for role in roles {
        roles::may_give_at(cx, permit.path(), *role, field)?;
    }
    Ok(permit)
}

async fn record_post(
    cx: &Cx,
    permit: &Permit,
    event: Event,
    row: &PostRow,
    (before, after): (Facts, Facts),
) -> Result<(), Failure> {
    let subject = Subject {
        event,
        kind: SubjectKind::LeadershipPost,
        id: row.id,
        name: &row.person_name,
        before,
        after,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, permit, subject).await
}

async fn record_term(
    cx: &Cx,
    permit: &Permit,
    event: Event,
    row: &TermRow,
    (before, after): (Facts, Facts),
) -> Result<(), Failure> {
    let name = format!("第{}届", row.number);
    let subject = Subject {
        event,
        kind: SubjectKind::LeadershipTerm,
        id: row.id,
        name: &name,
        before,
        after,
        reason: None,
        moved_from: None,
    };
    journal::record(cx, permit, subject).await
}
