//! A place to create a project in, with a `git` that chooses the moment.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::disk;

pub(crate) const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

pub(crate) const STAGING: &str = ".hello.fc3-staging";

/// More than the slowest machine needs to start a shell.
const LIMIT: Duration = Duration::from_secs(60);

/// A directory to work in, with `git` as a shell script of ours beside it.
pub(crate) struct Stage {
    pub(crate) home: TempDir,
}

impl Stage {
    pub(crate) fn new(git: &str) -> io::Result<Self> {
        let stage = Self {
            home: tempfile::tempdir()?,
        };
        fs::create_dir(stage.bin())?;
        fs::create_dir(stage.work())?;
        stage.set_git(git)?;
        Ok(stage)
    }

    pub(crate) fn set_git(&self, script: &str) -> io::Result<()> {
        // By a rename, since a file that a run still has open cannot be started.
        let fresh = self.home.path().join("git");
        fs::write(&fresh, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755))?;
        fs::rename(fresh, self.bin().join("git"))
    }

    fn bin(&self) -> PathBuf {
        self.home.path().join("bin")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    pub(crate) fn command(&self) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(self.bin()).chain(std::env::split_paths(&path));
        let mut command = Command::new(CLI);
        command
            .args(["new", "hello", "--vcs", "git", "--yes"])
            .current_dir(self.work())
            .env("PATH", std::env::join_paths(path).expect("a path"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self) -> io::Result<Output> {
        self.command().output()
    }

    pub(crate) fn left(&self) -> Vec<String> {
        disk::names(&self.work())
    }

    /// Waits until `git` has opened the FIFO `here`, and until nobody has it open any more.
    pub(crate) fn is_there(&self) -> io::Result<()> {
        let here = self.home.path().join("here");
        let (sender, read) = mpsc::channel();
        // A thread of its own, since opening a FIFO has no limit.
        thread::spawn(move || sender.send(fs::read(here)));
        match read.recv_timeout(LIMIT) {
            Ok(read) => read.map(drop),
            Err(_) => Err(io::Error::other("`git` never started, or is still there")),
        }
    }
}

/// A script that says it is there through one FIFO, and waits for the other.
pub(crate) fn waits(then: &str) -> io::Result<Stage> {
    let script = format!("echo > ../../../here; read line < ../../../go; {then}");
    let stage = Stage::new(&script)?;
    for name in ["here", "go"] {
        let made = Command::new("mkfifo")
            .arg(stage.home.path().join(name))
            .status()?;
        assert!(made.success(), "no FIFO");
    }
    Ok(stage)
}

#[track_caller]
pub(crate) fn expect(output: &Output, code: i32, says: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(
        stderr.contains(says),
        "{stderr:?} does not contain {says:?}"
    );
}
