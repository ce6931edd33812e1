//! Signing in with a key, with a login name or without (A01, A02).

use std::time::Duration as StdDuration;

use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;
use webauthn_rs_core::proto::{AuthenticationState, Credential, PublicKeyCredential};

use super::super::ceremonies::{self, CeremonyKind, Taken};
use super::super::door::{Door, Knock, Someone, even_out, identify};
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::passwords::verify_own;
use super::super::sessions::{self, OpenedSession};
use super::super::throttle::{self, Subjects};
use super::super::{AccountRow, store as accounts};
use super::store;
use super::{checks, nobody};
use crate::access::SignInMethod;
use crate::base::db::{Session, Statement};
use crate::base::error::Failure;
use crate::base::ids::{AccountId, new_key};

/// What came of a key's answer.
#[derive(Debug)]
pub enum KeySignIn {
    /// Signed in.
    Opened(OpenedSession),
    /// The key did not verify its user: the password is wanted too, for this ceremony.
    PasswordWanted(Uuid),
    /// One answer for every reason.
    Refused,
    /// The password after the key was wrong, or the account may not sign in: begin again with the key.
    WrongPassword,
    /// Too many tries: how long to wait.
    Wait(Duration),
}

/// What came of asking for a challenge.
#[derive(Debug)]
pub enum KeyQuestion {
    /// The ceremony, and the options for the browser.
    Asked(Uuid, Value),
    /// Too many challenges of the same source wait: how long to wait.
    Wait(Duration),
}

/// A question takes this long, or the next multiple of it: whether there is such an account, and whether it has
/// keys, cannot be told from the time (SEC-B08).
const QUESTION_TAKES: StdDuration = StdDuration::from_millis(100);

#[derive(Serialize, Deserialize)]
struct Challenge {
    state: AuthenticationState,
    /// Asked for by login name: only that account's keys may answer.
    named: bool,
}

/// A challenge, and the options for the browser. For a login name that does not exist there are options
/// too, of the same shape and the same every time, and they take as long.
///
/// # Errors
/// When the database fails.
pub async fn begin_key_sign_in(door: &Door, knock: &Knock, typed: Option<&str>) -> Result<KeyQuestion, Failure> {
    let began = Instant::now();
    let question = challenge(door, knock, typed).await?;
    even_out(began, QUESTION_TAKES).await;
    Ok(question)
}

async fn challenge(door: &Door, knock: &Knock, typed: Option<&str>) -> Result<KeyQuestion, Failure> {
    let id = new_key();
    let session = door.open().await?;
    let (mut someone, mut credentials, mut made_up) = (None, Vec::new(), None);
    if let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty() && !typed.contains('\0')) {
        let (name, root) = typed.rsplit_once('@').unwrap_or((typed, ""));
        let query = Statement::new("SELECT tenant_id, account_id FROM accounts_of_name($1, $2)").bind(name).bind(root);
        someone = identify(&session, query).await?;
        if let Some(someone) = someone {
            door.step_in(&session, someone).await?;
            for key in store::list(&session, someone.tenant, AccountId(someone.account)).await? {
                credentials.push(key.credential()?);
            }
        }
        if credentials.is_empty() {
            made_up = Some(nobody::credentials(door, &session, name, root).await?);
        }
    }
    let (mut options, state) = door.relying_party.authentication(credentials)?;
    // What is known of a key's ways to connect is not said to strangers: a made-up key has none.
    for known in options.get_mut("allowCredentials").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(fields) = known.as_object_mut() {
            fields.remove("transports");
        }
    }
    if let Some(made_up) = &made_up {
        let allowed = made_up.iter().map(|id| json!({ "type": "public-key", "id": data_encoding::BASE64URL_NOPAD.encode(id) }));
        if let Some(list) = options.get_mut("allowCredentials") {
            *list = allowed.collect();
        }
    }
    let named = someone.is_some() || made_up.is_some();
    let (ceremony, source) = ((id, CeremonyKind::SignIn), throttle::network(&door.secrets, knock));
    let wait = ceremonies::begin(&session, &door.clock, ceremony, someone, &Challenge { state, named }, source).await?;
    session.finish(true).await?;
    Ok(wait.map_or(KeyQuestion::Asked(id, options), KeyQuestion::Wait))
}

/// The answer of a key.
///
/// # Errors
/// When the database fails.
pub async fn finish_key_sign_in(door: &Door, knock: &Knock, ceremony: Uuid, answer: &Value) -> Result<KeySignIn, Failure> {
    let session = door.open().await?;
    let taken: Option<Taken<Challenge>> = ceremonies::take(&session, &door.clock, ceremony, CeremonyKind::SignIn).await?;
    let outcome = match (taken, checks::read::<PublicKeyCredential>(answer)) {
        (Some(taken), Ok(answer)) => answered(door, knock, &session, taken, &answer).await?,
        (None, Ok(answer)) => {
            let query = Statement::new("SELECT tenant_id, account_id FROM account_of_credential($1)").bind(answer.raw_id);
            let someone = identify(&session, query).await?;
            refuse(door, knock, &session, someone, "ChallengeNotFound").await?
        }
        (taken, Err(reason)) => refuse(door, knock, &session, taken.and_then(|taken| taken.someone), &reason).await?,
    };
    session.finish(true).await?;
    Ok(outcome)
}

