//! The store of files: a folder of the data folder, or a bucket of an S3-compatible service.
//!
//! What lies in it has a generated name and is sealed with a key of its own, which stands in the row of the
//! file: the store alone tells nothing, and a row that is gone takes the file's key with it. An object is
//! written once and never changed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use anyhow::{Context, anyhow, bail};
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::secret::Secrets;

const NONCE: usize = 12;
const TAG: usize = 16;
/// A store that does not answer is given up after so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which object: the tenant and a generated name.
pub type Object = (Uuid, Uuid);

/// Where files lie.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    prefix: Name,
}

impl Blobs {
    /// A folder, made when it is missing; only the server can read it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("cannot make the folder of files {}", folder.display()))?;
        // A file that was acknowledged is on the disk.
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(false);
        Ok(Self { store: Arc::new(store), prefix: Name::default() })
    }

    /// The bucket of an address as `s3://bucket/prefix`; who asks and where stands in the variables `AWS_*`.
    ///
    /// # Errors
    /// When the address cannot be used, or the program was built without S3.
    #[cfg(feature = "s3")]
    pub fn at(address: &url::Url) -> anyhow::Result<Self> {
        let host = address.host_str().context("the address of the files names no bucket")?;
        if address.scheme() != "s3" {
            bail!("files lie in a folder or at s3://bucket/prefix, not at {address}");
        }
        let store = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(host).build()?;
        Ok(Self { store: Arc::new(store), prefix: Name::parse(address.path().trim_matches('/'))? })
    }

    /// The bucket of an address; this program was built without S3.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "s3"))]
    pub fn at(address: &url::Url) -> anyhow::Result<Self> {
        bail!("该程序未带 S3 支持，请用 --features s3 编译 / {address}: build the program with --features s3")
    }

    /// A folder inside the tenant's for each pair of digits, so that none grows large.
    fn name(&self, (tenant, object): Object) -> Name {
        let (tenant, object) = (tenant.simple().to_string(), object.simple().to_string());
        // The end of the id is random, its beginning the time.
        let shelf = object.get(30..).unwrap_or_default().to_owned();
        self.prefix.clone().join(tenant).join(shelf).join(object)
    }

    /// Writes an object, sealed with its key.
    ///
    /// # Errors
    /// When the store refuses, or does not answer in time.
    pub async fn put(&self, object: Object, key: &ContentKey, plain: Vec<u8>) -> anyhow::Result<()> {
        let sealed = key.seal(object.1, plain)?;
        let name = self.name(object);
        tokio::time::timeout(PATIENCE, self.store.put(&name, sealed.into())).await.context("the store of files is slow")??;
        Ok(())
    }

    /// Reads an object.
    ///
    /// # Errors
    /// When it is not there, or was changed.
    pub async fn read(&self, object: Object, key: &ContentKey) -> anyhow::Result<Vec<u8>> {
        let name = self.name(object);
        let found = async { self.store.get(&name).await?.bytes().await };
        let sealed = tokio::time::timeout(PATIENCE, found).await.context("the store of files is slow")??;
        key.open(object.1, &sealed)
    }

    /// Removes an object; one that is gone already is no fault.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn remove(&self, object: Object) -> anyhow::Result<()> {
        match self.store.delete(&self.name(object)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// How long an object is before sealing; none when it is not there.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn size(&self, object: Object) -> anyhow::Result<Option<u64>> {
        match self.store.head(&self.name(object)).await {
            Ok(meta) => Ok(Some(plain_size(meta.size))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// All objects and how long they are before sealing; those with foreign names are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> anyhow::Result<Vec<(Object, u64)>> {
        let prefix = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let all: Vec<_> = self.store.list(prefix).try_collect().await?;
        let read = |name: &Name| {
            let parts: Vec<String> = name.parts().map(|part| part.as_ref().to_owned()).collect();
            let [.., tenant, _, object] = parts.as_slice() else { return None };
            Some((Uuid::try_parse(tenant).ok()?, Uuid::try_parse(object).ok()?))
        };
        Ok(all.iter().filter_map(|meta| Some((read(&meta.location)?, plain_size(meta.size)))).collect())
    }
}

fn plain_size(sealed: u64) -> u64 {
    sealed.saturating_sub(u64::try_from(NONCE + TAG).unwrap_or_default())
}

/// The key of one file.
pub struct ContentKey([u8; 32]);

impl ContentKey {
    /// A new key.
    #[must_use]
    pub fn new() -> Self {
        Self(rand::random())
    }

    /// The key as its row has it, sealed.
    #[must_use]
    pub fn sealed(&self, secrets: &Secrets) -> Vec<u8> {
        secrets.seal(&data_encoding::BASE64.encode(&self.0))
    }

    /// The key of a row.
    ///
    /// # Errors
    /// When it does not open.
    pub fn of(sealed: &[u8], secrets: &Secrets) -> anyhow::Result<Self> {
        let bytes = data_encoding::BASE64.decode(secrets.open(sealed)?.as_bytes()).context("the key of a file")?;
        bytes.try_into().map(Self).map_err(|_| anyhow!("the key of a file has another length"))
    }

    fn cipher(&self) -> anyhow::Result<Aes256Gcm> {
        Aes256Gcm::new_from_slice(&self.0).map_err(|_| anyhow!("the key of a file has another length"))
    }

    // The name is sealed with it: an object that was put in another's place does not open.
    fn seal(&self, object: Uuid, plain: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let body = self.cipher()?.encrypt(&Nonce::from(nonce), Payload { msg: &plain, aad: object.as_bytes() });
        let mut sealed = nonce.to_vec();
        sealed.extend(body.map_err(|_| anyhow!("a file cannot be sealed"))?);
        Ok(sealed)
    }

    fn open(&self, object: Uuid, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (nonce, body) = sealed.split_at_checked(NONCE).context("a file is too short")?;
        let nonce: [u8; NONCE] = nonce.try_into().context("a nonce")?;
        let opened = self.cipher()?.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: object.as_bytes() });
        opened.map_err(|_| anyhow!("a file does not open: it was changed, or is another's"))
    }
}

