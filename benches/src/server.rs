//! A running server: starts it, waits until it listens, and ends it.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::children::Group;
use crate::cpus::{self, Place};
use crate::process;
use crate::program::Program;

/// These ports are below those that the system assigns to connections.
const PORTS: std::ops::Range<u16> = 20_000..32_768;

/// The next port. It begins at random, so that two bench programs can run at once.
static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
    let [first, second, ..] = RandomState::new().hash_one(PORTS).to_ne_bytes();
    AtomicU16::new(u16::from_ne_bytes([first, second]))
});

/// The interval of attempts to reach a server that starts.
const LOOK: Duration = Duration::from_micros(100);

/// The number of ports to try. Another program may take a free port before the server listens on it.
const TRIES: usize = 3;

/// Generous limits, because Python and programs under valgrind are slow.
const START_LIMIT: Duration = Duration::from_secs(30);
const END_LIMIT: Duration = Duration::from_secs(30);

/// A server that uses no CPU time for this long is at rest. The limit ends the wait for it.
const REST: Duration = Duration::from_millis(20);
const REST_LIMIT: Duration = Duration::from_millis(500);

const INITIALIZE: &[u8] = b"POST /initialize HTTP/1.1\r\nHost: 21.0.0.1\r\n\
    X-Fc-Request-Id: 7f4c8c52-6c7d-4b60-9f21-0a4f5d0c6a11\r\n\
    X-Fc-Control-Path: /initialize\r\nContent-Length: 0\r\n\r\n";

/// The destination of the log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// `/dev/null`, which costs least.
    Null,
    /// A pipe that is read, as on the platform.
    Pipe,
}

/// A server that listens and is initialized. Dropping this ends it.
pub(crate) struct Server {
    group: Group,
    /// Its port.
    pub(crate) port: u16,
    /// The time from its start to its first answer.
    pub(crate) cold: Duration,
}

impl Server {
    /// Starts a program on some CPU, as the platform would.
    pub(crate) fn start(program: &Program, log: Log, place: Place) -> Result<Self> {
        for _ in 1..TRIES {
            if let Ok(server) = Self::attempt(program, log, place)? {
                return Ok(server);
            }
        }
        Self::attempt(program, log, place)?
            .map_err(|status| anyhow!("{} ended before it answered: {status}", program.name))
    }

    /// Starts a program on a free port. The inner error means that the program has ended.
    fn attempt(program: &Program, log: Log, place: Place) -> Result<Result<Self, ExitStatus>> {
        let port = free_port()?;
        let mut command = program.command(port);
        command
            .stdin(Stdio::null())
            .stdout(match log {
                Log::Null => Stdio::null(),
                Log::Pipe => Stdio::piped(),
            })
            .stderr(Stdio::null());
        cpus::pin(place)?;
        let begun = Instant::now();
        let started = Group::start(&mut command);
        cpus::pin(Place::Caller)?;
        let mut group = started?;
        if let Some(mut log) = group.child().stdout.take() {
            thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        }
        let cold = loop {
            if let Ok(()) = initialize(port) {
                break begun.elapsed();
            }
            if let Some(status) = group.child().try_wait()? {
                return Ok(Err(status));
            }
            ensure!(
                begun.elapsed() < START_LIMIT,
                "{} does not answer",
                program.name
            );
            thread::sleep(LOOK);
        };
        Ok(Ok(Self { group, port, cold }))
    }

    /// The CPU time of its processes.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        process::cpu(self.group.pid())
    }

    /// The current memory of its processes, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        process::memory(self.group.pid())
    }

    /// The peak memory of its processes, in bytes.
    pub(crate) fn peak(&self) -> Result<u64> {
        process::peak(self.group.pid())
    }

    /// Waits until its processes are at rest, so that remaining work does not disturb the next
    /// measurement.
    pub(crate) fn rest(&self) -> Result<()> {
        let due = Instant::now() + REST_LIMIT;
        let mut before = self.cpu()?;
        while Instant::now() < due {
            thread::sleep(REST);
            let now = self.cpu()?;
            if now == before {
                break;
            }
            before = now;
        }
        Ok(())
    }

    /// Ends the server as the platform does, so that a tool that watches it can write its results.
    pub(crate) fn end(mut self) -> Result<()> {
        let own = self.group.pid();
        // strace is the parent of the server; valgrind and the server are one process.
        let watched = process::children(own)?;
        let server: Pid = watched.first().copied().unwrap_or(own);
        kill(server, Signal::SIGTERM)?;
        let due = Instant::now() + END_LIMIT;
        while self.group.child().try_wait()?.is_none() {
            ensure!(Instant::now() < due, "a server does not end");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// Calls the initializer on a separate connection.
fn initialize(port: u16) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(START_LIMIT))?;
    stream.write_all(INITIALIZE)?;
    let mut answer = [0; 1024];
    let count = stream.read(&mut answer)?;
    let answer = std::str::from_utf8(&answer[..count])?;
    let status = answer.split(' ').nth(1).context("no answer")?;
    ensure!(status == "200", "an answer with the status {status}");
    Ok(())
}

/// A free port that this program has not used before.
pub(crate) fn free_port() -> Result<u16> {
    for _ in PORTS {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + next % (PORTS.end - PORTS.start);
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}
