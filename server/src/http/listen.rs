//! Connections: how many at a time, how long one may take to say what it wants, and how they end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// From the first byte of a connection, or the last answer on it, to the end of the next request's head. A browser
/// opens another connection when it has something to ask; whoever sends a head byte by byte loses the place.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Without open files nothing can be accepted; some come back when others hang up.
const PAUSE: Duration = Duration::from_millis(500);

/// Serves until `stop`, then lets requests end within `grace`. Who comes while `most` are connected waits in the
/// kernel's queue; what became a WebSocket is counted no longer.
pub async fn serve(listener: TcpListener, router: Router, most: usize, stop: impl Future<Output = ()>, grace: Duration) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    server.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_WITHIN);
    let (places, open) = (Arc::new(Semaphore::new(most)), GracefulShutdown::new());
    tokio::pin!(stop);
    loop {
        let (stream, address, place) = tokio::select! {
            () = &mut stop => break,
            Ok(place) = places.clone().acquire_owned() => tokio::select! {
                () = &mut stop => break,
                (stream, address) = accept(&listener) => (stream, address, place),
            },
        };
        let router = router.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            let answered = router.clone().oneshot(request.map(Body::new));
            async { Ok::<_, Infallible>(answered.await.unwrap_or_else(|never| match never {})) }
        });
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that hangs up half-way, or was too slow, is no fault of ours.
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    // Streams end by themselves when the server stops; a client that reads slowly may not be done by then.
    if tokio::time::timeout(grace, open.shutdown()).await.is_err() {
        tracing::info!("some connections did not end in time");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // Answers are small and whole: waiting for more to send would only delay them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection cannot send at once");
                }
                return (stream, address);
            }
            Err(error) => {
                let is_the_clients = matches!(
                    error.kind(),
                    std::io::ErrorKind::ConnectionRefused
                        | std::io::ErrorKind::ConnectionAborted
                        | std::io::ErrorKind::ConnectionReset
                );
                if !is_the_clients {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
