//! The start of an instance: a port, a process, and the first connection that it accepts.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::command;
use super::connection::Connection;
use super::due::Due;
use super::error::{CallError, StartError};
use super::instance::Instance;
use super::logs::{Logs, Stream};
use super::owner;
use super::port;
use super::process::Process;
use super::settings::{Launch, PortVariable, Settings};
use crate::contract::DEFAULT_PORT;

/// Why there is no instance on one port.
#[derive(Debug)]
pub(super) struct Unstarted {
    pub(super) error: StartError,
    /// Whether another program has the port, so that another port may do.
    pub(super) port_taken: bool,
}

impl<E: Into<StartError>> From<E> for Unstarted {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            port_taken: false,
        }
    }
}

impl Instance {
    /// Starts a function and waits until it accepts a TCP connection, as the platform does.
    ///
    /// A port that another program takes in the meantime is given up for another one. Where
    /// `/proc` tells who listens, another program is never taken for the function; elsewhere only
    /// one that keeps the function from listening, which ends it, is known.
    ///
    /// # Errors
    /// [`StartError`]. A program that ends early is reported at once.
    pub fn start(launch: &Launch, settings: &Settings) -> Result<Self, StartError> {
        const TRIES: usize = 3;
        let mut tried = 1;
        loop {
            let port = match settings.port {
                PortVariable::Neither => DEFAULT_PORT,
                _ => port::choose()?,
            };
            match start_on(port, launch, settings) {
                Err(Unstarted {
                    port_taken: true, ..
                }) if tried < TRIES => tried += 1,
                started => return started.map_err(|unstarted| unstarted.error),
            }
        }
    }
}

pub(super) fn start_on(
    port: u16,
    launch: &Launch,
    settings: &Settings,
) -> Result<Instance, Unstarted> {
    let prepared = command::prepare(port, launch, settings)?;
    let mut command = prepared.command;
    let spawned = Process::spawn(&mut command);
    // The command holds the function's end of its output, which must not stay open here.
    drop(command);
    let (process, streams) = spawned.map_err(|error| StartError::Run {
        program: launch.program.display().to_string(),
        error,
    })?;
    let logs = Logs::default();
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
    let taken = |error| Unstarted {
        error,
        port_taken: true,
    };
    wait_for_accept(&process, address, settings.start_limit, &logs).map_err(|error| {
        if matches!(error, StartError::Exited { .. }) && !port::is_free(port) {
            taken(error)
        } else {
            error.into()
        }
    })?;
    if owner::listens(process.id(), port) == Some(false) {
        let error = format!("another program listens on port {port}");
        return Err(taken(
            io::Error::new(io::ErrorKind::AddrInUse, error).into(),
        ));
    }
    let main = if settings.as_process_one {
        Some(owner::child_of(process.id())?)
    } else {
        None
    };
    Ok(Instance::new(process, main, address, settings, logs))
}

/// Waits until something accepts a connection while the process runs.
fn wait_for_accept(
    process: &Process,
    address: SocketAddr,
    limit: Duration,
    logs: &Logs,
) -> Result<(), StartError> {
    const PAUSE: Duration = Duration::from_millis(2);
    let due = Due::within(limit);
    loop {
        let opened = Connection::open_by(address, due);
        let pause = if opened.is_ok() {
            Duration::ZERO
        } else {
            PAUSE
        };
        if let Some(status) = process.wait(pause) {
            // The streams end with the process, so that all it wrote can be shown.
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
            Err(_refused) => {}
        }
    }
}
