//! A server that runs: how it is started, seen to listen, and ended.

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

/// Below those that the system gives to connections by itself.
const PORTS: std::ops::Range<u16> = 20_000..32_768;

/// Bench programs that run beside each other begin elsewhere.
static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
    let [first, second, ..] = RandomState::new().hash_one(PORTS).to_ne_bytes();
    AtomicU16::new(u16::from_ne_bytes([first, second]))
});

/// How often it is looked whether a server listens.
const LOOK: Duration = Duration::from_micros(100);

/// How many ports are tried, as one that was free may be taken before a server listens on it.
const TRIES: usize = 3;

/// Python is not quick, nor is anything under valgrind.
const START_LIMIT: Duration = Duration::from_secs(30);
const END_LIMIT: Duration = Duration::from_secs(30);

/// A server rests that has done nothing for as long, and it is not waited for longer than the limit.
const REST: Duration = Duration::from_millis(20);
const REST_LIMIT: Duration = Duration::from_millis(500);

const INITIALIZE: &[u8] = b"POST /initialize HTTP/1.1\r\nHost: 21.0.0.1\r\n\
    X-Fc-Request-Id: 7f4c8c52-6c7d-4b60-9f21-0a4f5d0c6a11\r\n\
    X-Fc-Control-Path: /initialize\r\nContent-Length: 0\r\n\r\n";

/// Where the log goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// Nowhere, which costs least.
    Null,
    /// Into a pipe that is read, as on the platform.
    Pipe,
}

/// A server that listens and is initialized. It ends with this.
pub(crate) struct Server {
    group: Group,
    /// Where it listens.
    pub(crate) port: u16,
    /// How long it took from its start to its first answer.
    pub(crate) cold: Duration,
}

impl Server {
    /// Starts a program in some place, as the platform would.
    pub(crate) fn start(program: &Program, log: Log, place: Place) -> Result<Self> {
        for _ in 1..TRIES {
            if let Ok(server) = Self::attempt(program, log, place)? {
                return Ok(server);
            }
        }
        Self::attempt(program, log, place)?
            .map_err(|status| anyhow!("{} ended before it answered: {status}", program.name))
    }

    /// Starts a program on a port that was free, where it may end by itself.
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

    /// The memory that its processes hold now, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        process::memory(self.group.pid())
    }

    /// The most memory that each of its processes has held, in bytes.
    pub(crate) fn peak(&self) -> Result<u64> {
        process::peak(self.group.pid())
    }

    /// Waits until its processes have done what is left of the calls that were made, so that they take
    /// nothing from what is measured next.
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

    /// Ends the server as the platform does, and lets a tool that watches it write what it saw.
    pub(crate) fn end(mut self) -> Result<()> {
        let own = self.group.pid();
        // strace is the parent of what it watches; valgrind becomes it.
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

/// Calls the initializer, on a connection of its own.
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

/// A port that nothing listens on, and that this program has not used.
fn free_port() -> Result<u16> {
    for _ in PORTS {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + next % (PORTS.end - PORTS.start);
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}
