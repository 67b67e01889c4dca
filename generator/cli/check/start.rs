//! The first start of a function, which tells where it listens. What cannot be started at all is told
//! once, and not by every rule.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::first_call::{self, CallOptions, printable_violation};
use super::function::Function;
use super::interrupt::interruptible;
use super::port::{self, PortLock};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::done;
use crate::conformance::{self, Target};
use crate::emulator::{self, Instance, Settings, StartError};
use crate::platform::DEFAULT_PORT;
use crate::stop::Stop;
use crate::text::printable_path;

/// How long other checks are waited for that use the platform's port, before it is known whether this
/// function needs it.
const WAITED_FOR: Duration = Duration::from_secs(30);

/// Starts the function once and calls it, and gives what can be lock to the rules.
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
        Err(error) => return Ok((name, Function::Broken(broken(error)?))),
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

/// Starts the function, on the port where it listens whatever it is told if it does.
fn start(target: &mut Target) -> anyhow::Result<(Result<Instance, StartError>, PortLock)> {
    target.settings.patience = target.patience;
    let fixed = target.settings.fixed_port;
    let lock = match fixed {
        Some(port) => Some(port::lock(port)?),
        // It may listen there whatever it is told, or else it does not matter who holds it.
        None => emulator::lock_port(DEFAULT_PORT, WAITED_FOR).ok().flatten(),
    };
    let finding = Settings {
        find_port: true,
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

/// Says what is waited for where a start takes long, which would look as if nothing happened.
fn announcing_slow_start<T>(settings: &Settings, start: impl FnOnce() -> T) -> T {
    const SILENT: Duration = Duration::from_secs(5);
    let limit = settings.start_limit.as_secs();
    let (started, is_started) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if is_started.recv_timeout(SILENT) == Err(RecvTimeoutError::Timeout) {
                done("Waiting", &format!("for it to listen, at most {limit} s"));
            }
        });
        let result = start();
        drop(started);
        result
    })
}

/// How a function broke the rule that it starts, or why that cannot be tried.
fn broken(error: StartError) -> Result<conformance::Violation, Failure> {
    let came = match error {
        StartError::Run { program, error } => {
            let program = printable_path(Path::new(&program));
            let message = format!("cannot run `{program}`: {error}");
            return Err(Failure::new(Exit::Machine, message).hint(
                "`--cmd` takes a program on `PATH` or by its path from here; a variable is set by `--env \
                 K=V`, and a line for a shell is `--cmd \"sh -c '…'\"`",
            ));
        }
        StartError::Machine(error) => {
            let message = format!("this machine cannot start it: {error}");
            return Err(Failure::new(Exit::Machine, message)
                .hint("where another program has its port, end that first"));
        }
        error if error.is_of_a_used_port() => {
            // Its log says which port that is, and in its own words.
            let is_default = error.to_string().contains(&DEFAULT_PORT.to_string());
            let mut message =
                printable_violation("another program has the port of the function", error);
            if is_default && let Some(id) = emulator::listener(DEFAULT_PORT) {
                message = format!("{message}\nprocess {id} listens on port {DEFAULT_PORT}");
            }
            return Err(Failure::new(Exit::Machine, message).hint("end that program first"));
        }
        StartError::Exited { status, logs } if logs.trim().is_empty() => {
            format!("it ended ({status}) before it accepted a connection, and wrote no log")
        }
        StartError::NotListening { port, limit, logs } if logs.trim().is_empty() => {
            let limit = limit.as_secs();
            format!("it did not listen on port {port} in {limit} s, and wrote no log")
        }
        error => error.to_string(),
    };
    let sent = "started it".to_owned();
    Ok(conformance::Violation { sent, came })
}
