//! The outcome of a rule. A failure reports what the check did and what came back.

use std::fmt::{self, Display};
use std::io;

use serde::Serialize;

use crate::emulator::{CallError, StartError};
use crate::package::NotAPackage;

/// The outcome of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function follows the rule.
    Passed,
    /// The function breaks the rule.
    Failed(Violation),
    /// The rule could not be checked, for this reason.
    NotChecked(String),
    /// The rule could not be checked on this machine, for this reason.
    Unsupported(String),
}

/// The details of a broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The action of the check, such as `sent POST /initialize`.
    pub action: String,
    /// The result: what came back, or what is missing.
    pub result: String,
}

impl Violation {
    /// Records what the check did and what came back. The middle of a long result is left out.
    pub(crate) fn new(action: impl Into<String>, result: impl Display) -> Self {
        const ENDS: usize = 2000;
        let result = result.to_string();
        let boundary = |at: usize| {
            (0..=at.min(result.len()))
                .rev()
                .find(|at| result.is_char_boundary(*at))
        };
        let begin = boundary(ENDS).unwrap_or(0);
        let end = boundary(result.len().saturating_sub(ENDS)).unwrap_or(0);
        Self {
            action: action.into(),
            result: if begin < end {
                format!("{}\n…\n{}", &result[..begin], &result[end..])
            } else {
                result
            },
        }
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A result of several lines begins on a line of its own.
        let blank = if self.result.starts_with('\n') {
            ""
        } else {
            " "
        };
        write!(f, "{}:{blank}{}", self.action, self.result)
    }
}

/// The result of checking a rule; `Ok` is a pass.
pub(super) type Verdict = Result<(), NotPassed>;

/// The reason why a rule did not pass.
#[derive(Debug)]
pub(super) enum NotPassed {
    Failed(Violation),
    NotChecked(String),
    /// This machine lacks something that the check needs.
    Unsupported(String),
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Self::Passed,
            Err(NotPassed::Failed(failure)) => Self::Failed(failure),
            Err(NotPassed::NotChecked(why)) => Self::NotChecked(why),
            Err(NotPassed::Unsupported(why)) => Self::Unsupported(why),
        }
    }
}

impl From<StartError> for NotPassed {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Machine(_) => Self::Unsupported(error.to_string()),
            _ => failed("started the function", error),
        }
    }
}

impl From<CallError> for NotPassed {
    fn from(error: CallError) -> Self {
        failed("connected to the function", error.describe())
    }
}

impl From<io::Error> for NotPassed {
    fn from(error: io::Error) -> Self {
        failed("connected to the function", error)
    }
}

fn failed(action: impl Into<String>, result: impl Display) -> NotPassed {
    NotPassed::Failed(Violation::new(action, result))
}

/// An error as a report words it: with its own message by default.
pub(super) trait Describe: Display {
    fn describe(&self) -> String {
        self.to_string()
    }
}

impl Describe for CallError {
    fn describe(&self) -> String {
        match self {
            Self::TimedOut { limit } => format!("no response within {} s", limit.as_secs()),
            _ => self.to_string(),
        }
    }
}

impl Describe for StartError {}
impl Describe for &NotAPackage {}
impl Describe for io::Error {}

/// Adds what the check did to an error.
pub(super) trait After<T> {
    fn after(self, action: &str) -> Result<T, NotPassed>;
}

impl<T, E: Describe> After<T> for Result<T, E> {
    fn after(self, action: &str) -> Result<T, NotPassed> {
        self.map_err(|error| failed(action, error.describe()))
    }
}

/// Fails with what the check did and what came back.
pub(super) fn fail<T>(action: &str, result: impl Display) -> Result<T, NotPassed> {
    Err(failed(action, result))
}

/// Fails unless `kept`. With `format_args!`, `came` costs nothing on success.
pub(super) fn ensure(kept: bool, action: &str, result: impl Display) -> Verdict {
    if kept { Ok(()) } else { fail(action, result) }
}

/// Reports why a rule cannot be checked on this function or package.
pub(super) fn not_checked<T>(why: impl Into<String>) -> Result<T, NotPassed> {
    Err(NotPassed::NotChecked(why.into()))
}

/// Reports why a rule cannot be checked on this machine.
pub(super) fn unsupported<T>(why: impl Into<String>) -> Result<T, NotPassed> {
    Err(NotPassed::Unsupported(why.into()))
}
