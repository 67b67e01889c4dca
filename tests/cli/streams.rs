//! Output that cannot be written: the exit status and the messages are still true.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::scratch::CLI;

/// Each command that prints to stdout and builds nothing, and what it says before it fails.
const PRINTING: [(&[&str], &str); 13] = [
    (&["kinds"], ""),
    (&["kinds", "--json"], ""),
    (&["new", "made", "--json"], "Created function `made`"),
    (&["new", "dry", "--dry-run"], "Would create function `dry`"),
    (&["new", "dry", "--dry-run", "--json"], "Would create"),
    (&["build", "--dry-run"], "Chose "),
    (&["check", "--list"], ""),
    (&["check", "--list", "--json"], ""),
    (&["check", "--cmd", "false"], ""),
    (&["check", "--cmd", "false", "--json"], ""),
    (&["--help"], ""),
    (&["help", "new"], ""),
    (&["--version"], ""),
];

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(CLI);
    command.args(args).current_dir(dir).stdin(Stdio::null());
    command.env("NO_COLOR", "1").env("CARGO", env!("CARGO"));
    command
}

/// An empty project, which is enough for `build --dry-run`.
fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("fc3.toml"), "").expect("a file");
    fs::write(dir.path().join("Cargo.toml"), "").expect("a file");
    dir
}

fn full() -> File {
    let full = File::options().write(true).open("/dev/full");
    full.expect("Linux has it")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_full_disk_behind_stdout_is_an_error_of_the_machine() {
    for (args, before) in PRINTING {
        let dir = project();
        let output = command(dir.path(), args).stdout(full()).output();
        let output = output.expect("the CLI runs");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{args:?}: {said}");
        assert!(said.starts_with(before), "{args:?}: {said}");
        let error = "error: cannot write to standard output: No space left on device";
        let (_, error) = said.split_once(error).unwrap_or_else(|| panic!("{said}"));
        assert!(error.contains("\nhint: "), "{args:?}: {said}");
        assert_eq!(dir.path().join("made").exists(), args.contains(&"made"));
    }
}

#[test]
fn a_full_disk_behind_stderr_changes_no_result() {
    for (args, _) in PRINTING {
        let dir = project();
        let usual = command(dir.path(), args).output().expect("the CLI runs");
        let dir = project();
        let output = command(dir.path(), args).stderr(full()).output();
        let output = output.expect("the CLI runs");
        assert_eq!(output.status.code(), usual.status.code(), "{args:?}");
        assert!(!output.stdout.is_empty(), "{args:?}");
    }
}

/// As with `| head`: a reader that is gone is not a failure, and does not hide one.
#[test]
fn a_reader_that_is_gone_does_not_change_the_exit_status() {
    for (args, _) in PRINTING {
        let dir = project();
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command(dir.path(), args).stdout(writer).output();
        let output = output.expect("the CLI runs");
        let code = i32::from(args.contains(&"false"));
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        let failed = stderr(&output).contains("error: 1 required rule failed");
        assert_eq!(failed, args.contains(&"false"), "{args:?}");
    }
}
