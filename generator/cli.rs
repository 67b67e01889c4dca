//! The command line. Each command has its own file with its arguments and a `run`.
//!
//! Data goes to stdout and messages go to stderr, so that `--json` and lists can be piped.
//! [`failure::Exit`] defines the exit codes.

mod access;
mod build;
mod check;
mod deployed;
mod dev;
mod emulate;
mod failure;
mod interrupt;
mod invoke;
mod kinds;
mod new;
mod output;
mod project;
mod projects;
mod s_yaml;
mod shell;
mod talk;
mod template_args;
mod tool;
mod try_out;
mod usage;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::emulator;

/// Create, check and build Rust functions for Alibaba Cloud Function Compute
#[derive(Debug, Parser)]
#[command(
    name = "cargo-fc3",
    bin_name = "cargo fc3",
    version,
    max_term_width = 80
)]
#[command(styles = output::STYLES, disable_help_subcommand = false)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    New(new::New),
    Try(try_out::Try),
    Dev(dev::Dev),
    Invoke(invoke::Invoke),
    Emulate(emulate::Emulate),
    Build(build::Build),
    Check(check::Check),
    Kinds(kinds::Kinds),
}

/// Runs the program: parses its arguments, runs the command, and reports errors.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<_> = arguments(std::env::args_os()).collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(error, &arguments),
    };
    let _end = EndInstances;
    let result = match cli.verb {
        Verb::New(new) => new.run(),
        Verb::Try(try_out) => try_out.run(),
        Verb::Invoke(invoke) => invoke.run(),
        Verb::Build(build) => build.run(),
        Verb::Check(check) => check.run(),
        Verb::Dev(dev) => dev.run(),
        Verb::Emulate(emulate) => emulate.run(),
        Verb::Kinds(kinds) => kinds.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

/// Ends whatever a function has started, however a command ends.
struct EndInstances;

impl Drop for EndInstances {
    fn drop(&mut self) {
        emulator::end_all();
    }
}

/// `cargo fc3 new` runs `cargo-fc3 fc3 new`. If the user runs `cargo-fc3` directly, `fc3` is
/// missing.
fn arguments(all: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    all.enumerate()
        .filter(|(at, argument)| *at != 1 || argument != "fc3")
        .map(|(_, given)| given)
}
