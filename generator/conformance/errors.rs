//! Failed events: marked for the platform, explained to the caller, and harmless for other calls.

use std::time::Duration;

use serde_json::json;

use super::calls::{
    After, at_once, ended_logs, ensure, error_message, fail, failed, question, works,
};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::{FunctionKind, Target};
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Instance};
use crate::platform::{LOG_ENTRY_LIMIT, STATUS_FAILED, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "error-marked",
        page::WEB,
        "the platform counts a failed event as a success in its metrics and does not retry it",
        |target| marked(target, "fail"),
    )
    .hint(MARK_HINT)
    .failure(),
    Rule::new(
        Should,
        "panic-marked",
        page::WEB,
        "the platform counts an event that hit a bug as a success in its metrics and does not \
         retry it",
        |target| marked(target, "panic"),
    )
    .hint(
        "catch everything that a handler throws and respond with status 404 and `x-fc-status: \
         404`: Flask `@app.errorhandler(Exception)`, Express an error handler with four arguments, \
         Go `recover`",
    )
    .probe(),
    Rule::new(
        Should,
        "error-told",
        page::WEB,
        "the caller, who sees only the body, cannot tell a failure from a result",
        reports_error,
    )
    .hint(
        "respond to a failed event with the JSON `{\"errorMessage\": \"…\", \"errorType\": \
         \"…\"}`, as the platform's own runtimes do",
    )
    .failure(),
    Rule::new(
        Should,
        "error-short",
        page::LIMITS,
        "a rejected event of megabytes comes back in the response and fills the log, which costs \
         money and keeps the caller's data",
        short,
    )
    .hint(
        "shorten the message of an error before you return and log it: repeat a few hundred \
         characters of an event at most, and keep a message below 32,768 bytes, one log entry",
    )
    .only(FunctionKind::Event),
    Rule::new(
        Must,
        "panic-isolated",
        page::CONCURRENCY,
        "one call that hits a bug fails all calls that run at the same time",
        isolated,
    )
    .hint(
        "catch everything that a handler throws, so that it cannot end the process: in Node, await \
         every promise of a handler; in Go, call `recover` in each goroutine that a handler starts",
    )
    .probe(),
];

const MARK_HINT: &str = "respond to every failed event, including an expected failure, with status \
                         404 and the header `x-fc-status: 404`";

/// Sends a failing event: an instruction to the probe, or the user's failing event.
fn failing(
    target: &Target,
    instance: &Instance,
    probe: &str,
) -> Result<(String, Answer), NotPassed> {
    let (done, request) = match &target.failing_event {
        Some(event) if !target.probe => (
            "sent the failing event".to_owned(),
            instance.invocation(event),
        ),
        _ => {
            let asked = json!({ "probe": probe, "message": "a wanted \"failure\"" });
            (
                format!("sent the event `{asked}`"),
                question(instance, &asked),
            )
        }
    };
    let answer = instance.call(&request).after(&done)?;
    Ok((done, answer))
}

fn marked(target: &Target, probe: &str) -> Verdict {
    let instance = target.start()?;
    let (done, answer) = failing(target, &instance, probe)?;
    let status = answer.headers.get(header::STATUS);
    ensure(
        status == Some(STATUS_FAILED),
        &done,
        format_args!("the response has no `x-fc-status: 404`: {answer}"),
    )?;
    failed(&done, &answer)?;
    works(target, &instance, &done)
}

fn reports_error(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (done, answer) = failing(target, &instance, "fail")?;
    let message = error_message(&done, &answer)?;
    if !target.probe {
        return Ok(());
    }
    ensure(
        message.contains("a wanted \"failure\""),
        &done,
        format_args!(
            "`errorMessage` does not contain the message `a wanted \"failure\"`: {answer}",
        ),
    )?;
    let (done, answer) = failing(target, &instance, "panic")?;
    error_message(&done, &answer).map(drop)
}

/// Sends a long event that the function may reject, or asks the probe to fail at length.
fn short(target: &Target) -> Verdict {
    const LETTERS: usize = 512 * 1024;
    let instance = target.start()?;
    let text = "x".repeat(LETTERS);
    let (done, request) = if target.probe {
        (
            format!("sent an event that asks to fail with a message of {LETTERS} letters"),
            question(&instance, &json!({ "probe": "fail", "message": text })),
        )
    } else {
        (
            format!("sent an event that is a JSON text of {LETTERS} letters"),
            instance.invocation(json!(text).to_string().as_bytes()),
        )
    };
    let answer = instance.call(&request).after(&done)?;
    if answer.is_success() && !answer.failed() {
        // The function accepts such an event, and may do with it as it likes.
        return Ok(());
    }
    ensure(
        answer.body.len() <= LOG_ENTRY_LIMIT,
        &done,
        format_args!(
            "the response has {} bytes; the limit is {LOG_ENTRY_LIMIT}",
            answer.body.len()
        ),
    )?;
    let logged = ended_logs(instance)?.text().matches('x').count();
    ensure(
        logged <= LOG_ENTRY_LIMIT,
        &done,
        format_args!("the log has {logged} of the letters; the limit is {LOG_ENTRY_LIMIT}"),
    )
}

fn isolated(target: &Target) -> Verdict {
    const CALLS: usize = 20;
    let instance = target.start()?;
    let requests = (0..CALLS).map(|at| {
        let asked = if at == CALLS / 2 {
            json!({ "probe": "panic", "message": "one of many" })
        } else {
            json!({ "probe": "sleep", "ms": 200 })
        };
        question(&instance, &asked)
    });
    let requests = requests.collect::<Vec<_>>();
    let done = format!("sent {CALLS} concurrent events: one panics, the others sleep 200 ms");
    for (at, answer) in at_once(&instance, &requests)?.iter().enumerate() {
        if at == CALLS / 2 {
            failed(
                &format!("{done}; read the response to the one that panics"),
                answer,
            )?;
        } else if answer.body != b"slept" || answer.failed() {
            let done = format!("{done}; read the response to number {}", at + 1);
            return fail(
                &done,
                format_args!("expected success with `slept`: {answer}"),
            );
        }
    }
    if let Some(status) = instance.wait(Duration::ZERO) {
        return fail(&done, format_args!("the process exited ({status})"));
    }
    works(target, &instance, &done)
}
