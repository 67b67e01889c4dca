//! Why a call failed, as its caller and the log are told.

use std::any::Any;
use std::fmt;

use bytes::Bytes;
use hyper::{Request, StatusCode};
use serde::Serialize;

use crate::error::Chain;
use crate::{EVENT_LIMIT, Error};

/// A failed call: what the JSON of its answer says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Failure {
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
pub(crate) enum Kind {
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
    pub(crate) fn error(kind: Kind, error: &Error) -> Self {
        Self::new(kind, Chain(&**error).to_string())
    }

    /// The event cannot be read, for trouble at `path` in it.
    pub(crate) fn unreadable(message: String, path: Option<String>) -> Self {
        Self {
            path,
            ..Self::new(Kind::EventError, message)
        }
    }

    /// The event is over [`EVENT_LIMIT`].
    pub(crate) fn too_large() -> Self {
        Self::new(
            Kind::EventTooLarge,
            format!("the event is over {EVENT_LIMIT} bytes"),
        )
    }

    /// The event broke off before its end.
    pub(crate) fn cut_off(error: hyper::Error) -> Self {
        Self::error(Kind::Canceled, &error.into())
    }

    /// A request that an event function does not serve.
    pub(crate) fn not_served<B>(request: &Request<B>) -> Self {
        let (method, path) = (request.method(), request.uri().path());
        let message = format!("{method} {path} is not served: an event is sent by POST /invoke");
        Self::new(Kind::NotFound, message)
    }

    /// The function's code panicked with `payload`.
    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::new(Kind::Panic, text.unwrap_or("panicked").to_owned())
    }

    /// The status of the answer to an event or a hook.
    pub(crate) fn status(&self) -> StatusCode {
        match self.kind {
            Kind::EventTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::NOT_FOUND,
        }
    }

    /// The same for an HTTP client, who may be anybody: whose fault it is, and of the function's own
    /// trouble no more than that.
    pub(crate) fn for_client(self) -> (StatusCode, Self) {
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

    /// What kind of failure it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Where in the event it is.
    pub(crate) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Whether the function had no part in it.
    pub(crate) fn is_canceled(&self) -> bool {
        self.kind == Kind::Canceled
    }

    /// Tells the log, which heard of a panic where it happened.
    pub(crate) fn log(&self) {
        match self.kind {
            Kind::Panic => {}
            Kind::Canceled => tracing::info!("{self}"),
            _ => tracing::error!("{self}"),
        }
    }

    pub(crate) fn to_json(&self) -> Bytes {
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
