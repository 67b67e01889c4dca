//! Responses of the platform itself.

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::guard::Refusal;
use crate::emulator::api_error::ApiError;
use crate::emulator::function::{Body, CallFailure, whole};
use crate::emulator::ids;
use crate::platform::header;

impl ApiError {
    /// The response, in the platform's form.
    pub(super) fn response(&self, request_id: &str) -> Response<Body> {
        let body = json!({
            "RequestId": request_id,
            "Code": self.code,
            "Message": self.message,
        });
        let mut response = json_response(self.status, &body);
        set(&mut response, header::REQUEST_ID, request_id);
        response
    }
}

/// The platform's own failures as errors of the API. `None` for those that it reports as the result
/// of the function.
pub(super) fn api_error(failure: &CallFailure) -> Option<ApiError> {
    match failure {
        CallFailure::NotStarted { code, .. } => Some(ApiError::new(
            StatusCode::BAD_GATEWAY,
            code,
            failure.to_string(),
        )),
        CallFailure::NoSession(_) => Some(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "InvalidSession",
            failure.to_string(),
        )),
        CallFailure::Exhausted(_) | CallFailure::Busy(_) => Some(ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "ResourceExhausted",
            failure.to_string(),
        )),
        CallFailure::TooLarge(limit) => Some(ApiError::too_large(*limit)),
        CallFailure::Gone => Some(ApiError::invalid(failure.to_string())),
        CallFailure::Initializer(_)
        | CallFailure::TimedOut(_)
        | CallFailure::Exited(_)
        | CallFailure::OutOfMemory(_)
        | CallFailure::Detached(_)
        | CallFailure::BadResponse(_) => None,
    }
}

/// The body of a failed call, as the platform writes it. What an initializer says is passed on.
pub(super) fn failure_body(failure: &CallFailure, details: &str) -> String {
    if let CallFailure::Initializer(said) = failure
        && serde_json::from_str::<serde_json::Map<_, _>>(said).is_ok()
    {
        return said.clone();
    }
    json!({ "errorMessage": format!("{failure}{details}") }).to_string()
}

/// A request that may not call. It says nothing about functions.
pub(super) fn refused(refusal: &Refusal) -> Response<Body> {
    let error = ApiError::new(StatusCode::FORBIDDEN, "AccessDenied", refusal.to_string());
    error.response(&ids::invocation())
}

/// A path of an extension that no function can be called by.
pub(super) fn no_such_path() -> Response<Body> {
    let error = ApiError::new(StatusCode::NOT_FOUND, "PathNotSupported", "no such path");
    error.response(&ids::invocation())
}

pub(super) fn json_response(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(whole(format!("{body}\n")));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Sets a header. A value that no header can have is left out.
pub(super) fn set(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, value);
    }
}
