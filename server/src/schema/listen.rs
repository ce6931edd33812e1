//! What other transactions committed: one listening connection a server, fanned out to subscribers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{Notify, broadcast, watch};
use tokio_postgres::{AsyncMessage, NoTls};

use crate::areas::jobs::ORDERED;
use crate::areas::journal::{CHANNEL, Notice};
use crate::base::db::on_the_wire;
use crate::base::error::Failure;

/// How many notices a slow subscriber may be behind.
const BACKLOG: usize = 1024;
const LIFE_SIGN_EVERY: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A start and a short break of the connection are waited for.
const HEARD_WITHIN: Duration = Duration::from_secs(5);

/// Where subscribers hear from while the server does; none while it is deaf. Subscribers of an earlier one
/// are told by its end that they may have missed something.
type Ear = watch::Sender<Option<broadcast::Sender<Notice>>>;

/// The changes that this server hears of.
#[derive(Clone)]
pub struct Changes {
    ear: Arc<Ear>,
    ordered: Arc<Notify>,
}

impl Changes {
    /// Listens on a connection of its own, again after every loss, until the program ends.
    #[must_use]
    pub fn listen(url: String) -> Self {
        let ear = Arc::new(Ear::new(None));
        let told = Arc::clone(&ear);
        let ordered = Arc::new(Notify::new());
        let work = Arc::clone(&ordered);
        tokio::spawn(async move {
            loop {
                let lost = hear(&url, &told, &work).await;
                told.send_replace(None);
                if let Err(error) = lost {
                    tracing::warn!(error = format!("{error:#}"), "not listening for changes, trying again");
                }
                tokio::time::sleep(RETRY_AFTER).await;
            }
        });
        Self { ear, ordered }
    }

    /// Waits until a job was ordered, since the last time that this was waited for. What is missed while the server
    /// is deaf is found by looking.
    pub async fn job_ordered(&self) {
        self.ordered.notified().await;
    }

    /// From here on, without a gap: what it gives ends when the server may have missed something.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the server does not hear of changes now.
    pub async fn subscribe(&self) -> Result<broadcast::Receiver<Notice>, Failure> {
        let mut ear = self.ear.subscribe();
        let hearing = tokio::time::timeout(HEARD_WITHIN, ear.wait_for(Option::is_some)).await;
        let told = hearing.ok().and_then(Result::ok).and_then(|told| told.as_ref().map(broadcast::Sender::subscribe));
        told.ok_or_else(|| Failure::Unavailable(anyhow::anyhow!("not listening for changes")))
    }
}

async fn hear(url: &str, ear: &Ear, ordered: &Notify) -> anyhow::Result<()> {
    let (client, mut connection) = tokio_postgres::connect(&on_the_wire(url), NoTls).await?;
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    let (told, _) = broadcast::channel(BACKLOG);
    let listen = async {
        // The client must live as long as the connection.
        client.batch_execute(&format!("LISTEN {CHANNEL}; LISTEN {ORDERED}")).await?;
        ear.send_replace(Some(told.clone()));
        // A wire that was cut says nothing by itself.
        loop {
            tokio::time::sleep(LIFE_SIGN_EVERY).await;
            tokio::time::timeout(LIFE_SIGN_EVERY, client.batch_execute("")).await??;
        }
        #[expect(unreachable_code, reason = "it says what the block gives")]
        anyhow::Ok(())
    };
    let read = async {
        while let Some(message) = messages.next().await {
            let AsyncMessage::Notification(notification) = message? else { continue };
            if notification.channel() == ORDERED {
                ordered.notify_one();
            } else if let Ok(notice) = serde_json::from_str::<Notice>(notification.payload()) {
                // Nobody listening is no fault.
                let _ = told.send(notice);
            }
        }
        Ok(())
    };
    tokio::select! {
        result = listen => result,
        result = read => result,
    }
}
