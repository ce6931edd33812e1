//! What is done with grants. Each function is one action in the transaction of its request.

mod delegate;
mod end;
mod give;
mod settle;

pub use delegate::{DelegateGrant, delegate};
pub use end::end;
pub use give::{GiveGrant, give};
pub use settle::{EditGrant, approve, edit, refuse};

use chrono::{DateTime, Utc};

use super::{GrantRow, GrantsOf, rules, store};
use crate::access::{Permission, Permit, Role};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::areas::organizations::OrganizationById;
use crate::base::clock::shown;
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::AccountId;
use crate::base::language::Language;
use crate::base::path;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::gql::Cx;

/// The roles that the viewer holds at a place, of their own.
fn own_roles_at(cx: &Cx, place: &str) -> Result<Vec<Role>, Failure> {
    let own = cx.viewer()?.own();
    Ok(own.iter().filter(|holding| path::is_within(place, &holding.path)).map(|holding| holding.role).collect())
}

/// Whether the viewer holds, of their own, all that a role brings at a place: whoever names someone for a post gives
/// the role that goes with it.
///
/// # Errors
/// `GRANT_BEYOND_OWN_RIGHTS` at `field`.
pub fn may_give_at(cx: &Cx, place: &str, role: Role, field: &'static str) -> Result<(), Failure> {
    Ok(rules::may_give(&own_roles_at(cx, place)?, role, field)?)
}

/// An account that can take one more grant, locked; its name.
async fn recipient(
    cx: &Cx,
    account: AccountId,
    role: Role,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
) -> Result<String, Failure> {
    let now = cx.clock.now();
    let Some((name, active)) = store::lock_account(cx, account).await? else {
        return Err(Problem::new(Code::NoSuchThing, "accountId").into());
    };
    if !active {
        return Err(Problem::new(Code::AccountInactive, "accountId").into());
    }
    let held = cx.load::<GrantsOf>(account).await?.unwrap_or_default();
    if held.iter().filter(|grant| grant.runs_at(now) || grant.waits()).count() >= rules::MOST_GRANTS {
        return Err(Problem::new(Code::GrantTooMany, "accountId").with(rules::MOST_GRANTS).into());
    }
    rules::separate_duties(&held, role, from, until)?;
    Ok(name)
}

/// What the database refuses of a new grant, also for what the giver cannot see.
fn as_refusal<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    let exists = || Problem::new(Code::GrantExists, "role");
    result
        .on_violation("grants_no_overlap", exists())
        .on_violation("grants_no_overlap_lent", exists())
        .on_violation("grants_one_duty", Problem::new(Code::DutiesSeparate, "role"))
}

/// What a question about a grant says below its sentence.
async fn with_details(cx: &Cx, summary: Summary, permit: &Permit, until: Option<DateTime<Utc>>) -> Result<Summary, Failure> {
    let organization = cx.load::<OrganizationById>(permit.organization()).await?.ok_or(Failure::NotFound)?;
    let summary = summary.with("党组织", "Organization", organization.name);
    Ok(match until {
        Some(until) => summary.with("结束时间", "Until", shown(until)),
        None => summary.with_words(("结束时间", "Until"), "长期", "Open"),
    })
}

/// The rights in words; all that may be lent of a role where no part is named.
fn words_of(part: Option<&[Permission]>, language: Language) -> String {
    let whole = language.pick("该角色可委托的全部权限", "All rights of the role that may be lent");
    let Some(part) = part else { return whole.to_owned() };
    part.iter().map(|permission| permission.words(language)).collect::<Vec<_>>().join(language.pick("、", ", "))
}

fn facts_of(row: &GrantRow, account: &str) -> Facts {
    Facts::default()
        .text("account", Some(account))
        .text("role", Some(&row.role))
        .text("onBehalfOf", row.on_behalf_of_name.as_deref())
        .text("permissions", row.permissions.as_ref().map(|part| part.join(", ")).as_deref())
        .text("from", Some(&row.valid_from.to_rfc3339()))
        .text("until", row.valid_until.map(|until| until.to_rfc3339()).as_deref())
}

async fn record(
    cx: &Cx,
    permit: &Permit,
    event: Event,
    row: &GrantRow,
    account: &str,
    (before, after): (Facts, Facts),
    reason: Option<&str>,
) -> Result<(), Failure> {
    let subject = Subject { event, kind: SubjectKind::Grant, id: row.id, name: account, before, after, reason, moved_from: None };
    journal::record(cx, permit, subject).await
}
