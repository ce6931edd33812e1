//! Signing in with a login name and a password (A05, A06). Whether the name exists, whether the account is
//! disabled and whether the password was wrong cannot be told apart: not by the answer, not by its time.

use std::time::Duration as StdDuration;

use chrono::Duration;
use tokio::time::Instant;
use uuid::Uuid;

use super::super::door::{Door, Knock, Someone, even_out, identify};
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::sessions::{self, OpenedSession};
use super::super::throttle::{self, Subjects};
use super::super::{AccountRow, store as accounts};
use super::hashing::{Verdict, hash_password, verify};
use super::store::{self, PasswordRow};
use crate::access::SignInMethod;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::password_cost::PasswordCost;

/// A refusal takes this long, or the next multiple of it: the work behind it cannot be told from the time.
const REFUSAL_TAKES: StdDuration = StdDuration::from_millis(250);
/// Longer names are nobody's.
const LONGEST_NAME: usize = 100;

/// What came of a try.
#[derive(Debug)]
pub enum PasswordSignIn {
    /// Signed in; with an initial or an old password only its change is open.
    Opened(OpenedSession, bool),
    /// One answer for every reason.
    Refused,
    /// Too many tries: how long to wait.
    Wait(Duration),
}

/// Tries a login name and a password.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_with_password(door: &Door, knock: &Knock, typed: &str, password: String) -> Result<PasswordSignIn, Failure> {
    let began = Instant::now();
    let outcome = attempt(door, knock, typed.trim(), password).await?;
    if matches!(outcome, PasswordSignIn::Refused) {
        even_out(began, REFUSAL_TAKES).await;
    }
    Ok(outcome)
}

async fn attempt(door: &Door, knock: &Knock, typed: &str, password: String) -> Result<PasswordSignIn, Failure> {
    let (name, root) = typed.rsplit_once('@').unwrap_or((typed, ""));
    // By the name alone: with its tenant behind it, it is the same account and has no tries more.
    let subjects = Subjects::of(&door.secrets, "name", name, knock);
    // Counted before it is compared, and kept whatever comes after.
    let session = door.open().await?;
    if let Some(wait) = throttle::enter(&session, &subjects, door.now()).await? {
        session.finish(true).await?;
        return Ok(PasswordSignIn::Wait(wait));
    }
    let is_a_name = name.chars().count() <= LONGEST_NAME && !name.contains('\0') && !root.contains('\0');
    let someone = match is_a_name {
        true => {
            identify(&session, Statement::new("SELECT tenant_id, account_id FROM accounts_of_name($1, $2)").bind(name).bind(root))
                .await?
        }
        false => None,
    };
    let kept = match someone {
        Some(someone) => {
            door.step_in(&session, someone).await?;
            store::find_own(&session, someone.tenant, someone.account).await?
        }
        None => None,
    };
    session.finish(true).await?;

    let verdict = verify(door.password_cost, password.clone(), kept.as_ref().map(|row| row.hash.clone())).await?;
    let Some(someone) = someone else { return Ok(PasswordSignIn::Refused) };
    let session = door.open().await?;
    door.step_in(&session, someone).await?;
    let account = accounts::lock_own(&session, someone.tenant, someone.account).await?;
    let outcome = match (verdict, kept, account) {
        (Verdict::Right | Verdict::RightAndOld, Some(kept), Some(account)) if account.active => {
            throttle::leave(&session, &subjects).await?;
            if verdict == Verdict::RightAndOld {
                store::update_own(
                    &session,
                    (someone.tenant, someone.account),
                    kept.clone(),
                    hash_password(door.password_cost, password).await?,
                    None,
                )
                .await?;
            }
            let opened = open(door, &session, someone, &account, knock).await?;
            let rotation = super::super::policy::find(&session, someone.tenant).await?.rotation_days;
            let too_old = rotation.is_some_and(|days| kept.changed_at + Duration::days(i64::from(days)) < door.now());
            PasswordSignIn::Opened(opened, kept.initial || too_old)
        }
        (_, kept, account) => {
            if let Some(account) = account {
                note_failure(door, &session, someone, &account, kept.as_ref(), &subjects, knock).await?;
            }
            PasswordSignIn::Refused
        }
    };
    session.finish(true).await?;
    Ok(outcome)
}

async fn open(
    door: &Door,
    session: &Session,
    someone: Someone,
    account: &AccountRow,
    knock: &Knock,
) -> Result<OpenedSession, Failure> {
    let method = SignInMethod::Password;
    let opened = sessions::insert(door, session, someone.tenant, account, (method, None), knock).await?;
    let event = NewEvent { method: Some(method), agent: knock.agent.as_deref(), ..event(SecurityEventKind::SignedIn, knock) };
    events::note(session, someone.tenant, account, door.now(), &event).await?;
    accounts::note_sign_in(session, someone.tenant, account.id, door.now()).await?;
    Ok(opened)
}

async fn note_failure(
    door: &Door,
    session: &Session,
    someone: Someone,
    account: &AccountRow,
    kept: Option<&PasswordRow>,
    subjects: &Subjects,
    knock: &Knock,
) -> Result<(), Failure> {
    let reason = match (account.active, kept) {
        (false, _) => "AccountInactive",
        (true, None) => "NoPassword",
        (true, Some(_)) => "WrongPassword",
    };
    let failed = NewEvent {
        method: Some(SignInMethod::Password),
        reason: Some(reason),
        agent: knock.agent.as_deref(),
        ..event(SecurityEventKind::SignInFailed, knock)
    };
    events::note(session, someone.tenant, account, door.now(), &failed).await?;
    if throttle::waits_until(session, subjects.name().to_vec(), door.now()).await?.is_some() {
        events::note(session, someone.tenant, account, door.now(), &event(SecurityEventKind::Locked, knock)).await?;
    }
    Ok(())
}

fn event(kind: SecurityEventKind, knock: &Knock) -> NewEvent<'_> {
    NewEvent::of(kind, knock.source.as_deref(), &knock.request_id)
}

/// Whether this is the password of the account whose transaction it is; for what asks for it once more.
pub(in crate::areas::accounts) async fn verify_own(
    cost: PasswordCost,
    session: &Session,
    (tenant, account): (Uuid, Uuid),
    password: String,
) -> Result<bool, Failure> {
    let kept = store::find_own(session, tenant, account).await?;
    Ok(verify(cost, password, kept.map(|row| row.hash)).await? != Verdict::Wrong)
}
