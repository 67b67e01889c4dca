//! A function that sends an event back while it is still arriving.

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use fc3::web::App;
use fc3::{Context, Result};

/// It has no state.
pub struct Handler;

impl App for Handler {
    type Router = Router;

    async fn init(_cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn router(&self) -> Router {
        Router::new().route("/invoke", post(async |event: Body| event))
    }
}
