//! What the system knows of processes: their CPU time, their memory, and who started whom.

use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

/// The CPU that servers have to themselves.
pub(crate) const SERVER: usize = 0;

/// The CPU that calls them.
pub(crate) const CALLER: usize = 1;

/// The CPUs that this program was given.
static ALL: LazyLock<nix::Result<CpuSet>> = LazyLock::new(|| sched_getaffinity(Pid::from_raw(0)));

/// Puts this thread, and what it starts from now on, on some CPUs.
pub(crate) fn pin(cpus: &[usize]) -> Result<()> {
    // What there is has to be known before it changes.
    LazyLock::force(&ALL);
    let mut set = CpuSet::new();
    for cpu in cpus {
        set.set(*cpu)?;
    }
    sched_setaffinity(Pid::from_raw(0), &set).context("this needs two CPUs")
}

/// Puts this thread on all CPUs again that it began with.
pub(crate) fn unpin() -> Result<()> {
    Ok(sched_setaffinity(
        Pid::from_raw(0),
        ALL.as_ref().map_err(|errno| *errno)?,
    )?)
}

/// The user and system time of all processes of a group, to the nanosecond.
pub(crate) fn cpu(group: Pid) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for pid in members(group, Field::Group)? {
        sum += Duration::from(clock_getcpuclockid(pid)?.now()?);
    }
    Ok(sum)
}

/// The processes that one has started.
pub(crate) fn children(parent: Pid) -> Result<Vec<Pid>> {
    members(parent, Field::Parent)
}

/// Which field of a process's line has the number that is looked for.
#[derive(Clone, Copy)]
enum Field {
    Parent = 1,
    Group = 2,
}

fn members(of: Pid, field: Field) -> Result<Vec<Pid>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended meanwhile.
        let Ok(line) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        // The name of a program, in brackets, may hold anything.
        let Some((_, fields)) = line.rsplit_once(')') else {
            continue;
        };
        let mut fields = fields.split_whitespace();
        if fields.nth(field as usize) == Some(&*of.to_string()) {
            found.push(Pid::from_raw(pid));
        }
    }
    Ok(found)
}

/// The memory that the processes of a group hold, in bytes: `VmRSS` now, `VmHWM` at most.
pub(crate) fn memory(group: Pid, field: &str) -> Result<u64> {
    let mut sum = 0;
    for pid in members(group, Field::Group)? {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let value = line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
        let kib: u64 = value.context("a process without memory")?.parse()?;
        sum += kib * 1024;
    }
    Ok(sum)
}
