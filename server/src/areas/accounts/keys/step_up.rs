//! Confirming one dangerous action with the key: the challenge is the digest of the action (BEYOND5).
//!
//! What is kept with the journal entry is all that is needed to verify it later from stored data alone:
//! the action, the public key, the authenticator's data, the client's data and the signature.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs_core::proto::{AuthenticationState, PublicKeyCredential};

use super::super::ceremonies::{self, CeremonyKind, Taken};
use super::super::door::Someone;
use super::super::events::{self, NewEvent, SecurityEventKind};
use super::super::store as accounts;
use super::checks::{self, Refusal};
use super::relying_party::RelyingParty;
use super::sign_in::find_key;
use super::store;
use crate::access::Viewer;
use crate::base::clock::Clock;
use crate::base::db::Session;
use crate::base::error::Failure;
use crate::base::question::Question;
use crate::base::secret::hash;
use crate::gql::Surroundings;

/// A question that was put.
#[derive(Debug, Serialize, Deserialize)]
pub struct StepUpState {
    /// The action in the words that were signed.
    pub action: String,
    session: Uuid,
    /// None where a click is enough: the demonstration's open entries have no key.
    state: Option<AuthenticationState>,
}

/// Puts the question to the keys of whoever asks: the options for the browser, null for a click; None when
/// the account has no key to confirm with.
///
/// # Errors
/// When the database fails.
pub async fn ask_step_up(
    relying_party: &RelyingParty,
    session: &Session,
    viewer: &Viewer,
    question: &Question,
    by_click: bool,
    clock: &Clock,
) -> Result<Option<Value>, Failure> {
    let someone = Someone { tenant: viewer.tenant, account: viewer.account.0 };
    let (options, state) = if by_click {
        (Value::Null, None)
    } else {
        let mut credentials = Vec::new();
        for key in store::list(session, viewer.tenant, viewer.account).await? {
            credentials.push(key.credential()?);
        }
        if credentials.is_empty() {
            return Ok(None);
        }
        let (options, state) = relying_party.authentication_over(credentials, &hash(question.action.as_bytes()))?;
        (options, Some(state))
    };
    let kept = StepUpState { action: question.action.clone(), session: viewer.session.0, state };
    ceremonies::open(session, clock, (question.ceremony, CeremonyKind::StepUp), Some(someone), &kept).await?;
    Ok(Some(options))
}

/// Takes the question for its answer: it must have been put to this very session.
///
/// # Errors
/// When the database fails.
pub async fn take_step_up(session: &Session, viewer: &Viewer, id: Uuid, clock: &Clock) -> Result<Option<StepUpState>, Failure> {
    let taken: Option<Taken<StepUpState>> = ceremonies::take(session, clock, id, CeremonyKind::StepUp).await?;
    let someone = Someone { tenant: viewer.tenant, account: viewer.account.0 };
    Ok(taken.filter(|taken| taken.someone == Some(someone) && taken.state.session == viewer.session.0).map(|taken| taken.state))
}

/// Verifies the answer: the evidence that is kept, or the reason why it is none.
///
/// # Errors
/// When the database fails.
pub async fn answer_step_up(
    relying_party: &RelyingParty,
    session: &Session,
    viewer: &Viewer,
    asked: StepUpState,
    answer: Option<&Value>,
    around: &Surroundings,
) -> Result<Result<Value, String>, Failure> {
    let Some(state) = asked.state else {
        return Ok(Ok(json!({ "kind": "click", "action": asked.action })));
    };
    let answer = match answer.map(checks::read::<PublicKeyCredential>) {
        Some(Ok(answer)) => answer,
        Some(Err(reason)) => return Ok(Err(reason)),
        None => return Ok(Err("NoAnswer".to_owned())),
    };
    let keys = store::list(session, viewer.tenant, viewer.account).await?;
    let Some((key, known)) = find_key(&keys, &answer.raw_id)? else { return Ok(Err("CredentialNotAllowed".to_owned())) };
    let believed: Result<_, Refusal> = relying_party.authenticate(&answer, state, &known, viewer.account.0.as_bytes(), false);
    let seen = match believed {
        Ok(seen) => seen,
        Err(reason) => return Ok(Err(reason)),
    };
    store::note_use(session, viewer.tenant, key, seen, around.clock.now()).await?;
    let bytes = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    Ok(Ok(json!({
        "kind": "key",
        "action": asked.action,
        "credential": bytes(&answer.raw_id),
        "publicKey": serde_json::to_value(&known.cred).map_err(anyhow::Error::from)?,
        "authenticatorData": bytes(&answer.response.authenticator_data),
        "clientData": bytes(&answer.response.client_data_json),
        "signature": bytes(&answer.response.signature),
        "verifiedUser": seen.verified,
    })))
}

/// Tells the account of a confirmation, or of one that failed.
///
/// # Errors
/// When the database fails.
pub async fn note_step_up(
    session: &Session,
    viewer: &Viewer,
    around: &Surroundings,
    failed: Option<&str>,
) -> Result<(), Failure> {
    let Some(account) = accounts::lock_own(session, viewer.tenant, viewer.account.0).await? else { return Ok(()) };
    let kind = if failed.is_some() { SecurityEventKind::StepUpFailed } else { SecurityEventKind::StepUp };
    let event = NewEvent {
        method: Some(viewer.method),
        reason: failed,
        ..NewEvent::of(kind, around.source.as_deref(), &around.request_id)
    };
    events::note(session, viewer.tenant, &account, around.clock.now(), &event).await
}

/// Whether kept evidence is a key's signature over its action; the reason when not.
///
/// # Errors
/// What is wrong with it.
pub fn verify_evidence(evidence: &Value) -> Result<(), String> {
    use webauthn_rs_core::proto::COSEKey;
    let text = |name: &str| evidence.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}"));
    let bytes = |name: &str| BASE64URL_NOPAD.decode(text(name)?.as_bytes()).map_err(|_| format!("{name} is not base64url"));
    let client_data = bytes("clientData")?;
    let client: Value = serde_json::from_slice(&client_data).map_err(|_| "clientData is not JSON".to_owned())?;
    let challenge = BASE64URL_NOPAD.encode(&hash(text("action")?.as_bytes()));
    if client.get("challenge").and_then(Value::as_str) != Some(challenge.as_str()) {
        return Err("the challenge is not the digest of the action".to_owned());
    }
    if client.get("type").and_then(Value::as_str) != Some("webauthn.get") {
        return Err("not an assertion".to_owned());
    }
    let key = evidence.get("publicKey").cloned().unwrap_or_default();
    let key: COSEKey = serde_json::from_value(key).map_err(|_| "publicKey is none".to_owned())?;
    let mut signed = bytes("authenticatorData")?;
    signed.extend(hash(&client_data));
    match key.verify_signature(&bytes("signature")?, &signed) {
        Ok(true) => Ok(()),
        _ => Err("the signature does not verify".to_owned()),
    }
}
