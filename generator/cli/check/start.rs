//! The first start of a function, which shows the port it listens on. A failed start is reported
//! once instead of by every rule.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::first_call::{self, CallOptions, printable_violation};
use super::function::Function;
use super::port::{self, PortLock};
use crate::cli::failure::{Exit, Failure};
use crate::cli::interrupt::interruptible;
use crate::cli::output::done;
use crate::conformance::{self, Target};
use crate::emulator::{self, Elsewhere, Instance, Settings, StartError};
use crate::platform::DEFAULT_PORT;
use crate::stop::Stop;
use crate::text::printable_path;

/// The longest wait for other checks that use the platform's port, before it is known whether this
/// function needs it.
const WAITED_FOR: Duration = Duration::from_secs(30);

/// Starts the function once, calls it, and returns what can be checked.
pub(super) fn ready(
    name: String,
    target: Target,
    options: CallOptions,
    stop: &Stop,
) -> anyhow::Result<(String, Function)> {
    interruptible(stop, move || started(name, target, &options))?
}

fn started(
    name: String,
    mut target: Target,
    options: &CallOptions,
) -> anyhow::Result<(String, Function)> {
    let (started, lock) = start(&mut target)?;
    let instance = match started {
        Ok(instance) => instance,
        Err(error) => {
            let (violation, hint) = (broken(error)?, None);
            return Ok((name, Function::Broken { violation, hint }));
        }
    };
    let (what, call) = match first_call::make(instance, &mut target, options) {
        Ok(words) => words,
        Err(unanswered) => return Ok((name, Function::Unanswered(unanswered))),
    };
    let port = target.settings.fixed_port;
    let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
    let name = format!("{name}: {what}{port}{call}");
    let target = Box::new(target);
    let probe = None;
    let ready = Function::Ready {
        target,
        probe,
        lock,
    };
    Ok((name, ready))
}

/// Starts the function, on its fixed port if it ignores the port variables.
fn start(target: &mut Target) -> anyhow::Result<(Result<Instance, StartError>, PortLock)> {
    target.settings.patience = target.patience;
    let fixed = target.settings.fixed_port;
    let lock = match fixed {
        Some(port) => Some(port::lock(port)?),
        // The function may have this fixed port; otherwise, the lock does no harm.
        None => emulator::lock_port(DEFAULT_PORT, WAITED_FOR).ok().flatten(),
    };
    let finding = Settings {
        elsewhere: Elsewhere::PortReported,
        ..target.settings.clone()
    };
    let started = announcing_slow_start(&finding, || Instance::start(&target.launch, &finding));
    match started {
        Err(StartError::OtherPort { port, .. }) if fixed.is_none() => {
            target.settings.fixed_port = Some(port);
            target.is_port_found = true;
            let lock = match lock.filter(|_| port == DEFAULT_PORT) {
                Some(lock) => lock,
                None => port::lock(port)?,
            };
            let started = Instance::start(&target.launch, &target.settings);
            Ok((started, PortLock(Some(lock))))
        }
        started => Ok((started, PortLock(lock.filter(|_| fixed.is_some())))),
    }
}

/// Prints a message if a start takes long, so that the check does not look stuck.
fn announcing_slow_start<T>(settings: &Settings, start: impl FnOnce() -> T) -> T {
    const SILENT: Duration = Duration::from_secs(5);
    let limit = settings.start_limit.as_secs();
    let (started, is_started) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if is_started.recv_timeout(SILENT) == Err(RecvTimeoutError::Timeout) {
                done(
                    "Waiting",
                    &format!("for the function to listen, at most {limit} s"),
                );
            }
        });
        let result = start();
        drop(started);
        result
    })
}

/// The violation of the rule about the start, or the reason why it cannot be checked.
fn broken(error: StartError) -> Result<conformance::Violation, Failure> {
    let result = match error {
        StartError::Run { program, error } => {
            let program = printable_path(Path::new(&program));
            let message = format!("cannot run `{program}`: {error}");
            return Err(Failure::new(Exit::Machine, message).hint(
                "give `--cmd` a program on `PATH`, or a path relative to this directory. Set a \
                 variable with `--env K=V`. For a shell line, use `--cmd \"sh -c '…'\"`",
            ));
        }
        StartError::Machine(error) => {
            let message = format!("cannot start the function on this machine: {error}");
            return Err(Failure::new(Exit::Machine, message)
                .hint("if another program uses its port, stop that program first"));
        }
        error if error.is_port_in_use() => {
            // The function's log names the port.
            let is_default = error.to_string().contains(&DEFAULT_PORT.to_string());
            let mut message =
                printable_violation("another program uses the port of the function", error);
            if is_default && let Some(id) = emulator::listener(DEFAULT_PORT) {
                message = format!("{message}\nprocess {id} listens on port {DEFAULT_PORT}");
            }
            return Err(Failure::new(Exit::Machine, message).hint("stop that program first"));
        }
        StartError::Exited { status, logs } if logs.trim().is_empty() => {
            format!(
                "the process exited ({status}) before it accepted a connection, and logged nothing",
            )
        }
        StartError::NotListening { port, limit, logs } if logs.trim().is_empty() => {
            let limit = limit.as_secs();
            format!(
                "the function did not listen on port {port} within {limit} s, and logged nothing",
            )
        }
        error => error.to_string(),
    };
    let action = "started the function".to_owned();
    Ok(conformance::Violation { action, result })
}
