//! `cargo fc3 dev`, as a shell runs it: projects that are edited, called and broken while it runs.
//!
//! Most of them are one small crate, which cargo builds within a second: see `stage`.

#[cfg(target_os = "linux")]
mod attach;
#[cfg(target_os = "linux")]
mod credentials;
#[cfg(target_os = "linux")]
mod dev;
#[cfg(target_os = "linux")]
mod doors;
#[cfg(target_os = "linux")]
mod edits;
#[cfg(target_os = "linux")]
mod ends;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod invoked;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod members;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod stage;
#[cfg(target_os = "linux")]
#[path = "../support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod timers;
#[cfg(target_os = "linux")]
mod workspace;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use libtest_mimic::{Arguments, Trial};

    let modules = [
        ("doors", doors::CHECKS),
        ("attach", attach::CHECKS),
        ("credentials", credentials::CHECKS),
        ("edits", edits::CHECKS),
        ("ends", ends::CHECKS),
        ("faults", faults::CHECKS),
        ("invoked", invoked::CHECKS),
        ("load", load::CHECKS),
        ("machine", machine::CHECKS),
        ("memory", memory::CHECKS),
        ("names", names::CHECKS),
        ("output", output::CHECKS),
        ("session", session::CHECKS),
        ("timers", timers::CHECKS),
        ("workspace", workspace::CHECKS),
    ];
    let trials = modules.into_iter().flat_map(|(module, checks)| {
        checks.iter().map(move |(name, check)| {
            Trial::test(format!("{module}::{name}"), || {
                check();
                Ok(())
            })
        })
    });
    // Those that not every machine can run.
    let others: [(_, fn(), _); 2] = [
        (
            "machine::a_full_disk",
            machine::full_disk,
            support::mounts::can_mount(),
        ),
        (
            "attach::a_breakpoint_holds_a_call",
            attach::breakpoint,
            attach::has_debugger(),
        ),
    ];
    let others = others.map(|(name, check, is_possible)| {
        let trial = Trial::test(name, move || {
            check();
            Ok(())
        });
        trial.with_ignored_flag(!is_possible)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.chain(others).collect()).exit_code()
}

/// Other systems do not list the processes that it leaves.
#[cfg(not(target_os = "linux"))]
fn main() {}

/// A test: its name, and what panics if it fails.
#[cfg(target_os = "linux")]
type Check = (&'static str, fn());
