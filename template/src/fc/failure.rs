//! Why a call failed, as its caller and the log are told.

use std::any::Any;
use std::fmt;

use bytes::Bytes;
use hyper::{Request, StatusCode};
use serde::Serialize;

use super::{EVENT_LIMIT, Error};

/// A failed call: what the JSON of its answer says.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Failure {
    #[serde(rename = "errorMessage")]
    message: String,
    #[serde(rename = "errorType")]
    kind: Kind,
    /// Where in the event the trouble is, as `orders[2].price`.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// The value of `errorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Kind {
    InitializationError,
    EventError,
    EventTooLarge,
    /// Nobody hears of it: who sent the event has gone.
    Canceled,
    HandlerError,
    ReplyError,
    NotFound,
    Panic,
}

impl Failure {
    fn new(kind: Kind, message: String) -> Self {
        Self {
            message,
            kind,
            path: None,
        }
    }

    /// An error of the function's own, told with its causes.
    pub(super) fn error(kind: Kind, error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        Self::new(kind, message)
    }

    /// The event cannot be read, for trouble at `path` in it.
    pub(super) fn unreadable(message: String, path: Option<String>) -> Self {
        Self {
            path,
            ..Self::new(Kind::EventError, message)
        }
    }

    /// The event is over [`EVENT_LIMIT`].
    pub(super) fn too_large() -> Self {
        Self::new(
            Kind::EventTooLarge,
            format!("the event is over {EVENT_LIMIT} bytes"),
        )
    }

    /// The event broke off before its end.
    pub(super) fn cut_off(error: hyper::Error) -> Self {
        Self::error(Kind::Canceled, &error.into())
    }

    /// A request that an event function does not serve.
    pub(super) fn not_served<B>(request: &Request<B>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let message = format!("{method} {path} is not served: an event is sent by POST /invoke");
        Self::new(Kind::NotFound, message)
    }

    /// The function's code panicked with `payload`.
    pub(super) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::new(Kind::Panic, text.unwrap_or("panicked").to_owned())
    }

    /// The status of the answer to an event or a hook.
    pub(super) fn status(&self) -> StatusCode {
        match self.kind {
            Kind::EventTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::NOT_FOUND,
        }
    }

    /// The same for an HTTP client, who may be anybody: whose fault it is, and of the function's own
    /// trouble no more than that.
    pub(super) fn for_client(self) -> (StatusCode, Self) {
        match self.kind {
            Kind::InitializationError | Kind::Panic => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Self::new(
                    self.kind,
                    "the function failed; its log tells why".to_owned(),
                ),
            ),
            _ => (self.status(), self),
        }
    }

    /// Whether the function had no part in it.
    pub(super) fn is_canceled(&self) -> bool {
        self.kind == Kind::Canceled
    }

    /// Tells the log, which heard of a panic where it happened.
    pub(super) fn log(&self) {
        match self.kind {
            Kind::Panic => {}
            Kind::Canceled => tracing::info!("{self}"),
            _ => tracing::error!("{self}"),
        }
    }

    pub(super) fn to_json(&self) -> Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)?;
        match &self.path {
            Some(path) => write!(f, " (at `{path}`)"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_its_causes() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);

        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("no number")
            }
        }

        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }

        let error = Outer("x".parse::<u8>().unwrap_err());
        let failure = Failure::error(Kind::HandlerError, &error.into());
        assert_eq!(failure.message, "no number: invalid digit found in string");
        assert_eq!(failure.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_json_has_the_names_of_the_platform() {
        let json = Failure::unreadable("no".into(), Some("a[1].b".into())).to_json();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let expected = r#"{"errorMessage": "no", "errorType": "EventError", "path": "a[1].b"}"#;
        assert_eq!(
            json,
            serde_json::from_str::<serde_json::Value>(expected).unwrap()
        );
    }
}