impl Default for ContentKey {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Blobs, ContentKey, Secrets, Uuid};

    #[tokio::test]
    async fn an_object_is_sealed_opens_under_its_own_name_and_key_and_goes() {
        let folder = std::env::temp_dir().join(format!("banyan-blob-{}", Uuid::now_v7()));
        let blobs = Blobs::in_folder(&folder).unwrap();
        let (key, one, other) = (ContentKey::new(), (Uuid::nil(), Uuid::now_v7()), (Uuid::nil(), Uuid::now_v7()));
        blobs.put(one, &key, b"plain text".to_vec()).await.unwrap();
        assert_eq!(blobs.read(one, &key).await.unwrap(), b"plain text");
        assert_eq!(blobs.list().await.unwrap(), [(one, 10)]);
        assert!(blobs.read(one, &ContentKey::new()).await.is_err());
        assert!(blobs.read(other, &key).await.is_err());
        let (from, to) = (folder.join(blobs.name(one).as_ref()), folder.join(blobs.name(other).as_ref()));
        assert!(!std::fs::read(&from).unwrap().windows(5).any(|part| part == b"plain"));
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&from, &to).unwrap();
        assert!(blobs.read(other, &key).await.is_err(), "an object in another's place");
        let secrets = Secrets::from_root(&[7; 32]).unwrap();
        let again = ContentKey::of(&key.sealed(&secrets), &secrets).unwrap();
        assert_eq!(blobs.read(one, &again).await.unwrap(), b"plain text");
        blobs.remove(one).await.unwrap();
        blobs.remove(one).await.unwrap();
        assert!(blobs.read(one, &key).await.is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
