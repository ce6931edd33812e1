//! The checks of WebAuthn level 3 that the library leaves to its caller, and the reasons of refusals.
//!
//! A refusal has a reason of its own for the log of security events; whoever tried is told one message for all.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{Credential, PublicKeyCredential, RegisterPublicKeyCredential};

/// Why a ceremony failed, for those who read the log.
pub(in crate::areas::accounts) type Refusal = String;

/// WebAuthn level 3, 7.1: longer ids are refused.
const LONGEST_CREDENTIAL_ID: usize = 1023;
/// WebAuthn level 3, 4: a credential id has at least 16 bytes.
const SHORTEST_CREDENTIAL_ID: usize = 16;
/// A passkey that lives in several devices, where only a key of its own will do.
const MAY_BE_COPIED: &str = "CredentialMayNotBeHardwareBound";
const PUBLIC_KEY: &str = "public-key";

/// Reads an answer of a browser.
pub(super) fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, Refusal> {
    serde_json::from_value(answer.clone()).map_err(|_| "MalformedAnswer".to_owned())
}

/// The library's reason by its name: `MismatchedChallenge`, `InvalidRPOrigin` …
pub(super) fn reason(error: &WebauthnError) -> Refusal {
    // Keys that are kept in several devices are refused here and not by the library: what it calls so is the other thing.
    if *error == WebauthnError::CredentialMayNotBeHardwareBound {
        return "BackupStateWithoutEligibility".to_owned();
    }
    let text = format!("{error:?}");
    text.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

fn same_page(client_data: &[u8]) -> Result<(), Refusal> {
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| "MalformedClientData".to_owned())?;
    if data.cross_origin || data.top_origin.is_some() {
        return Err("CredentialCrossOrigin".to_owned());
    }
    Ok(())
}

/// Before the library looks at a new key.
pub(super) fn registration(answer: &RegisterPublicKeyCredential) -> Result<(), Refusal> {
    if answer.type_ != PUBLIC_KEY {
        return Err("CredentialType".to_owned());
    }
    same_page(&answer.response.client_data_json)
}

/// After the library has looked at a new key.
pub(super) fn registered(credential: &Credential, hardware_only: bool) -> Result<(), Refusal> {
    if credential.cred_id.len() < SHORTEST_CREDENTIAL_ID {
        return Err("CredentialIdTooShort".to_owned());
    }
    if credential.cred_id.len() > LONGEST_CREDENTIAL_ID {
        return Err("CredentialIdTooLong".to_owned());
    }
    if hardware_only && credential.backup_eligible {
        return Err(MAY_BE_COPIED.to_owned());
    }
    Ok(())
}

/// Whether a key was refused by policy, which may be told: another model helps. What is forged or broken is not told.
pub(super) fn is_policy(reason: &str) -> bool {
    matches!(
        reason,
        MAY_BE_COPIED
            | "AttestationNotVerifiable"
            | "AttestationChainNotTrusted"
            | "AttestationTrustFailure"
            | "AttestationUntrustedAaguid"
            | "AttestationFormatMissingAaguid"
    )
}

/// Before the library looks at an assertion. The handle is the account's; a key that was not asked for by
/// name must bring it, any other may.
pub(super) fn assertion(answer: &PublicKeyCredential, handle: &[u8], handle_needed: bool) -> Result<(), Refusal> {
    if answer.type_ != PUBLIC_KEY {
        return Err("CredentialType".to_owned());
    }
    match &answer.response.user_handle {
        Some(brought) if brought != handle => return Err("UserHandleMismatch".to_owned()),
        None if handle_needed => return Err("UserHandleMissing".to_owned()),
        _ => {}
    }
    same_page(&answer.response.client_data_json)
}

#[cfg(test)]
mod tests {
    use super::{WebauthnError, reason, same_page};

    #[test]
    fn reasons_are_names_and_a_page_inside_another_is_refused() {
        assert_eq!(reason(&WebauthnError::MismatchedChallenge), "MismatchedChallenge");
        assert!(same_page(br#"{"type":"webauthn.get","challenge":"x","origin":"y"}"#).is_ok());
        assert!(same_page(br#"{"crossOrigin":false}"#).is_ok());
        assert_eq!(same_page(br#"{"crossOrigin":true}"#).unwrap_err(), "CredentialCrossOrigin");
        assert_eq!(same_page(br#"{"topOrigin":"https://elsewhere.example"}"#).unwrap_err(), "CredentialCrossOrigin");
        assert_eq!(same_page(b"nothing").unwrap_err(), "MalformedClientData");
    }
}
