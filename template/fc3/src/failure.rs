//! The failure of a call, as its caller and the log see it.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use hyper::StatusCode;
use serde::{Serialize, Serializer};

use crate::error::Chain;
use crate::excerpt::ends;
use crate::{EVENT_LIMIT, Error};

/// The largest part of an error that is logged, in bytes. An error may repeat an event of 32 MiB, and
/// its root cause is usually at its end: so the middle is left out.
pub(crate) const LOG_LIMIT: usize = 8 * 1024;

/// The largest part of an error that its caller receives, in bytes.
pub(crate) const ANSWER_LIMIT: usize = 2 * 1024;

/// A failed call. Its JSON is the answer that the caller receives.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Failure {
    #[serde(rename = "errorMessage", serialize_with = "for_caller")]
    message: String,
    #[serde(rename = "errorType")]
    kind: Kind,
    /// The path of the wrong value in the event, such as `orders[2].price`.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// The value of `errorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    InitializationError,
    EventError,
    EventTooLarge,
    /// The sender of the event has gone, so nobody receives this.
    Canceled,
    HandlerError,
    ReplyError,
    NotFound,
    Panic,
}

impl Failure {
    fn new(kind: Kind, message: &str) -> Self {
        Self {
            message: ends(message, LOG_LIMIT).into_owned(),
            kind,
            path: None,
        }
    }

    /// An error that the function returned, with its causes.
    pub(crate) fn error(kind: Kind, error: &Error) -> Self {
        Self::new(kind, &Chain(&**error).to_string())
    }

    /// The event cannot be read, because of the value at `path`.
    pub(crate) fn unreadable(message: &str, path: Option<String>) -> Self {
        Self {
            path,
            ..Self::new(Kind::EventError, message)
        }
    }

    /// The event is over [`EVENT_LIMIT`].
    pub(crate) fn too_large() -> Self {
        Self::new(
            Kind::EventTooLarge,
            &format!("the event is larger than {EVENT_LIMIT} bytes"),
        )
    }

    /// The connection ended before the end of the event.
    pub(crate) fn cut_off(error: hyper::Error) -> Self {
        Self::error(Kind::Canceled, &error.into())
    }

    /// The call needed `init` when its time was over.
    pub(crate) fn overdue() -> Self {
        let message = "the call's time was over before `init` could run";
        Self::new(Kind::InitializationError, message)
    }

    /// The caller left before `init` could run for its call.
    pub(crate) fn gone() -> Self {
        Self::new(Kind::Canceled, "the caller left before `init` could run")
    }

    /// The process ended before `init` or `stop` did.
    pub(crate) fn interrupted() -> Self {
        Self::new(Kind::Canceled, "the instance ended")
    }

    /// A request that an event function does not serve.
    pub(crate) fn not_found() -> Self {
        Self::new(Kind::NotFound, "not found: send events to POST /invoke")
    }

    /// The function's code panicked with `payload`, whose own `Drop` may panic too.
    pub(crate) fn panic(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let failure = Self::new(Kind::Panic, text.unwrap_or("panicked"));
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        // There could be no end of such payloads.
        let _ = dropped.map_err(std::mem::forget);
        failure
    }

    /// The status of the answer to an event or a hook.
    pub(crate) fn status(&self) -> StatusCode {
        match self.kind {
            Kind::EventTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::NOT_FOUND,
        }
    }

    /// The status and the failure for an HTTP client, who may be anybody. An error of the function
    /// itself is therefore not described.
    pub(crate) fn for_client(self) -> (StatusCode, Self) {
        match self.kind {
            Kind::InitializationError | Kind::Panic | Kind::ReplyError => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Self::new(self.kind, "internal error; see the function's log"),
            ),
            _ => (self.status(), self),
        }
    }

    /// The kind of failure.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The message that the caller receives.
    pub(crate) fn message(&self) -> Cow<'_, str> {
        ends(&self.message, ANSWER_LIMIT)
    }

    /// The path of the wrong value in an event that cannot be read.
    pub(crate) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Whether the sender of the event has gone.
    pub(crate) fn is_canceled(&self) -> bool {
        self.kind == Kind::Canceled
    }

    /// Logs the failure, except for a panic, which the panic hook has logged.
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

fn for_caller<S: Serializer>(message: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&ends(message, ANSWER_LIMIT))
}
