//! The first call of a function, which tells what calls it. One that it does not answer is told once,
//! and not by every rule.

use std::fmt::Display;
use std::time::Duration;

use crate::cli::failure::{Exit, Failure};
use crate::conformance::{self, FunctionKind, Target};
use crate::emulator::{Answer, CallError, Instance};
use crate::text::printable;

/// What most callers name their JSON, and the platform does not.
const JSON: &str = "application/json";
const READ_ANY_TYPE: &str = "the platform calls every event `application/octet-stream`: read the body \
                             whatever its type is, as by FastAPI's `await request.json()` or Flask's \
                             `request.get_json(force=True)`";

/// What the flags say of the calls.
pub(super) struct CallOptions {
    /// What calls the function, if that is known.
    pub(super) kind: Option<FunctionKind>,
    /// The event, as it is told.
    pub(super) event: String,
    /// Whether it is of a project, whose handler we know the place of.
    pub(super) of_project: bool,
}

/// Why no rule can be tried on a function that starts.
#[derive(Debug, Clone)]
pub(super) struct Unanswered {
    /// For a report.
    pub(super) failure: conformance::Violation,
    pub(super) hint: String,
    /// For people.
    message: String,
}

impl Unanswered {
    pub(super) fn error(&self) -> Failure {
        Failure::new(Exit::Failed, &self.message).hint(&self.hint)
    }
}

/// Calls a function, finds out what calls it where nobody says so, and gives both in words: what it is,
/// and how it is called.
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

/// What it does not do, what came instead, and what to do about it.
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
    let event = format!("does not answer the event `{}` with success", options.event);
    let handler = "mend `src/handler.rs` by what came and what it logged";
    let (does_not, hint) = match (target.kind, target.probe) {
        (_, true) => (
            "does not answer the event `{\"probe\":\"echo\",\"text\":\"an echo\"}`, as a probe does".to_owned(),
            "docs/conformance.md says what a probe answers; leave out `--probe` for any other function".to_owned(),
        ),
        (FunctionKind::Event, _) => match rejects_content_type(instance, target, &answer) {
            Some(came) => return Err((event, came, READ_ANY_TYPE.to_owned())),
            None if options.of_project => (
                event,
                format!("{handler}, or give an event that it answers, as in `--event event.json`"),
            ),
            None => (
                event,
                "give one that it answers so, as in `--event event.json`; a web function is checked by `--path /`".to_owned(),
            ),
        },
        (FunctionKind::Web, _) => {
            let hint = if options.of_project { handler } else { "give a path that it answers, as in `--path /`" };
            (format!("does not answer `GET {}`", target.path), hint.to_owned())
        }
    };
    Err((does_not, describe(&answer), hint))
}

/// A function of which nothing is said. Clients call it if it has a page for them, also where it answers
/// events too, as a web function may; an event function knows no other paths than the platform's. One
/// that has a page, and that knows of events but fails them, may be either.
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
    let called = format!(", called with `{page}`; guessed since it answers that");
    let event = &options.event;
    match instance.invoke(&target.event) {
        Ok(answer) if answer.is_success() && !answer.failed() => Ok((
            "a web function",
            format!("{called}; it answers the event `{event}` too, which `--event FILE` checks"),
        )),
        Ok(answer) if matches!(answer.status, 404 | 405) && !answer.failed() => Ok((
            "a web function",
            format!("{called} and no event; `--event FILE` checks that it takes one"),
        )),
        answer => {
            let does_not =
                format!("answers `{page}`, and does not answer the event `{event}` with success");
            let clients = format!("`--path {}` if it serves clients only", target.path);
            Err(match rejects_content_type(instance, target, &answer) {
                Some(came) => (
                    does_not,
                    came,
                    format!("{READ_ANY_TYPE}; or give {clients}"),
                ),
                None => (
                    does_not,
                    describe(&answer),
                    format!(
                        "say what calls it: `--event FILE` with an event that it answers if it takes events, or {clients}"
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

/// What came, and that it is for the type of the event, where the same event under the usual name is
/// answered with success or the function says so itself.
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
        return Some(format!("{refused}\ncalled `{JSON}`, it does"));
    }
    (refused.status == 415).then(|| refused.to_string())
}

fn describe(answer: &Result<Answer, CallError>) -> String {
    match answer {
        Ok(answer) => answer.to_string(),
        Err(CallError::TimedOut { limit }) => format!(
            "nothing came within {} s, which `--timeout` makes longer",
            limit.as_secs()
        ),
        Err(error) => error.to_string(),
    }
}

fn unanswered(instance: Instance, does_not: &str, answer: &str, hint: String) -> Unanswered {
    const LIMIT: Duration = Duration::from_secs(5);
    let logs = instance.logs().clone();
    // What it wrote before it answered may still be on its way.
    drop(instance);
    let _whole = logs.wait_end(LIMIT);
    let log = logs.text();
    let mut message = printable_violation(&format!("it {does_not}"), answer);
    let mut came = format!("it {does_not}: {answer}");
    if !log.trim().is_empty() {
        message = format!(
            "{message}\n{}",
            printable_violation("its log", format_args!("\n{log}"))
        );
        came = format!("{came}\nits log:\n{log}");
    }
    Unanswered {
        failure: conformance::Violation::new("started it, then a call", came.trim_end()),
        hint,
        message,
    }
}

/// What was done and what came of it, of which neither the length nor what is in it can harm a terminal.
pub(super) fn printable_violation(sent: &str, came: impl Display) -> String {
    let told = conformance::Violation::new(sent, came).to_string();
    let lines: Vec<_> = told.trim_end().lines().map(printable).collect();
    lines.join("\n")
}
