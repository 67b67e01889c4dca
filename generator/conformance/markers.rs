//! The marker lines around each call in the log.

use serde_json::json;

use super::calls::{After, ended_logs, ensure, question, tail};
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
        "Function Compute 2.0 prints no marker lines; without exact ones from the function, the \
         console cannot find the log of a call",
        on,
    )
    .hint(
        "if `FUNCTION_LOG_MARKERS` is `on`, print `FC Invoke Start RequestId: ID` before and `FC \
         Invoke End RequestId: ID` after each event (append `, Error: Unhandled function error` if \
         it failed). Do the same with `Initialize` and `PreStop`",
    )
    .probe(),
    Rule::new(
        Should,
        "markers-off",
        page::REQUEST_METRICS,
        "if the platform prints the marker lines too, the console lists each call twice",
        off,
    )
    .hint(
        "if `FUNCTION_LOG_MARKERS` is `off`, print no line that begins with `FC Invoke`, `FC \
         Initialize` or `FC PreStop`",
    )
    .probe(),
    Rule::new(
        Info,
        "markers-by-default",
        page::REQUEST_METRICS,
        "by default, event functions should print marker lines and web functions should not",
        by_default,
    )
    .hint(
        "if `FUNCTION_LOG_MARKERS` is not set, print marker lines in an event function, and none \
         in a web function",
    )
    .probe(),
];

/// A description of what [`calls`] does.
const CALLED: &str = "sent POST /initialize, three events (`echo`, `fail`, `panic`), GET \
                      /pre-stop and SIGTERM";

/// Makes one call of each kind, and returns the requests and the marker lines in the log.
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
        &format!("set `FUNCTION_LOG_MARKERS=on` and {CALLED}"),
        format_args!(
            "the log has {} marker lines:\n{}\nexpected these {}:\n{}",
            lines.len(),
            tail(&lines.join("\n")),
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
            "the log has {} marker lines:\n{}",
            lines.len(),
            tail(&lines.join("\n"))
        ),
    )
}

fn off(target: &Target) -> Verdict {
    let (_, lines) = calls(target, Some("off"))?;
    let done = format!("set `FUNCTION_LOG_MARKERS=off` and {CALLED}");
    none(&done, &lines)
}

fn by_default(target: &Target) -> Verdict {
    let (_, lines) = calls(target, None)?;
    let done = format!("did not set `FUNCTION_LOG_MARKERS` and {CALLED}");
    match target.kind {
        FunctionKind::Web => none(&done, &lines),
        FunctionKind::Event => ensure(
            !lines.is_empty(),
            &done,
            "the log of this event function has no line that begins with `FC `",
        ),
    }
}
