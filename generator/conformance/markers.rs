//! The lines that frame each call in the log.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{After, cut, ended_logs, ensure, question};
use super::{Kind, Rule, Target, Unmet, Verdict};
use crate::contract::{env, marker, page};
use crate::local::{Hook, Request};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "markers",
        page::SPECIFICATION,
        "the console finds no log of a call without its marker lines, spelled exactly",
        on,
    )
    .probe(),
    Rule::new(
        Should,
        "markers-off",
        page::REQUEST_METRICS,
        "where the platform prints the marker lines too, each call is listed twice",
        off,
    )
    .probe(),
    Rule::new(
        Should,
        "markers-by-default",
        page::REQUEST_METRICS,
        "event functions are expected to print marker lines, web functions not to",
        by_default,
    )
    .probe(),
];

/// Makes calls of every kind, and gives the requests and the marker lines that followed.
fn calls(target: &Target, switch: Option<&str>) -> Result<(Vec<Request>, Vec<String>), Unmet> {
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
        instance
            .call(request)
            .after(&format!("sent {} {}", request.method, request.target))?;
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
    ensure(lines == expected, || {
        let (lines, expected) = (lines.join("\n"), expected.join("\n"));
        format!("expected the lines\n{expected}\nand got\n{}", cut(&lines))
    })
}

fn none(done: &str, lines: &[String]) -> Verdict {
    ensure(lines.is_empty(), || {
        format!("{done}: marker lines came:\n{}", cut(&lines.join("\n")))
    })
}

fn off(target: &Target) -> Verdict {
    let (_, lines) = calls(target, Some("off"))?;
    none("set FUNCTION_LOG_MARKERS=off", &lines)
}

fn by_default(target: &Target) -> Verdict {
    let (_, lines) = calls(target, None)?;
    match target.kind {
        Kind::Web => none("started a web function", &lines),
        Kind::Event => ensure(!lines.is_empty(), || {
            "an event function prints no marker".into()
        }),
    }
}
