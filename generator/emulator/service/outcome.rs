//! What comes back from an emulator.

use crate::emulator::api_error::ApiError;

/// An error of the API, as the platform tells it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiFailure {
    /// The HTTP status.
    pub status: u16,
    /// The platform's code, such as `FunctionNotFound`.
    pub code: String,
    /// The message.
    pub message: String,
}

/// What a function has returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoked {
    /// The body of the response.
    pub body: Vec<u8>,
    /// The type of the error, if the function failed.
    pub error_type: Option<&'static str>,
    /// The id of the call.
    pub request_id: String,
    /// The end of its log.
    pub log: String,
}

impl From<ApiError> for ApiFailure {
    fn from(error: ApiError) -> Self {
        Self {
            status: error.status.as_u16(),
            code: error.code.to_owned(),
            message: error.message,
        }
    }
}
