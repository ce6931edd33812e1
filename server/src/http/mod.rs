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
mod stopping;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

pub use documents::{EXAMPLES, built_in};
pub use entrances::Entrances;
pub use health::metrics_router;
pub use listen::serve;
pub use stopping::Stopping;

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
    /// Whether it was asked to stop.
    pub stopping: Stopping,
}

/// All routes of the public address.
pub fn router(app: App) -> Router {
    let signing_in = all(sign_in::routes()).layer(axum::middleware::from_fn_with_state(app.clone(), sign_in::in_time));
    around(all(routes()).merge(signing_in).fallback(console::file), app)
}

type Routes = Vec<(&'static str, MethodRouter<App>)>;

fn routes() -> Routes {
    vec![
        ("/graphql", get(graphql::by_get).post(graphql::by_post).fallback(graphql::wrong_method)),
        ("/graphql/stream", post(streams::events)),
        ("/graphql/ws", get(streams::socket)),
        ("/files", post(files::receive).fallback(files::wrong_method)),
        ("/files/{id}/{until}/{signature}", get(files::deliver).fallback(files::wrong_method)),
        ("/graphiql", get(console::ide)),
        ("/health/live", get(health::live)),
        ("/health/ready", get(health::ready)),
    ]
}

fn all(routes: Routes) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, (address, methods)| router.route(address, methods))
}

/// Every address that is more than a file of the console: what holds for all of them is tested of this list.
pub fn addresses() -> Vec<&'static str> {
    routes().into_iter().chain(sign_in::routes()).map(|(address, _)| address).collect()
}

/// What stands around every route: the number of the request outermost, then the headers, then what catches a handler
/// that panics, so that its answer has both.
pub fn around(routes: Router<App>, app: App) -> Router {
    // Events must not wait in a compressor's buffer.
    let compressible = SizeAbove::new(256).and(NotForContentType::const_new("text/event-stream"));
    routes
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn(security::caught))
        .layer(axum::middleware::from_fn(security::headers))
        .layer(axum::middleware::from_fn_with_state(app.clone(), stopping::take_leave))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(axum::middleware::from_fn_with_state(app.clone(), incoming::identify))
        .with_state(app)
}

/// How long the server waits for requests that run when it is asked to stop.
pub const GRACE: Duration = Duration::from_secs(10);
