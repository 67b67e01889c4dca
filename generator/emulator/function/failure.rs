//! Why a call got no response from the function, as the platform tells its caller.

use std::process::ExitStatus;
use std::time::Duration;

use super::journal::Outcome;
use crate::emulator::error::StartError;

/// The type of an error in the platform's response headers:
/// [`page::RETRY`](crate::platform::page::RETRY).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorType {
    /// The initializer failed.
    Initialization,
    /// The function failed, timed out or exited.
    Unhandled,
}

impl ErrorType {
    /// The value of the header.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initialization => "InitializationError",
            Self::Unhandled => "UnhandledInvocationError",
        }
    }
}

/// The platform's code for a request that is too large.
pub(crate) const TOO_LARGE: &str = "EntityTooLarge";

/// A call that the function did not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum CallFailure {
    /// No instance could be started. Callers are told the platform's text, with the log of the program.
    #[error("{reason}{log}")]
    NotStarted {
        /// The platform's code.
        code: &'static str,
        /// The reason.
        reason: String,
        /// What follows it, if the program was started.
        log: String,
    },
    /// The initializer failed. Its body is passed on.
    #[error("{0}")]
    Initializer(String),
    /// The call took longer than the function's timeout.
    #[error("Function time out after {} seconds", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The process exited before it responded.
    #[error("Process exited unexpectedly before completing request ({0})")]
    Exited(ExitStatus),
    /// The process reached its memory limit, in MB.
    #[error(
        "Process exited unexpectedly before completing request (out of memory: the limit is {0} MB; \
         raise `memorySize` in `s.yaml`, or use less)"
    )]
    OutOfMemory(u32),
    /// The function ran in a debugger, which has ended it. Nothing listens on its port any more.
    #[error(
        "Process exited unexpectedly before completing request (nothing listens on port {0} any \
         more; start the function in your debugger again)"
    )]
    Detached(u16),
    /// What came is not an HTTP response, or its headers are too large.
    #[error("{0}")]
    BadResponse(String),
    /// The session has not begun, or is over.
    #[error("the session `{0}` does not exist or has expired; begin a new one")]
    NoSession(String),
    /// The instance of the session has as many calls as an instance can have.
    #[error("the instance of this session already serves {0} calls")]
    Busy(usize),
    /// As many calls run as the platform lets run.
    #[error("the function has reached its limit of {0} instances")]
    Exhausted(usize),
    /// The client sends more than the platform lets through.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The client has gone away in the middle of its upload.
    #[error("the client went away before the request was complete")]
    Gone,
}

impl CallFailure {
    /// A failure to start an instance, without a log.
    pub(super) fn not_started(code: &'static str, reason: impl Into<String>) -> Self {
        Self::NotStarted {
            code,
            reason: reason.into(),
            log: String::new(),
        }
    }

    /// The failure in the words of the author, where it is one of the author's own.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Initializer(said) => match Said::by(said.as_bytes()) {
                Said {
                    error_type: Some(error_type),
                    message,
                } => format!("the initializer failed: {error_type}: {message}"),
                Said { message, .. } => format!("the initializer failed: {message}"),
            },
            // The log has been told before.
            Self::NotStarted { reason, .. } => reason.clone(),
            failure => failure.to_string(),
        }
    }

    /// What the call came to.
    pub(super) fn outcome(&self) -> Outcome {
        let error_type = match self {
            Self::Gone => return Outcome::Cancelled,
            Self::TooLarge(_) => TOO_LARGE,
            _ => self.error_type().as_str(),
        };
        Outcome::Failed {
            error_type: error_type.to_owned(),
            message: self.told(),
        }
    }

    /// Whether the platform had no instance for the call, which is not the function's fault.
    pub(crate) fn is_throttled(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Exhausted(_))
    }

    /// The type of the error, as callers are told.
    pub(crate) fn error_type(&self) -> ErrorType {
        match self {
            Self::Initializer(_) => ErrorType::Initialization,
            _ => ErrorType::Unhandled,
        }
    }
}

