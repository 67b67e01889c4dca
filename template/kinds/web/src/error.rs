//! Lets a route use `?` on any error.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::fc::Error;

/// An error that the client did not cause: it gets a 500 that says no more, since it may be anybody,
/// and the log gets a line that does.
#[derive(Debug)]
pub struct ServerError(Error);

impl<E: Into<Error>> From<E> for ServerError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let error: &(dyn std::error::Error + 'static) = &*self.0;
        tracing::error!(error, "a route failed");
        let message = "the function failed; its log tells why";
        let body = json!({ "errorMessage": message, "errorType": "HandlerError" });
        (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
    }
}
