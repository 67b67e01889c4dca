//! A call of an instance that is started for it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::outcome::{Outcome, Problem, RanBy};
use crate::cli::failure::Failure;
use crate::cli::output::{hint, message};
use crate::emulator::{
    Answer, CallError, ErrorType, Instance, Launch, Line, LogSettings, Settings, StartError,
};

/// The time limit for the function to exit; it has no call left to wait for.
const END_LIMIT: Duration = Duration::from_secs(2);
/// The time limit for the rest of the log of an ended function.
const LOG_LIMIT: Duration = Duration::from_secs(2);

/// How to start and call the function.
pub(super) struct Plan {
    pub(super) settings: Settings,
    /// Whether the platform would call the initializer.
    pub(super) has_initializer: bool,
}

/// Starts a program, initializes and calls it, and stops it.
pub(super) fn call(
    program: &Path,
    plan: &Plan,
    call: &Call,
    shows_log: bool,
) -> Result<Outcome, Failure> {
    let show = |line: &Line| message(&line.text);
    let log = LogSettings {
        sink: shows_log.then(|| Arc::new(show) as _),
        ..LogSettings::default()
    };
    let settings = Settings {
        log,
        ..plan.settings.clone()
    };
    let mut outcome = Outcome::new(RanBy::Invoke, matches!(call, Call::Http(_)));
    let instance = match Instance::start(&Launch::new(program), &settings) {
        Ok(instance) => instance,
        Err(error @ (StartError::Run { .. } | StartError::Machine(_))) => return Err(error.into()),
        Err(error) => {
            outcome.problem = Some(not_started(&error));
            if let StartError::Exited { logs, .. } | StartError::NotListening { logs, .. } = error {
                outcome.log = logs.lines().map(str::to_owned).collect();
            }
            return Ok(outcome);
        }
    };
    make(&instance, plan.has_initializer, call, &mut outcome);
    let logs = instance.logs().clone();
    if instance.terminate(END_LIMIT).is_none() {
        let limit = END_LIMIT.as_secs();
        hint(&format!(
            "the function did not exit within {limit} s of SIGTERM, and was killed"
        ));
    }
    let _whole = logs.wait_end(LOG_LIMIT);
    outcome.log = logs.lines().into_iter().map(|line| line.text).collect();
    Ok(outcome)
}

/// Calls a running function.
fn make(instance: &Instance, has_initializer: bool, call: &Call, outcome: &mut Outcome) {
    const INITIALIZATION: ErrorType = ErrorType::Initialization;
    if has_initializer {
        outcome.problem = match instance.initialize() {
            Ok(answer) if answer.is_success() && !answer.failed() => None,
            Ok(answer) => Some(Problem::told(&answer, Some(INITIALIZATION.as_str()))),
            Err(error) => Some(unanswered("the initializer", INITIALIZATION, &error)),
        };
    }
    if outcome.problem.is_some() {
        return;
    }
    let request = match call {
        Call::Event { event, .. } => instance.invocation(&event.bytes),
        Call::Http(request) => request.complete(instance.client(&request.method, &request.target)),
    };
    request.id().clone_into(&mut outcome.request_id);
    let begin = Instant::now();
    let called = instance.call(&request);
    outcome.duration = begin.elapsed();
    match called {
        Ok(answer) => {
            outcome.problem = problem_of(&answer, outcome.is_http);
            outcome.answer = Some(answer);
        }
        Err(error) => {
            outcome.problem = Some(unanswered("the call", ErrorType::Unhandled, &error));
        }
    }
}

fn problem_of(answer: &Answer, is_http: bool) -> Option<Problem> {
    if is_http {
        return Problem::of_http(answer);
    }
    let is_failed = answer.failed() || !answer.is_success();
    is_failed.then(|| Problem::told(answer, Some(ErrorType::Unhandled.as_str())))
}

fn unanswered(what: &str, kind: ErrorType, error: &CallError) -> Problem {
    let message = match error {
        CallError::TimedOut { .. } | CallError::Exited { .. } => error.to_string(),
        error => format!("{what} got no response: {error}"),
    };
    Problem::new(Some(kind.as_str()), message)
}

/// Why a function cannot be called at all, without its log, which is shown already.
fn not_started(error: &StartError) -> Problem {
    match error {
        StartError::Exited { status, .. } => Problem::new(
            Some("CAExited"),
            format!("Function instance exited unexpectedly ({status})"),
        ),
        StartError::NotListening { port, limit, .. } => {
            let limit = limit.as_secs();
            Problem::new(
                Some("FunctionNotStarted"),
                format!("Function instance health check failed on port {port} in {limit} seconds"),
            )
        }
        error => Problem::new(None, error.to_string()),
    }
}