/// The most of a message that is shown, in bytes. A response may be as large as it likes.
const MESSAGE_LIMIT: usize = 4096;

/// What a function says about its failure.
pub(super) struct Said {
    pub(super) error_type: Option<String>,
    pub(super) message: String,
}

impl Said {
    /// Reads the JSON object of a failure. Any other text is the message.
    pub(super) fn by(body: &[u8]) -> Self {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Json {
            error_message: String,
            error_type: Option<String>,
        }
        let json: Option<Json> = serde_json::from_slice(body).ok();
        let mut said = json.map_or_else(
            || Self {
                error_type: None,
                message: String::from_utf8_lossy(body).into_owned(),
            },
            |json| Self {
                error_type: json.error_type,
                message: json.error_message,
            },
        );
        if said.message.len() > MESSAGE_LIMIT {
            let is_end = |end: &usize| said.message.is_char_boundary(*end);
            let end = (0..=MESSAGE_LIMIT).rev().find(is_end).unwrap_or(0);
            said.message.truncate(end);
            said.message.push('…');
        }
        said
    }
}

impl From<StartError> for CallFailure {
    fn from(error: StartError) -> Self {
        let code = match &error {
            StartError::Exited { .. } | StartError::OutOfMemory { .. } => "CAExited",
            StartError::NotListening { .. }
            | StartError::OtherPort { .. }
            | StartError::Loopback { .. }
            | StartError::NotAttached { .. } => "FunctionNotStarted",
            StartError::Run { error, .. } => match error.kind() {
                std::io::ErrorKind::NotFound => "CAFileNotFound",
                std::io::ErrorKind::PermissionDenied => "CAFilePermission",
                _ => "CAExited",
            },
            StartError::Machine(_) => "InternalServerError",
        };
        Self::NotStarted {
            code,
            reason: error.reason(),
            log: error.log(),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::emulator::{Instance, Launch, Settings};

    /// The code and the reason of a start that fails, of a file with a content and a mode.
    fn failure(content: &[u8], mode: u32) -> (&'static str, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("bootstrap");
        fs::write(&program, content).expect("written");
        fs::set_permissions(&program, Permissions::from_mode(mode)).expect("set");
        code_of(&Launch::new(program))
    }

    fn code_of(launch: &Launch) -> (&'static str, String) {
        let settings = Settings {
            start_limit: Duration::from_millis(300),
            ..Settings::default()
        };
        let error = Instance::start(launch, &settings).expect_err("it does not start");
        match CallFailure::from(error) {
            CallFailure::NotStarted { code, reason, .. } => (code, reason),
            failure => panic!("{failure}"),
        }
    }

    #[test]
    fn what_does_not_start_has_the_code_of_the_platform() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = code_of(&Launch::new(folder.path().join("bootstrap")));
        assert_eq!(missing.0, "CAFileNotFound");
        assert_eq!(code_of(&Launch::new("no-such-program")).0, "CAFileNotFound");
        assert_eq!(code_of(&Launch::new(folder.path())).0, "CAFilePermission");
        let plain = failure(b"#!/bin/sh\nexit 0", 0o644);
        assert_eq!(plain.0, "CAFilePermission");
        let arm = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xb7\0\x01\0\0\0".repeat(9);
        assert_eq!(failure(&arm, 0o755).0, "CAExited");
        let (code, reason) = failure(b"#!/no/such/interpreter\n", 0o755);
        assert_eq!(code, "CAExited");
        assert!(reason.contains("the interpreter or the loader"), "{reason}");
        assert_eq!(failure(b"#!/bin/sh\nexit 3", 0o755).0, "CAExited");
        let silent = failure(b"#!/bin/sh\nsleep 60", 0o755);
        assert_eq!(silent.0, "FunctionNotStarted");
    }
}
