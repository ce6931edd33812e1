//! Raising a session that was opened with a password, with a key of one's own: what slept is awake then (A17).
//! The old secret is dead from that moment (SEC-C01).

use serde_json::Value;
use uuid::Uuid;
use webauthn_rs_core::proto::{AuthenticationState, PublicKeyCredential};

use super::super::ceremonies::{self, CeremonyKind, Taken};
use super::super::door::{Door, Knock, Someone};
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::passwords::{begin, viewer_of};
use super::super::sessions::{self, OpenedSession};
use super::super::store as accounts;
use super::checks;
use super::sign_in::find_key;
use super::store;
use crate::access::SignInMethod;
use crate::base::error::Failure;
use crate::base::ids::new_key;

/// A challenge for one's own keys, and the options for the browser; None without a key.
///
/// # Errors
/// `UNAUTHENTICATED`; when the database fails.
pub async fn begin_raise(door: &Door, token: &str) -> Result<Option<(Uuid, Value)>, Failure> {
    let viewer = viewer_of(door, token).await?;
    let session = begin(door, &viewer).await?;
    let mut credentials = Vec::new();
    for key in store::list(&session, viewer.tenant, viewer.account).await? {
        credentials.push(key.credential()?);
    }
    if credentials.is_empty() {
        session.finish(true).await?;
        return Ok(None);
    }
    let (options, state) = door.relying_party.authentication(credentials)?;
    let id = new_key();
    let someone = Someone { tenant: viewer.tenant, account: viewer.account.0 };
    ceremonies::open(&session, &door.clock, (id, CeremonyKind::Raise), Some(someone), &state).await?;
    session.finish(true).await?;
    Ok(Some((id, options)))
}

/// The answer of a key: another session in place of this one, or None for every reason.
///
/// # Errors
/// `UNAUTHENTICATED`; when the database fails.
pub async fn finish_raise(
    door: &Door,
    knock: &Knock,
    token: &str,
    ceremony: Uuid,
    answer: &Value,
) -> Result<Option<OpenedSession>, Failure> {
    let viewer = viewer_of(door, token).await?;
    let session = begin(door, &viewer).await?;
    let someone = Someone { tenant: viewer.tenant, account: viewer.account.0 };
    let taken: Option<Taken<AuthenticationState>> =
        ceremonies::take(&session, &door.clock, ceremony, CeremonyKind::Raise).await?;
    let account = accounts::lock_own(&session, someone.tenant, someone.account).await?.ok_or(Failure::Unauthenticated)?;
    let keys = store::list(&session, viewer.tenant, viewer.account).await?;
    let tried = match (taken, checks::read::<PublicKeyCredential>(answer)) {
        (Some(taken), Ok(answer)) if taken.someone == Some(someone) => match find_key(&keys, &answer.raw_id)? {
            Some((key, known)) => door
                .relying_party
                .authenticate(&answer, taken.state, &known, someone.account.as_bytes(), false)
                .map(|seen| (key, seen)),
            None => Err("CredentialNotAllowed".to_owned()),
        },
        _ => Err("ChallengeNotFound".to_owned()),
    };
    let event = |kind| NewEvent::of(kind, knock.source.as_deref(), &knock.request_id);
    let opened = match tried {
        // The session came with the password already: a key that verifies no user is enough beside it.
        Ok((key, seen)) if seen.verified || viewer.method == SignInMethod::Password => {
            let method = if viewer.method == SignInMethod::Password { SignInMethod::KeyAndPassword } else { SignInMethod::Key };
            store::note_use(&session, viewer.tenant, key, seen, door.now()).await?;
            sessions::close(&session, viewer.tenant, viewer.session, "raised", door.now()).await?;
            let opened = sessions::insert(door, &session, viewer.tenant, &account, (method, Some(key.id)), knock).await?;
            let raised = NewEvent { method: Some(method), ..event(SecurityEventKind::Raised) };
            events::note(&session, viewer.tenant, &account, door.now(), &raised).await?;
            Some(opened)
        }
        other => {
            let reason = other.err().unwrap_or_else(|| "UserNotVerified".to_owned());
            let failed = NewEvent { reason: Some(&reason), ..event(SecurityEventKind::SignInFailed) };
            events::note(&session, viewer.tenant, &account, door.now(), &failed).await?;
            None
        }
    };
    session.finish(true).await?;
    Ok(opened)
}