async fn answered(
    door: &Door,
    knock: &Knock,
    session: &Session,
    taken: Taken<Challenge>,
    answer: &PublicKeyCredential,
) -> Result<KeySignIn, Failure> {
    let query = Statement::new("SELECT tenant_id, account_id FROM account_of_credential($1)").bind(answer.raw_id.clone());
    let Some(someone) = identify(session, query).await? else {
        let reason = if taken.someone.is_some() { "CredentialNotAllowed" } else { "CredentialNotFound" };
        return refuse(door, knock, session, taken.someone, reason).await;
    };
    door.step_in(session, someone).await?;
    let Some(account) = accounts::lock_own(session, someone.tenant, someone.account).await? else {
        return Ok(KeySignIn::Refused);
    };
    let refused = async |reason: &str| refuse(door, knock, session, Some(someone), reason).await;
    if taken.state.named && taken.someone != Some(someone) {
        return refused("CredentialNotAllowed").await;
    }
    if !account.active {
        return refused("AccountInactive").await;
    }
    let keys = store::list(session, someone.tenant, AccountId(someone.account)).await?;
    let Some(key) = find_key(&keys, &answer.raw_id)? else { return refused("CredentialNotFound").await };
    let seen = door.relying_party.authenticate(answer, taken.state.state, &key.1, someone.account.as_bytes(), !taken.state.named);
    let seen = match seen {
        Ok(seen) => seen,
        Err(reason) => return refused(&reason).await,
    };
    store::note_use(session, someone.tenant, key.0, seen, door.now()).await?;
    if seen.verified {
        return open(door, knock, session, someone, &account, (SignInMethod::Key, key.0.id)).await;
    }
    let second = new_key();
    ceremonies::open(session, &door.clock, (second, CeremonyKind::PasswordAfterKey), Some(someone), &key.0.id).await?;
    Ok(KeySignIn::PasswordWanted(second))
}

/// One answer for every reason; the reason goes to the account's events, or where nobody's account is known, to the log.
async fn refuse(
    door: &Door,
    knock: &Knock,
    session: &Session,
    someone: Option<Someone>,
    reason: &str,
) -> Result<KeySignIn, Failure> {
    let account = match someone {
        Some(someone) => {
            door.step_in(session, someone).await?;
            accounts::lock_own(session, someone.tenant, someone.account).await?.map(|account| (someone.tenant, account))
        }
        None => None,
    };
    let Some((tenant, account)) = account else {
        tracing::info!(request_id = knock.request_id, reason, "a sign-in with a key was refused");
        return Ok(KeySignIn::Refused);
    };
    let failed = NewEvent {
        method: Some(SignInMethod::Key),
        reason: Some(reason),
        agent: knock.agent.as_deref(),
        ..NewEvent::of(SecurityEventKind::SignInFailed, knock.source.as_deref(), &knock.request_id)
    };
    events::note(session, tenant, &account, door.now(), &failed).await?;
    Ok(KeySignIn::Refused)
}

/// The key with this credential.
pub(super) fn find_key<'a>(
    keys: &'a [store::KeyRow],
    credential: &[u8],
) -> Result<Option<(&'a store::KeyRow, Credential)>, Failure> {
    for key in keys {
        let known = key.credential()?;
        if known.cred_id.as_slice() == credential {
            return Ok(Some((key, known)));
        }
    }
    Ok(None)
}

/// The password after a key that did not verify its user.
///
/// # Errors
/// When the database fails.
pub async fn finish_with_password(door: &Door, knock: &Knock, ceremony: Uuid, password: String) -> Result<KeySignIn, Failure> {
    let session = door.open().await?;
    let taken: Option<Taken<Uuid>> = ceremonies::take(&session, &door.clock, ceremony, CeremonyKind::PasswordAfterKey).await?;
    let Some((someone, key)) = taken.and_then(|taken| Some((taken.someone?, taken.state))) else {
        session.finish(true).await?;
        return Ok(KeySignIn::Refused);
    };
    let subjects = Subjects::of(&door.secrets, "key password", &someone.account.to_string(), knock);
    if let Some(wait) = throttle::enter(&session, &subjects, door.now()).await? {
        session.finish(true).await?;
        return Ok(KeySignIn::Wait(wait));
    }
    door.step_in(&session, someone).await?;
    let account = accounts::lock_own(&session, someone.tenant, someone.account).await?;
    let right = verify_own(door.password_cost, &session, (someone.tenant, someone.account), password).await?;
    let outcome = match account {
        Some(account) if right && account.active => {
            throttle::leave(&session, &subjects).await?;
            open(door, knock, &session, someone, &account, (SignInMethod::KeyAndPassword, key)).await?
        }
        Some(account) => {
            let failed = NewEvent {
                method: Some(SignInMethod::KeyAndPassword),
                reason: Some(if right { "AccountInactive" } else { "WrongPassword" }),
                agent: knock.agent.as_deref(),
                ..NewEvent::of(SecurityEventKind::SignInFailed, knock.source.as_deref(), &knock.request_id)
            };
            events::note(&session, someone.tenant, &account, door.now(), &failed).await?;
            KeySignIn::WrongPassword
        }
        None => KeySignIn::WrongPassword,
    };
    session.finish(true).await?;
    Ok(outcome)
}

/// Opens the session of a key that was believed.
pub(super) async fn open(
    door: &Door,
    knock: &Knock,
    session: &Session,
    someone: Someone,
    account: &AccountRow,
    (method, key): (SignInMethod, Uuid),
) -> Result<KeySignIn, Failure> {
    let opened = sessions::insert(door, session, someone.tenant, account, (method, Some(key)), knock).await?;
    let event = NewEvent {
        method: Some(method),
        agent: knock.agent.as_deref(),
        ..NewEvent::of(SecurityEventKind::SignedIn, knock.source.as_deref(), &knock.request_id)
    };
    events::note(session, someone.tenant, account, door.now(), &event).await?;
    accounts::note_sign_in(session, someone.tenant, account.id, door.now()).await?;
    Ok(KeySignIn::Opened(opened))
}
