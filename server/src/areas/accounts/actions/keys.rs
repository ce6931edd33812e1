//! Invite to enrol a key, rename one, remove one (A01, SEC-B05).

use super::super::invitations::{self, INVITATION_LIFETIME, InvitationById, InvitationRow, NewInvitation, OWN_LIFETIME};
use super::super::keys::{KeyById, KeyRow, KeysOf, close, lock, rename};
use super::super::passwords::verify_own;
use super::super::policy::find as find_policy;
use super::super::{AccountRow, SecurityEventKind, sessions, store};
use super::{fresh, manage, record};
use crate::access::{Permission, Permit, Role, holdings_of};
use crate::areas::journal::{Event, Facts};
use crate::areas::organizations::OrganizationById;
use crate::base::error::{Failure, stale};
use crate::base::ids::{AccountId, InvitationId, KeyId, OrganizationId};
use crate::base::path;
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, NAME_LIMIT, REMARK_LIMIT};
use crate::gql::Cx;

/// More than anyone carries.
const MOST_KEYS: usize = 10;

/// Whom, and what becomes of the keys that there are.
#[derive(Debug)]
pub(in crate::areas::accounts) struct InviteToKey {
    pub id: AccountId,
    pub version: i32,
    pub reason: Option<String>,
    pub replaces: bool,
}

/// An invitation with the code that is told once.
pub(in crate::areas::accounts) struct Invited {
    pub invitation: InvitationRow,
    pub code: String,
}

/// Invites someone to enrol a key; for a lost one the old keys end at once, and whatever they opened.
pub(in crate::areas::accounts) async fn invite(cx: &Cx, input: InviteToKey) -> Result<Invited, Failure> {
    let (permit, account) = manage(cx, Permission::ManageKeys, input.id).await?;
    fresh(&account, input.version)?;
    let reason = text::optional(input.reason.as_deref(), "reason", REMARK_LIMIT)?;
    if input.replaces && reason.is_none() {
        return Err(Problem::new(Code::Required, "reason").into());
    }
    if !account.active || account.kind == "machine" {
        return Err(Problem::new(Code::AccountInactive, "id").into());
    }
    from_above(cx, &account).await?;
    room_for_one_more(cx, &account, input.replaces).await?;
    let (zh, en) = if input.replaces { ("更换", "Replace the keys of") } else { ("登记", "Let enrol a key:") };
    let summary = Summary::new(format!("为「{}」{zh}安全密钥", account.name), format!("{en} {}", account.name));
    cx.confirm(&permit, summary.with("原因", "Reason", reason.as_deref().unwrap_or("-")))?;
    let (session, now) = (cx.session()?, cx.clock.now());
    if input.replaces {
        super::super::keys::close_all(session, permit.tenant(), input.id, "lost", now).await?;
        super::end_all_sessions(cx, &account, "key_lost", now).await?;
    }
    let organization = cx.load::<OrganizationById>(OrganizationId(account.organization_id)).await?;
    let new = NewInvitation {
        tenant: permit.tenant(),
        account: &account,
        organization_name: organization.as_ref().map(|organization| organization.name.as_str()),
        replaces: input.replaces,
        // A key for an administrator's account opens the rights at its organization and what was lent to it (A02).
        bound: account.kind == "administrator",
        reason: reason.as_deref(),
        by: permit.account_name(),
        at: now,
        lifetime: INVITATION_LIFETIME,
    };
    let (invitation, code) = invitations::insert(session, &new).await?;
    let after = Facts::default().text("replaces", input.replaces.then_some("true"));
    let told = (Event::AccountInvited, SecurityEventKind::Invited);
    record(cx, &permit, &account, told, (Facts::default(), after), reason.as_deref()).await?;
    Ok(Invited { invitation, code })
}

