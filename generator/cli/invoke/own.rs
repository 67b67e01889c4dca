//! A local Function Compute for one call.

use std::mem;
use std::net::Ipv4Addr;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::call::Call;
use super::client::Client;
use super::outcome::{End, Outcome, Problem, RanBy};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::{hint, message};
use crate::cli::project::Running;
use crate::deployment::HttpTrigger;
use crate::emulator::{Definition, Event, FunctionCompute, Observer, Options, Outcome as Ended};
use crate::platform::{METHODS, header};

/// The longest wait for the reason why a response broke off.
const REASON_LIMIT: Duration = Duration::from_secs(5);

/// What happens to the function meanwhile.
#[derive(Default)]
struct Watched {
    /// Kept only if it is not shown.
    log: Vec<String>,
    has_logged: bool,
    /// The time of the call alone, without the start of the instance.
    duration: Option<Duration>,
    problem: Option<Problem>,
    /// Why no instance could be started.
    not_started: Option<String>,
}

/// Deploys a function, calls it, and ends it as the platform does.
pub(super) fn call(
    mut definition: Definition,
    call: &Call,
    shows_log: bool,
) -> Result<Outcome, Failure> {
    if let Call::Http(_) = call {
        definition.http.get_or_insert_with(|| HttpTrigger {
            methods: METHODS.map(str::to_owned).to_vec(),
        });
    }
    let watched = Arc::new(Mutex::new(Watched::default()));
    let (told, is_told) = mpsc::channel();
    let local = FunctionCompute::start(&Options {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        hosts: allowed(call, header::HOST),
        origins: allowed(call, header::ORIGIN),
        observer: observer(Arc::clone(&watched), shows_log, told),
    });
    let local = local.map_err(|error| {
        let message = format!("cannot listen on this machine: {error}");
        Failure::new(Exit::Machine, message)
    })?;
    let running = Running::new(local.address(), vec![definition.name().to_owned()]);
    let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::Failed, error.to_string());
    local.deploy(definition).map_err(|error| failed(&error))?;
    let client = Client {
        running: &running,
        ran_by: RanBy::Invoke,
        wants_log: false,
    };
    let called = client.call(call);
    if called
        .as_ref()
        .is_ok_and(|outcome| outcome.end == End::BrokenOff)
    {
        // Why it broke off is known when its process has ended, or is seen to go on.
        let _told = is_told.recv_timeout(REASON_LIMIT);
    }
    // The function may say something at its end.
    drop(local);
    let mut outcome = called.map_err(|error| failed(&error))?;
    let mut watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
    outcome.log = mem::take(&mut watched.log);
    outcome.has_logged = watched.has_logged;
    // Without an instance, there was no call.
    outcome.duration = watched.duration.filter(|_| outcome.answer.is_some());
    // A response that broke off does not say why.
    if let (true, Some(problem)) = (outcome.end == End::BrokenOff, watched.problem.take()) {
        outcome.problem = Some(problem);
    }
    if let (Some(problem), Some(reason)) = (&mut outcome.problem, &watched.not_started) {
        problem.cut_to(reason);
    }
    Ok(outcome)
}

/// Shows the log as it comes, and keeps it.
fn observer(watched: Arc<Mutex<Watched>>, shows_log: bool, told: Sender<()>) -> Observer {
    Arc::new(move |event| {
        let mut watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Log { line, .. } => {
                watched.has_logged = true;
                if shows_log {
                    message(&line.text);
                } else {
                    watched.log.push(line.text.clone());
                }
            }
            Event::Invoked(invocation) => {
                watched.duration = Some(invocation.duration);
                watched.problem = problem(&invocation.outcome);
                // Only a call that broke off is waited for.
                let _sent = told.send(());
            }
            Event::NotStarted { reason, .. } => watched.not_started = Some(reason.clone()),
            Event::Stopped { status: None, .. } => {
                hint("the function did not exit on SIGTERM, and was killed");
            }
            _ => {}
        }
    })
}

fn problem(outcome: &Ended) -> Option<Problem> {
    match outcome {
        Ended::Failed {
            error_type,
            message,
        } => Some(Problem {
            kind: Some(error_type.clone()),
            message: message.clone(),
        }),
        Ended::Succeeded | Ended::Status(_) | Ended::Cancelled => None,
    }
}

/// The values of a header that the user passes, so that they are allowed here.
fn allowed(call: &Call, name: &str) -> Vec<String> {
    match call {
        Call::Http(request) => request.values(name).map(str::to_owned).collect(),
        Call::Event { .. } => Vec::new(),
    }
}
