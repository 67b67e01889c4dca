//! Runs cargo, always in the same way: no setting of the caller's shell changes what is built.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::children::Group;
use crate::cpus;

/// How the variables begin that give cargo flags, a profile, a target, a compiler or a folder.
const SETTINGS: [&str; 7] = [
    "CARGO_BUILD_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "RUSTC",
    "RUSTFLAGS",
];

/// A cargo to which none of these comes from the environment.
pub(crate) fn cargo(args: &[&str], directory: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args).current_dir(directory);
    for (name, _) in std::env::vars_os() {
        let name_is = |setting: &&str| name.as_encoded_bytes().starts_with(setting.as_bytes());
        if SETTINGS.iter().any(name_is) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a command to its end. What it says is shown only if it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<Output> {
    cpus::unpin()?;
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

/// Whether a program is here and does what it is asked for.
pub(crate) fn runs(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    succeed(Command::new(program).args(args)).is_ok()
}
