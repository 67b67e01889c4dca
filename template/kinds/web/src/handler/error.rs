//! Lets a route use `?` on any error.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fc3::Error;
use serde_json::json;

/// An error that the client did not cause.
///
/// The client gets a 500 that gives nothing away, since it may be anybody. The details go to the log.
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
        let message = "internal error; see the function's log";
        let body = json!({ "errorMessage": message, "errorType": "HandlerError" });
        (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
    }
}
