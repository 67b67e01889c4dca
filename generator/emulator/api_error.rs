//! The errors of the API, in the platform's form.

use hyper::StatusCode;

use super::function::{BadSession, CallFailure, TOO_LARGE};

/// An error of the API: its status, its code and its message.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// A request that breaks a limit or a form.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidArgument", message)
    }

    /// Something that is not there.
    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// Something that is there already, or in the way.
    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// Somebody who may not call.
    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// A fault of this machine, or of this program.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "InternalServerError", message)
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let message = CallFailure::TooLarge(limit).to_string();
        Self::new(StatusCode::BAD_REQUEST, TOO_LARGE, message)
    }
}

impl From<BadSession> for ApiError {
    fn from(error: BadSession) -> Self {
        Self::invalid(error.to_string())
    }
}
