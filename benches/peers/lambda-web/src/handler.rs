//! The function. The bench edits this file.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

pub fn router() -> Router {
    Router::new()
        .route("/", get(async || "Hello from Rust on AWS Lambda\n"))
        .route("/hello/{name}", get(hello))
}

async fn hello(Path(name): Path<String>) -> Json<Value> {
    Json(json!({ "message": format!("Hello, {name}!") }))
}
