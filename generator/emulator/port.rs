//! Chooses a port for an instance that no other program is likely to take before the instance
//! listens.

use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{private_dir, procfs};

/// The range of ports: above the well-known ones, and below the ephemeral ones, which begin at
/// 32768 on Linux and higher elsewhere. The system reuses ephemeral ports soon, for any connection
/// of this machine, and then the function could not listen.
const PORTS: Range<u16> = 10_000..32_768;

/// Counts the ports that this process has tried. Each process starts at a different port.
static TRIED: LazyLock<AtomicU16> = LazyLock::new(|| {
    let [first, second, ..] = RandomState::new().hash_one(PORTS).to_ne_bytes();
    AtomicU16::new(u16::from_ne_bytes([first, second]))
});

/// A port that nothing listens on and that this process does not reuse soon.
pub(super) fn choose() -> io::Result<u16> {
    for _ in PORTS {
        let port = next();
        if is_free(port) {
            return Ok(port);
        }
    }
    let all = format!("no port from {} to {} is free", PORTS.start, PORTS.end - 1);
    Err(io::Error::new(io::ErrorKind::AddrInUse, all))
}

/// Waits until nothing listens on a port. After an instance has exited, its port may stay in use
/// for a while.
pub(super) fn wait_until_free(port: u16) -> io::Result<()> {
    const LIMIT: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(20);
    let deadline = Instant::now() + LIMIT;
    while !is_free(port) {
        if Instant::now() >= deadline {
            return Err(taken(port));
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// The error for a port in use, with the other program's id if it is known.
pub(super) fn taken(port: u16) -> io::Error {
    let id = procfs::listener(port).map(|id| format!(" (process {id})"));
    let id = id.unwrap_or_default();
    let taken = format!("another program{id} listens on port {port}");
    io::Error::new(io::ErrorKind::AddrInUse, taken)
}

/// Locks a fixed port against other checks of this user, until the file is dropped. Returns
/// `None` if another one holds it for longer than `limit`.
pub(crate) fn lock_port(port: u16, limit: Duration) -> io::Result<Option<File>> {
    const PAUSE: Duration = Duration::from_millis(20);
    let file = private_dir::open(&format!("port-{port}"))?;
    let deadline = Instant::now() + limit;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
}

fn next() -> u16 {
    PORTS.start + TRIED.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start)
}

/// Whether nothing listens on a port. It connects instead of listening, since a child process that
/// starts at this moment would inherit the listener and keep the port in use.
#[cfg(unix)]
pub(crate) fn is_free(port: u16) -> bool {
    // A port that does not answer has a listener with a full queue.
    const LIMIT: Duration = Duration::from_secs(1);
    let called = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), LIMIT);
    called.is_err_and(|error| error.kind() != io::ErrorKind::TimedOut)
}

/// Whether it is possible to listen on a port. Windows takes seconds to reject a connection, and
/// child processes do not inherit listeners.
#[cfg(not(unix))]
pub(crate) fn is_free(port: u16) -> bool {
    std::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn each_port_is_another_one_of_the_range() {
        let ports: HashSet<u16> = (0..200).map(|_| choose().expect("a port")).collect();
        assert_eq!(ports.len(), 200);
        assert!(ports.iter().all(|port| PORTS.contains(port)), "{ports:?}");
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let port = choose().expect("a port");
        let _listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).expect("it is free");
        let mut given = PORTS.map(|_| choose().expect("a port"));
        assert!(given.all(|given| given != port));
    }
}
