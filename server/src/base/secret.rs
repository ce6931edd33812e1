//! Secrets of the server: encryption of single values, keyed hashes, signatures.
//!
//! A sealed value is `algorithm (1 byte) · key number (1 byte) · nonce (12) · ciphertext and tag`,
//! so that the algorithm and the key can change while old values stay readable. The newest key of the
//! ring seals, all of them open. The file is looked at again when a value names an unknown key and,
//! before sealing, every two seconds: a key added by `banyan rotate-key` needs no restart.

mod ring;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aes_gcm::Nonce;
use aes_gcm::aead::Aead;
use anyhow::{Context, anyhow, bail};
use ed25519_dalek::Signer;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use ring::{FIRST, Ring, Roots};

const AES_256_GCM: u8 = 1;
const NONCE: usize = 12;
const HEADER: usize = 2 + NONCE;
/// How old the ring in memory may be when a value is sealed.
pub const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The keys of one installation, from a file that only the server can read.
pub struct Secrets {
    ring: RwLock<Arc<Ring>>,
    file: Option<PathBuf>,
    began: Instant,
    /// When the file was last looked at, in milliseconds since `began`.
    looked: AtomicU64,
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
        let roots = match ring::read(file)? {
            Some(roots) => roots,
            None => ring::create(file)?,
        };
        ring::warn_if_open(file);
        Self::of(&roots, Some(file.to_owned()))
    }

    /// Reads the key file, which must exist: new keys would verify nothing.
    ///
    /// # Errors
    /// When there is none, or it cannot be understood.
    pub fn load(file: &Path) -> anyhow::Result<Self> {
        let roots = ring::read(file)?.with_context(|| format!("没有密钥文件 / there is no key file {}", file.display()))?;
        Self::of(&roots, Some(file.to_owned()))
    }

    /// Derives the keys from one root of 32 bytes.
    ///
    /// # Errors
    /// When the root has another length.
    pub fn from_root(root: &[u8]) -> anyhow::Result<Self> {
        let Ok(key) = root.try_into() else { bail!("the key must have 32 bytes, not {}", root.len()) };
        Self::of(&Roots::from([(FIRST, key)]), None)
    }

    fn of(roots: &Roots, file: Option<PathBuf>) -> anyhow::Result<Self> {
        let ring = RwLock::new(Arc::new(Ring::of(roots)?));
        let root = roots.get(&FIRST).context("key 1")?;
        let derive = |purpose: &str| keyed_hash(root, purpose.as_bytes());
        Ok(Self {
            ring,
            file,
            began: Instant::now(),
            looked: AtomicU64::new(0),
            // Of key 1 for good: with another key every index in the database would have to be made anew at one moment.
            index_key: derive("banyan blind index"),
            cursor_key: derive("banyan cursor"),
        })
    }

    /// Adds a new key to a key file; every server that reads the file seals with it within [`LOOK_AGAIN`].
    ///
    /// # Errors
    /// When the file cannot be rewritten, or all numbers are used.
    pub fn add_key(file: &Path) -> anyhow::Result<u8> {
        ring::add(file)
    }

    /// Looks at the key file now.
    ///
    /// # Errors
    /// When it cannot be read; the ring then stays as it was.
    pub fn look_again(&self) -> anyhow::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let roots = ring::read(file)?.context("the key file is gone")?;
        let fresh = Arc::new(Ring::of(&roots)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn ring(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh_ring(&self) -> Arc<Ring> {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = |looked: u64| now.saturating_sub(looked) >= u64::try_from(LOOK_AGAIN.as_millis()).unwrap_or(u64::MAX);
        let looked = self.looked.load(Ordering::Relaxed);
        // Nobody seals with a ring older than that: whoever finds it due looks before going on.
        if self.file.is_some() && due(looked) {
            match self.look_again() {
                Ok(()) => self.looked.store(now, Ordering::Relaxed),
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "the key file cannot be read, the known keys stay in use")
                }
            }
        }
        self.ring()
    }

    /// Number of the key that seals.
    #[must_use]
    pub fn newest_key(&self) -> u8 {
        self.ring().newest
    }

    /// Number of the key that a value is sealed with; none for what is no sealed value.
    #[must_use]
    pub fn key_of(sealed: &[u8]) -> Option<u8> {
        match sealed {
            [AES_256_GCM, number, ..] if sealed.len() >= HEADER => Some(*number),
            _ => None,
        }
    }

    /// Encrypts a value for its row.
    #[must_use]
    pub fn seal(&self, plain: &str) -> Vec<u8> {
        let ring = self.fresh_ring();
        let nonce: [u8; NONCE] = rand::random();
        let mut sealed = vec![AES_256_GCM, ring.newest];
        sealed.extend_from_slice(&nonce);
        // Encryption of a short value in memory cannot fail; an empty body would not open again.
        let body = ring.keys.get(&ring.newest).and_then(|key| key.cipher.encrypt(&Nonce::from(nonce), plain.as_bytes()).ok());
        sealed.extend(body.unwrap_or_default());
        sealed
    }

    /// Decrypts a value of a row.
    ///
    /// # Errors
    /// When the value was not sealed with one of this installation's keys.
    pub fn open(&self, sealed: &[u8]) -> anyhow::Result<String> {
        let (header, body) = sealed.split_at_checked(HEADER).context("a sealed value is too short")?;
        let number = Self::key_of(sealed).context("a sealed value has no header")?;
        let nonce = header.get(2..).context("a sealed value has no nonce")?;
        let mut ring = self.ring();
        if !ring.keys.contains_key(&number) {
            self.look_again()?;
            ring = self.ring();
        }
        let key = ring.keys.get(&number).context("a value is sealed with an unknown key")?;
        let nonce: [u8; NONCE] = nonce.try_into().context("nonce")?;
        let plain = key.cipher.decrypt(&Nonce::from(nonce), body).map_err(|_| anyhow!("a sealed value does not open"))?;
        String::from_utf8(plain).context("a sealed value is not text")
    }

    /// Signs what anyone shall be able to verify: the number of the key and the Ed25519 signature.
    #[must_use]
    pub fn attest(&self, message: &[u8]) -> (u8, Vec<u8>) {
        let ring = self.fresh_ring();
        let signature = ring.keys.get(&ring.newest).map(|key| key.signer.sign(message).to_bytes().to_vec());
        (ring.newest, signature.unwrap_or_default())
    }

    /// The public halves of the signing keys by number.
    #[must_use]
    pub fn public_keys(&self) -> BTreeMap<u8, [u8; 32]> {
        self.ring().keys.iter().map(|(number, key)| (*number, key.signer.verifying_key().to_bytes())).collect()
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

    #[test]
    fn a_new_key_seals_and_the_old_ones_open_without_a_restart() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("banyan-ring-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("secret.key");
        let (one, other) = (Secrets::load_or_create(&file).unwrap(), Secrets::load_or_create(&file).unwrap());
        let old = one.seal("old");
        assert_eq!(Secrets::add_key(&file).unwrap(), 2);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        one.look_again().unwrap();
        let new = one.seal("new");
        assert_eq!((Secrets::key_of(&old), Secrets::key_of(&new)), (Some(1), Some(2)));
        // The other server has not looked yet; the number in the value tells it to.
        assert_eq!(other.newest_key(), 1);
        assert_eq!((other.open(&new).unwrap().as_str(), other.open(&old).unwrap().as_str()), ("new", "old"));
        assert_eq!((other.newest_key(), other.index("x")), (2, one.index("x")));
        assert_ne!(one.public_keys().get(&1), one.public_keys().get(&2));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
