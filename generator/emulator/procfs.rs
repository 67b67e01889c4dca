//! Processes and their listening ports, from Linux's `/proc`.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use crate::platform::env::INSTANCE_ID;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

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

/// Whether a process of this group listens on a port. `None` if that cannot be known, for example
/// on other systems or for a process of another user.
pub(super) fn listens(group: u32, port: u16) -> Option<bool> {
    let sockets = listening_on(port)?;
    let mut hidden = sockets.is_empty();
    for process in processes().ok()?.filter(|process| process.group == group) {
        match holds(process.id, &sockets) {
            Ok(true) => return Some(true),
            Ok(false) => {}
            // A process that has just exited does not listen any more.
            Err(error) => hidden |= error.kind() != io::ErrorKind::NotFound,
        }
    }
    (!hidden).then_some(false)
}

/// A port that a process of this group listens on, if a known one exists.
pub(super) fn port_of(group: u32) -> Option<u16> {
    let mut listeners = listeners()?;
    listeners.sort_unstable();
    let own: Vec<_> = processes()
        .ok()?
        .filter(|process| process.group == group)
        .collect();
    listeners.into_iter().find_map(|(port, socket)| {
        let sockets = HashSet::from([socket]);
        let holds = |process: &ProcessStat| holds(process.id, &sockets).unwrap_or_default();
        own.iter().any(holds).then_some(port)
    })
}

/// A process that listens on a port, if a known one exists.
pub(crate) fn listener(port: u16) -> Option<u32> {
    let sockets = listening_on(port)?;
    let holds = |process: &ProcessStat| holds(process.id, &sockets).unwrap_or_default();
    let mut owners = processes().ok()?.filter(holds);
    owners.next().map(|process| process.id)
}

/// The sockets that listen on a port. `None` if that cannot be known.
fn listening_on(port: u16) -> Option<HashSet<String>> {
    let listeners = listeners()?.into_iter();
    let listeners = listeners.filter(|(on, _)| *on == port);
    Some(listeners.map(|(_, socket)| socket).collect())
}

/// All listeners on this machine: ports, and sockets by the names of their links. `None` if that
/// cannot be known.
fn listeners() -> Option<Vec<(u16, String)>> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(File::open);
    let mut tables = tables.into_iter().flatten().peekable();
    tables.peek()?;
    let tables = tables.map(|table| BufReader::with_capacity(64 * 1024, table));
    Some(tables.flat_map(listeners_in).collect())
}

/// The rows of listeners, which the kernel lists first. The rows of closed connections, possibly
/// thousands, are not read.
fn listeners_in(table: impl BufRead) -> impl Iterator<Item = (u16, String)> {
    let row = |row: String| {
        // The number, both addresses, the state, five irrelevant fields, the inode.
        let fields = row.split_whitespace().collect::<Vec<_>>();
        let (_, port) = fields.get(1)?.rsplit_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        let socket = format!("socket:[{}]", fields.get(9)?);
        (*fields.get(3)? == LISTENING).then_some((port, socket))
    };
    let rows = table.lines().map_while(Result::ok).skip(1);
    rows.map_while(row)
}

/// Whether a process has one of these sockets open.
fn holds(id: u32, sockets: &HashSet<String>) -> io::Result<bool> {
    for entry in fs::read_dir(format!("/proc/{id}/fd"))? {
        // A file that was closed in the meantime has no link.
        if let Ok(link) = fs::read_link(entry?.path())
            && link.to_str().is_some_and(|link| sockets.contains(link))
        {
            return Ok(true);
        }
    }
    Ok(false)
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

    #[test]
    fn only_listening_sockets_are_taken() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0 100 0 0 10 0
   1: 00000000:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1236 1 0 100 0 0 10 0
   2: 0100007F:2328 0100007F:A000 01 00000000:00000000 00:00000000 00000000     0        0 1235 1 0 20 4 30 10 -1
";
        let (first, second) = ("socket:[1234]".to_owned(), "socket:[1236]".to_owned());
        let found: Vec<_> = listeners_in(table.as_bytes()).collect();
        assert_eq!(found, [(9000, first), (9001, second)]);
    }

    #[test]
    fn a_program_may_have_any_name() {
        let stat = "12 (a) b (c) S 7 5 5 0 -1 4194560";
        let read = process(12, stat).expect("a process");
        assert_eq!((read.id, read.parent, read.group), (12, 7, 5));
        assert!(!read.is_zombie);
    }
}
