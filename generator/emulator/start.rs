//! Starts an instance: a port, a process, and the first connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::deadline::Deadline;
use super::error::{CallError, StartError};
use super::instance::Instance;
use super::logs::{Logs, Stream};
use super::memory_limit::MemoryLimit;
use super::port;
use super::process::{Handle, Process};
use super::procfs::{self, Listens};
use super::settings::{Elsewhere, Launch, PortVariable, Settings};
use super::{attached, command};
use crate::platform::DEFAULT_PORT;

/// The reason why an instance did not start on a port.
#[derive(Debug)]
pub(super) struct StartFailure {
    pub(super) error: StartError,
    /// Whether another program uses the port, so that a different port may work.
    pub(super) port_taken: bool,
}

impl<E: Into<StartError>> From<E> for StartFailure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            port_taken: false,
        }
    }
}

impl Instance {
    /// Starts a function and waits until it accepts a TCP connection, like the platform does.
    ///
    /// If another program takes the port in the meantime, a different port is tried. With `/proc`,
    /// another program is never mistaken for the function. Without it, another program is noticed
    /// only if the function exits because it cannot listen.
    ///
    /// # Errors
    /// [`StartError`]. A program that ends early is reported at once.
    pub fn start(launch: &Launch, settings: &Settings) -> Result<Self, StartError> {
        Self::start_held(launch, settings, &Handle::default())
    }

    /// The same, with a handle by which another thread can give it up.
    pub(super) fn start_held(
        launch: &Launch,
        settings: &Settings,
        handle: &Handle,
    ) -> Result<Self, StartError> {
        const TRIES: usize = 3;
        if let Some(port) = settings.attached {
            return attached::attach(port, settings);
        }
        if let Some(port) = settings.fixed_port {
            port::wait_until_free(port)?;
        }
        let mut tried = 1;
        loop {
            let port = match (settings.fixed_port, settings.port) {
                (Some(port), _) => port,
                (None, PortVariable::Neither) => DEFAULT_PORT,
                _ => port::choose()?,
            };
            match start_on(port, launch, settings, handle) {
                Err(StartFailure {
                    port_taken: true, ..
                }) if tried < TRIES => tried += 1,
                started => return started.map_err(|failure| failure.error),
            }
        }
    }
}

pub(super) fn start_on(
    port: u16,
    launch: &Launch,
    settings: &Settings,
    handle: &Handle,
) -> Result<Instance, StartFailure> {
    let prepared = command::prepare(port, launch, settings)?;
    let mut command = prepared.command;
    let spawned = Process::spawn(&mut command, prepared.instance);
    let spawned = spawned.map_err(|error| what_is_missing(error, &command));
    // The command owns the function's ends of the pipes, which must not stay open here.
    drop(command);
    let (process, streams) = spawned.map_err(|error| StartError::Run {
        program: launch.program.display().to_string(),
        error,
    })?;
    handle.hold(&process)?;
    let logs = Logs::new(&settings.log);
    if let Some(writes) = prepared.writes {
        logs.follow(Stream::Stdout, writes, true);
    }
    if let Some(stdout) = streams.stdout {
        logs.follow(Stream::Stdout, stdout, false);
    }
    if let Some(stderr) = streams.stderr {
        logs.follow(Stream::Stderr, stderr, false);
    }
    let address = (Ipv4Addr::LOCALHOST, port).into();
    let taken = |error| StartFailure {
        error,
        port_taken: true,
    };
    let accepted = wait_for_accept(&process, address, settings, &logs);
    let accepted = accepted
        .map_err(|error| out_of_memory(error, prepared.memory.as_ref(), &logs, settings.memory_mb));
    accepted.map_err(|error| {
        if matches!(error, StartError::Exited { .. }) && !port::is_free(port) {
            taken(error)
        } else if settings.fixed_port.is_some() && error.is_port_in_use() {
            let kept = format!("port {port} is still in use");
            io::Error::new(io::ErrorKind::AddrInUse, kept).into()
        } else {
            error.into()
        }
    })?;
    match procfs::listens(process.id(), port) {
        Some(Listens::No) => return Err(taken(port::taken(port).into())),
        Some(Listens::OnLoopback) if settings.elsewhere == Elsewhere::Reported => {
            return Err(StartError::Loopback { port }.into());
        }
        Some(_) | None => {}
    }
    let main = if settings.as_process_one {
        Some(procfs::child_of(process.id())?)
    } else {
        None
    };
    Ok(Instance::new(
        process,
        main,
        address,
        settings,
        logs,
        prepared.memory,
    ))
}

