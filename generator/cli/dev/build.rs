//! Builds the program of a project for a session of `dev`: cargo's progress and the compiler's words
//! as values, and the files that count for the next build.

mod messages;
mod progress;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::SystemTime;

use cargo_metadata::Message;

use super::inputs::{Inputs, lock_file};
use super::watch::content::Content;
use crate::cli::failure::Failure;
use crate::cli::output::{ERROR, WARNING};
use crate::cli::talk::Progress;
use crate::cli::tool::lines::{self, Line};
use crate::cli::tool::{self, cargo, diagnosis};
use crate::stop::Stop;
use messages::{Messages, Program};
use progress::Words;

/// How a build has ended.
#[derive(Debug)]
pub(in crate::cli) enum Outcome {
    Built(Built),
    Failed(BuildFailed),
}

/// A program that was built.
#[derive(Debug)]
pub(in crate::cli) struct Built {
    pub(in crate::cli) program: PathBuf,
    /// Whether the program is the one of the last build, since nothing that it is made of changed.
    pub(in crate::cli) is_fresh: bool,
    /// The warnings of cargo and the compiler, each with its own lines.
    pub(in crate::cli) warnings: String,
    pub(in crate::cli) inputs: Inputs,
}

/// A build that failed.
#[derive(Debug)]
pub(in crate::cli) struct BuildFailed {
    /// What the compiler and cargo said, once each.
    pub(in crate::cli) words: String,
    /// The reason with a hint, if it is a known one.
    pub(in crate::cli) reason: Option<Failure>,
    /// The files whose change may repair it.
    pub(in crate::cli) inputs: Inputs,
}

/// Builds the program of a project for this machine. `more` are arguments for cargo. On a signal,
/// cargo ends first, with everything that it started.
pub(in crate::cli) fn build(
    project: &Path,
    more: &[OsString],
    stop: &Stop,
    progress: &mut dyn FnMut(&Progress),
) -> anyhow::Result<Outcome> {
    let begun = SystemTime::now();
    let mut run = Run::new(project);
    let status = lines::run(command(project, more), cargo::INSTALL, stop, |line| {
        run.take(line, progress);
    })?;
    run.end(status, begun)
}

/// The command. Cargo shows its progress even though nobody sees it, because it has the total.
fn command(project: &Path, more: &[OsString]) -> std::process::Command {
    let format = if tool::shows_colour() {
        "--message-format=json-diagnostic-rendered-ansi"
    } else {
        "--message-format=json"
    };
    let mut command = cargo::command(project, &["build", "--bin=bootstrap", format]);
    command.args(more);
    command.envs([
        ("CARGO_TERM_PROGRESS_WHEN", "always"),
        ("CARGO_TERM_PROGRESS_WIDTH", "100"),
        ("CARGO_TERM_COLOR", "never"),
    ]);
    command
}

/// A build that runs.
struct Run<'a> {
    project: &'a Path,
    messages: Messages,
    /// What cargo itself says, except its status.
    words: String,
    /// The lock file as cargo uses it, once it has begun to compile. Cargo may write it before that.
    lock: Option<(PathBuf, Content)>,
}

impl<'a> Run<'a> {
    fn new(project: &'a Path) -> Self {
        Self {
            project,
            messages: Messages::default(),
            words: String::new(),
            lock: None,
        }
    }

    fn take(&mut self, line: Line, progress: &mut dyn FnMut(&Progress)) {
        match line {
            Line::Stdout(line) => {
                self.lock.get_or_insert_with(|| {
                    let lock = lock_file(self.project);
                    let content = Content::of(&lock);
                    (lock, content)
                });
                // A build script's or a wrapper's output may be among the messages.
                if let Ok(message) = serde_json::from_str::<Message>(&line) {
                    self.messages.add(message, self.project);
                }
            }
            Line::Stderr(line) => {
                let line = anstream::adapter::strip_str(&line).to_string();
                match Words::of(&line) {
                    Words::Status(Some(status)) => progress(&status),
                    Words::Status(None) | Words::Summary => {}
                    Words::Text => {
                        self.messages.add_names(&line);
                        self.words.push_str(&line);
                        self.words.push('\n');
                    }
                }
            }
            Line::Transient(line) => {
                let line = anstream::adapter::strip_str(&line).to_string();
                if let Some(bar) = Progress::of_bar(&line) {
                    progress(&bar);
                }
            }
        }
    }

    fn end(self, status: ExitStatus, begun: SystemTime) -> anyhow::Result<Outcome> {
        let Messages {
            packages,
            program,
            words,
            names,
            ..
        } = self.messages;
        let words = words.concat();
        let written = BTreeMap::from_iter(self.lock);
        if !status.success() {
            let plain = anstream::adapter::strip_str(&words).to_string() + &self.words;
            let inputs = Inputs::of_failure(self.project, &packages, &names, begun);
            return Ok(Outcome::Failed(BuildFailed {
                words: words + &coloured(&self.words),
                reason: diagnosis::diagnose(&plain),
                inputs: Inputs { written, ..inputs },
            }));
        }
        let Some(Program { path, is_fresh }) = program else {
            anyhow::bail!("`cargo build` did not report a program");
        };
        let inputs = Inputs::of_program(self.project, &path, &packages, begun);
        Ok(Outcome::Built(Built {
            program: path,
            is_fresh,
            warnings: words + &coloured(&self.words),
            inputs: Inputs { written, ..inputs },
        }))
    }
}

/// Cargo's own words with the colours that they have on a terminal.
fn coloured(words: &str) -> String {
    if !tool::shows_colour() {
        return words.to_owned();
    }
    let mut coloured = String::new();
    for line in words.split_inclusive('\n') {
        let heads = [("error", ERROR), ("warning", WARNING)];
        let head = heads.iter().find(|(head, _)| line.starts_with(head));
        match head {
            Some((head, style)) => {
                let rest = &line[head.len()..];
                let _ = write!(coloured, "{style}{head}{style:#}{rest}");
            }
            None => coloured.push_str(line),
        }
    }
    coloured
}

#[cfg(test)]
mod tests;
