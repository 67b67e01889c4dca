//! Which processes there are and what they listen on, as the `/proc` of Linux tells it.

use std::collections::HashSet;
use std::fs;
use std::io;

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// What the kernel tells of a process: its own id, its parent's, its group's.
struct Process {
    id: u32,
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

/// Whether it is a process of this group that listens on a port; nothing where that cannot be
/// known, as on other systems, or for a process of another user.
pub(super) fn listens(group: u32, port: u16) -> Option<bool> {
    let sockets = listeners(port)?;
    let mut hidden = sockets.is_empty();
    for process in processes().ok()?.filter(|process| process.group == group) {
        match holds(process.id, &sockets) {
            Ok(true) => return Some(true),
            Ok(false) => {}
            // A process that has just ended listens no more.
            Err(error) => hidden |= error.kind() != io::ErrorKind::NotFound,
        }
    }
    (!hidden).then_some(false)
}

/// The sockets that listen on a port, by the names of their links.
fn listeners(port: u16) -> Option<HashSet<String>> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let mut tables = tables.into_iter().flatten().peekable();
    tables.peek()?;
    Some(
        tables
            .flat_map(|table| listeners_in(&table, port))
            .collect(),
    )
}

fn listeners_in(table: &str, port: u16) -> Vec<String> {
    let end = format!(":{port:04X}");
    let row = |row: &str| {
        // The number, both addresses, the state, five figures that say nothing here, the inode.
        let fields = row.split_whitespace().collect::<Vec<_>>();
        let here = fields.get(1)?.ends_with(&end) && *fields.get(3)? == LISTENING;
        here.then(|| fields.get(9).map(|inode| format!("socket:[{inode}]")))?
    };
    table.lines().filter_map(row).collect()
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

fn processes() -> io::Result<impl Iterator<Item = Process>> {
    Ok(fs::read_dir("/proc")?.filter_map(|entry| {
        let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
        process(id, &fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }))
}

fn process(id: u32, stat: &str) -> Option<Process> {
    // The name of the program is in brackets and may hold anything; the state, the parent and
    // the group follow it.
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(1);
    Some(Process {
        id,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listening_sockets_of_the_port_are_taken() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0 100 0 0 10 0
   1: 0100007F:2328 0100007F:A000 01 00000000:00000000 00:00000000 00000000     0        0 1235 1 0 20 4 30 10 -1
   2: 00000000:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1236 1 0 100 0 0 10 0
";
        assert_eq!(listeners_in(table, 9000), ["socket:[1234]"]);
    }

    #[test]
    fn a_program_may_have_any_name() {
        let stat = "12 (a) b (c) S 7 5 5 0 -1 4194560";
        let read = process(12, stat).expect("a process");
        assert_eq!((read.id, read.parent, read.group), (12, 7, 5));
    }
}
