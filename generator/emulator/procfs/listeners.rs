//! Listening ports, and the processes that they belong to.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{ProcessStat, processes};

/// The state of a listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// Whether the processes of a group listen on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum Listens {
    No,
    /// Only where this machine alone reaches them.
    OnLoopback,
    Yes,
}

/// A socket that listens.
struct Listener {
    port: u16,
    is_loopback: bool,
    /// The name of its link.
    socket: String,
}

/// Whether a process of this group listens on a port. `None` if that cannot be known, for example
/// on other systems or for a process of another user.
pub(in crate::emulator) fn listens(group: u32, port: u16) -> Option<Listens> {
    let listeners = listeners_on(port)?;
    let mut hidden = listeners.is_empty();
    let mut listens = Listens::No;
    for process in processes().ok()?.filter(|process| process.group == group) {
        match held(process.id, &listeners) {
            Ok(held) if held.iter().any(|listener| !listener.is_loopback) => {
                return Some(Listens::Yes);
            }
            Ok(held) if held.is_empty() => {}
            Ok(_) => listens = Listens::OnLoopback,
            // A process that has just exited does not listen any more.
            Err(error) => hidden |= error.kind() != io::ErrorKind::NotFound,
        }
    }
    (!hidden || listens != Listens::No).then_some(listens)
}

/// A port that a process of this group listens on, if a known one exists.
pub(in crate::emulator) fn port_of(group: u32) -> Option<u16> {
    let listeners = listeners()?;
    let own = processes().ok()?.filter(|process| process.group == group);
    let held = own.filter_map(|process| held(process.id, &listeners).ok());
    held.flatten().map(|listener| listener.port).min()
}

/// A process that listens on a port, if a known one exists.
pub(crate) fn listener(port: u16) -> Option<u32> {
    let listeners = listeners_on(port)?;
    let holds = |process: &ProcessStat| {
        let held = held(process.id, &listeners);
        held.is_ok_and(|held| !held.is_empty())
    };
    let mut owners = processes().ok()?.filter(holds);
    owners.next().map(|process| process.id)
}

/// The sockets that listen on a port. `None` if that cannot be known.
fn listeners_on(port: u16) -> Option<Vec<Listener>> {
    let mut listeners = listeners()?;
    listeners.retain(|listener| listener.port == port);
    Some(listeners)
}

/// All listeners on this machine. `None` if they cannot be known.
fn listeners() -> Option<Vec<Listener>> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(File::open);
    let mut tables = tables.into_iter().flatten().peekable();
    tables.peek()?;
    let tables = tables.map(|table| BufReader::with_capacity(64 * 1024, table));
    Some(tables.flat_map(listeners_in).collect())
}

/// The rows of listeners, which the kernel lists first. The rows of closed connections, possibly
/// thousands, are not read.
fn listeners_in(table: impl BufRead) -> impl Iterator<Item = Listener> {
    let row = |row: String| {
        // The number, both addresses, the state, five irrelevant fields, the inode.
        let fields = row.split_whitespace().collect::<Vec<_>>();
        let (address, port) = fields.get(1)?.rsplit_once(':')?;
        let listener = Listener {
            port: u16::from_str_radix(port, 16).ok()?,
            is_loopback: is_loopback(address),
            socket: format!("socket:[{}]", fields.get(9)?),
        };
        (*fields.get(3)? == LISTENING).then_some(listener)
    };
    let rows = table.lines().map_while(Result::ok).skip(1);
    rows.map_while(row)
}

/// Whether an address is a loopback one. Its groups of four bytes are in the order of this machine.
fn is_loopback(address: &str) -> bool {
    let groups = address.as_bytes().chunks(8).map(|group| {
        let group = std::str::from_utf8(group).ok()?;
        Some(u32::from_str_radix(group, 16).ok()?.to_ne_bytes())
    });
    let Some(groups) = groups.collect::<Option<Vec<_>>>() else {
        return false;
    };
    match (
        <[u8; 4]>::try_from(groups.concat()),
        <[u8; 16]>::try_from(groups.concat()),
    ) {
        (Ok(bytes), _) => Ipv4Addr::from(bytes).is_loopback(),
        (_, Ok(bytes)) => Ipv6Addr::from(bytes).to_canonical().is_loopback(),
        _ => false,
    }
}

/// Those of these sockets that a process has open.
fn held(id: u32, listeners: &[Listener]) -> io::Result<Vec<&Listener>> {
    let mut held = Vec::new();
    for entry in fs::read_dir(format!("/proc/{id}/fd"))? {
        // A file that was closed in the meantime has no link.
        let Ok(link) = fs::read_link(entry?.path()) else {
            continue;
        };
        let is_open = |listener: &&Listener| link.to_str() == Some(&listener.socket);
        held.extend(listeners.iter().find(is_open));
    }
    Ok(held)
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
        let found = listeners_in(table.as_bytes());
        let found: Vec<_> = found.map(|found| (found.port, found.socket)).collect();
        let (first, second) = ("socket:[1234]".to_owned(), "socket:[1236]".to_owned());
        assert_eq!(found, [(9000, first), (9001, second)]);
    }

    #[test]
    fn an_address_tells_who_reaches_it() {
        let of = |bytes: &[u8]| {
            let groups = bytes
                .chunks(4)
                .map(|group| group.try_into().expect("4 bytes"));
            let groups = groups.map(|group| format!("{:08X}", u32::from_ne_bytes(group)));
            groups.collect::<String>()
        };
        let v6 = |address: &str| of(&address.parse::<Ipv6Addr>().expect("an address").octets());
        for address in [
            of(&[127, 0, 0, 1]),
            of(&[127, 1, 2, 3]),
            v6("::1"),
            v6("::ffff:127.0.0.1"),
        ] {
            assert!(is_loopback(&address), "{address}");
        }
        for address in [
            of(&[0, 0, 0, 0]),
            of(&[10, 0, 0, 127]),
            v6("::"),
            v6("::ffff:10.0.0.1"),
            "x".into(),
        ] {
            assert!(!is_loopback(&address), "{address}");
        }
    }
}
