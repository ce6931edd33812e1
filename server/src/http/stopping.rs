//! That the server stops: requests get their time, and streams, which never end by themselves, end at once.

use tokio::sync::watch;

/// Whether the server was asked to stop.
#[derive(Clone, Debug, Default)]
pub struct Stopping(Option<watch::Receiver<bool>>);

impl Stopping {
    /// What hears it, and what tells it.
    #[must_use]
    pub fn channel() -> (watch::Sender<bool>, Self) {
        let (tell, hear) = watch::channel(false);
        (tell, Self(Some(hear)))
    }

    /// Ends when the server was asked to stop; never where nobody asks.
    pub async fn asked(self) {
        if let Some(mut hear) = self.0
            && hear.wait_for(|stopping| *stopping).await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}
