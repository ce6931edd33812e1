//! The database that a command works on: the private cluster, started or attached to, or one by URL.

use anyhow::Context;

use crate::areas::reference;
use crate::base::blob::Blobs;
use crate::base::cluster::{self, Attachment};
use crate::base::db::{connect, migrate};
use crate::base::secret::Secrets;
use crate::config::Place;

const NAME: &str = "banyan";

/// A migrated database with its reference data.
pub struct Database {
    owner_url: String,
    app_url: String,
    cluster: Option<Attachment>,
}

impl Database {
    /// Opens it: starts the private cluster if nobody runs it, migrates, loads the code tables.
    ///
    /// # Errors
    /// When it cannot be reached or brought to this program's form.
    pub async fn open(place: &Place) -> anyhow::Result<Self> {
        let database = match &place.database_url {
            // The connection takes the application's role itself, see `base::db::Db`.
            Some(url) => Self { owner_url: url.clone(), app_url: url.clone(), cluster: None },
            None => {
                let attachment = cluster::attach_or_start(&place.data_dir).await?;
                attachment.create_database_if_missing(NAME).await?;
                Self {
                    owner_url: attachment.url(cluster::OWNER, NAME),
                    // The application's role exists after the first migration.
                    app_url: attachment.url("banyan_app", NAME),
                    cluster: Some(attachment),
                }
            }
        };
        if let Err(error) = database.prepare().await {
            database.close().await?;
            return Err(error);
        }
        Ok(database)
    }

    async fn prepare(&self) -> anyhow::Result<()> {
        let is_ahead = migrate(&self.owner_url).await?;
        if is_ahead {
            // A newer program was here, and its code tables are newer too.
            return Ok(());
        }
        reference::load(&connect(&self.owner_url).await?).await
    }

    /// The private cluster, for who keeps it running and stops it.
    pub fn take_cluster(&mut self) -> Option<Attachment> {
        self.cluster.take()
    }

    /// As the owner of the tables.
    #[must_use]
    pub fn owner_url(&self) -> &str {
        &self.owner_url
    }

    /// As the application.
    #[must_use]
    pub fn app_url(&self) -> &str {
        &self.app_url
    }

    /// Stops the private cluster if this command started it.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn close(self) -> anyhow::Result<()> {
        match self.cluster {
            Some(attachment) => attachment.stop().await,
            None => Ok(()),
        }
    }
}

/// The store of files of an installation.
///
/// # Errors
/// When the folder cannot be made, or the address not be used.
pub fn blobs_of(place: &Place) -> anyhow::Result<Blobs> {
    match &place.files {
        Some(address) => Blobs::at(address),
        None => Blobs::in_folder(&place.data_dir.join("files")),
    }
}

/// The keys of an installation, from its data folder.
///
/// # Errors
/// When the key file cannot be read or made.
pub fn secrets_of(place: &Place) -> anyhow::Result<Secrets> {
    std::fs::create_dir_all(&place.data_dir)
        .with_context(|| format!("cannot make the data folder {}", place.data_dir.display()))?;
    Secrets::load_or_create(&place.keys())
}
