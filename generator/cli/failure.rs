//! Failures: a message, a hint and an exit code.

mod causes;

use std::process::ExitCode;

use thiserror::Error;

use super::output::{ERROR, hint_line, message};

/// The exit code of an unexpected error, which is also that of a Rust panic. No script can mistake
/// our own error for a failed check.
const UNEXPECTED: u8 = 101;

/// The party that must act on a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The function's author: the function failed or broke a rule of the platform: 1.
    Failed,
    /// The user: the arguments are invalid: 2.
    Usage,
    /// The owner of the machine: something is missing on it: 3.
    Machine,
    /// Whoever runs a command through this program: it ended with this code, and has said why.
    Command(u8),
    /// Nobody, since the user stopped the program: 128 plus the signal's number.
    Stopped(u8),
}

/// An expected failure, with a hint for the user.
#[derive(Debug, Clone, Error)]
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

    /// Adds a hint that says what to do, without a full stop.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The party that must act.
    #[cfg(test)]
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// The failure as it is printed, with its hint on a line of its own.
    pub(super) fn text(&self) -> String {
        let hint = self.hint.as_deref().map(hint_line);
        let hint = hint.map_or_else(String::new, |hint| format!("\n{hint}"));
        format!("{ERROR}error{ERROR:#}: {}{hint}", self.message)
    }

    /// Prints the failure.
    pub(super) fn print(&self) {
        message(self.text());
    }

    /// The user left a prompt.
    pub(super) fn cancelled() -> Self {
        Self::new(Exit::Stopped(130), "cancelled; nothing was written")
    }
}

/// Prints the failure and returns the exit code.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    let Some(failure) = error.downcast_ref::<Failure>() else {
        message(format_args!("{ERROR}error{ERROR:#}: {error:#}"));
        return ExitCode::from(UNEXPECTED);
    };
    if !matches!(failure.exit, Exit::Command(_)) {
        failure.print();
    }
    ExitCode::from(match failure.exit {
        Exit::Failed => 1,
        Exit::Usage => 2,
        Exit::Machine => 3,
        Exit::Stopped(code) | Exit::Command(code) => code,
    })
}
