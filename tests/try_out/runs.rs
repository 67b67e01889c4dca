//! `cargo fc3 try`, as a shell runs it: what it shows, and that it leaves nothing behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::project::{self, CLI};
use tempfile::TempDir;

/// The command, with a place of its own for temporary files.
fn try_out(arguments: &[&str], temporary: &TempDir) -> Command {
    let mut command = Command::new(CLI);
    command.arg("try").args(arguments);
    command.env("TMPDIR", temporary.path()).env("NO_COLOR", "1");
    command.env("CARGO_TARGET_DIR", project::target());
    command
}

/// Runs it while no other test uses the same target directory.
fn run(arguments: &[&str]) -> (Output, TempDir) {
    let _lock = project::lock("build").expect("a lock");
    let temporary = tempfile::tempdir().expect("a temporary directory");
    (
        try_out(arguments, &temporary)
            .output()
            .expect("the CLI runs"),
        temporary,
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn is_empty(folder: &Path) -> bool {
    crate::left_in(folder).is_empty()
}

#[test]
fn it_shows_the_log_and_the_reply_and_leaves_nothing() {
    let (output, temporary) = run(&["json"]);
    let log = text(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert_eq!(
        text(&output.stdout),
        "{\"message\":\"Hello, Ferris!\",\"visit\":1}\n"
    );
    let mut from = 0;
    for wanted in [
        "Created a function of kind `json`",
        "listening on port",
        "FC Initialize Start RequestId: ",
        "FC Initialize End RequestId: ",
        "Sent `events/invoke.json`",
        "FC Invoke Start RequestId: ",
        "[INFO] greeting Ferris",
        "FC Invoke End RequestId: ",
        "stopping after 1 visitors",
        "Stopped the function",
        "Cleaned up",
    ] {
        let at = log[from..].find(wanted);
        from += at.unwrap_or_else(|| panic!("no `{wanted}` after the {from}th byte of\n{log}"));
    }
    assert!(is_empty(temporary.path()), "{log}");
}

#[test]
fn a_web_function_is_called_by_a_client_too() {
    let (output, temporary) = run(&["web"]);
    let reply = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        reply.ends_with("Hello from Rust on Function Compute\n"),
        "{reply}"
    );
    assert!(is_empty(temporary.path()));
}

#[test]
fn a_function_that_fails_is_told_by_the_exit_code() {
    let event = tempfile::NamedTempFile::new().expect("a file");
    fs::write(event.path(), r#"{"name": 5}"#).expect("an event");
    let path = event.path().to_str().expect("a plain path");
    let (output, temporary) = run(&["json", "--event", path]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("error: the function failed") && said.contains("\"path\":\"name\""),
        "{said}"
    );
    assert!(is_empty(temporary.path()));
}

#[test]
fn a_kept_project_is_whole() {
    let (output, temporary) = run(&["event", "--keep"]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    let kept = said
        .lines()
        .find_map(|line| line.strip_prefix("Kept the project in `"))
        .expect("a place");
    let kept = Path::new(kept.trim_end_matches('`'));
    assert!(
        kept.starts_with(temporary.path()) && kept.join("src/handler.rs").is_file(),
        "{said}"
    );
    assert!(!said.contains("Cleaned up"), "{said}");
}

#[test]
fn without_cargo_it_says_how_to_get_it() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let mut command = try_out(&["event"], &temporary);
    let output = command
        .env("CARGO", "/nowhere/cargo")
        .output()
        .expect("the CLI runs");
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(
        said.contains("error: `cargo` is not installed\nhint: "),
        "{said}"
    );
    assert!(is_empty(temporary.path()));
}

#[test]
fn inside_a_project_it_says_that_it_tries_another() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let project = tempfile::tempdir().expect("a temporary directory");
    fs::write(project.path().join("fc3.toml"), "").expect("a file");
    let mut command = try_out(&["event"], &temporary);
    command
        .env("CARGO", "/nowhere/cargo")
        .current_dir(project.path());
    let said = text(&command.output().expect("the CLI runs").stderr);
    assert!(
        said.starts_with("hint: this tries a new function; run `cargo run` to start"),
        "{said}"
    );
}

#[test]
fn an_unknown_kind_or_event_is_told_before_anything_is_done() {
    for arguments in [&["nosuch"][..], &["json", "--event", "/nowhere/event.json"]] {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let output = try_out(arguments, &temporary)
            .output()
            .expect("the CLI runs");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.starts_with("error: ") && said.contains("\nhint: "),
            "{said}"
        );
        assert!(is_empty(temporary.path()));
    }
}
