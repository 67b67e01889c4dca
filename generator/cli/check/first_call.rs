//! The first call of a function, which shows whether it is an event or a web function. If it fails,
//! the failure is reported once instead of by every rule.

use std::fmt::Display;
use std::time::Duration;

use crate::cli::failure::{Exit, Failure};
use crate::conformance::{self, FunctionKind, Target};
use crate::emulator::{Answer, CallError, Instance};
use crate::text::printable;

/// The type of JSON that most callers send, but not the platform.
const JSON: &str = "application/json";
const READ_ANY_TYPE: &str = "the platform sends every event as `application/octet-stream`: read \
                             the body regardless of its type, for example with FastAPI's `await \
                             request.json()` or Flask's `request.get_json(force=True)`";

/// The options of the calls, from the flags.
pub(super) struct CallOptions {
    /// The callers of the function, if they are known.
    pub(super) kind: Option<FunctionKind>,
    /// The event, as the report shows it.
    pub(super) event: String,
    /// Whether the function belongs to a project, so that the path of its handler is known.
    pub(super) is_in_project: bool,
}

/// The reason why no rule can be checked on a function that starts.
#[derive(Debug, Clone)]
pub(super) struct Unanswered {
    /// The violation for a report.
    pub(super) failure: conformance::Violation,
    pub(super) hint: String,
    /// The message for people.
    message: String,
}

impl Unanswered {
    pub(super) fn error(&self) -> Failure {
        Failure::new(Exit::Failed, &self.message).hint(&self.hint)
    }
}

/// Calls a function, detects its callers if the flags do not name them, and returns a description
/// of both.
pub(super) fn make(
    instance: Instance,
    target: &mut Target,
    options: &CallOptions,
) -> Result<(&'static str, String), Unanswered> {
    let called = match options.kind {
        Some(kind) => {
            target.kind = kind;
            call_as(&instance, target, options)
        }
        None => guess_kind(&instance, target, options),
    };
    called.map_err(|(does_not, answer, hint)| unanswered(instance, &does_not, &answer, hint))
}

/// A wrong response: what the function does not do, what came instead, and a hint.
type WrongAnswer = (String, String, String);

