//! The first call of a function, which shows whether it is an event or a web function. If it fails,
//! the failure is reported once instead of by every rule.

mod wrong_response;

use crate::conformance::{FunctionKind, Target};
use crate::emulator::{Answer, Instance};
use wrong_response::{READ_ANY_TYPE, WrongResponse, describe, rejects_content_type};
pub(super) use wrong_response::{Unanswered, printable_violation};

/// The options of the calls, from the flags.
pub(super) struct CallOptions {
    /// The callers of the function, if they are known.
    pub(super) kind: Option<FunctionKind>,
    /// The event, as the report shows it.
    pub(super) event: String,
    /// Whether the function belongs to a project, so that the path of its handler is known.
    pub(super) is_in_project: bool,
    /// The hint for a function that needs a variable.
    pub(super) variables: String,
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
    called.map_err(|wrong| wrong.into_unanswered(instance))
}

fn call_as(
    instance: &Instance,
    target: &Target,
    options: &CallOptions,
) -> Result<(&'static str, String), WrongResponse> {
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
    let variables = &options.variables;
    let (problem, hint) = match (target.kind, target.probe) {
        (_, true) => (
            "does not answer the event `{\"probe\":\"echo\",\"text\":\"an echo\"}` like a probe"
                .to_owned(),
            "docs/conformance.md describes the probe protocol; leave out `--probe` for any other \
             function"
                .to_owned(),
        ),
        (FunctionKind::Event, _) => match rejects_content_type(instance, target, &answer) {
            Some(response) => {
                return Err(WrongResponse {
                    problem: event,
                    response,
                    hint: READ_ANY_TYPE.to_owned(),
                });
            }
            None if options.is_in_project => (
                event,
                format!(
                    "{handler}. Or pass an event it accepts, for example `--event event.json`. \
                     {variables}"
                ),
            ),
            None => (
                event,
                format!(
                    "pass an event it accepts, for example `--event event.json`; for a web \
                     function, pass `--path /`. {variables}"
                ),
            ),
        },
        (FunctionKind::Web, _) => {
            let hint = if options.is_in_project {
                handler
            } else {
                "pass a path it answers, for example `--path /`"
            };
            (
                format!("does not answer `GET {}`", target.path),
                format!("{hint}. {variables}"),
            )
        }
    };
    Err(WrongResponse {
        problem,
        response: describe(&answer),
        hint,
    })
}

/// Guesses the kind of a function. One that answers `GET` is a web function, even if it also
/// accepts events; an event function has no other paths than the platform's. One that answers `GET`
/// and fails events may be either.
fn guess_kind(
    instance: &Instance,
    target: &mut Target,
    options: &CallOptions,
) -> Result<(&'static str, String), WrongResponse> {
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
            let problem = format!("answers `{page}` but does not accept the event `{event}`");
            let clients = format!("`--path {}` if it serves only HTTP clients", target.path);
            let (response, hint) = match rejects_content_type(instance, target, &answer) {
                Some(response) => (response, format!("{READ_ANY_TYPE}; or pass {clients}")),
                None => (
                    describe(&answer),
                    format!(
                        "pass `--event FILE` with an event it accepts if it is an event function, \
                         or {clients}"
                    ),
                ),
            };
            Err(WrongResponse {
                problem,
                response,
                hint,
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
