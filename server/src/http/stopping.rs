//! That the server stops: requests get their time, and streams, which never end by themselves, end at once.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::watch;

use super::App;

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

    /// Whether it was asked by now.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|hear| *hear.borrow())
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

/// Asks clients of a server that stops to hang up after the answer: a request that is on its way when a connection is
/// closed is lost, and nobody can tell whether it was done.
pub async fn take_leave(State(app): State<App>, request: Request, next: Next) -> Response {
    // Later ones have a frame of their own for it, which is sent when the connection ends.
    let says_it_in_a_header = request.version() < Version::HTTP_2;
    let mut response = next.run(request).await;
    if says_it_in_a_header && app.stopping.is_asked() {
        response.headers_mut().entry(header::CONNECTION).or_insert(HeaderValue::from_static("close"));
    }
    response
}
