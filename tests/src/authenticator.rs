//! A security key of our own (WebAuthn level 3, ES256, attestation "none"): discoverable, and able to lie about
//! everything that a server must check.

use banyan::testing::hash;
use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::app::ORIGIN;

const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ELIGIBLE: u8 = 8;
const BACKED_UP: u8 = 16;
const ATTESTED: u8 = 64;

/// A key with the credentials that were made on it.
pub struct Authenticator {
    /// Whether it asks for a PIN or a finger.
    pub verifies_user: bool,
    /// Whether its credentials are kept elsewhere too.
    pub synced: bool,
    credentials: Vec<Credential>,
}

/// One credential.
#[derive(Clone)]
struct Credential {
    id: Vec<u8>,
    handle: Vec<u8>,
    key: SigningKey,
    counter: u32,
}

/// What is wrong with an answer; nothing by default.
#[derive(Clone, Default)]
pub struct Flaws {
    /// Another `type` in the client's data.
    pub client_type: Option<&'static str>,
    /// Another challenge.
    pub challenge: Option<String>,
    /// Another origin.
    pub origin: Option<&'static str>,
    /// Asked from inside a page of someone else.
    pub cross_origin: bool,
    /// The page around it.
    pub top_origin: Option<&'static str>,
    /// The client's data are no JSON.
    pub garbled_client_data: bool,
    /// For another relying party.
    pub relying_party: Option<&'static str>,
    /// Nobody touched it.
    pub absent: bool,
    /// Nobody was verified.
    pub unverified: bool,
    /// Kept elsewhere, but cannot be.
    pub backed_up_only: bool,
    /// May be kept elsewhere, contrary to what was said before.
    pub eligible: bool,
    /// A public key of another kind.
    pub other_algorithm: bool,
    /// An id of this length.
    pub id_length: Option<usize>,
    /// A signature over something else.
    pub bad_signature: bool,
    /// Another handle, or none.
    pub handle: Option<Option<Vec<u8>>>,
    /// Another counter.
    pub counter: Option<u32>,
    /// Not `public-key`.
    pub credential_type: Option<&'static str>,
    /// Another credential's id.
    pub id: Option<Vec<u8>>,
    /// The authenticator's data end too early.
    pub short_data: bool,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self { verifies_user: true, synced: false, credentials: Vec::new() }
    }
}

impl Authenticator {
    /// A key that verifies nobody.
    #[must_use]
    pub fn without_verification() -> Self {
        Self { verifies_user: false, ..Self::default() }
    }

    /// A passkey that is kept in several devices.
    #[must_use]
    pub fn synced() -> Self {
        Self { synced: true, ..Self::default() }
    }

    /// Makes a credential, as `navigator.credentials.create` answers it.
    pub fn register(&mut self, options: &Value) -> Value {
        self.register_with(options, &Flaws::default())
    }

