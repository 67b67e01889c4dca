//! Maps the errors of other modules to failures: who must act, and how.

use super::{Exit, Failure};
use crate::cli::shell::quoted;
use crate::emulator::{CallError, StartError};
use crate::scaffold::manifest::{AnswerError, Refusal};
use crate::scaffold::names::NameError;
use crate::scaffold::tree::{DestinationError, WriteError};
use crate::stop::StopSignal;
use crate::text::{printable, printable_path};

impl From<StopSignal> for Failure {
    fn from(signal: StopSignal) -> Self {
        Self::new(Exit::Stopped(signal.exit_code()), "stopped by a signal")
    }
}

impl From<NameError> for Failure {
    fn from(error: NameError) -> Self {
        let hint = format!("use `{}`", error.suggestion());
        Self::new(Exit::Usage, error.to_string()).hint(hint)
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        let hint = match &error {
            AnswerError::OtherKind { flag, kinds, .. } => {
                format!("leave out `--{flag}`, or use `--kind {}`", kinds[0])
            }
            AnswerError::NotAllowed { why, like, .. } => remedy(why, like),
            AnswerError::Unknown(_) => "see all options with `cargo fc3 new --help`".to_owned(),
        };
        Self::new(Exit::Usage, error.to_string()).hint(hint)
    }
}

fn remedy(why: &Refusal, like: &str) -> String {
    match why {
        Refusal::NoChoice(choices) => format!("choose one of `{}`", choices.join("`, `")),
        Refusal::Characters(chars) if chars.len() == 1 => "remove this character".to_owned(),
        Refusal::Characters(_) => "remove these characters".to_owned(),
        Refusal::Beginning(_) => "use a different first character".to_owned(),
        Refusal::End(_) => "use a different last character".to_owned(),
        Refusal::TooLong { most, .. } => format!("use at most {most} characters"),
        Refusal::TooShort { least, .. } => format!("use at least {least} characters"),
        Refusal::Form => format!("use a value such as `{like}`"),
    }
}

impl From<DestinationError> for Failure {
    fn from(error: DestinationError) -> Self {
        let hint = match &error {
            DestinationError::Nameless(_) => {
                "pass a path that ends with the name of a new directory to `--path`".to_owned()
            }
            DestinationError::Exists(_) => "choose a different path with `--path`".to_owned(),
            DestinationError::NoParent(parent) => match quoted(parent) {
                word if word == printable(&word) => {
                    format!("create it first: `mkdir -p {word}`")
                }
                // A path that needs escapes cannot be pasted either.
                _ => "create it first".to_owned(),
            },
            DestinationError::NotADirectory(_) => {
                "choose a path inside a directory with `--path`".to_owned()
            }
        };
        Self::new(Exit::Usage, error.to_string()).hint(hint)
    }
}

/// The error of a failed last step is passed on unchanged, since that step has the best message.
impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Destination(error) => error.into(),
            WriteError::Busy { ref staging, .. } => {
                let hint = format!(
                    "wait until it has finished; if no other run exists, remove `{}`",
                    printable_path(staging)
                );
                Self::new(Exit::Usage, error.to_string()).hint(hint)
            }
            WriteError::Foreign(_) => Self::new(Exit::Usage, error.to_string())
                .hint("move this directory away, or choose a different path with `--path`"),
            WriteError::FewFiles(_) => Self::new(Exit::Machine, error.to_string())
                .hint("nothing was written; allow more open files, for example `ulimit -n 1024`"),
            WriteError::Stopped(signal) => {
                Self::new(Exit::Stopped(signal.exit_code()), error.to_string())
            }
            WriteError::Finish(error) => error
                .downcast()
                .unwrap_or_else(|error| Self::new(Exit::Machine, format!("{error:#}"))),
            WriteError::Io { .. } => Self::new(Exit::Machine, error.to_string()).hint(
                "nothing was written; choose a writable location with enough free space for \
                     `--path`",
            ),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let exit = match &error {
            StartError::Run { .. } | StartError::Machine(_) => Exit::Machine,
            StartError::Exited { .. }
            | StartError::OutOfMemory { .. }
            | StartError::NotAttached { .. }
            | StartError::NotListening { .. }
            | StartError::OtherPort { .. }
            | StartError::Loopback { .. } => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}