/// Whoever enrols a key for a peer could sign in as that peer, and be the second person to their own proposal
/// (SEC-A11). So keys of accounts with high roles at the upper levels are a superior's to give; at the root,
/// where nobody stands above, they come before the role does, or from `banyan bootstrap`.
async fn from_above(cx: &Cx, account: &AccountRow) -> Result<(), Failure> {
    let viewer = cx.viewer()?;
    let session = cx.session()?;
    let depth = find_policy(session, viewer.tenant).await?.two_person_depth;
    let held = holdings_of(session, viewer.tenant, AccountId(account.id), cx.clock.now()).await?;
    let stands_above = |below: &str| {
        let own = viewer.grants.iter().filter(|grant| grant.lender.is_none() && grant.allows(Permission::ManageKeys));
        own.into_iter().any(|grant| grant.path.len() < below.len() && path::is_within(below, &grant.path))
    };
    match held.iter().find(|held| held.role.needs_two_people(&held.path, depth) && !stands_above(&held.path)) {
        Some(_) => Err(Problem::new(Code::AccountNeedsSuperior, "id").into()),
        None => Ok(()),
    }
}

/// A code for a further key of one's own. Whoever has a key confirms with it; whoever has none, with the password.
pub(in crate::areas::accounts) async fn invite_own(
    cx: &Cx,
    reason: Option<&str>,
    password: Option<String>,
) -> Result<Invited, Failure> {
    let viewer = cx.viewer()?;
    let permit = viewer.permit_own()?;
    let (session, now) = (cx.session()?, cx.clock.now());
    let account = store::lock_own(session, permit.tenant(), viewer.account.0).await?.ok_or(Failure::NotFound)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let keys = room_for_one_more(cx, &account, false).await?;
    if keys > 0 {
        cx.confirm(&permit, Summary::new("登记本人的另一个安全密钥", "Enrol another security key of your own"))?;
    } else if account.kind == "person" && viewer.grants.iter().chain(&viewer.sleeping).all(|held| held.role == Role::Member) {
        let right = match password {
            Some(password) => verify_own(cx.password_cost, session, (permit.tenant(), account.id), password).await?,
            None => false,
        };
        if !right {
            return Err(Problem::new(Code::PasswordWrong, "password").into());
        }
    } else {
        // Of whoever administers the first key comes by invitation only: a password alone must not become a key (A01).
        return Err(Failure::Forbidden);
    }
    let new = NewInvitation {
        tenant: permit.tenant(),
        account: &account,
        organization_name: None,
        replaces: false,
        bound: account.kind == "administrator",
        reason: reason.as_deref(),
        by: permit.account_name(),
        at: now,
        lifetime: OWN_LIFETIME,
    };
    let (invitation, code) = invitations::insert(session, &new).await?;
    let told = (Event::AccountInvited, SecurityEventKind::Invited);
    record(cx, &permit, &account, told, (Facts::default(), Facts::default()), reason.as_deref()).await?;
    Ok(Invited { invitation, code })
}

/// How many keys there are, of which one more may be enrolled.
async fn room_for_one_more(cx: &Cx, account: &AccountRow, replaces: bool) -> Result<usize, Failure> {
    let keys = cx.load::<KeysOf>(AccountId(account.id)).await?.map_or(0, |keys| keys.len());
    if keys >= MOST_KEYS && !replaces {
        return Err(Problem::new(Code::KeyTooMany, "id").with(MOST_KEYS).into());
    }
    Ok(keys)
}

/// Takes an invitation back.
pub(in crate::areas::accounts) async fn end_invitation(
    cx: &Cx,
    id: InvitationId,
    reason: Option<&str>,
) -> Result<InvitationRow, Failure> {
    let found = cx.load::<InvitationById>(id).await?.ok_or(Failure::NotFound)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let (permit, account) = own_or_managed(cx, AccountId(found.account_id)).await?;
    if found.used_at.is_some() || found.ended_at.is_some() {
        return Err(Problem::new(Code::NoSuchThing, "id").into());
    }
    let summary =
        Summary::new(format!("撤回「{}」的登记邀请", account.name), format!("Take back the invitation of {}", account.name));
    confirm_unless_own(cx, &permit, summary)?;
    invitations::close(cx.session()?, permit.tenant(), id, cx.clock.now()).await?;
    let told = (Event::InvitationEnded, SecurityEventKind::AccountChanged);
    record(cx, &permit, &account, told, (Facts::default(), Facts::default()), reason.as_deref()).await?;
    Ok(found)
}

