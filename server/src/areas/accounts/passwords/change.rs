//! Change one's own password (A09, A10): all sessions of the account end, and the one who changed it goes on
//! with a new one.

use std::sync::Arc;

use super::super::door::{Door, Knock};
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::sessions::{self, OpenedSession};
use super::super::throttle::{self, Subjects};
use super::super::{policy as policies, store as accounts};
use super::hashing::{Verdict, hash_password, verify};
use super::policy::{PasswordProfile, check};
use super::store;
use crate::access::Viewer;
use crate::areas::journal::{self, Event, Facts, Subject, SubjectKind};
use crate::base::db::{Kind, Session};
use crate::base::error::Failure;
use crate::base::ids::AccountId;
use crate::base::problem::{Code, Problem};
use crate::base::secret::hash;
use crate::gql::Cx;

/// What came of it.
#[derive(Debug)]
pub enum ChangePassword {
    /// Changed; the new session.
    Changed(OpenedSession),
    /// What stands in the way.
    Refused(Vec<Problem>),
    /// Too many wrong old ones: how long to wait.
    Wait(chrono::Duration),
}

/// Changes the password of whoever holds the token.
///
/// # Errors
/// `UNAUTHENTICATED`; when the database fails.
pub async fn change_password(
    door: &Door,
    knock: &Knock,
    token: &str,
    old: String,
    new: String,
) -> Result<ChangePassword, Failure> {
    let viewer = viewer_of(door, token).await?;
    let key = (viewer.tenant, viewer.account.0);
    let session = begin(door, &viewer).await?;
    // The old password can be guessed here as well as at the door.
    let subjects = Subjects::of(&door.secrets, "change", &viewer.account.0.to_string(), knock);
    if let Some(wait) = throttle::enter(&session, &subjects, door.now()).await? {
        session.finish(true).await?;
        return Ok(ChangePassword::Wait(wait));
    }
    let kept = store::find_own(&session, key.0, key.1).await?;
    let account = accounts::lock_own(&session, key.0, key.1).await?.ok_or(Failure::Unauthenticated)?;
    let policy = policies::find(&session, key.0).await?;
    session.finish(true).await?;

    let Some(kept) = kept else { return Ok(refused(Code::PasswordWrong, "old")) };
    if verify(door.password_cost, old.clone(), Some(kept.hash.clone())).await? == Verdict::Wrong {
        return Ok(refused(Code::PasswordWrong, "old"));
    }
    // Whoever knows the old one is not guessing, however often the new one is refused.
    let session = begin(door, &viewer).await?;
    throttle::leave(&session, &subjects).await?;
    session.finish(true).await?;
    if old == new {
        return Ok(refused(Code::PasswordUnchanged, "new"));
    }
    let names: Vec<&str> = [Some(account.name.as_str()), account.user_name.as_deref()].into_iter().flatten().collect();
    if let Err(problems) = check(policy.password_profile, &new, &names, "new") {
        return Ok(ChangePassword::Refused(problems));
    }
    if policy.password_profile == PasswordProfile::Graded {
        for earlier in &kept.earlier {
            if verify(door.password_cost, new.clone(), Some(earlier.clone())).await? != Verdict::Wrong {
                return Ok(refused(Code::PasswordUsedBefore, "new"));
            }
        }
    }
    let new_hash = hash_password(door.password_cost, new).await?;
    let session = begin(door, &viewer).await?;
    let done = write(door, knock, &viewer, &session, (kept, new_hash)).await;
    match done {
        Ok((opened, notices)) => {
            session.finish_and_tell(true, journal::CHANNEL, &notices).await?;
            Ok(ChangePassword::Changed(opened))
        }
        Err(failure) => {
            session.finish(false).await?;
            Err(failure)
        }
    }
}

async fn write(
    door: &Door,
    knock: &Knock,
    viewer: &Arc<Viewer>,
    session: &Session,
    (kept, new_hash): (store::PasswordRow, String),
) -> Result<(OpenedSession, Vec<String>), Failure> {
    let now = door.now();
    let key = (viewer.tenant, viewer.account.0);
    let account = accounts::lock_own(session, key.0, key.1).await?.ok_or(Failure::Unauthenticated)?;
    store::update_own(session, key, kept, new_hash, Some(now)).await?;
    sessions::close_all(session, key.0, AccountId(key.1), None, "password_changed", now).await?;
    accounts::activate(session, key.0, key.1, now).await?;
    let key_id = sessions::find_any(session, key.0, viewer.session).await?.and_then(|row| row.key_id);
    let opened = sessions::insert(door, session, key.0, &account, (viewer.method, key_id), knock).await?;
    let event = NewEvent::of(SecurityEventKind::PasswordChanged, knock.source.as_deref(), &knock.request_id);
    events::note(session, key.0, &account, now, &event).await?;
    let cx = Cx::new(Some((viewer.clone(), session.clone())), door.surroundings(knock));
    let subject = Subject {
        event: Event::PasswordChanged,
        kind: SubjectKind::Account,
        id: account.id,
        name: &account.name,
        before: Facts::default(),
        after: Facts::default(),
        reason: None,
        moved_from: None,
    };
    journal::record(&cx, &viewer.permit_own()?, subject).await?;
    Ok((opened, cx.notices()))
}

/// Who holds a token.
pub(in crate::areas::accounts) async fn viewer_of(door: &Door, token: &str) -> Result<Arc<Viewer>, Failure> {
    let begun = door.db.begin(Kind::Read).await?;
    let viewer = Viewer::find(begun.conn().await?.get(), &hash(token.as_bytes()), door.now()).await?;
    begun.give_back().await?;
    Ok(Arc::new(viewer.ok_or(Failure::Unauthenticated)?))
}

/// A transaction of theirs.
pub(in crate::areas::accounts) async fn begin(door: &Door, viewer: &Viewer) -> Result<Session, Failure> {
    door.db.open(Kind::Write, &viewer.settings(), super::super::door::DEADLINE_MS).await
}

fn refused(code: Code, field: &'static str) -> ChangePassword {
    ChangePassword::Refused(vec![Problem::new(code, field)])
}
