//! Lend a part of one's own right for a time, with a reason (BEYOND4).

use chrono::{DateTime, Utc};

use super::super::rules::{self, MOST_LENT};
use super::super::store::{self, NewGrant, Source};
use super::super::{GrantById, GrantRow};
use super::{as_refusal, facts_of, recipient, record, with_details, words_of};
use crate::access::Permission;
use crate::areas::journal::{Event, Facts};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, GrantId, OrganizationId};
use crate::base::language::Language;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// A part of a grant of one's own for someone else.
#[derive(Debug)]
pub struct DelegateGrant {
    pub source: GrantId,
    pub account: AccountId,
    pub organization: OrganizationId,
    pub permissions: Option<Vec<Permission>>,
    pub until: DateTime<Utc>,
    pub reason: String,
}

/// Lends it. It gives rights only while the lender's own grant does.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, or what stands in the way.
pub async fn delegate(cx: &Cx, input: DelegateGrant) -> Result<GrantRow, Failure> {
    let (viewer, now) = (cx.viewer()?, cx.clock.now());
    let permit = viewer.permit(cx.session()?, Permission::DelegateGrants, input.organization).await?;
    permit.standing("organizationId")?;
    let not_own = || Problem::new(Code::DelegationNotOwn, "grantId");
    let held = viewer.grants.iter().find(|grant| grant.id == input.source).ok_or_else(not_own)?;
    let source = cx.load::<GrantById>(input.source).await?.ok_or_else(not_own)?;
    rules::period(now, Some(input.until), now)?;
    let part = input.permissions.map(|part| Permission::ALL.into_iter().filter(|one| part.contains(one)).collect::<Vec<_>>());
    rules::may_lend(&held.holding, source.valid_until, permit.path(), part.as_deref(), input.until)?;
    let reason = text::required(&input.reason, "reason", REMARK_LIMIT)?;
    if input.account == viewer.account {
        return Err(Problem::new(Code::DelegationToOneself, "accountId").into());
    }
    let name = recipient(cx, input.account, held.role, now, Some(input.until)).await?;
    if usize::try_from(store::count_lent(cx, input.source).await?).unwrap_or(MOST_LENT) >= MOST_LENT {
        return Err(Problem::new(Code::DelegationTooMany, "grantId").with(MOST_LENT).into());
    }
    let summary = Summary::new(
        format!("将本人角色「{}」的权限委托给「{name}」", held.role.name(Language::Zh)),
        format!("Lend {name} rights of your role {}", held.role.name(Language::En)),
    );
    let rights = |language| words_of(part.as_deref(), language);
    let summary = summary.with_words(("权限", "Rights"), rights(Language::Zh), rights(Language::En));
    cx.confirm(&permit, with_details(cx, summary, &permit, Some(input.until)).await?)?;
    let new = NewGrant {
        account: input.account,
        role: held.role,
        from: now,
        until: Some(input.until),
        reason: Some(reason),
        pending: false,
        source: Some(Source { grant: input.source, part }),
    };
    let row = as_refusal(store::insert(cx, &permit, &new).await)?;
    let facts = (Facts::default(), facts_of(&row, &name));
    record(cx, &permit, Event::GrantDelegated, &row, &name, facts, row.reason.as_deref()).await?;
    Ok(row)
}
