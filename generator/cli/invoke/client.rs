//! Calls a function as every client does: by the platform's own API, or by HTTP.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::call::Call;
use super::outcome::{End, Outcome, Problem, RanBy};
use crate::cli::project::Running;
use crate::emulator::{Answer, CallError, Connection, Request};
use crate::platform::{EVENT_TYPE, LONGEST_CALL, header, path};

/// A local Function Compute, and who runs it.
pub(super) struct Client<'a> {
    pub(super) running: &'a Running,
    pub(super) ran_by: RanBy,
    /// Whether the end of the log is wanted.
    pub(super) wants_log: bool,
}

impl Client<'_> {
    /// Calls the project's function.
    pub(super) fn call(&self, call: &Call) -> Result<Outcome, CallError> {
        let begin = Instant::now();
        let mut connection = Connection::open(self.running.address)?;
        // The other side has the time limit of the function.
        let called = connection.call(&self.request(call), LONGEST_CALL);
        Ok(match (called, call) {
            (Ok(answer), Call::Event { .. }) => returned(answer, self.ran_by),
            (Ok(answer), Call::Http(_)) => self.responded(answer, begin.elapsed()),
            // What the function sends is passed on as it comes, and so is its end.
            (Err(error @ CallError::Closed { .. }), Call::Http(_)) => {
                self.broken_off(&error, begin.elapsed())
            }
            (Err(error), _) => return Err(error),
        })
    }

    fn request(&self, call: &Call) -> Request {
        let address = self.running.address.to_string();
        match call {
            Call::Event { event, is_async } => {
                let kind = if *is_async { "Async" } else { "Sync" };
                let log = if self.wants_log && !is_async {
                    "Tail"
                } else {
                    "None"
                };
                Request::new("POST", invocations(self.running))
                    .with(header::HOST, address)
                    .with(header::INVOCATION_TYPE, kind)
                    .with(header::LOG_TYPE, log)
                    .with(header::CONTENT_TYPE, EVENT_TYPE)
                    .body(event.bytes.clone())
            }
            Call::Http(request) => {
                let client = Request::new(&*request.method, &*request.target);
                let host = host(self.running).unwrap_or(address);
                request.complete(client.with(header::HOST, host))
            }
        }
    }

    /// What an HTTP client gets: the response of the function, or an error of the platform.
    fn responded(&self, answer: Answer, duration: Duration) -> Outcome {
        let id = answer.headers.get(header::REQUEST_ID);
        let own = Problem::of_platform(&answer);
        let is_own = own.is_some();
        Outcome {
            request_id: id.unwrap_or_default().to_owned(),
            problem: own.or_else(|| Problem::of_response(&answer)),
            end: if is_own { end(&answer) } else { End::Whole },
            has_logged: false,
            log: Vec::new(),
            duration: (!is_own).then_some(duration),
            ran_by: self.ran_by,
            is_http: true,
            answer: (!is_own).then_some(answer),
        }
    }

    fn broken_off(&self, error: &CallError, duration: Duration) -> Outcome {
        Outcome {
            request_id: String::new(),
            problem: Some(Problem {
                kind: None,
                message: format!("the response broke off: {error}"),
            }),
            end: End::BrokenOff,
            has_logged: false,
            log: Vec::new(),
            duration: Some(duration),
            ran_by: self.ran_by,
            is_http: true,
            answer: None,
        }
    }
}

/// What the API says about an event. Only with a status of success is the body a reply.
pub(super) fn returned(answer: Answer, ran_by: RanBy) -> Outcome {
    let text = |name| answer.headers.get(name).map(str::to_owned);
    let milliseconds = text(header::DURATION).and_then(|text| text.parse().ok());
    let log = text(header::LOG_RESULT).unwrap_or_default();
    let log = STANDARD.decode(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let log: Vec<_> = log.lines().map(str::to_owned).collect();
    let kind = text(header::ERROR_TYPE);
    let has_failed = kind.is_some() || !answer.is_success();
    Outcome {
        request_id: text(header::REQUEST_ID).unwrap_or_default(),
        problem: has_failed.then(|| Problem::told(&answer, kind.as_deref())),
        end: end(&answer),
        has_logged: !log.is_empty(),
        log,
        duration: milliseconds.map(Duration::from_millis),
        ran_by,
        is_http: false,
        answer: Some(answer).filter(Answer::is_success),
    }
}

/// Whether the call was refused, so that no function has seen it. The platform answers 429 if there
/// are too many calls, which is no mistake of the caller.
fn end(answer: &Answer) -> End {
    const TOO_MANY: u16 = 429;
    match answer.status {
        400..500 if answer.status != TOO_MANY => End::Refused,
        _ => End::Whole,
    }
}

/// The host by which the project's function has HTTP clients, if the address alone is not enough: the
/// host names one of several functions.
pub(super) fn host(running: &Running) -> Option<String> {
    let name = running.functions.first()?;
    let is_one = running.functions.len() + running.others.len() == 1;
    (!is_one).then(|| format!("{name}.localhost:{}", running.address.port()))
}

/// The path at which events are sent to the project's function.
pub(super) fn invocations(running: &Running) -> String {
    let name = running.functions.first().map_or("", String::as_str);
    path::invocations(name)
}
