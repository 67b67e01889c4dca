//! What happens to functions, as lines for a person: logs as they come, and one line for each call.

use std::borrow::Cow;
use std::process::ExitStatus;
use std::time::Duration;

use crate::cli::output::{DONE, ERROR, LITERAL, message};
use crate::emulator::{End, Event, Invocation, Outcome, Trigger};
use crate::text::{excerpt, printable};

/// Prints an event. `is_named` says whether there are several functions, so that lines need a name.
pub(super) fn show(event: &Event, is_named: bool) {
    let named = |function: &str| {
        if is_named {
            format!("{function} ")
        } else {
            String::new()
        }
    };
    match event {
        Event::Started { function, took, .. } => {
            let (name, took) = (named(function), milliseconds(*took));
            line("Started", &format!("{name}an instance in {took}"));
        }
        Event::Attached { function, port } => line(
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
            ));
        }
        Event::Unhealthy {
            function, reason, ..
        } => failed(&format!(
            "{}health check of an instance: {}; new calls go to another one",
            named(function),
            printable(reason)
        )),
        Event::Healthy { function, .. } => line(
            "Recovered",
            &format!("{}an instance: its health check succeeds", named(function)),
        ),
        // The author's own text, which may have colours.
        Event::Log { function, line } => {
            let (name, text) = (named(function), &line.text);
            message(format_args!("  {LITERAL}log{LITERAL:#} {name}{text}"));
        }
        Event::Invoked(call) => invoked(call, &named(&call.function)),
        Event::QualifierIgnored {
            function,
            qualifier,
        } => line(
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
            Some(after) => line(
                "Retrying",
                &format!(
                    "{request_id} in {} s, after attempt {attempts}",
                    after.as_secs()
                ),
            ),
            None => failed(&format!("{request_id} for good, after attempt {attempts}")),
        },
        Event::Delivered {
            request_id,
            destination,
        } => line(
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
        } => stopped(*why, *status, &named(function)),
    }
}

fn stopped(why: End, status: Option<ExitStatus>, name: &str) {
    let why = match why {
        // What an edit or the end brings with it needs no line.
        End::Replaced | End::Shutdown => return,
        End::Detached => {
            return line(
                "Detached",
                &format!("{name}from the function, which has ended"),
            );
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
    line("Stopped", &format!("{name}an instance {why}"));
}

fn invoked(call: &Invocation, name: &str) {
    let id = &call.request_id;
    let trigger = trigger(&call.trigger);
    let details = details(call);
    match &call.outcome {
        Outcome::Succeeded => line("Called", &format!("{name}{id} {trigger}: {details}")),
        Outcome::Status(status) => {
            line(
                "Called",
                &format!("{name}{id} {trigger}: {status}, {details}"),
            );
        }
        Outcome::Failed {
            error_type,
            message,
        } => {
            let (error_type, said) = (excerpt(error_type), excerpt(message));
            failed(&format!(
                "{name}{id} {trigger}: {error_type}: {said}, {details}"
            ));
        }
        Outcome::Cancelled => {
            line(
                "Called",
                &format!("{name}{id} {trigger}: the client went away, {details}"),
            );
        }
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
pub(super) fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 10_000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

fn line(verb: &str, rest: &str) {
    message(format_args!("{DONE}{verb}{DONE:#} {rest}"));
}

fn failed(rest: &str) {
    message(format_args!("{ERROR}Failed{ERROR:#} {rest}"));
}
