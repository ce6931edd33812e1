//! The server's side of WebAuthn: which origins, which models of keys.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_attestation_ca::{AttestationCaList, AttestationCaListBuilder};
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, AuthenticationState, Credential, CredentialID, PublicKeyCredential,
    RegisterPublicKeyCredential, RegistrationState, ResidentKeyRequirement, UserVerificationPolicy,
};

use super::checks::{self, Refusal};
use crate::base::error::Failure;

const NAME: &str = "榕 Banyan";
/// How long the browser waits; the ceremony itself lives as long.
const BROWSER_WAITS: Duration = Duration::from_secs(120);

/// Models of keys that may be enrolled: their attestation is then demanded and verified.
#[derive(Debug, Deserialize)]
pub struct KeyModels {
    models: Vec<KeyModel>,
}

#[derive(Debug, Deserialize)]
struct KeyModel {
    aaguid: Uuid,
    name: String,
    /// PEM of the certificate that signs the model's attestations.
    ca: String,
}

/// The relying party.
pub struct RelyingParty {
    core: WebauthnCore,
    models: Option<AttestationCaList>,
    origin: Url,
}

impl KeyModels {
    /// Reads the list from a file of JSON: `{"models": [{"aaguid": …, "name": …, "ca": "-----BEGIN CERTIFICATE…"}]}`.
    ///
    /// # Errors
    /// When the file cannot be read or understood.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read the list of key models {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("the list of key models {} is not as it should be", file.display()))
    }

    fn list(&self) -> anyhow::Result<AttestationCaList> {
        let mut list = AttestationCaListBuilder::new();
        for model in &self.models {
            list.insert_device_pem(model.ca.as_bytes(), model.aaguid, model.name.clone(), std::collections::BTreeMap::new())
                .map_err(|error| anyhow::anyhow!("the certificate of the key model {}: {error:?}", model.name))?;
        }
        let list = list.build();
        if list.is_empty() {
            bail!("the list of key models is empty: no key could be enrolled");
        }
        Ok(list)
    }
}

impl RelyingParty {
    /// A relying party of one origin, or of two when administrators have their own: one key works at both, so the
    /// second lies under the host of the first.
    ///
    /// # Errors
    /// When an origin has no host, the second is not under the first, or the list of models cannot be used.
    pub fn new(origin: &Url, administration: Option<&Url>, models: Option<&KeyModels>) -> anyhow::Result<Self> {
        let id = origin.host_str().context("the origin has no host")?;
        let mut origins = vec![origin.clone()];
        if let Some(second) = administration {
            let host = second.host_str().context("the administrators' address has no host")?;
            if host != id && !host.ends_with(&format!(".{id}")) {
                bail!(
                    "--admin-origin 的主机须在 --origin 的主机之下 / the host {host} of --admin-origin does not lie under {id}"
                );
            }
            origins.push(second.clone());
        }
        let core = WebauthnCore::new_unsafe_experts_only(NAME, id, origins, BROWSER_WAITS, Some(false), Some(false));
        Ok(Self { core, models: models.map(KeyModels::list).transpose()?, origin: origin.clone() })
    }

