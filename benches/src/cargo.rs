//! Runs cargo in the same way on every machine, without the build settings of the caller's shell.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::children::Group;
use crate::cpus;

/// The prefixes of variables that set flags, a profile, a target, a compiler or a folder.
const SETTINGS: [&str; 7] = [
    "CARGO_BUILD_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "RUSTC",
    "RUSTFLAGS",
];

/// A cargo command without these variables.
pub(crate) fn cargo(args: &[&str], directory: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = plain(program, directory);
    cargo.args(args);
    cargo
}

/// A command that runs cargo, without these variables.
pub(crate) fn plain(program: impl AsRef<OsStr>, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    for (name, _) in std::env::vars_os() {
        let name_is = |setting: &&str| name.as_encoded_bytes().starts_with(setting.as_bytes());
        if SETTINGS.iter().any(name_is) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end. Its output is shown only if it fails.
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

/// Runs a command and returns what it prints to stdout.
pub(crate) fn printed(command: &mut Command) -> Result<String> {
    let output = succeed(command)?;
    String::from_utf8(output.stdout).context("a program printed something that is not text")
}

/// Whether a program is installed and succeeds with these arguments.
pub(crate) fn runs(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    succeed(Command::new(program).args(args)).is_ok()
}
