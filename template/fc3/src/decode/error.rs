//! The error of an event that cannot be read.

use std::fmt;

use crate::excerpt;
use crate::failure::Failure;

/// The reason why an event cannot be read, and the path of the wrong value.
///
/// ```
/// use fc3::EventError;
///
/// let error = EventError::new("expected a number").at("price").under("[2]").under("orders");
/// assert_eq!(error.path(), Some("orders[2].price"));
/// assert_eq!(error.to_string(), "expected a number (at `orders[2].price`)");
/// ```
///
/// An error does not become as long as the event: of a wrong value and of a path, at most 200
/// characters are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    message: String,
    path: Option<String>,
}

impl EventError {
    /// An error with this message.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: excerpt::short_message(message.to_string()),
            path: None,
        }
    }

    /// The error of an event that is neither of two types.
    pub(crate) fn neither(left: &Self, right: &Self) -> Self {
        // Both values in it are already short.
        Self {
            message: format!("neither of two events: {left}; {right}"),
            path: None,
        }
    }

    /// The same error at `path` in the event, such as `orders[2].price`.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(excerpt::short_path(path.into())),
            ..self
        }
    }

    /// The same error, when the value that was read is at `outer` in the event.
    #[must_use]
    pub fn under(mut self, outer: &str) -> Self {
        let path = match self.path.take() {
            None => outer.to_owned(),
            Some(path) if path.starts_with('[') => format!("{outer}{path}"),
            Some(path) => format!("{outer}.{path}"),
        };
        self.at(path)
    }

    /// The same error with a hint, unless a value is only of the wrong type.
    pub(crate) fn noting(mut self, hint: &str) -> Self {
        if self.path.is_none() {
            self.message = format!("{} ({hint})", self.message);
        }
        self
    }

    /// The path of the wrong value; `None` if it is the whole event.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            None => f.write_str(&self.message),
            Some(path) => write!(f, "{} (at `{path}`)", self.message),
        }
    }
}

impl std::error::Error for EventError {}

impl From<EventError> for Failure {
    fn from(error: EventError) -> Self {
        Self::unreadable(&error.message, error.path)
    }
}
