//! Checkpoints: signatures over the chain up to a link.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::encoding::{Fields, Hash};
use super::stream::{number, since_1970};
use crate::base::secret::Secrets;

/// The keys with which signatures are verified, by number.
pub type PublicKeys = BTreeMap<u8, VerifyingKey>;

/// The public halves of an installation's keys.
///
/// # Errors
/// When one is no key.
pub fn public_keys_of(secrets: &Secrets) -> anyhow::Result<PublicKeys> {
    secrets.public_keys().into_iter().map(|(number, key)| Ok((number, VerifyingKey::from_bytes(&key)?))).collect()
}

/// Reads what `banyan audit key` printed: lines of a number and a key.
///
/// # Errors
/// When the file cannot be read or understood.
pub fn read_public_keys(file: &Path) -> anyhow::Result<PublicKeys> {
    let text = std::fs::read_to_string(file).with_context(|| format!("无法读取 / cannot read {}", file.display()))?;
    let mut keys = PublicKeys::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let read = || {
            let (number, key) = line.trim().split_once(' ')?;
            let key: [u8; 32] = HEXLOWER.decode(key.trim().as_bytes()).ok()?.try_into().ok()?;
            Some((number.parse().ok()?, VerifyingKey::from_bytes(&key).ok()?))
        };
        let (number, key) = read().with_context(|| format!("不是“编号 公钥” / not a number and a public key: {line}"))?;
        keys.insert(number, key);
    }
    if keys.is_empty() {
        bail!("文件中没有公钥 / there is no public key in {}", file.display());
    }
    Ok(keys)
}

/// Whether a message was signed with a key.
pub(super) fn is_signed(keys: &PublicKeys, number: i32, message: &[u8], signature: &[u8]) -> bool {
    let key = u8::try_from(number).ok().and_then(|number| keys.get(&number));
    let signature = Signature::from_slice(signature).ok();
    key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
}

/// A signature over the chain of a tenant up to a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    pub tenant: Uuid,
    pub seq: i64,
    pub previous: i64,
    #[serde(with = "hexadecimal")]
    pub link: Vec<u8>,
    /// Microseconds since 1970.
    pub at: i64,
    pub key: i32,
    #[serde(with = "hexadecimal")]
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// What is signed.
    fn message(&self) -> Vec<u8> {
        let mut message = b"banyan journal checkpoint 1".to_vec();
        message.extend(self.tenant.as_bytes());
        message.extend(self.seq.to_be_bytes());
        message.extend(self.previous.to_be_bytes());
        message.extend(&self.link);
        message.extend(self.at.to_be_bytes());
        message.extend(i16::try_from(self.key).unwrap_or_default().to_be_bytes());
        message
    }

    /// Signs the end of a chain with the newest key.
    pub fn sign(secrets: &Secrets, tenant: Uuid, seq: i64, previous: i64, link: Vec<u8>, at: i64) -> Self {
        // The number is part of what is signed; between two looks at the ring a newer key may have come.
        let mut checkpoint =
            Self { tenant, seq, previous, link, at, key: i32::from(secrets.newest_key()), signature: Vec::new() };
        loop {
            let (key, signature) = secrets.attest(&checkpoint.message());
            if i32::from(key) == checkpoint.key {
                checkpoint.signature = signature;
                return checkpoint;
            }
            checkpoint.key = i32::from(key);
        }
    }

    /// A row of `sql/checkpoints.sql`.
    pub fn of_row(tenant: Uuid, row: &[u8]) -> Self {
        let mut fields = Fields(row);
        Self {
            tenant,
            seq: number(fields.next()),
            previous: number(fields.next()),
            link: fields.next().flatten().unwrap_or_default().to_vec(),
            at: since_1970(number(fields.next())),
            key: i32::try_from(number(fields.next())).unwrap_or_default(),
            signature: fields.next().flatten().unwrap_or_default().to_vec(),
        }
    }

    /// Whether one of these keys signed it.
    pub fn is_signed(&self, keys: &PublicKeys) -> bool {
        self.link.len() == size_of::<Hash>() && is_signed(keys, self.key, &self.message(), &self.signature)
    }
}

/// Bytes as hexadecimal text.
pub(super) mod hexadecimal {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        HEXLOWER.decode(text.as_bytes()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, Secrets, Uuid, public_keys_of};

    #[test]
    fn every_part_of_a_checkpoint_is_signed() {
        let secrets = Secrets::from_root(&[7; 32]).unwrap();
        let keys = public_keys_of(&secrets).unwrap();
        let good = Checkpoint::sign(&secrets, Uuid::from_u128(1), 5, 2, vec![3; 32], 77);
        assert!(good.is_signed(&keys));
        let changed: [fn(&mut Checkpoint); 7] = [
            |it| it.tenant = Uuid::from_u128(2),
            |it| it.seq = 6,
            |it| it.previous = 1,
            |it| it.link = vec![4; 32],
            |it| it.at = 78,
            |it| it.key = 2,
            |it| it.signature = vec![0; 64],
        ];
        for change in changed {
            let mut other = good.clone();
            change(&mut other);
            assert!(!other.is_signed(&keys), "{other:?}");
        }
        assert!(!good.is_signed(&public_keys_of(&Secrets::from_root(&[8; 32]).unwrap()).unwrap()));
    }
}
