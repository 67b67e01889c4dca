//! What happens to functions, as lines for a person: logs as they come, and one line for each call.

use std::borrow::Cow;
use std::fmt::Write;
use std::process::ExitStatus;
use std::time::Duration;

use crate::cli::output::{ERROR, LITERAL, WARNING, done_line};
use crate::emulator::{End, Event, Invocation, Outcome, Trigger};
use crate::platform::marker;
use crate::text::{excerpt, printable};

/// The line of an event, if it has one. `is_named` says whether there are several functions, so that
/// lines need a name.
pub(in crate::cli) fn line(event: &Event, is_named: bool) -> Option<String> {
    let named = |function: &str| {
        if is_named {
            format!("{function} ")
        } else {
            String::new()
        }
    };
    Some(match event {
        Event::Started { function, took, .. } => {
            let (name, took) = (named(function), milliseconds(*took));
            done_line("Started", &format!("{name}an instance in {took}"))
        }
        Event::Attached { function, port } => done_line(
            "Attached",
            &format!("{}to the function on port {port}", named(function)),
        ),
        Event::NotStarted { function, reason } => {
            // An initializer may say more.
            let reason = reason.lines().next().unwrap_or_default();
            failed(&format!(
                "{}to start: {}",
                named(function),
                printable(reason)
            ))
        }
        Event::Unhealthy {
            function, reason, ..
        } => failed(&format!(
            "{}health check of an instance: {}; new calls go to another one",
            named(function),
            printable(reason)
        )),
        Event::Healthy { function, .. } => done_line(
            "Recovered",
            &format!("{}an instance: its health check succeeds", named(function)),
        ),
        // The lines about instances and calls say the same, and more.
        Event::Log { line, .. } if is_marker(&line.text) => return None,
        // The author's own text, which may have colours.
        Event::Log { function, line } => {
            let (name, text) = (named(function), &line.text);
            format!("  {LITERAL}log{LITERAL:#} {name}{text}")
        }
        Event::Invoked(call) => invoked(call, &named(&call.function)),
        Event::Deployed { function, warnings } => {
            let mut line = done_line("Deployed", &printable(function));
            for warning in warnings {
                let _ = write!(
                    line,
                    "\n{WARNING}warning{WARNING:#}: {}",
                    printable(warning)
                );
            }
            line
        }
        Event::Removed { function } => done_line("Removed", &printable(function)),
        Event::QualifierIgnored {
            function,
            qualifier,
        } => done_line(
            "Ignoring",
            &format!(
                "{}the qualifier `{}`, because only one version of a function runs here",
                named(function),
                printable(qualifier)
            ),
        ),
        Event::Retried {
            request_id,
            after,
            attempts,
        } => match after {
            Some(after) => done_line(
                "Retrying",
                &format!(
                    "{request_id} in {} s, after attempt {attempts}",
                    after.as_secs_f64()
                ),
            ),
            None => failed(&format!("{request_id} for good, after attempt {attempts}")),
        },
        Event::Delivered {
            request_id,
            destination,
        } => done_line(
            "Destination",
            &format!(
                "of {request_id}, which gets nothing from here: {}",
                printable(destination)
            ),
        ),
        Event::Stopped {
            function,
            why,
            status,
            ..
        } => return stopped(*why, *status, &named(function)),
    })
}

fn stopped(why: End, status: Option<ExitStatus>, name: &str) -> Option<String> {
    let why = match why {
        // What an edit or the end brings with it needs no line.
        End::Replaced | End::Shutdown => return None,
        End::Detached => {
            let rest = format!("{name}from the function, which has ended");
            return Some(done_line("Detached", &rest));
        }
        End::Idle => "after it was idle".to_owned(),
        End::TimedOut => "after a call that took too long".to_owned(),
        End::OutOfMemory { limit_mb } => format!(
            "that reached its memory limit of {limit_mb} MB: raise `memorySize` in `s.yaml`, or use \
             less memory"
        ),
        End::Cancelled => "whose client went away".to_owned(),
        End::Unhealthy => "that was unhealthy".to_owned(),
        End::Exited => status.map_or_else(String::new, |status| format!("by itself ({status})")),
    };
    Some(done_line("Stopped", &format!("{name}an instance {why}")))
}

/// Whether a line only marks the beginning or the end of a call in the log.
fn is_marker(line: &str) -> bool {
    marker::ALL.iter().any(|mark| line.starts_with(mark))
}

fn invoked(call: &Invocation, name: &str) -> String {
    let id = &call.request_id;
    let trigger = trigger(&call.trigger);
    let details = details(call);
    match &call.outcome {
        Outcome::Succeeded => done_line("Called", &format!("{name}{id} {trigger}: {details}")),
        Outcome::Status(status) => done_line(
            "Called",
            &format!("{name}{id} {trigger}: {status}, {details}"),
        ),
        Outcome::Failed {
            error_type,
            message,
        } => {
            let (error_type, said) = (excerpt(error_type), excerpt(message));
            failed(&format!(
                "{name}{id} {trigger}: {error_type}: {said}, {details}"
            ))
        }
        Outcome::Cancelled => done_line(
            "Called",
            &format!("{name}{id} {trigger}: the client went away, {details}"),
        ),
    }
}

fn trigger(trigger: &Trigger) -> Cow<'static, str> {
    match trigger {
        Trigger::Sync => "sync".into(),
        Trigger::Async => "async".into(),
        Trigger::Http { method, target } => format!("{method} {}", excerpt(target)).into(),
        Trigger::Timer(name) => format!("timer {}", printable(name)).into(),
    }
}

fn details(call: &Invocation) -> String {
    let memory = call
        .peak_memory
        .map(|bytes| format!("{} MB", bytes.div_ceil(1024 * 1024)));
    let cold = call.cold.then(|| "first call of an instance".to_owned());
    let details = [Some(milliseconds(call.duration)), memory, cold];
    details.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A duration with as many digits as tell something.
pub(in crate::cli) fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 10_000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

fn failed(rest: &str) -> String {
    format!("{ERROR}Failed{ERROR:#} {rest}")
}

/// How to call the program of a project, which has a name if there are several.
pub(in crate::cli) fn program_of(project: Option<&str>) -> String {
    project.map_or_else(|| "the program".to_owned(), |name| format!("`{name}`"))
}
