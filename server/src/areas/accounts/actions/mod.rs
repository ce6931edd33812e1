//! What people do with accounts, keys, sessions and codes.

mod codes;
mod edit;
mod keys;
mod lifecycle;
mod opening;
mod policy;
mod sessions;

use chrono::{DateTime, Utc};

pub(super) use codes::{end_claim_code, issue_claim_code};
pub(super) use edit::{EditAccount, edit};
pub(super) use keys::{InviteToKey, Invited, end_invitation, invite, invite_own, remove_key, rename_key};
pub(super) use lifecycle::{Turn, rename_own, turn};
pub(super) use opening::{OpenAccount, Opened, open, reset};
pub(super) use policy::set_policy;
pub(super) use sessions::{end_others, end_session};

use super::events::{self, NewEvent, SecurityEventKind};
use super::{AccountRow, store};
use crate::access::{Permission, Permit, may_manage};
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::error::{Failure, stale};
use crate::base::ids::{AccountId, OrganizationId};
use crate::base::problem::{Code, Problem};
use crate::gql::Cx;

/// An account that is the asker's to manage: within reach and right, not their own, and holding nothing that
/// the asker does not hold too. Whoever could give a secret to a higher account would have its rights.
async fn manage(cx: &Cx, permission: Permission, id: AccountId) -> Result<(Permit, AccountRow), Failure> {
    let viewer = cx.viewer()?;
    let session = cx.session()?;
    let seen = cx.load::<store::AccountById>(id).await?.ok_or(Failure::NotFound)?;
    let permit = viewer.permit(session, permission, OrganizationId(seen.organization_id)).await?;
    let account = store::lock(session, permit.tenant(), id).await?.ok_or(Failure::NotFound)?;
    if viewer.account == id {
        return Err(Problem::new(Code::AccountIsOwn, "id").into());
    }
    if account.state == "closed" {
        return Err(Problem::new(Code::AccountClosed, "id").into());
    }
    let now = cx.clock.now();
    if !may_manage(viewer, session, id, now).await? {
        return Err(Problem::new(Code::AccountBeyondOwnRights, "id").into());
    }
    Ok((permit, account))
}

/// Refuses to open or enable the account of someone whose posts bring more than the asker holds: the roles came with
/// it in this transaction, and whoever hands out the first secret could sign in with it.
async fn covered(cx: &Cx, id: AccountId, field: &'static str) -> Result<(), Failure> {
    match may_manage(cx.viewer()?, cx.session()?, id, cx.clock.now()).await? {
        true => Ok(()),
        false => Err(Problem::new(Code::AccountBeyondOwnRights, field).into()),
    }
}

/// Whether this is the state that was read.
fn fresh(account: &AccountRow, version: i32) -> Result<(), Failure> {
    if account.version == version { Ok(()) } else { Err(stale(account.version, account.clone())) }
}

/// One entry of the log about an account, and the account is told.
async fn record(
    cx: &Cx,
    permit: &Permit,
    account: &AccountRow,
    (event, told): (Event, SecurityEventKind),
    (before, after): (Facts, Facts),
    reason: Option<&str>,
) -> Result<(), Failure> {
    let session = cx.session()?;
    let note = NewEvent { reason, ..NewEvent::of(told, cx.source.as_deref(), &cx.request_id) };
    events::note(session, permit.tenant(), account, cx.clock.now(), &note).await?;
    let subject = Subject {
        event,
        kind: SubjectKind::Account,
        id: account.id,
        name: &account.name,
        before,
        after,
        reason,
        moved_from: None,
    };
    journal::record(cx, permit, subject).await
}

/// Everything that an account is signed in with ends; how many sessions.
async fn end_all_sessions(cx: &Cx, account: &AccountRow, reason: &str, at: DateTime<Utc>) -> Result<usize, Failure> {
    super::sessions::close_all(cx.session()?, cx.viewer()?.tenant, AccountId(account.id), None, reason, at).await
}
