//! Processes and their listening ports, from Linux's `/proc`.

mod listeners;

use std::fs;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use crate::platform::env::INSTANCE_ID;
pub(crate) use listeners::listener;
pub(super) use listeners::{Listens, listens, port_of};

/// A process, as the kernel reports it: its own id, its parent's and its group's.
struct ProcessStat {
    id: u32,
    /// Whether it has ended, and its parent has not asked for its exit status.
    is_zombie: bool,
    parent: u32,
    group: u32,
}

/// The only child of a process.
pub(super) fn child_of(id: u32) -> io::Result<u32> {
    processes()?
        .find(|process| process.parent == id)
        .map(|child| child.id)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the process has no child"))
}

/// The number of children of a process that have ended, and that it has not collected.
pub(super) fn zombies_of(id: u32) -> io::Result<usize> {
    let zombies = processes()?.filter(|process| process.parent == id && process.is_zombie);
    Ok(zombies.count())
}

/// The time of a process's start, which tells it from a later one with the same id. `None` if it has
/// ended.
pub(super) fn birth(id: u32) -> Option<u64> {
    const START_TIME: usize = 19;
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    if process(id, &stat)?.is_zombie {
        return None;
    }
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    fields.nth(START_TIME)?.parse().ok()
}

/// Kills all processes of instances with such an id, until there are none. Each has the id in its
/// environment, which a child inherits. Other systems have no such list of processes.
pub(super) fn kill_all(is_wanted: impl Fn(&str) -> bool) {
    // A process may start others while it is looked for.
    const LIMIT: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(5);
    let deadline = Instant::now() + LIMIT;
    loop {
        let found = processes().into_iter().flatten();
        let killed = found.filter(|process| kill_if(process.id, &is_wanted));
        if killed.count() == 0 || Instant::now() >= deadline {
            return;
        }
        thread::sleep(PAUSE);
    }
}

/// Kills a process if it belongs to such an instance. Says whether it does.
#[cfg(target_os = "linux")]
fn kill_if(id: u32, is_wanted: impl Fn(&str) -> bool) -> bool {
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

    // The descriptor still means this process when its id is used again.
    let pid = id.try_into().ok().and_then(Pid::from_raw);
    let Some(process) = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
        return false;
    };
    let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
    let mut variables = environment.split(|byte| *byte == 0);
    let is_wanted = variables.any(|variable| {
        let value = str::from_utf8(variable).ok();
        let value = value.and_then(|text| text.strip_prefix(INSTANCE_ID)?.strip_prefix('='));
        value.is_some_and(&is_wanted)
    });
    // One that has just ended is gone.
    is_wanted && pidfd_send_signal(&process, Signal::KILL).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn kill_if(_id: u32, _is_wanted: impl Fn(&str) -> bool) -> bool {
    false
}

fn processes() -> io::Result<impl Iterator<Item = ProcessStat>> {
    Ok(fs::read_dir("/proc")?.filter_map(|entry| {
        let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
        process(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }))
}

fn process(id: u32, stat: &str) -> Option<ProcessStat> {
    // The name of the program is in brackets and may contain anything. The state, the parent and
    // the group follow it.
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    Some(ProcessStat {
        id,
        is_zombie: fields.next()? == "Z",
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_has_one_time_of_its_start() {
        let own = super::birth(std::process::id());
        assert!(own.is_some_and(|time| time > 0));
        assert_eq!(super::birth(std::process::id()), own);
        assert_eq!(super::birth(u32::MAX), None);
    }

    #[test]
    fn a_program_may_have_any_name() {
        let stat = "12 (a) b (c) S 7 5 5 0 -1 4194560";
        let read = process(12, stat).expect("a process");
        assert_eq!((read.id, read.parent, read.group), (12, 7, 5));
        assert!(!read.is_zombie);
    }
}