fn call_as(
    instance: &Instance,
    target: &Target,
    options: &CallOptions,
) -> Result<(&'static str, String), WrongAnswer> {
    let answer = match (target.kind, target.probe) {
        (_, true) => instance.invoke(br#"{"probe":"echo","text":"an echo"}"#),
        (FunctionKind::Event, _) => instance.invoke(&target.event),
        (FunctionKind::Web, _) => instance.call(&instance.client("GET", &target.path)),
    };
    if answer
        .as_ref()
        .is_ok_and(|answer| is_success_for(answer, target))
    {
        return Ok(match (target.kind, target.probe) {
            (_, true) => ("a probe", String::new()),
            (FunctionKind::Event, _) => (
                "an event function",
                format!(", called with `{}`", options.event),
            ),
            (FunctionKind::Web, _) => (
                "a web function",
                format!(", called with `GET {}`", target.path),
            ),
        });
    }
    let event = format!("does not accept the event `{}`", options.event);
    let handler = "fix `src/handler.rs`; the response and the log are shown above";
    let (does_not, hint) = match (target.kind, target.probe) {
        (_, true) => (
            "does not answer the event `{\"probe\":\"echo\",\"text\":\"an echo\"}` like a probe"
                .to_owned(),
            "docs/conformance.md describes the probe protocol; leave out `--probe` for any other \
             function"
                .to_owned(),
        ),
        (FunctionKind::Event, _) => match rejects_content_type(instance, target, &answer) {
            Some(result) => return Err((event, result, READ_ANY_TYPE.to_owned())),
            None if options.is_in_project => (
                event,
                format!("{handler}. Or pass an event it accepts, for example `--event event.json`"),
            ),
            None => (
                event,
                "pass an event it accepts, for example `--event event.json`; for a web function, \
                 pass `--path /`"
                    .to_owned(),
            ),
        },
        (FunctionKind::Web, _) => {
            let hint = if options.is_in_project {
                handler
            } else {
                "pass a path it answers, for \
                                                                 example `--path /`"
            };
            (
                format!("does not answer `GET {}`", target.path),
                hint.to_owned(),
            )
        }
    };
    Err((does_not, describe(&answer), hint))
}

/// Guesses the kind of a function. One that answers `GET` is a web function, even if it also
/// accepts events; an event function has no other paths than the platform's. One that answers `GET`
/// and fails events may be either.
fn guess_kind(
    instance: &Instance,
    target: &mut Target,
    options: &CallOptions,
) -> Result<(&'static str, String), WrongAnswer> {
    let page = format!("GET {}", target.path);
    let has_page = instance.call(&instance.client("GET", &target.path));
    if !has_page.is_ok_and(|page| page.status < 400) {
        target.kind = FunctionKind::Event;
        return call_as(instance, target, options);
    }
    target.kind = FunctionKind::Web;
    let called = format!(", called with `{page}`; guessed: it answers this path");
    let event = &options.event;
    match instance.invoke(&target.event) {
        Ok(answer) if answer.is_success() && !answer.failed() => Ok((
            "a web function",
            format!(
                "{called} and also accepts the event `{event}` (check events with `--event FILE`)",
            ),
        )),
        Ok(answer) if matches!(answer.status, 404 | 405) && !answer.failed() => Ok((
            "a web function",
            format!("{called} but not an event (check events with `--event FILE`)"),
        )),
        answer => {
            let does_not = format!("answers `{page}` but does not accept the event `{event}`");
            let clients = format!("`--path {}` if it serves only HTTP clients", target.path);
            Err(match rejects_content_type(instance, target, &answer) {
                Some(result) => (
                    does_not,
                    result,
                    format!("{READ_ANY_TYPE}; or pass {clients}"),
                ),
                None => (
                    does_not,
                    describe(&answer),
                    format!(
                        "pass `--event FILE` with an event it accepts if it is an event function, \
                         or {clients}"
                    ),
                ),
            })
        }
    }
}

fn is_success_for(answer: &Answer, target: &Target) -> bool {
    match (target.kind, target.probe) {
        (_, true) => answer.body == b"an echo",
        (FunctionKind::Event, _) => answer.is_success() && !answer.failed(),
        (FunctionKind::Web, _) => answer.status < 500 && answer.status != 404,
    }
}

/// The response, if the content type of the event is the reason for it: the function says so, or it
/// accepts the same event as JSON.
fn rejects_content_type(
    instance: &Instance,
    target: &Target,
    answer: &Result<Answer, CallError>,
) -> Option<String> {
    let refused = answer.as_ref().ok()?;
    if !matches!(refused.status, 400 | 415 | 422) {
        return None;
    }
    let mut request = instance.invocation(&target.event);
    request.headers.set("content-type", JSON);
    let renamed = instance.call(&request);
    if renamed.is_ok_and(|answer| answer.is_success() && !answer.failed()) {
        return Some(format!("{refused}\nwith `Content-Type: {JSON}`, it does"));
    }
    (refused.status == 415).then(|| refused.to_string())
}

fn describe(answer: &Result<Answer, CallError>) -> String {
    match answer {
        Ok(answer) => answer.to_string(),
        Err(CallError::TimedOut { limit }) => format!(
            "no response within {} s (raise the limit with `--timeout`)",
            limit.as_secs()
        ),
        Err(error) => error.to_string(),
    }
}

fn unanswered(instance: Instance, does_not: &str, answer: &str, hint: String) -> Unanswered {
    const LIMIT: Duration = Duration::from_secs(5);
    let logs = instance.logs().clone();
    // Output from before the response may still arrive.
    drop(instance);
    let _whole = logs.wait_end(LIMIT);
    let log = logs.text();
    let mut message = printable_violation(&format!("the function {does_not}"), answer);
    let mut result = format!("the function {does_not}: {answer}");
    if !log.trim().is_empty() {
        message = format!(
            "{message}\n{}",
            printable_violation("the log is", format_args!("\n{log}"))
        );
        result = format!("{result}\nthe log is:\n{log}");
    }
    Unanswered {
        failure: conformance::Violation::new(
            "started the function, then sent a call",
            result.trim_end(),
        ),
        hint,
        message,
    }
}

/// Describes what the check did and what came back, in a form that is short and safe for a
/// terminal.
pub(super) fn printable_violation(action: &str, result: impl Display) -> String {
    let told = conformance::Violation::new(action, result).to_string();
    let lines: Vec<_> = told.trim_end().lines().map(printable).collect();
    lines.join("\n")
}
