//! The values of `check`'s flags, understood before anything is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::cli::failure::{Exit, Failure};
use crate::conformance::{self, Rule};
use crate::text::printable_path;

/// What is checked, and how it is called.
#[derive(Debug, Args)]
pub(super) struct SubjectArgs {
    /// Start the function by COMMAND, in this directory and without a shell
    ///
    /// It is started again for nearly every rule, and called some thousand times in all.
    #[arg(long = "cmd", value_name = "COMMAND")]
    pub(super) command: Option<String>,

    /// The port that it listens on, if it does not read `FC_SERVER_PORT` or `FC_CUSTOM_LISTEN_PORT`
    #[arg(long, requires = "command", value_parser = port)]
    pub(super) port: Option<u16>,

    /// Set a variable of the function; may be repeated
    #[arg(long = "env", value_name = "K=V")]
    pub(super) env: Vec<Variable>,

    /// An event that it answers with success, instead of `{}` or the project's own sample
    #[arg(long, value_name = "FILE")]
    pub(super) event: Option<PathBuf>,

    /// An event that it fails, to see what is told of it
    #[arg(long, value_name = "FILE")]
    pub(super) failing_event: Option<PathBuf>,

    /// It is a web function, and answers a client's GET of PATH
    #[arg(long, value_name = "PATH", requires = "command", value_parser = path)]
    pub(super) path: Option<String>,

    /// It speaks the probe protocol, so that every rule can be checked
    #[arg(long, requires = "command", conflicts_with_all = ["event", "failing_event"])]
    pub(super) probe: bool,

    /// Check a package, as it is uploaded, alone or beside `--cmd`
    #[arg(long, value_name = "FILE")]
    pub(super) zip: Option<PathBuf>,
}

/// For how long rules are held that the platform states for longer, and how long anything that should
/// take no time is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) idle: Duration,
    pub(super) patience: Duration,
}

/// A variable of the function.
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
            _ => Err("give a name, `=` and a value, as in `--env STAGE=test`".to_owned()),
        }
    }
}

/// A rule by its id.
pub(super) fn rule(id: &str) -> Result<&'static Rule, String> {
    let named = conformance::rules().find(|rule| rule.id == id);
    named.ok_or_else(|| "`cargo fc3 check --list` names the rules".to_owned())
}

/// A port that can be listened on.
fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("give a number from 1 to 65535".to_owned()),
        Ok(port) => Ok(port),
    }
}

/// A path as clients send it.
fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') && text.chars().all(|c| c.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("a path begins with `/`, and has no blanks".to_owned())
    }
}

/// A time in whole seconds, of at most a day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    const DAY: u64 = 24 * 60 * 60;
    match text.parse() {
        Ok(seconds @ 1..=DAY) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("give a number of seconds from 1 to {DAY}")),
    }
}

/// A file that a flag names.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| {
        let message = format!("cannot read `{}`: {error}", printable_path(path));
        Failure::new(Exit::Usage, message).hint("name a file that is there")
    })
}
