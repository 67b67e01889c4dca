//! Runs cargo, always in the same way: no setting of the caller's shell changes what is built.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::children::Group;
use crate::process;

/// A cargo that reads nothing from its environment which would change a build.
pub(crate) fn cargo(args: &[&str], directory: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args).current_dir(directory);
    for name in [
        "CARGO_BUILD_BUILD_DIR",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_INCREMENTAL",
        "CARGO_TARGET_DIR",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
    ] {
        cargo.env_remove(name);
    }
    cargo
}

/// Runs a command to its end. What it says is shown only if it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<Output> {
    process::unpin()?;
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = Group::start(command)?.output()?;
    if output.status.success() {
        return Ok(output);
    }
    bail!(
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    )
}

/// What a command prints.
pub(crate) fn printed(command: &mut Command) -> Result<String> {
    let output = succeed(command)?;
    String::from_utf8(output.stdout).context("a program printed what is no text")
}
