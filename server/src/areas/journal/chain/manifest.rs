//! The manifest of an archived segment.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::checkpoint::{PublicKeys, hexadecimal, is_signed};
use crate::base::secret::Secrets;

/// What a segment is, signed: the file cannot be changed, and the place that it leaves cannot be widened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub tenant: Uuid,
    pub first: i64,
    pub last: i64,
    /// The link before the first.
    #[serde(with = "hexadecimal")]
    pub previous_link: Vec<u8>,
    #[serde(with = "hexadecimal")]
    pub last_link: Vec<u8>,
    /// SHA-256 of the file up to the line of the manifest.
    #[serde(with = "hexadecimal")]
    pub digest: Vec<u8>,
    /// Microseconds since 1970.
    pub at: i64,
    pub key: i32,
    #[serde(with = "hexadecimal")]
    pub signature: Vec<u8>,
}

impl Manifest {
    fn message(&self) -> Vec<u8> {
        let mut message = b"banyan journal segment 1".to_vec();
        message.extend(self.tenant.as_bytes());
        message.extend(self.first.to_be_bytes());
        message.extend(self.last.to_be_bytes());
        message.extend(&self.previous_link);
        message.extend(&self.last_link);
        message.extend(&self.digest);
        message.extend(self.at.to_be_bytes());
        message.extend(i16::try_from(self.key).unwrap_or_default().to_be_bytes());
        message
    }

    /// Signs it with the newest key.
    pub fn sign(mut self, secrets: &Secrets) -> Self {
        loop {
            let (key, signature) = secrets.attest(&self.message());
            if i32::from(key) == self.key {
                self.signature = signature;
                return self;
            }
            self.key = i32::from(key);
        }
    }

    /// Whether one of these keys signed it.
    pub fn is_signed(&self, keys: &PublicKeys) -> bool {
        let whole = [&self.previous_link, &self.last_link, &self.digest].iter().all(|hash| hash.len() == 32);
        whole && is_signed(keys, self.key, &self.message(), &self.signature)
    }
}
