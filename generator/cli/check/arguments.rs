//! The values of `check`'s flags, parsed before anything is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::cli::failure::{Exit, Failure};
use crate::conformance::{self, Rule};
use crate::text::printable_path;

/// The function to check, and how to call it.
#[derive(Debug, Args)]
pub(super) struct SubjectArgs {
    /// Start the function with COMMAND, in this directory and without a shell
    ///
    /// `check` starts the function once for nearly every rule and calls it about a thousand times
    /// in total.
    #[arg(long = "cmd", value_name = "COMMAND")]
    pub(super) command: Option<String>,

    /// Set the port of a function that does not read `FC_SERVER_PORT` or `FC_CUSTOM_LISTEN_PORT`
    #[arg(long, requires = "command", value_parser = port)]
    pub(super) port: Option<u16>,

    /// Set an environment variable of the function; may be repeated
    ///
    /// In a project, the function also gets the variables of `s.yaml` and `.env`.
    #[arg(long = "env", value_name = "K=V")]
    pub(super) env: Vec<Variable>,

    /// Send the event in FILE, which the function accepts, instead of `{}` or the project's sample
    #[arg(long, value_name = "FILE")]
    pub(super) event: Option<PathBuf>,

    /// Send the event in FILE, which the function rejects, to check how it reports failures
    #[arg(long, value_name = "FILE")]
    pub(super) failing_event: Option<PathBuf>,

    /// Treat the program as a web function that answers `GET PATH`
    #[arg(long, value_name = "PATH", requires = "command", value_parser = path)]
    pub(super) path: Option<String>,

    /// Treat the program as a probe, a test function that follows the probe protocol
    /// (docs/conformance.md of cargo-fc3)
    #[arg(long, requires = "command", conflicts_with_all = ["event", "failing_event"])]
    pub(super) probe: bool,

    /// Check a zip package
    ///
    /// With `--cmd`, the command is checked too. It runs in this directory and not in the package.
    #[arg(long, value_name = "FILE")]
    pub(super) zip: Option<PathBuf>,
}

/// The time to spend on rules with long time limits, and the time to wait for anything that should
/// be immediate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) idle: Duration,
    pub(super) patience: Duration,
}

/// An environment variable of the function.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !text.contains('\0') => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("pass a name, `=` and a value, for example `--env STAGE=test`".to_owned()),
        }
    }
}

/// A rule by its id.
pub(super) fn rule(id: &str) -> Result<&'static Rule, String> {
    let named = conformance::rules().find(|rule| rule.id == id);
    named.ok_or_else(|| "list all rules with `cargo fc3 check --list`".to_owned())
}

/// A port to listen on.
fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("pass a number from 1 to 65535".to_owned()),
        Ok(port) => Ok(port),
    }
}

/// A request path, as clients send it.
fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') && text.chars().all(|c| c.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("pass a path that begins with `/` and has no spaces".to_owned())
    }
}

/// A time in whole seconds, at most one day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    match text.parse() {
        Ok(seconds @ 1..=DAY) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("pass a number of seconds from 1 to {DAY}")),
    }
}

/// Reads a file that a flag names.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", printable_path(path));
        Failure::new(Exit::Usage, message).hint("pass an existing file")
    })
}
