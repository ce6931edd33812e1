//! Give a role. A high one at a high place waits for a second person (SEC-A11).

use chrono::{DateTime, Utc};

use super::super::store::{self, NewGrant};
use super::super::{GrantRow, rules};
use super::{as_refusal, facts_of, own_roles_at, recipient, record, with_details};
use crate::access::{Permission, Role};
use crate::areas::accounts::find_policy;
use crate::areas::journal::{Event, Facts};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, OrganizationId};
use crate::base::language::Language;
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// A role for an account at an organization, for a time.
#[derive(Debug)]
pub struct GiveGrant {
    pub account: AccountId,
    pub role: Role,
    pub organization: OrganizationId,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

/// Gives a role, or proposes it where a second person has to agree.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn give(cx: &Cx, input: GiveGrant) -> Result<GrantRow, Failure> {
    let (viewer, now) = (cx.viewer()?, cx.clock.now());
    let permit = viewer.permit(cx.session()?, Permission::GiveGrants, input.organization).await?;
    permit.standing("organizationId")?;
    rules::may_give(&own_roles_at(cx, permit.path())?, input.role, "role")?;
    let from = input.from.unwrap_or(now).max(now);
    rules::period(from, input.until, now)?;
    let reason = text::optional(input.reason.as_deref(), "reason", REMARK_LIMIT)?;
    let name = recipient(cx, input.account, input.role, from, input.until).await?;
    let policy = find_policy(cx.session()?, viewer.tenant).await?;
    let pending = input.role.needs_two_people(permit.path(), policy.two_person_depth);
    let summary = Summary::new(
        format!("授予「{name}」角色「{}」", input.role.name(Language::Zh)),
        format!("Give {name} the role {}", input.role.name(Language::En)),
    );
    cx.confirm(&permit, with_details(cx, summary, &permit, input.until).await?)?;
    let new = NewGrant { account: input.account, role: input.role, from, until: input.until, reason, pending, source: None };
    let row = as_refusal(store::insert(cx, &permit, &new).await)?;
    let event = if pending { Event::GrantProposed } else { Event::GrantGiven };
    record(cx, &permit, event, &row, &name, (Facts::default(), facts_of(&row, &name)), row.reason.as_deref()).await?;
    Ok(row)
}
