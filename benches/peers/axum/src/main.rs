//! The job in axum, with the same crates for logs and JSON as a generated project. `AXUM_THREADS=one`
//! selects the runtime without workers.

use std::net::Ipv4Addr;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;

/// The largest event that the platform sends.
const EVENT_LIMIT: usize = 32 * 1024 * 1024;

/// The answer to a failed call.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    error_message: &'static str,
    error_type: &'static str,
}

fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt().init();
    if std::env::var("AXUM_THREADS").is_ok_and(|threads| threads == "one") {
        on_one_thread()
    } else {
        on_workers()
    }
}

#[tokio::main]
async fn on_workers() -> std::io::Result<()> {
    serve().await
}

#[tokio::main(flavor = "current_thread")]
async fn on_one_thread() -> std::io::Result<()> {
    serve().await
}

async fn serve() -> std::io::Result<()> {
    let port = std::env::var("FC_SERVER_PORT").unwrap_or_else(|_| "9000".into());
    let port: u16 = port.parse().map_err(std::io::Error::other)?;
    let app = Router::new()
        .route("/initialize", post(async || ()))
        .route("/invoke", post(invoke))
        .layer(DefaultBodyLimit::max(EVENT_LIMIT));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    tracing::info!("listening on port {port}");
    axum::serve(listener, app).await
}

async fn invoke(headers: HeaderMap, event: Bytes) -> Result<Bytes, (StatusCode, Json<Failure>)> {
    let id = headers.get("x-fc-request-id");
    let Some(id) = id.and_then(|id| id.to_str().ok()) else {
        let failure = Failure {
            error_message: "the call has no id",
            error_type: "BadRequest",
        };
        return Err((StatusCode::BAD_REQUEST, Json(failure)));
    };
    println!("FC Invoke Start RequestId: {id}");
    tracing::debug!(bytes = event.len(), "an event");
    println!("FC Invoke End RequestId: {id}");
    Ok(event)
}
