//! What comes of a rule, and how a failure is told: what was sent, and what came back.

use std::fmt::{self, Display};
use std::io;

use serde::Serialize;

use crate::emulator::{CallError, StartError};
use crate::package::NotAPackage;

/// What came out of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The contract is kept.
    Passed,
    /// It is not.
    Failed(Failure),
    /// It could not be tried, and why.
    NotChecked(String),
}

/// How a function broke a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What was done to the function, as `sent POST /initialize`.
    pub sent: String,
    /// What came back, or what did not.
    pub came: String,
}

impl Failure {
    /// What was done and what came of it, of which the middle is left out where it is long.
    pub(crate) fn new(sent: impl Into<String>, came: impl Display) -> Self {
        const ENDS: usize = 2000;
        let came = came.to_string();
        let boundary = |at: usize| {
            (0..=at.min(came.len()))
                .rev()
                .find(|at| came.is_char_boundary(*at))
        };
        let begin = boundary(ENDS).unwrap_or(0);
        let end = boundary(came.len().saturating_sub(ENDS)).unwrap_or(0);
        Self {
            sent: sent.into(),
            came: if begin < end {
                format!("{}\n…\n{}", &came[..begin], &came[end..])
            } else {
                came
            },
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.sent, self.came)
    }
}

/// What a rule's check comes to; no error is a pass.
pub(super) type Verdict = Result<(), Unmet>;

/// Why a rule did not pass.
#[derive(Debug)]
pub(super) enum Unmet {
    Failed(Failure),
    NotChecked(String),
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Self::Passed,
            Err(Unmet::Failed(failure)) => Self::Failed(failure),
            Err(Unmet::NotChecked(why)) => Self::NotChecked(why),
        }
    }
}

impl From<StartError> for Unmet {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Machine(_) => Self::NotChecked(error.to_string()),
            _ => failed("started it", error),
        }
    }
}

impl From<CallError> for Unmet {
    fn from(error: CallError) -> Self {
        failed("connected to it", error.told())
    }
}

impl From<io::Error> for Unmet {
    fn from(error: io::Error) -> Self {
        failed("connected to it", error)
    }
}

fn failed(sent: impl Into<String>, came: impl Display) -> Unmet {
    Unmet::Failed(Failure::new(sent, came))
}

/// An error in the words of a report, which are its own unless it says otherwise.
pub(super) trait Told: Display {
    fn told(&self) -> String {
        self.to_string()
    }
}

impl Told for CallError {
    fn told(&self) -> String {
        match self {
            Self::TimedOut { limit } => format!("nothing came within {} s", limit.as_secs()),
            _ => self.to_string(),
        }
    }
}

impl Told for StartError {}
impl Told for &NotAPackage {}
impl Told for io::Error {}

/// Adds what was done to an error.
pub(super) trait After<T> {
    fn after(self, sent: &str) -> Result<T, Unmet>;
}

impl<T, E: Told> After<T> for Result<T, E> {
    fn after(self, sent: &str) -> Result<T, Unmet> {
        self.map_err(|error| failed(sent, error.told()))
    }
}

/// Fails with what was done and what came of it.
pub(super) fn fail<T>(sent: &str, came: impl Display) -> Result<T, Unmet> {
    Err(failed(sent, came))
}

/// Fails unless `kept`; `format_args!` makes `came` cost nothing where it is.
pub(super) fn ensure(kept: bool, sent: &str, came: impl Display) -> Verdict {
    if kept { Ok(()) } else { fail(sent, came) }
}

/// Says why a rule cannot be tried here.
pub(super) fn not_checked<T>(why: impl Into<String>) -> Result<T, Unmet> {
    Err(Unmet::NotChecked(why.into()))
}
