//! Runs cargo to build a project.

use std::ffi::OsString;
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Message, Metadata, MetadataCommand};

use super::diagnosis;
use crate::cli::failure::{Exit, Failure};
use crate::cli::tool;
use crate::stop::Stop;

/// The hint for a machine without cargo.
pub(in crate::cli) const INSTALL: &str = "install Rust: https://rustup.rs";

/// A cargo command in a project: the cargo that runs us, or the one on `PATH`.
pub(in crate::cli) fn command(project: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(project);
    command
}

/// Builds the program of a project for this machine, and returns its path.
pub(in crate::cli) fn build(
    project: &Path,
    release: bool,
    more: &[OsString],
    stop: &Stop,
) -> anyhow::Result<PathBuf> {
    let mut command = command(project, &["build", "--bin=bootstrap"]);
    command.args(release.then_some("--release")).args(more);
    let failed = Failure::new(Exit::Machine, "`cargo build` failed")
        .hint("see its message above; the first build needs network access");
    let program = run(command, failed, stop)?;
    program.ok_or_else(|| anyhow::anyhow!("`cargo build` did not report a program"))
}

/// Runs a build command with cargo's progress on stderr, and returns the path of the built program.
/// If it fails for an unknown reason, the error is `failed`.
pub(in crate::cli) fn run(
    mut command: Command,
    failed: Failure,
    stop: &Stop,
) -> anyhow::Result<Option<PathBuf>> {
    command.arg("--message-format=json-render-diagnostics");
    command.stdout(Stdio::piped());
    if stderr().is_terminal() {
        // Cargo writes to a pipe, but its messages end up on a terminal.
        let settings = [
            ("CARGO_TERM_PROGRESS_WHEN", "always"),
            ("CARGO_TERM_PROGRESS_WIDTH", "80"),
        ];
        let colour = tool::shows_colour().then_some(("CARGO_TERM_COLOR", "always"));
        for (name, value) in settings.into_iter().chain(colour) {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
    }
    let ended = tool::run(command, INSTALL, stop)?;
    diagnosis::refuse(&ended, failed)?;
    let mut program = None;
    for message in Message::parse_stream(ended.stdout.as_bytes()) {
        if let Message::CompilerArtifact(artifact) = message? {
            program = artifact.executable.or(program);
        }
    }
    Ok(program.map(Into::into))
}

/// Asks cargo about a project and all packages that it depends on.
pub(in crate::cli) fn metadata(project: &Path, stop: &Stop) -> anyhow::Result<Metadata> {
    let command = command(project, &["metadata", "--format-version=1"]);
    let failed = || Failure::new(Exit::Failed, "`cargo metadata` failed for this project");
    let answer = tool::ask(command, stop)?.ok_or_else(failed)?;
    Ok(MetadataCommand::parse(answer)?)
}

/// Asks cargo about the members of a workspace.
pub(in crate::cli) fn members(root: &Path, stop: &Stop) -> anyhow::Result<Metadata> {
    const ARGUMENTS: [&str; 3] = ["metadata", "--no-deps", "--format-version=1"];
    let failed = || {
        Failure::new(Exit::Failed, "`cargo metadata` failed for this workspace")
            .hint("run `cargo metadata --no-deps` to see why")
    };
    let answer = tool::ask(command(root, &ARGUMENTS), stop)?.ok_or_else(failed)?;
    Ok(MetadataCommand::parse(answer)?)
}
