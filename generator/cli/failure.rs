//! What went wrong, in words and as an exit code.

mod causes;

use std::process::ExitCode;

use anstream::eprintln;
use thiserror::Error;

use super::output::{ERROR, HINT};

/// The exit code of what we did not expect: that of a Rust program that panics. So no script
/// takes our own fault for a check that failed.
const UNEXPECTED: u8 = 101;

/// Who has to do something about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The function's author: it failed, or kept a rule of the platform badly: 1.
    Failed,
    /// The user, who asked for what cannot be done: 2.
    Usage,
    /// The machine lacks something: 3.
    Machine,
    /// Nobody; the user stopped it: 128 and the signal's number.
    Stopped(u8),
}

/// A failure that we expect to happen, with what the user can do about it.
#[derive(Debug, Error)]
#[error("{message}")]
pub(super) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    /// Says what to do, as a part of a sentence, without a full stop.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Tells the user.
    pub(super) fn print(&self) {
        eprintln!("{ERROR}error{ERROR:#}: {}", self.message);
        if let Some(hint) = &self.hint {
            eprintln!("{HINT}hint{HINT:#}: {hint}");
        }
    }

    /// The user left a prompt.
    pub(super) fn cancelled() -> Self {
        Self::new(Exit::Stopped(130), "cancelled; nothing was written")
    }
}

/// Tells the user, and gives the exit code.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        eprintln!("{ERROR}error{ERROR:#}: {error:#}");
        return ExitCode::from(UNEXPECTED);
    };
    failure.print();
    ExitCode::from(match failure.exit {
        Exit::Failed => 1,
        Exit::Usage => 2,
        Exit::Machine => 3,
        Exit::Stopped(code) => code,
    })
}
