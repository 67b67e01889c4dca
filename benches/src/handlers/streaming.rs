//! A function that sends an event back while it still arrives.

use axum::Router;
use axum::body::Body;
use axum::routing::post;

use crate::fc::{Context, Result};

/// Builds the router.
///
/// # Errors
/// None.
pub async fn app(_cx: &Context) -> Result<Router> {
    Ok(Router::new().route("/invoke", post(async |event: Body| event)))
}

/// Has nothing to let go of.
pub async fn stop() {}