/// The error of the system, which does not say which file is missing. If the program is there, it is the
/// one that it names in turn.
fn what_is_missing(error: io::Error, command: &Command) -> io::Error {
    let program = Path::new(command.get_program());
    let is_path = program.components().count() > 1;
    let is_directory_there = command.get_current_dir().is_none_or(Path::is_dir);
    if error.kind() != io::ErrorKind::NotFound
        || !is_path
        || !is_directory_there
        || !program.exists()
    {
        return error;
    }
    let message = "the interpreter or the loader that it names is not on this machine";
    io::Error::new(io::ErrorKind::Unsupported, message)
}

/// The error of a start, or that it ran into the memory limit.
fn out_of_memory(
    error: StartError,
    memory: Option<&MemoryLimit>,
    logs: &Logs,
    megabytes: u32,
) -> StartError {
    match error {
        StartError::Exited { status, .. }
            if memory.is_some_and(|memory| memory.has_ended(status, logs)) =>
        {
            StartError::OutOfMemory {
                megabytes,
                logs: logs.text(),
            }
        }
        error => error,
    }
}

/// Waits until something accepts a connection while the process runs.
fn wait_for_accept(
    process: &Process,
    address: SocketAddr,
    settings: &Settings,
    logs: &Logs,
) -> Result<(), StartError> {
    const PAUSE: Duration = Duration::from_millis(2);
    let limit = settings.start_limit;
    let deadline = Deadline::within(limit);
    let mut other = OtherPort::default();
    loop {
        let opened = Connection::open_by(address, deadline);
        let pause = if opened.is_ok() {
            Duration::ZERO
        } else {
            PAUSE
        };
        if let Some(status) = process.wait(pause) {
            // The streams end with the process, so its complete output is available.
            let _whole = logs.wait_end(Duration::from_secs(5));
            return Err(StartError::Exited {
                status,
                logs: logs.text(),
            });
        }
        match opened {
            Ok(_) => return Ok(()),
            Err(CallError::TimedOut { .. }) => {
                return Err(StartError::NotListening {
                    port: address.port(),
                    limit,
                    logs: logs.text(),
                });
            }
            Err(_refused) => {
                if settings.elsewhere != Elsewhere::Allowed
                    && let Some(port) = other.of(process)
                {
                    let told = address.port();
                    return Err(StartError::OtherPort { port, told });
                }
            }
        }
    }
}

/// A port that a function listens on instead of the given one, or before it.
#[derive(Default)]
struct OtherPort {
    asked: Option<Instant>,
    seen: Option<(u16, Instant)>,
}

impl OtherPort {
    /// The interval for searching for it, which takes time.
    const PAUSE: Duration = Duration::from_millis(200);
    /// The time for the right port to follow the first one, which may belong to a debugger.
    const GRACE: Duration = Duration::from_secs(15);
    /// The same if the first port is the platform's default port.
    const GRACE_OF_DEFAULT: Duration = Duration::from_secs(1);

    fn of(&mut self, process: &Process) -> Option<u16> {
        let now = Instant::now();
        if self.asked.is_some_and(|asked| now < asked + Self::PAUSE) {
            return None;
        }
        self.asked = Some(now);
        self.seen = match (procfs::port_of(process.id()), self.seen) {
            (Some(port), Some((before, since))) if port == before => Some((port, since)),
            (port, _) => port.map(|port| (port, now)),
        };
        let (port, since) = self.seen?;
        let grace = match port {
            DEFAULT_PORT => Self::GRACE_OF_DEFAULT,
            _ => Self::GRACE,
        };
        (now >= since + grace).then_some(port)
    }
}
