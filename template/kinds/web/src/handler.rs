//! The function. This is the file to edit.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use serde_json::{Value, json};

use crate::error::ServerError;
use crate::fc::{Context, Result};

/// The state of one instance: every request shares it.
#[derive(Default)]
struct Visits(AtomicU64);

/// Runs once in a new instance, and builds the router that answers every request.
///
/// # Errors
/// What goes wrong here fails the requests that wait for it; the next one tries again.
pub async fn app(_cx: &Context) -> Result<Router> {
    Ok(Router::new()
        .route("/", get(async || "Hello from Rust on Function Compute\n"))
        .route("/hello/{name}", get(hello))
        .route("/countdown/{from}", get(countdown))
        .route("/invoke", post(invoke))
        .with_state(Arc::new(Visits::default())))
}

/// Runs once before the instance ends. Keep it, even empty; what it needs of `app` can wait for it
/// in a `static` with a `OnceLock`.
pub async fn stop() {
    tracing::info!("stopping");
}

/// A path parameter, the state, and the context of this request.
async fn hello(
    Path(name): Path<String>,
    State(visits): State<Arc<Visits>>,
    Extension(cx): Extension<Context>,
) -> Json<Value> {
    let visit = visits.0.fetch_add(1, Ordering::Relaxed) + 1;
    tracing::info!(visit, "greeting {name}");
    Json(json!({ "message": format!("Hello, {name}!"), "visit": visit, "id": cx.request_id() }))
}

/// A streamed response: each line leaves when it is ready.
async fn countdown(Path(from): Path<u8>) -> Body {
    Body::from_stream(stream::unfold(from, async |left| {
        let next = left.checked_sub(1)?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, Infallible>(format!("{left}\n")), next))
    }))
}

/// An event that comes by `InvokeFunction`, as `s invoke` does: its caller gets the body alone.
async fn invoke(event: Bytes) -> Result<Json<Value>, ServerError> {
    let event: Value = serde_json::from_slice(&event)?;
    Ok(Json(json!({ "received": event })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt;
    use tower_service::Service;

    async fn send(request: Request<Body>) -> Result<(StatusCode, Bytes)> {
        let mut app = app(&Context::default()).await?;
        let mut request = request;
        request.extensions_mut().insert(Context::default());
        let response = app.call(request).await?;
        Ok((
            response.status(),
            response.into_body().collect().await?.to_bytes(),
        ))
    }

    #[tokio::test]
    async fn a_visitor_is_greeted() -> Result<()> {
        let (status, body) = send(Request::get("/hello/Ferris").body(Body::empty())?).await?;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            serde_json::from_slice::<Value>(&body)?["message"],
            "Hello, Ferris!"
        );
        Ok(())
    }

    #[tokio::test]
    async fn the_count_is_streamed() -> Result<()> {
        let (_, body) = send(Request::get("/countdown/3").body(Body::empty())?).await?;
        assert_eq!(body, "3\n2\n1\n");
        Ok(())
    }

    #[tokio::test]
    async fn an_event_is_received() -> Result<()> {
        let event = include_str!("../events/invoke.json");
        let (status, body) = send(Request::post("/invoke").body(event.into())?).await?;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            serde_json::from_slice::<Value>(&body)?["received"]["hello"],
            "world"
        );
        Ok(())
    }

    #[tokio::test]
    async fn an_event_that_is_no_json_is_an_error() -> Result<()> {
        let (status, _) = send(Request::post("/invoke").body("{".into())?).await?;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        Ok(())
    }
}
