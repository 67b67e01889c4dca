//! A port for an instance, which nobody else is likely to take before the instance listens on it.

use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::ops::Range;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::procfs;

/// Where ports are taken from: above the well-known ones, and below those that systems give to
/// connections on their own, which begin at 32768 on Linux and higher elsewhere. A port that the
/// system chooses is soon given again, to any connection of this machine, and then the function
/// cannot listen on it.
const PORTS: Range<u16> = 10_000..32_768;

/// Counts what this process has tried; programs that run beside it begin elsewhere.
static TRIED: LazyLock<AtomicU16> = LazyLock::new(|| {
    let [first, second, ..] = RandomState::new().hash_one(PORTS).to_ne_bytes();
    AtomicU16::new(u16::from_ne_bytes([first, second]))
});

/// A port that nothing listens on, and that this process gives to no other instance soon.
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

/// Waits until nothing listens on a port, which an instance that has just ended may keep for a while.
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

/// What is told where another program has the port, which is named where that can be known.
pub(super) fn taken(port: u16) -> io::Error {
    let id = procfs::listener(port).map(|id| format!(" (process {id})"));
    let id = id.unwrap_or_default();
    let taken = format!("another program{id} listens on port {port}");
    io::Error::new(io::ErrorKind::AddrInUse, taken)
}

/// Holds a port that cannot be chosen against whatever else starts functions on this machine, until the
/// file is dropped; nothing if another holds it for longer than `limit`.
pub(crate) fn lock_port(port: u16, limit: Duration) -> io::Result<Option<File>> {
    const PAUSE: Duration = Duration::from_millis(20);
    // It is only locked: what somebody put there in its place is not changed.
    let path = std::env::temp_dir().join(format!("cargo-fc3-port-{port}.lock"));
    let file = File::options().create(true).append(true).open(&path);
    // Another user's can be read, which is enough for a lock.
    let file = file.or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => File::open(&path),
        _ => Err(error),
    })?;
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

/// Whether nothing listens on a port. It is called, and not listened on: what this process starts at
/// that moment would keep such a listener for a while, and the function could not have the port.
#[cfg(unix)]
pub(crate) fn is_free(port: u16) -> bool {
    // One that does not answer has a listener whose queue is full.
    const LIMIT: Duration = Duration::from_secs(1);
    let called = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), LIMIT);
    called.is_err_and(|error| error.kind() != io::ErrorKind::TimedOut)
}

/// Whether a port can be listened on. Windows takes seconds to refuse a call, and passes no listener on
/// to what is started.
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
