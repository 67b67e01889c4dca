//! A run of `cargo fc3 check` in a directory of its own, and what it says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use snapbox::{Assert, Data};
use tempfile::TempDir;

use crate::function;
use crate::support::project::CLI;

/// What a run came to.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An empty directory, which holds no project.
pub(crate) fn scratch() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// The command, without a terminal and without colours.
pub(crate) fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(CLI);
    command
        .arg("check")
        .args(arguments)
        .current_dir(dir)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE");
    command
}

/// Runs it in `dir`.
pub(crate) fn check_in(dir: &Path, arguments: &[&str]) -> Said {
    said(&mut command(dir, arguments))
}

pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the CLI runs");
    Said {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: without_waiting(&String::from_utf8(output.stderr).expect("text")),
    }
}

/// What was said but for what is waited for: another check, which may be one of our own, that needs a
/// port first, and a start that takes long where the machine is busy.
pub(crate) fn without_waiting(said: &str) -> String {
    let lines = said.split_inclusive('\n');
    let lines = lines.filter(|line| !line.starts_with("Waiting for "));
    lines.collect()
}

/// Runs it where nothing is.
pub(crate) fn check(arguments: &[&str]) -> Said {
    check_in(scratch().path(), arguments)
}

/// Holds a function of ours to some rules.
pub(crate) fn check_function(mode: &str, arguments: &[&str]) -> Said {
    let command = function::command(mode);
    check(&[&["--cmd", &command], arguments].concat())
}

impl Said {
    /// The exit code, and stdout and stderr, are as they were.
    pub(crate) fn is(&self, code: i32, snapshot: &str, varies: &[(&str, &str)]) {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        let mut text = format!("{}---\n{}", self.stdout, self.stderr);
        let program = std::env::current_exe().expect("a path");
        text = text.replace(program.to_str().expect("a plain path"), "[FUNCTION]");
        for (from, to) in varies {
            text = text.replace(from, to);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/check");
        let expected = Data::read_from(&folder.join(format!("{snapshot}.txt")), None);
        let assert = Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV);
        assert.eq(text, expected);
    }

    /// It was told with a way out, on stderr alone.
    pub(crate) fn is_refused(&self, code: i32, message: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        assert!(
            self.stderr.starts_with(&format!("error: {message}"))
                && self.stderr.contains("\nhint: "),
            "{}",
            self.stderr
        );
    }

    /// The report, as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// What came of each rule, in the order of the report.
    pub(crate) fn outcomes(&self) -> Vec<(String, String)> {
        let report = self.json();
        let rules = report["rules"].as_array().expect("a list").iter();
        let text = |rule: &Value, key| rule[key].as_str().expect("text").to_owned();
        rules
            .map(|rule| (text(rule, "id"), text(rule, "outcome")))
            .collect()
    }
}
