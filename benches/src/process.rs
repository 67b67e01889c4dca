//! CPU time, memory and children of processes, as the system reports them.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

/// The user and system time of all processes of a group, to the nanosecond.
pub(crate) fn cpu(group: Pid) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for pid in members(group, Field::Group)? {
        sum += Duration::from(clock_getcpuclockid(pid)?.now()?);
    }
    Ok(sum)
}

/// The CPU time of all processes that this program has started and that have ended.
pub(crate) fn spent() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let of = |part: fn(&Usage) -> nix::sys::time::TimeVal| {
        let part = part(&usage);
        let micros = u32::try_from(part.tv_usec())?;
        let seconds = u64::try_from(part.tv_sec())?;
        anyhow::Ok(Duration::new(seconds, micros * 1000))
    };
    let user = of(Usage::user_time)?;
    Ok(user + of(Usage::system_time).context("the system returned an invalid time")?)
}

/// The child processes of a process.
pub(crate) fn children(parent: Pid) -> Result<Vec<Pid>> {
    members(parent, Field::Parent)
}

/// The field of `/proc/PID/stat` to compare.
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
        // The process may have ended in the meantime.
        let Ok(line) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        // The program's name, in brackets, may contain anything.
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

/// The memory of a group, in bytes. Pages that several of its processes share are divided among them,
/// so that they count once. For a single process they are not divided, because another process with
/// the same program would then take a share of them.
pub(crate) fn memory(group: Pid) -> Result<u64> {
    let processes = members(group, Field::Group)?;
    let field = if processes.len() == 1 { "Rss:" } else { "Pss:" };
    sum(&processes, "smaps_rollup", field)
}

/// The peak memory of each process of a group, added up, in bytes. Shared pages count for each.
pub(crate) fn peak(group: Pid) -> Result<u64> {
    sum(&members(group, Field::Group)?, "status", "VmHWM:")
}

/// Adds up a field of several processes, which is in KiB.
fn sum(processes: &[Pid], file: &str, field: &str) -> Result<u64> {
    let mut sum = 0;
    for pid in processes {
        let text = fs::read_to_string(format!("/proc/{pid}/{file}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix(field));
        let value = line.and_then(|line| line.split_whitespace().next());
        let kib: u64 = value.context("the system reported no memory")?.parse()?;
        sum += kib * 1024;
    }
    Ok(sum)
}
