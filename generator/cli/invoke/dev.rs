//! A call of a running `cargo fc3 dev`, by the platform's own API.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::call::Call;
use super::outcome::{Outcome, Problem, RanBy};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::message;
use crate::cli::project::Running;
use crate::emulator::{Answer, CallError, Connection, Request};
use crate::platform::{EVENT_TYPE, LONGEST_CALL, header};

/// The path of the functions in the API of 3.0.
const API: &str = "/2023-03-30/functions";

/// Calls the project's function.
pub(super) fn call(running: &Running, call: &Call, shows_log: bool) -> Result<Outcome, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, running.port));
    let request = match call {
        Call::Event { event, is_async } => {
            // An asynchronous call ends after its caller has gone, and has no log to return.
            let (kind, log) = if *is_async {
                ("Async", "None")
            } else {
                ("Sync", "Tail")
            };
            Request::new("POST", invocations(running))
                .with(header::HOST, address.to_string())
                .with(header::INVOCATION_TYPE, kind)
                .with(header::LOG_TYPE, log)
                .with(header::CONTENT_TYPE, EVENT_TYPE)
                .body(event.bytes.clone())
        }
        Call::Http(request) => {
            let client = Request::new(&*request.method, &*request.target);
            request.complete(client.with(header::HOST, address.to_string()))
        }
    };
    let begin = Instant::now();
    let called = Connection::open(address);
    // `dev` has the time limit of the function.
    let called = called.and_then(|mut connection| connection.call(&request, LONGEST_CALL));
    let answer = called.map_err(|error| gone(running.port, &error))?;
    Ok(outcome(call, answer, begin.elapsed(), shows_log))
}

/// The path at which events are sent to the project's function.
pub(super) fn invocations(running: &Running) -> String {
    let name = running.functions.first().map_or("", String::as_str);
    format!("{API}/{name}/invocations")
}

fn outcome(call: &Call, answer: Answer, duration: Duration, shows_log: bool) -> Outcome {
    let text = |name| answer.headers.get(name).map(str::to_owned);
    let log = text(header::LOG_RESULT).unwrap_or_default();
    let log = STANDARD.decode(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let log: Vec<_> = log.lines().map(str::to_owned).collect();
    if shows_log {
        log.iter().for_each(message);
    }
    let mut outcome = Outcome::new(RanBy::Dev, matches!(call, Call::Http(_)));
    let kind = text(header::ERROR_TYPE);
    outcome.problem = match call {
        Call::Http(_) => Problem::of_http(&answer),
        Call::Event { .. } if kind.is_some() || !answer.is_success() => {
            Some(Problem::told(&answer, kind.as_deref()))
        }
        Call::Event { .. } => None,
    };
    outcome.request_id = text(header::REQUEST_ID).unwrap_or_default();
    outcome.answer = Some(answer);
    outcome.log = log;
    outcome.duration = duration;
    outcome
}

/// No response from `dev` itself: it has ended, or somebody has stopped it.
fn gone(port: u16, error: &CallError) -> Failure {
    let message = format!("`cargo fc3 dev` on port {port} gave no response: {error}");
    Failure::new(Exit::Machine, message).hint(
        "see what it printed; if it has ended, run this again, and the function is started here",
    )
}
