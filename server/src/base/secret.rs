//! Secrets of the server: encryption of single values, keyed hashes, signatures of cursors.
//!
//! A sealed value is `algorithm (1 byte) · key number (1 byte) · nonce (12) · ciphertext and tag`,
//! so that the algorithm and the key can change while old values stay readable.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use anyhow::{Context, anyhow, bail};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const AES_256_GCM: u8 = 1;
const KEY_NUMBER: u8 = 1;
const NONCE: usize = 12;
const HEADER: usize = 2 + NONCE;

/// The keys of one installation, from a file that only the server can read.
pub struct Secrets {
    cipher: Aes256Gcm,
    index_key: [u8; 32],
    cursor_key: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl Secrets {
    /// Reads the key file, or makes it the first time: there is no built-in key.
    ///
    /// # Errors
    /// When the file cannot be read, written or understood.
    pub fn load_or_create(file: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(file)?,
            Err(error) => return Err(error).context(format!("cannot read the key file {}", file.display())),
        };
        let key = HEXLOWER.decode(text.trim().as_bytes()).context("the key file is not hexadecimal")?;
        Self::from_root(&key)
    }

    /// Derives the keys from one root of 32 bytes.
    ///
    /// # Errors
    /// When the root has another length.
    pub fn from_root(root: &[u8]) -> anyhow::Result<Self> {
        if root.len() != 32 {
            bail!("the key must have 32 bytes, not {}", root.len());
        }
        let derive = |purpose: &str| keyed_hash(root, purpose.as_bytes());
        let cipher = Aes256Gcm::new_from_slice(&derive("banyan field encryption 1")).map_err(|_| anyhow!("key length"))?;
        Ok(Self { cipher, index_key: derive("banyan blind index"), cursor_key: derive("banyan cursor") })
    }

    /// Encrypts a value for its row.
    #[must_use]
    pub fn seal(&self, plain: &str) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::random();
        let mut sealed = vec![AES_256_GCM, KEY_NUMBER];
        sealed.extend_from_slice(&nonce);
        // Encryption of a short value in memory cannot fail; an empty body would not open again.
        sealed.extend(self.cipher.encrypt(&Nonce::from(nonce), plain.as_bytes()).unwrap_or_default());
        sealed
    }

    /// Decrypts a value of a row.
    ///
    /// # Errors
    /// When the value was not sealed with this installation's key.
    pub fn open(&self, sealed: &[u8]) -> anyhow::Result<String> {
        let (header, body) = sealed.split_at_checked(HEADER).context("a sealed value is too short")?;
        let (kind, nonce) = header.split_at_checked(2).context("a sealed value has no header")?;
        if kind != [AES_256_GCM, KEY_NUMBER] {
            bail!("a value is sealed with an unknown key");
        }
        let nonce: [u8; NONCE] = nonce.try_into().context("nonce")?;
        let plain = self.cipher.decrypt(&Nonce::from(nonce), body).map_err(|_| anyhow!("a sealed value does not open"))?;
        String::from_utf8(plain).context("a sealed value is not text")
    }

    /// The blind index of a value: equal for equal values, and tells nothing without the key.
    #[must_use]
    pub fn index(&self, plain: &str) -> Vec<u8> {
        keyed_hash(&self.index_key, plain.as_bytes()).to_vec()
    }

    /// Signs a cursor, 16 bytes.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> [u8; 16] {
        let full = keyed_hash(&self.cursor_key, body);
        let mut short = [0; 16];
        short.copy_from_slice(full.split_at(16).0);
        short
    }

    /// Whether a signature is ours.
    #[must_use]
    pub fn verify(&self, body: &[u8], signature: &[u8]) -> bool {
        self.sign(body).ct_eq(signature).into()
    }
}

/// A new secret for a bearer or a cookie: 256 bits, and the hash that is kept of it.
#[must_use]
pub fn new_token() -> (String, Vec<u8>) {
    let secret: [u8; 32] = rand::random();
    let text = data_encoding::BASE64URL_NOPAD.encode(&secret);
    let hash = hash(text.as_bytes());
    (text, hash)
}

/// SHA-256.
#[must_use]
pub fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn keyed_hash(key: &[u8], body: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

fn create(file: &Path) -> anyhow::Result<String> {
    let root: [u8; 32] = rand::random();
    let text = HEXLOWER.encode(&root);
    let mut options = fs::OpenOptions::new();
    // Two starts at once: the second one finds the file of the first.
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut handle) => {
            handle.write_all(text.as_bytes())?;
            handle.sync_all()?;
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(fs::read_to_string(file)?),
        Err(error) => Err(error).context(format!("cannot write the key file {}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn a_sealed_value_opens_only_with_its_own_key() {
        let secrets = Secrets::from_root(&[7; 32]).unwrap();
        let sealed = secrets.seal("500101199001011234");
        assert_ne!(sealed, secrets.seal("500101199001011234"), "a nonce is never used twice");
        assert_eq!(secrets.open(&sealed).unwrap(), "500101199001011234");
        assert!(Secrets::from_root(&[8; 32]).unwrap().open(&sealed).is_err());
        assert!(secrets.open(&sealed[..5]).is_err());
        assert_eq!(secrets.index("x"), secrets.index("x"));
    }

    #[test]
    fn a_changed_cursor_does_not_verify() {
        let secrets = Secrets::from_root(&[7; 32]).unwrap();
        let signature = secrets.sign(b"body");
        assert!(secrets.verify(b"body", &signature));
        assert!(!secrets.verify(b"bodY", &signature));
        assert!(!secrets.verify(b"body", &signature[..15]));
    }
}