    /// Where the console is, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.origin.as_str().trim_end_matches('/')
    }

    /// Options for `navigator.credentials.create`, and what must be kept until the answer. A key that is used
    /// alone verifies its user and knows whose it is. Beside a password every key will do: one that can do
    /// neither is asked for by login name and followed by the password, and browsers refuse to make a
    /// discoverable credential on it.
    pub(super) fn registration(
        &self,
        handle: &[u8],
        name: &str,
        known: Vec<CredentialID>,
        alone: bool,
    ) -> Result<(Value, RegistrationState), Failure> {
        let verification = if alone { UserVerificationPolicy::Required } else { UserVerificationPolicy::Preferred };
        let attestation =
            if self.models.is_some() { AttestationConveyancePreference::Direct } else { AttestationConveyancePreference::None };
        let builder = self.core.new_challenge_register_builder(handle, name, name).map_err(fault)?;
        let builder = builder
            .attestation(attestation)
            .user_verification_policy(verification)
            .require_resident_key(true)
            .exclude_credentials(Some(known));
        let (mut options, state) = self.core.generate_challenge_register(builder).map_err(fault)?;
        if !alone && let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Preferred);
            selection.require_resident_key = false;
        }
        // The browser is asked not to offer keys that are enrolled; that none comes all the same is the unique
        // index's to say, with its own reason. The library takes it for a wrong algorithm.
        let mut state = serde_json::to_value(&state).map_err(anyhow::Error::from)?;
        *state.get_mut("exclude_credentials").context("a ceremony without exclusions")? = json!([]);
        Ok((options_of(&options)?, serde_json::from_value(state).map_err(anyhow::Error::from)?))
    }

    /// The key that answered, or the reason why not.
    pub(super) fn register(&self, answer: &Value, state: &RegistrationState, hardware_only: bool) -> Result<Credential, Refusal> {
        let answer: RegisterPublicKeyCredential = checks::read(answer)?;
        checks::registration(&answer)?;
        let credential =
            self.core.register_credential(&answer, state, self.models.as_ref()).map_err(|error| checks::reason(&error))?;
        checks::registered(&credential, hardware_only || self.models.is_some())?;
        Ok(credential)
    }

    /// Options for `navigator.credentials.get`, and what must be kept until the answer. Without credentials
    /// whatever key the person has for this server may answer.
    pub(super) fn authentication(&self, credentials: Vec<Credential>) -> Result<(Value, AuthenticationState), Failure> {
        let builder =
            self.core.new_challenge_authenticate_builder(credentials, Some(UserVerificationPolicy::Preferred)).map_err(fault)?;
        let (options, state) = self.core.generate_challenge_authenticate(builder).map_err(fault)?;
        Ok((options_of(&options)?, state))
    }

    /// The same with a challenge of ours.
    pub(super) fn authentication_over(
        &self,
        credentials: Vec<Credential>,
        challenge: &[u8],
    ) -> Result<(Value, AuthenticationState), Failure> {
        let (mut options, state) = self.authentication(credentials)?;
        let text = data_encoding::BASE64URL_NOPAD.encode(challenge);
        // The state's fields are the library's own; its form as JSON is what it lets be changed.
        let mut state = serde_json::to_value(&state).map_err(anyhow::Error::from)?;
        for kept in [&mut options, &mut state] {
            let place = kept.get_mut("challenge").context("a ceremony without a challenge")?;
            *place = json!(text);
        }
        Ok((options, serde_json::from_value(state).map_err(anyhow::Error::from)?))
    }

    /// What the key said, or the reason why it is not believed.
    pub(super) fn authenticate(
        &self,
        answer: &PublicKeyCredential,
        mut state: AuthenticationState,
        credential: &Credential,
        handle: &[u8],
        handle_needed: bool,
    ) -> Result<Seen, Refusal> {
        checks::assertion(answer, handle, handle_needed)?;
        state.set_allowed_credentials(vec![credential.clone()]);
        let seen = self.core.authenticate_credential(answer, &state).map_err(|error| checks::reason(&error))?;
        Ok(Seen { counter: seen.counter(), backed_up: seen.backup_state(), verified: seen.user_verified() })
    }
}

/// What a believed assertion tells of its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) counter: u32,
    pub(super) backed_up: bool,
    pub(super) verified: bool,
}

/// The options as browsers take them: without the wrapping that the library puts around.
fn options_of<T: serde::Serialize>(options: &T) -> Result<Value, Failure> {
    let mut options = serde_json::to_value(options).map_err(anyhow::Error::from)?;
    let inner = options.get_mut("publicKey").map(Value::take).context("options without publicKey")?;
    Ok(inner)
}

fn fault(error: webauthn_rs_core::error::WebauthnError) -> Failure {
    Failure::Internal(anyhow::anyhow!("a ceremony could not begin: {error:?}"))
}
