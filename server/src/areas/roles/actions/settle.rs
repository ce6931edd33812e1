//! What waits for a second person: approve, refuse, change (SEC-A11, SEC-A12).

use async_graphql::MaybeUndefined;
use chrono::{DateTime, Utc};

use super::super::{GrantById, GrantRow, rules, store};
use super::{as_refusal, facts_of, own_roles_at, record, with_details};
use crate::access::{Permission, Permit, Role};
use crate::areas::journal::{Event, Facts};
use crate::base::error::{Failure, stale};
use crate::base::ids::{AccountId, GrantId, OrganizationId};
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// What is changed of a grant that waits: what is absent stays, what is null is cleared.
#[derive(Debug)]
pub struct EditGrant {
    pub id: GrantId,
    pub version: i32,
    pub until: MaybeUndefined<DateTime<Utc>>,
    pub reason: MaybeUndefined<String>,
}

/// A grant that waits, locked, in the version that was read.
struct Waiting {
    permit: Permit,
    row: GrantRow,
    role: Role,
    account: String,
    active: bool,
}

/// The right to decide: an own one that covers the role there.
async fn waiting(cx: &Cx, id: GrantId, version: i32) -> Result<Waiting, Failure> {
    let found = cx.load::<GrantById>(id).await?.ok_or(Failure::NotFound)?;
    let organization = OrganizationId(found.organization_id);
    let permit = cx.viewer()?.permit(cx.session()?, Permission::GiveGrants, organization).await?;
    let locked = store::lock_account(cx, AccountId(found.account_id)).await?;
    let (account, active) = locked.ok_or_else(|| Problem::new(Code::NoSuchThing, "id"))?;
    let row = store::lock(cx, &permit, id).await?;
    if row.version != version {
        return Err(stale(row.version, row));
    }
    if !row.waits() {
        return Err(Problem::new(Code::GrantNotPending, "id").into());
    }
    let role = row.role()?;
    rules::may_give(&own_roles_at(cx, permit.path())?, role, "id")?;
    Ok(Waiting { permit, row, role, account, active })
}

/// Agrees to what someone else gave, as it was read: from now on it gives rights.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn approve(cx: &Cx, id: GrantId, version: i32) -> Result<GrantRow, Failure> {
    let Waiting { permit, row, role, account, active } = waiting(cx, id, version).await?;
    rules::second_person(permit.account().0, &row)?;
    if !active {
        return Err(Problem::new(Code::AccountInactive, "id").into());
    }
    if row.valid_until.is_some_and(|until| until <= cx.clock.now()) {
        return Err(Problem::new(Code::GrantInThePast, "id").into());
    }
    // Two people hold the right at the moment at which it becomes one.
    let giver = row.given_by.ok_or_else(|| Problem::new(Code::GrantGiverLostRight, "id"))?;
    let held = store::own_roles_over(cx, giver, permit.path()).await?;
    let may_still = held.iter().any(|held| held.allows(Permission::GiveGrants)) && rules::may_give(&held, role, "id").is_ok();
    if !may_still {
        return Err(Problem::new(Code::GrantGiverLostRight, "id").into());
    }
    let giver = row.given_by_name.clone().unwrap_or_default();
    let summary = Summary::new(
        format!("批准「{giver}」授予「{account}」角色「{}」", role.name(Language::Zh)),
        format!("Approve that {giver} gives {account} the role {}", role.name(Language::En)),
    );
    cx.confirm(&permit, with_details(cx, summary, &permit, row.valid_until).await?)?;
    let before = facts_of(&row, &account);
    let row = as_refusal(store::approve(cx, &permit, id).await)?;
    record(cx, &permit, Event::GrantApproved, &row, &account, (Facts::default(), before), row.reason.as_deref()).await?;
    Ok(row)
}

/// Refuses what someone else gave; it never gave rights.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn refuse(cx: &Cx, id: GrantId, version: i32, reason: Option<&str>) -> Result<GrantRow, Failure> {
    let Waiting { permit, row, role, account, .. } = waiting(cx, id, version).await?;
    rules::second_person(permit.account().0, &row)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let summary = Summary::new(
        format!("拒绝授予「{account}」角色「{}」", role.name(Language::Zh)),
        format!("Refuse that {account} gets the role {}", role.name(Language::En)),
    );
    cx.confirm(&permit, with_details(cx, summary, &permit, row.valid_until).await?)?;
    let before = facts_of(&row, &account);
    let row = store::close(cx, &permit, id).await?;
    record(cx, &permit, Event::GrantRefused, &row, &account, (before, Facts::default()), reason.as_deref()).await?;
    Ok(row)
}

/// Changes what one gave and nobody has decided yet. Whoever read it before must read it again (SEC-A12).
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn edit(cx: &Cx, input: EditGrant) -> Result<GrantRow, Failure> {
    let Waiting { permit, row, role, account, .. } = waiting(cx, input.id, input.version).await?;
    if row.given_by != Some(permit.account().0) {
        return Err(Problem::new(Code::GrantNotGiver, "id").into());
    }
    let until = match input.until {
        MaybeUndefined::Undefined => row.valid_until,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(until) => Some(until),
    };
    rules::period(row.valid_from, until, cx.clock.now())?;
    let reason = match input.reason {
        MaybeUndefined::Undefined => row.reason.clone(),
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(reason) => text::optional(Some(&reason), "reason", REMARK_LIMIT)?,
    };
    let facts = |row: &GrantRow| facts_of(row, &account).text("reason", row.reason.as_deref());
    let changed = GrantRow { valid_until: until, reason: reason.clone(), ..row.clone() };
    let (before, after) = Facts::differences(&facts(&row), &facts(&changed));
    if before.is_empty() && after.is_empty() {
        return Err(Problem::new(Code::NothingToChange, "id").into());
    }
    let summary = Summary::new(
        format!("修改待批准的授权:「{account}」的角色「{}」", role.name(Language::Zh)),
        format!("Change the proposed role {} of {account}", role.name(Language::En)),
    );
    cx.confirm(&permit, with_details(cx, summary, &permit, until).await?)?;
    let row = as_refusal(store::update_pending(cx, &permit, input.id, until, reason.as_deref()).await)?;
    record(cx, &permit, Event::GrantEdited, &row, &account, (before, after), None).await?;
    Ok(row)
}