/// One's own account, or one that is the asker's to manage.
pub(super) async fn own_or_managed(cx: &Cx, id: AccountId) -> Result<(Permit, AccountRow), Failure> {
    let viewer = cx.viewer()?;
    if viewer.account != id {
        return manage(cx, Permission::ManageKeys, id).await;
    }
    let permit = viewer.permit_own()?;
    let account = store::lock_own(cx.session()?, permit.tenant(), id.0).await?.ok_or(Failure::NotFound)?;
    Ok((permit, account))
}

/// What is done to someone else is confirmed; a harmless thing of one's own is not.
pub(super) fn confirm_unless_own(cx: &Cx, permit: &Permit, summary: Summary) -> Result<(), Failure> {
    if permit.is_dangerous() { cx.confirm(permit, summary) } else { Ok(()) }
}

/// Gives a key another name.
pub(in crate::areas::accounts) async fn rename_key(cx: &Cx, id: KeyId, version: i32, name: &str) -> Result<KeyRow, Failure> {
    let found = cx.load::<KeyById>(id).await?.ok_or(Failure::NotFound)?;
    let (permit, account) = own_or_managed(cx, AccountId(found.account_id)).await?;
    let key = lock(cx.session()?, permit.tenant(), id).await?.ok_or(Failure::NotFound)?;
    if key.version != version {
        return Err(stale(key.version, key));
    }
    let name = text::required(name, "name", NAME_LIMIT)?;
    confirm_unless_own(cx, &permit, Summary::new(format!("安全密钥改名为「{name}」"), format!("Rename the key to {name}")))?;
    let renamed = rename(cx.session()?, permit.tenant(), id, &name).await?;
    let facts = |name: &str| Facts::default().text("key", Some(name));
    let told = (Event::KeyRenamed, SecurityEventKind::KeyRenamed);
    record(cx, &permit, &account, told, (facts(&key.name), facts(&name)), None).await?;
    Ok(renamed)
}

/// Removes a key and ends what it opened; the last one of an administering account stays until another is
/// enrolled, or a superior replaces it.
pub(in crate::areas::accounts) async fn remove_key(
    cx: &Cx,
    id: KeyId,
    version: i32,
    reason: Option<&str>,
) -> Result<KeyRow, Failure> {
    let found = cx.load::<KeyById>(id).await?.ok_or(Failure::NotFound)?;
    let (permit, account) = own_or_managed(cx, AccountId(found.account_id)).await?;
    let (session, now) = (cx.session()?, cx.clock.now());
    let key = lock(session, permit.tenant(), id).await?.ok_or(Failure::NotFound)?;
    if key.version != version {
        return Err(stale(key.version, key));
    }
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    let others = cx.load::<KeysOf>(AccountId(account.id)).await?.map_or(0, |keys| keys.len().saturating_sub(1));
    let administers = account.kind == "administrator"
        || holdings_of(session, permit.tenant(), AccountId(account.id), now).await?.iter().any(|held| held.role != Role::Member);
    if others == 0 && administers {
        return Err(Problem::new(Code::KeyIsLast, "id").into());
    }
    let summary = Summary::new(
        format!("移除「{}」的安全密钥「{}」", account.name, key.name),
        format!("Remove the key {} of {}", key.name, account.name),
    );
    cx.confirm(&permit, summary.with("原因", "Reason", reason.as_deref().unwrap_or("-")))?;
    let closed = close(session, permit.tenant(), id, reason.as_deref(), now).await?;
    sessions::close_of_key(session, permit.tenant(), key.id, now).await?;
    let before = Facts::default().text("key", Some(&key.name));
    let told = (Event::KeyRemoved, SecurityEventKind::KeyRemoved);
    record(cx, &permit, &account, told, (before, Facts::default()), reason.as_deref()).await?;
    Ok(closed)
}
