//! A project whose `cargo` is a script of ours: it builds nothing, and names a function that is ready.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::scratch::CLI;
use crate::support::stand_in;

/// The function of all these projects, compiled once.
static FUNCTION: LazyLock<PathBuf> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = place.join("invoke-function.rs");
    let program = place.join(format!("invoke-function-{}", std::process::id()));
    fs::write(&source, include_str!("function.rs")).expect("a program");
    let compiled = Command::new("rustc")
        .args(["--edition", "2024", "-o"])
        .args([&program, &source])
        .output()
        .expect("rustc runs");
    assert!(compiled.status.success(), "{}", text(&compiled.stderr));
    let ready = place.join("invoke-function");
    fs::rename(program, &ready).expect("the same directory");
    ready
});

/// A project in a directory of its own.
pub(crate) struct Stage(TempDir);

impl Stage {
    /// A new project of a kind, called `hello`.
    pub(crate) fn new(kind: &str) -> Self {
        let stage = Self::empty();
        let new = ["new", "hello", "--kind", kind, "--vcs", "none", "--yes"];
        let made = Command::new(CLI)
            .args(new)
            .current_dir(stage.0.path())
            .output();
        let made = made.expect("the CLI runs");
        assert!(made.status.success(), "{}", text(&made.stderr));
        let program = FUNCTION.to_str().expect("a plain path");
        stage.build_with(&stand_in::built(&stage.dir(), program));
        stage
    }

    /// The program of the function.
    pub(crate) fn function() -> &'static Path {
        &FUNCTION
    }

    /// A directory that is no project.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// Makes `cargo` do what a script does.
    pub(crate) fn build_with(&self, script: &str) {
        stand_in::write(&self.cargo(), script).expect("a script");
    }

    fn cargo(&self) -> PathBuf {
        self.0.path().join("cargo")
    }

    /// The directory of the project.
    pub(crate) fn dir(&self) -> PathBuf {
        self.0.path().join("hello")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::write(self.dir().join(path), content).expect("a file");
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(CLI);
        command
            .arg("invoke")
            .args(args)
            .current_dir(if self.dir().is_dir() {
                self.dir()
            } else {
                self.0.path().to_owned()
            })
            .env("CARGO", self.cargo())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        Ended::from(self.command(args).output().expect("the CLI runs"))
    }

    /// Runs it with something on standard input.
    pub(crate) fn pipe(&self, args: &[&str], input: &[u8]) -> Ended {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("the CLI runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(input).expect("it reads");
        drop(stdin);
        Ended::from(child.wait_with_output().expect("it ends"))
    }
}

/// What a command has printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: text(&output.stderr),
        }
    }
}

impl Ended {
    /// The reply of a function that succeeded.
    pub(crate) fn reply(&self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        text(&self.stdout)
    }

    /// The document of `--json`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that it was refused before anything ran.
    pub(crate) fn refused(&self, stderr: &str) {
        assert_eq!((self.code, &*self.stderr), (Some(2), stderr), "{self:?}");
        assert!(self.stdout.is_empty(), "{self:?}");
    }
}

pub(crate) fn send(signal: &str, to: &Child) {
    let id = to.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(sent.expect("kill runs").success());
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
