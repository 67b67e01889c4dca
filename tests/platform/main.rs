//! The package as the platform runs it: `/code` read-only, as another user or as root, with nothing
//! of this machine's environment, within 128 MB of memory, as process 1; in the roots of the
//! platform's own Debian releases, and in an empty one.
//!
//! It needs root, or namespaces that users may make. What a machine cannot do is ignored, each trial
//! with its reason. `CARGO_FC3_ROOTS=full` asks for whole roots and for the kind `web` too;
//! `LOCK=overwrite` renews the lock file of the function that calls out.

#[cfg(target_os = "linux")]
mod cgroup;
#[cfg(target_os = "linux")]
mod course;
#[cfg(target_os = "linux")]
mod dns;
#[cfg(target_os = "linux")]
mod dynamic;
#[cfg(target_os = "linux")]
mod module;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod outgoing;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod programs;
#[cfg(target_os = "linux")]
mod roots;
#[path = "../support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod surroundings;
#[cfg(target_os = "linux")]
mod symbols;
#[cfg(target_os = "linux")]
mod tls;
#[cfg(target_os = "linux")]
mod trials;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use support::project;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if !project::IS_STATIC {
        println!("ignored: all of this, since no static program is built here");
        return libtest_mimic::run(&arguments, Vec::new()).exit_code();
    }
    #[cfg(target_os = "linux")]
    let trials = trials::all();
    #[cfg(not(target_os = "linux"))]
    let trials = Vec::new();
    libtest_mimic::run(&arguments, trials).exit_code()
}