    /// Makes a credential with something wrong.
    pub fn register_with(&mut self, options: &Value, flaws: &Flaws) -> Value {
        let mut id: Vec<u8> = rand::random::<[u8; 32]>().to_vec();
        id.resize(flaws.id_length.unwrap_or(32), 7);
        let id = flaws.id.clone().unwrap_or(id);
        let key = loop {
            if let Ok(key) = SigningKey::from_slice(&rand::random::<[u8; 32]>()) {
                break key;
            }
        };
        let handle = decoded(&options["user"]["id"]);
        let counter = flaws.counter.unwrap_or(0);
        let mut data = self.data(flaws, counter, ATTESTED, options["rp"]["id"].as_str());
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).expect("a length").to_be_bytes());
        data.extend(&id);
        data.extend(public_key(&key, flaws.other_algorithm));
        if flaws.short_data {
            data.truncate(36);
        }
        let client_data = client_data(flaws, "webauthn.create", options);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).expect("a length").to_be_bytes());
        object.extend(&data);
        self.credentials.push(Credential { id: id.clone(), handle, key, counter });
        json!({
            "id": encoded(&id), "rawId": encoded(&id), "type": flaws.credential_type.unwrap_or("public-key"),
            "response": { "attestationObject": encoded(&object), "clientDataJSON": encoded(&client_data), "transports": ["usb"] },
            "clientExtensionResults": {},
        })
    }

    /// Signs, as `navigator.credentials.get` answers it: with a credential that was asked for, or with its last
    /// one when any may answer.
    pub fn sign(&mut self, options: &Value) -> Value {
        self.sign_with(options, &Flaws::default())
    }

    /// Signs with something wrong.
    pub fn sign_with(&mut self, options: &Value, flaws: &Flaws) -> Value {
        let allowed: Vec<Vec<u8>> =
            options["allowCredentials"].as_array().into_iter().flatten().map(|one| decoded(&one["id"])).collect();
        let place = self.credentials.iter().rposition(|known| allowed.contains(&known.id)).unwrap_or(self.credentials.len() - 1);
        self.credentials[place].counter += 1;
        let credential = self.credentials[place].clone();
        let data = self.data(flaws, flaws.counter.unwrap_or(credential.counter), 0, options["rpId"].as_str());
        let client_data = client_data(flaws, "webauthn.get", options);
        let mut signed = data.clone();
        signed.extend(hash(if flaws.bad_signature { b"something else" } else { &client_data }));
        let signature: Signature = credential.key.sign(&signed);
        let id = flaws.id.as_ref().unwrap_or(&credential.id);
        let data = if flaws.short_data { &data[..20] } else { &data[..] };
        let mut response = json!({
            "authenticatorData": encoded(data), "clientDataJSON": encoded(&client_data),
            "signature": encoded(signature.to_der().as_bytes()),
        });
        if let Some(handle) = flaws.handle.clone().unwrap_or(Some(credential.handle)) {
            response["userHandle"] = json!(encoded(&handle));
        }
        json!({
            "id": encoded(id), "rawId": encoded(id), "type": flaws.credential_type.unwrap_or("public-key"),
            "response": response, "clientExtensionResults": {},
        })
    }

    /// The id of the last credential.
    pub fn credential_id(&self) -> Vec<u8> {
        self.credentials.last().expect("a credential").id.clone()
    }

    /// The counter of the last credential.
    pub fn counter(&self) -> u32 {
        self.credentials.last().expect("a credential").counter
    }

    fn data(&self, flaws: &Flaws, counter: u32, more: u8, relying_party: Option<&str>) -> Vec<u8> {
        let mut flags = more;
        flags |= if flaws.absent { 0 } else { PRESENT };
        flags |= if self.verifies_user && !flaws.unverified { VERIFIED } else { 0 };
        flags |= if self.synced || flaws.eligible { ELIGIBLE } else { 0 };
        flags |= if self.synced || flaws.backed_up_only { BACKED_UP } else { 0 };
        let mut data = hash(flaws.relying_party.or(relying_party).expect("a relying party").as_bytes());
        data.push(flags);
        data.extend(counter.to_be_bytes());
        data
    }
}

fn client_data(flaws: &Flaws, usual: &str, options: &Value) -> Vec<u8> {
    if flaws.garbled_client_data {
        return b"no client data".to_vec();
    }
    let challenge = flaws.challenge.clone().map_or_else(|| options["challenge"].clone(), Value::from);
    let mut data = json!({
        "type": flaws.client_type.unwrap_or(usual), "challenge": challenge, "origin": flaws.origin.unwrap_or(ORIGIN),
        "crossOrigin": flaws.cross_origin,
    });
    if let Some(top) = flaws.top_origin {
        data["topOrigin"] = json!(top);
    }
    data.to_string().into_bytes()
}

/// In COSE's form; of the other kind as one for ES512, which was not asked for.
fn public_key(key: &SigningKey, other: bool) -> Vec<u8> {
    let point = key.verifying_key().to_sec1_point(false);
    let bytes = point.as_bytes();
    let algorithm: &[u8] = if other { b"\x38\x23" } else { b"\x26" };
    let mut cose = b"\xa5\x01\x02\x03".to_vec();
    cose.extend(algorithm);
    cose.extend(b"\x20\x01\x21\x58\x20");
    cose.extend(&bytes[1..33]);
    cose.extend(b"\x22\x58\x20");
    cose.extend(&bytes[33..65]);
    cose
}

fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn decoded(text: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(text.as_str().expect("text").as_bytes()).expect("base64url")
}
