//! Give and end grants.

use chrono::{DateTime, Utc};

use super::rules::{self, MOST_GRANTS};
use super::store::{self, NewGrant};
use super::{GrantById, GrantRow, GrantsOf};
use crate::access::{Permission, Permit, Role};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::{Failure, OnViolation, stale};
use crate::base::ids::{AccountId, GrantId, OrganizationId};
use crate::base::problem::{Code, Problem};
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

/// Gives a role.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn give(cx: &Cx, input: GiveGrant) -> Result<GrantRow, Failure> {
    let (viewer, now) = (cx.viewer()?, cx.clock.now());
    let permit = viewer.permit(cx.session()?, Permission::GiveGrants, input.organization).await?;
    rules::may_give(&roles_at(cx, permit.path())?, input.role)?;
    let from = input.from.unwrap_or(now).max(now);
    rules::period(from, input.until, now)?;
    let reason = text::optional(input.reason.as_deref(), "reason", REMARK_LIMIT)?;
    let Some((name, active)) = store::lock_account(cx, input.account).await? else {
        return Err(Problem::new(Code::NoSuchThing, "accountId").into());
    };
    if !active {
        return Err(Problem::new(Code::AccountInactive, "accountId").into());
    }
    let held =
        cx.load::<GrantsOf>(input.account).await?.map_or(0, |grants| grants.iter().filter(|grant| grant.runs_at(now)).count());
    if held >= MOST_GRANTS {
        return Err(Problem::new(Code::GrantTooMany, "accountId").with(MOST_GRANTS).into());
    }
    let summary = Summary::new(
        format!("授予「{name}」角色 {}", input.role.as_str()),
        format!("Give {name} the role {}", input.role.as_str()),
    );
    cx.confirm(&permit, summary.with("党组织", "Organization", permit.path()))?;
    let new = NewGrant { account: input.account, role: input.role, from, until: input.until, reason };
    let given = store::insert(cx, &permit, &new).await;
    let row = given.on_violation("grants_no_overlap", Problem::new(Code::GrantExists, "role"))?;
    record(cx, &permit, Event::GrantGiven, &row, &name, row.reason.as_deref()).await?;
    Ok(row)
}

/// Ends a grant before its time.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn end(cx: &Cx, id: GrantId, version: i32, reason: Option<&str>) -> Result<GrantRow, Failure> {
    let viewer = cx.viewer()?;
    let found = cx.load::<GrantById>(id).await?.ok_or(Failure::NotFound)?;
    let permit = viewer.permit(cx.session()?, Permission::GiveGrants, OrganizationId(found.organization_id)).await?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let name = store::lock_account(cx, AccountId(found.account_id)).await?.map(|(name, _)| name).unwrap_or_default();
    let row = store::lock(cx, &permit, id).await?;
    if row.version != version {
        return Err(stale(row.version));
    }
    if row.ended_at.is_some() {
        return Err(Problem::new(Code::GrantEnded, "id").into());
    }
    let role = Role::parse(&row.role).ok_or_else(|| Failure::Internal(anyhow::anyhow!("a grant of an unknown role")))?;
    rules::may_give(&roles_at(cx, permit.path())?, role)?;
    if role == Role::OrganizationAdministrator
        && row.runs_at(cx.clock.now())
        && store::count_holders(cx, &permit, role, AccountId(row.account_id)).await? == 0
    {
        return Err(Problem::new(Code::LastAdministrator, "id").into());
    }
    let summary = Summary::new(format!("结束「{name}」的角色 {}", row.role), format!("End the role {} of {name}", row.role));
    cx.confirm(&permit, summary.with("党组织", "Organization", permit.path()))?;
    let row = store::close(cx, &permit, id).await?;
    record(cx, &permit, Event::GrantEnded, &row, &name, reason.as_deref()).await?;
    Ok(row)
}

/// The roles that the viewer holds at a place.
fn roles_at(cx: &Cx, path: &str) -> Result<Vec<Role>, Failure> {
    let grants = &cx.viewer()?.grants;
    Ok(grants.iter().filter(|grant| crate::base::path::is_within(path, &grant.path)).map(|grant| grant.role).collect())
}

async fn record(
    cx: &Cx,
    permit: &Permit,
    event: Event,
    row: &GrantRow,
    account: &str,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let facts = Facts::default()
        .text("account", Some(account))
        .text("role", Some(&row.role))
        .text("from", Some(&row.valid_from.to_rfc3339()))
        .text("until", row.valid_until.map(|until| until.to_rfc3339()).as_deref());
    let (before, after) = if event == Event::GrantGiven { (Facts::default(), facts) } else { (facts, Facts::default()) };
    let subject = Subject { event, kind: SubjectKind::Grant, id: row.id, name: account, before, after, reason, moved_from: None };
    journal::record(cx, permit, subject).await
}
