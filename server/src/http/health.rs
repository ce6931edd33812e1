//! Whether the server lives and can answer, and its figures on an address of their own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};

use super::App;

/// The process runs.
pub async fn live() -> Json<Value> {
    Json(json!({ "live": true }))
}

/// The database answers, so requests can be answered; while it is gone a replica may answer what only reads. A server
/// that was asked to stop still answers, and wants no more requests.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    if app.stopping.is_asked() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "stopping": true })));
    }
    let ready = app.engine.can_read().await;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = if app.engine.only_reads() { json!({ "ready": ready, "writes": false }) } else { json!({ "ready": ready }) };
    (status, Json(body))
}

/// The routes of the metrics address.
pub fn metrics_router(handle: PrometheusHandle, app: App) -> Router {
    let watched = app.clone();
    let render = move || async move {
        let (used, open) = app.engine.db().gauge();
        #[expect(clippy::cast_precision_loss, reason = "a handful of connections")]
        {
            metrics::gauge!("banyan_connections_used").set(used as f64);
            metrics::gauge!("banyan_connections_open").set(open as f64);
        }
        handle.render()
    };
    // Whoever watches the figures asks here whether there is life, too, without a way to the public address.
    let health = Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(watched);
    health.route("/metrics", get(render))
}
