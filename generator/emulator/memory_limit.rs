//! The memory limit of an instance, as far as this machine can enforce one.
//!
//! A control group counts what all processes of an instance use together, like the platform. Where no
//! group can be created, each process has a resource limit, which counts what it reserves.

mod group;
mod places;

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use super::logs::{Line, Logs};
use group::Group;
use places::Place;

/// The beginning of what Rust writes when an allocation fails.
const FAILED_ALLOCATION: &str = "memory allocation of ";

/// How long that is waited for, after the end of the process.
const LOG_GRACE: Duration = Duration::from_millis(500);

/// How the kernel ends a process of a group that has reached its limit, and how a program ends that gets
/// no memory. Only Linux has these limits, so these are its numbers.
const SIGKILL: i32 = 9;
const SIGABRT: i32 = 6;

/// A way to limit the memory of instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryLimiter(Way);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// A control group for each instance.
    Groups(Place),
    /// A resource limit of its process.
    Process,
}

/// The memory limit of one instance.
#[derive(Debug)]
pub(super) struct MemoryLimit {
    /// `None` if it is a resource limit.
    group: Option<Group>,
}

impl MemoryLimiter {
    /// The best way of this machine, or `None` if it has none.
    #[must_use]
    pub fn find() -> Option<Self> {
        let place = Place::find();
        let groups = place.map(|place| Self(Way::Groups(place)));
        groups.or_else(Self::of_processes)
    }

    /// Limits each process of an instance on its own, or `None` where that is not possible.
    #[must_use]
    pub fn of_processes() -> Option<Self> {
        cfg!(target_os = "linux").then_some(Self(Way::Process))
    }

    /// Whether it counts what all processes of an instance use together, like the platform. If not, it
    /// counts what each process reserves.
    #[must_use]
    pub fn counts_use(&self) -> bool {
        matches!(self.0, Way::Groups(_))
    }

    /// A limit for an instance, and a command that runs a program within it. The program and its
    /// arguments are to follow.
    pub(super) fn limit(
        &self,
        megabytes: u32,
        instance: &str,
    ) -> io::Result<(MemoryLimit, Command)> {
        let kilobytes = u64::from(megabytes) * 1024;
        let (begins, value, group) = match &self.0 {
            Way::Groups(place) => {
                let group = place.create(instance, kilobytes * 1024)?;
                (r#"echo $$ >"$1""#, group.processes().into(), Some(group))
            }
            Way::Process => (
                r#"ulimit -d "$1""#,
                OsString::from(kilobytes.to_string()),
                None,
            ),
        };
        // The shell becomes the program, so that there is no moment without the limit. Its own
        // variables are not those of the function.
        let script = format!(r#"{begins} && shift && unset PWD OLDPWD SHLVL && exec "$@""#);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &script, "sh"]).arg(value);
        Ok((MemoryLimit { group }, shell))
    }
}

impl MemoryLimit {
    /// Whether a process has ended because of the limit.
    pub(super) fn has_ended(&self, status: ExitStatus, logs: &Logs) -> bool {
        let is_failure = |line: &Line| line.text.starts_with(FAILED_ALLOCATION);
        // A child that was killed before, or a line of the function's own, is no reason for an exit.
        match &self.group {
            Some(group) => ended_by(status, SIGKILL) && group.has_killed(),
            None => ended_by(status, SIGABRT) && logs.wait_from(0, LOG_GRACE, is_failure).is_some(),
        }
    }
}

/// Whether a signal has ended a process. Other systems have none.
fn ended_by(status: ExitStatus, signal: i32) -> bool {
    #[cfg(unix)]
    let ended = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let ended = status.code().and_then(|_| None);
    ended == Some(signal)
}

/// Removes the control groups of instances that are gone. Returns whether none is left.
pub(super) fn remove_groups(is_gone: impl Fn(&str) -> bool) -> bool {
    let mut all = true;
    for place in places::all() {
        all &= place.remove_all(&is_gone);
    }
    all
}
