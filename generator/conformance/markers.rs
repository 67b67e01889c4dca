//! The lines that frame each call in the log.

use serde_json::json;

use super::calls::{After, cut, ended_logs, ensure, question};
use super::rule::Level::{Info, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Hook, Request};
use crate::platform::{env, marker, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Info,
        "markers",
        page::SPECIFICATION,
        "where the platform prints no marker lines (2.0), the console finds no log of a call \
         without those of the function, spelled exactly",
        on,
    )
    .hint(
        "with `FUNCTION_LOG_MARKERS=on`, print `FC Invoke Start RequestId: ID` before and \
         `FC Invoke End RequestId: ID` after each event (a failed one adds \
         `, Error: Unhandled function error`), and so with `Initialize` and `PreStop`",
    )
    .probe(),
    Rule::new(
        Should,
        "markers-off",
        page::REQUEST_METRICS,
        "where the platform prints the marker lines too, each call is listed twice",
        off,
    )
    .hint(
        "print no line that begins with `FC Invoke`, `FC Initialize` or `FC PreStop` while \
         `FUNCTION_LOG_MARKERS` is `off`",
    )
    .probe(),
    Rule::new(
        Info,
        "markers-by-default",
        page::REQUEST_METRICS,
        "event functions are expected to print marker lines, web functions not to",
        by_default,
    )
    .hint(
        "while `FUNCTION_LOG_MARKERS` is not set, print the marker lines of events in an event \
         function, and none in a web function",
    )
    .probe(),
];

/// What [`calls`] does, for people.
const CALLED: &str = "sent POST /initialize, three events (`echo`, `fail`, `panic`), GET \
                      /pre-stop and SIGTERM";

/// Makes calls of every kind, and gives the requests and the marker lines that followed.
fn calls(target: &Target, switch: Option<&str>) -> Result<(Vec<Request>, Vec<String>), NotPassed> {
    let switch = switch.map(|switch| (env::LOG_MARKERS.to_owned(), switch.to_owned()));
    let instance = target.start_with(|settings| settings.env.extend(switch))?;
    let requests = vec![
        instance.hook(Hook::Initialize),
        question(&instance, &json!({ "probe": "echo", "text": "a" })),
        question(&instance, &json!({ "probe": "fail", "message": "b" })),
        question(&instance, &json!({ "probe": "panic", "message": "c" })),
        instance.hook(Hook::PreStop),
    ];
    for request in &requests {
        let done = format!("sent {} {}", request.method, request.target);
        instance.call(request).after(&done)?;
    }
    let logs = ended_logs(instance)?;
    let lines = logs.lines().into_iter().map(|line| line.text);
    Ok((
        requests,
        lines.filter(|line| line.starts_with("FC ")).collect(),
    ))
}

fn on(target: &Target) -> Verdict {
    let (requests, lines) = calls(target, Some("on"))?;
    let names = [
        (marker::INITIALIZE_START, marker::INITIALIZE_END, ""),
        (marker::INVOKE_START, marker::INVOKE_END, ""),
        (marker::INVOKE_START, marker::INVOKE_END, marker::FAILED),
        (marker::INVOKE_START, marker::INVOKE_END, marker::FAILED),
        (marker::PRE_STOP_START, marker::PRE_STOP_END, ""),
    ];
    let expected = requests
        .iter()
        .zip(names)
        .flat_map(|(request, (start, end, failed))| {
            [
                format!("{start}{}", request.id()),
                format!("{end}{}{failed}", request.id()),
            ]
        });
    let expected = expected.collect::<Vec<_>>();
    ensure(
        lines == expected,
        &format!("set `FUNCTION_LOG_MARKERS=on`, and {CALLED}"),
        format_args!(
            "its log has {} marker lines:\n{}\nand not these {}:\n{}",
            lines.len(),
            cut(&lines.join("\n")),
            expected.len(),
            expected.join("\n")
        ),
    )
}

fn none(done: &str, lines: &[String]) -> Verdict {
    ensure(
        lines.is_empty(),
        done,
        format_args!(
            "its log has {} marker lines:\n{}",
            lines.len(),
            cut(&lines.join("\n"))
        ),
    )
}

fn off(target: &Target) -> Verdict {
    let (_, lines) = calls(target, Some("off"))?;
    let done = format!("set `FUNCTION_LOG_MARKERS=off`, and {CALLED}");
    none(&done, &lines)
}

fn by_default(target: &Target) -> Verdict {
    let (_, lines) = calls(target, None)?;
    let done = format!("did not set `FUNCTION_LOG_MARKERS`, and {CALLED}");
    match target.kind {
        FunctionKind::Web => none(&done, &lines),
        FunctionKind::Event => ensure(
            !lines.is_empty(),
            &done,
            "the log of this event function has no line that begins with `FC `",
        ),
    }
}
