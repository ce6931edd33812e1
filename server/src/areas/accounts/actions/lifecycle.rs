//! Disable, enable, close; rename one's own (V.7, A11).

use uuid::Uuid;

use super::super::keys::close_all as close_keys;
use super::super::passwords::expire;
use super::super::{AccountRow, SecurityEventKind, invitations, names, store};
use super::{covered, end_all_sessions, fresh, manage, record};
use crate::access::{Permission, would_orphan};
use crate::areas::journal::{Event, Facts};
use crate::base::db::Session;
use crate::base::error::{Failure, OnViolation};
use crate::base::ids::{AccountId, PersonId};
use crate::base::problem::{Code, Problem};
use crate::base::question::Summary;
use crate::base::text::{self, REMARK_LIMIT};
use crate::gql::Cx;

/// What becomes of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::areas::accounts) enum Turn {
    /// It cannot sign in; everything of it stays.
    Disable,
    /// It can again, with a password that must be changed.
    Enable,
    /// It is gone; its login name is not given again.
    Close,
}

impl Turn {
    fn state(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "provisioned",
            Self::Close => "closed",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Disable => ("停用", "Disable"),
            Self::Enable => ("启用", "Enable"),
            Self::Close => ("注销", "Close"),
        }
    }

    fn event(self) -> Event {
        match self {
            Self::Disable => Event::AccountDisabled,
            Self::Enable => Event::AccountEnabled,
            Self::Close => Event::AccountClosed,
        }
    }
}

/// Disables, enables or closes someone's account; its sessions end at once.
pub(in crate::areas::accounts) async fn turn(
    cx: &Cx,
    turn: Turn,
    id: AccountId,
    version: i32,
    reason: Option<&str>,
) -> Result<AccountRow, Failure> {
    let (permit, account) = manage(cx, Permission::ManageAccounts, id).await?;
    fresh(&account, version)?;
    let reason = text::optional(reason, "reason", REMARK_LIMIT)?;
    match turn {
        Turn::Enable if account.active => return Err(Problem::new(Code::AccountNotDisabled, "id").into()),
        Turn::Disable if !account.active => return Err(Problem::new(Code::AccountInactive, "id").into()),
        _ => {}
    }
    let (session, tenant, now) = (cx.session()?, permit.tenant(), cx.clock.now());
    if turn == Turn::Enable && has_left(session, tenant, &account).await? {
        return Err(Problem::new(Code::PersonHasLeft, "id").into());
    }
    if turn != Turn::Enable && would_orphan(session, tenant, id, None, now).await? {
        return Err(Problem::new(Code::LastAdministrator, "id").into());
    }
    let (zh, en) = turn.words();
    let summary = Summary::new(format!("{zh}「{}」的账号", account.name), format!("{en} the account of {}", account.name));
    cx.confirm(&permit, summary.with("登录名", "Login name", account.user_name.as_deref().unwrap_or("-")))?;
    let changed = store::change(session, tenant, id, turn.state(), account.user_name.as_deref(), now).await?;
    match turn {
        Turn::Enable => {
            covered(cx, id, "id").await?;
            expire(session, tenant, id).await?;
        }
        Turn::Disable => {
            end_all_sessions(cx, &account, "account_disabled", now).await?;
        }
        Turn::Close => {
            end_all_sessions(cx, &account, "account_closed", now).await?;
            close_keys(session, tenant, id, "account_closed", now).await?;
            invitations::close_all(session, tenant, id, now).await?;
            store::end_grants(session, tenant, id, now).await?;
        }
    }
    let facts = |state: &str| Facts::default().text("state", Some(state));
    let told = (turn.event(), SecurityEventKind::AccountChanged);
    record(cx, &permit, &changed, told, (facts(&account.state), facts(turn.state())), reason.as_deref()).await?;
    Ok(changed)
}

/// Whether an account's person has left; it comes back with the person and not before.
async fn has_left(session: &Session, tenant: Uuid, account: &AccountRow) -> Result<bool, Failure> {
    // The person may be out of the administrator's sight; what the departure did to the account is not.
    if account.gone_with_person {
        return Ok(true);
    }
    let Some(person) = account.person_id else { return Ok(false) };
    Ok(store::find_person(session, tenant, PersonId(person)).await?.is_some_and(|person| person.stage == "left"))
}

/// Gives one's own account another login name (A11).
pub(in crate::areas::accounts) async fn rename_own(cx: &Cx, version: i32, user_name: &str) -> Result<AccountRow, Failure> {
    let viewer = cx.viewer()?;
    let permit = viewer.permit_own()?;
    let session = cx.session()?;
    let account = store::lock_own(session, permit.tenant(), viewer.account.0).await?.ok_or(Failure::NotFound)?;
    fresh(&account, version)?;
    let chosen = names::chosen(user_name)?;
    if account.user_name.as_deref() == Some(chosen.as_str()) {
        return Err(Problem::new(Code::NothingToChange, "userName").into());
    }
    let changed = store::change(session, permit.tenant(), viewer.account, &account.state, Some(&chosen), cx.clock.now()).await;
    let changed = changed.on_violation("accounts_one_user_name", Problem::new(Code::UserNameTaken, "userName"))?;
    let facts = |name: Option<&str>| Facts::default().text("userName", name);
    let told = (Event::AccountRenamed, SecurityEventKind::AccountChanged);
    record(cx, &permit, &changed, told, (facts(account.user_name.as_deref()), facts(Some(&chosen))), None).await?;
    Ok(changed)
}
