//! `cargo fc3 dev`, as a shell runs it: projects that are edited, called and broken while it runs.
//!
//! Most of them are one small crate, which cargo builds within a second: see `stage`.

#[cfg(unix)]
mod dev;
#[cfg(unix)]
mod edits;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod load;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod stage;
#[cfg(unix)]
#[path = "../support/mod.rs"]
mod support;
#[cfg(unix)]
mod timers;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use libtest_mimic::{Arguments, Trial};

    let modules = [
        ("edits", edits::CHECKS),
        ("faults", faults::CHECKS),
        ("load", load::CHECKS),
        ("output", output::CHECKS),
        ("timers", timers::CHECKS),
    ];
    let trials = modules.into_iter().flat_map(|(module, checks)| {
        checks.iter().map(move |(name, check)| {
            Trial::test(format!("{module}::{name}"), || {
                check();
                Ok(())
            })
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Other systems have no signals to end it with.
#[cfg(not(unix))]
fn main() {}

/// A test: its name, and what panics if it fails.
#[cfg(unix)]
type Check = (&'static str, fn());
