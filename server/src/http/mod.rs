//! HTTP: what comes in by which address, and the headers of everything that goes out.

mod console;
mod documents;
mod entrances;
mod files;
mod graphql;
mod health;
mod incoming;
mod listen;
mod security;
mod sign_in;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

pub use documents::{EXAMPLES, built_in};
pub use entrances::Entrances;
pub use health::metrics_router;
pub use listen::serve;

use crate::schema::Engine;

/// Largest body: a portrait in base 64 and its mutation.
const LARGEST_BODY: usize = 512 * 1024;

/// What the routes stand on.
#[derive(Clone)]
pub struct App {
    /// The pipeline.
    pub engine: Engine,
    /// Addresses of proxies whose `Forwarded` headers are believed.
    pub proxies: Arc<Vec<std::net::IpAddr>>,
    /// The addresses by which it is reached.
    pub entrances: Entrances,
}

/// All routes of the public address.
pub fn router(app: App) -> Router {
    // Events must not wait in a compressor's buffer.
    let compressible = SizeAbove::new(256).and(NotForContentType::const_new("text/event-stream"));
    Router::new()
        .route("/graphql", get(graphql::by_get).post(graphql::by_post).fallback(graphql::wrong_method))
        .route("/graphql/stream", post(streams::events))
        .route("/graphql/ws", get(streams::socket))
        .route("/files", post(files::receive).fallback(files::wrong_method))
        .route("/files/{id}/{until}/{signature}", get(files::deliver).fallback(files::wrong_method))
        .route("/graphiql", get(console::ide))
        .merge(sign_in::routes(&app))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(console::file)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn(security::headers))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(axum::middleware::from_fn_with_state(app.clone(), incoming::identify))
        .layer(CatchPanicLayer::custom(security::panicked))
        .with_state(app)
}

/// How long the server waits for requests that run when it is asked to stop.
pub const GRACE: Duration = Duration::from_secs(10);
