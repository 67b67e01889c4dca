//! The function. This is the file to edit.

mod error;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Extension, Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use fc3::web::App;
use fc3::{Context, EVENT_LIMIT, Result};
use futures_util::stream;
use serde_json::{Value, json};

use error::ServerError;

/// The state of one instance, which all requests share.
pub struct Handler {
    visits: Arc<AtomicU64>,
}

impl App for Handler {
    type Router = Router;

    /// Runs once in a new instance: connect to a database, read the settings.
    async fn init(_cx: &Context) -> Result<Self> {
        let visits = Arc::default();
        Ok(Self { visits })
    }

    /// The routes.
    fn router(&self) -> Router {
        Router::new()
            .route("/", get(async || "Hello from Rust on Function Compute\n"))
            .route("/hello/{name}", get(hello))
            .route("/countdown/{from}", get(countdown))
            .route("/invoke", post(invoke))
            .with_state(Arc::clone(&self.visits))
            // The platform's limit, 32 MiB, instead of axum's own, 2 MB.
            .layer(DefaultBodyLimit::max(EVENT_LIMIT))
    }

    /// Runs once before the instance ends.
    async fn stop(&self) {
        let visits = self.visits.load(Ordering::Relaxed);
        tracing::info!("stopping after {visits} visits");
    }
}

/// A path parameter, the state, and the context of this request.
async fn hello(
    Path(name): Path<String>,
    State(visits): State<Arc<AtomicU64>>,
    Extension(cx): Extension<Context>,
) -> Json<Value> {
    let visit = visits.fetch_add(1, Ordering::Relaxed) + 1;
    tracing::info!(visit, "greeting {name}");
    Json(json!({ "message": format!("Hello, {name}!"), "visit": visit, "id": cx.request_id() }))
}

/// A streamed response: each line is sent as soon as it is ready.
async fn countdown(Path(from): Path<u8>) -> Body {
    Body::from_stream(stream::unfold(from, async |left| {
        let next = left.checked_sub(1)?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, Infallible>(format!("{left}\n")), next))
    }))
}

/// An event sent by `InvokeFunction`, as `s invoke` does. Its caller receives only the body.
async fn invoke(event: Bytes) -> Result<Json<Value>, ServerError> {
    let event: Value = serde_json::from_slice(&event)?;
    Ok(Json(json!({ "received": event })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{Request, StatusCode};
    use fc3::testing::{Site, sample};

    #[tokio::test]
    async fn a_visitor_is_greeted() -> Result<()> {
        let site = Site::<Handler>::start().await?;
        let response = site.send(Request::get("/hello/Ferris").body("")?).await?;
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = serde_json::from_slice(response.body())?;
        assert_eq!(body["message"], "Hello, Ferris!");
        Ok(())
    }

    #[tokio::test]
    async fn the_countdown_is_streamed() -> Result<()> {
        let site = Site::<Handler>::start().await?;
        let response = site.send(Request::get("/countdown/3").body("")?).await?;
        assert_eq!(response.body(), "3\n2\n1\n");
        Ok(())
    }

    #[tokio::test]
    async fn an_event_must_be_json() -> Result<()> {
        let site = Site::<Handler>::start().await?;
        let event = Request::post("/invoke").body(sample("invoke.json")?)?;
        assert_eq!(site.send(event).await?.status(), StatusCode::OK);
        let broken = Request::post("/invoke").body("{")?;
        let status = site.send(broken).await?.status();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        Ok(())
    }
}
