//! What other transactions committed: one listening connection a server, fanned out to subscribers.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::broadcast;
use tokio_postgres::{AsyncMessage, NoTls};

use crate::areas::journal::{CHANNEL, Notice};
use crate::base::db::on_the_wire;

/// How many notices a slow subscriber may be behind.
const BACKLOG: usize = 1024;
const LIFE_SIGN_EVERY: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The changes that this server hears of.
#[derive(Clone)]
pub struct Changes {
    sender: broadcast::Sender<Notice>,
}

impl Changes {
    /// Listens on a connection of its own, again after every loss, until the program ends.
    #[must_use]
    pub fn listen(url: String) -> Self {
        let (sender, _) = broadcast::channel(BACKLOG);
        let changes = Self { sender };
        let told = changes.sender.clone();
        tokio::spawn(async move {
            loop {
                if let Err(error) = hear(&url, &told).await {
                    tracing::warn!(error = format!("{error:#}"), "not listening for changes, trying again");
                }
                tokio::time::sleep(RETRY_AFTER).await;
            }
        });
        changes
    }

    /// From here on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }
}

async fn hear(url: &str, told: &broadcast::Sender<Notice>) -> anyhow::Result<()> {
    let (client, mut connection) = tokio_postgres::connect(&on_the_wire(url), NoTls).await?;
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    let listen = async {
        // The client must live as long as the connection.
        client.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
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
            if let AsyncMessage::Notification(notification) = message?
                && let Ok(notice) = serde_json::from_str::<Notice>(notification.payload())
            {
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
