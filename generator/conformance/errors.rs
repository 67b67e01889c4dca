//! Failures: marked for the platform, told to the caller, and survived.

use std::time::Duration;

use serde_json::json;

use super::calls::{After, at_once, ensure, error_message, fail, failed, question, works};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Answer, Instance};
use crate::platform::{STATUS_FAILED, header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "error-marked",
        page::WEB,
        "the platform counts a failed event as a success, in its figures and where it would try again",
        |target| marked(target, "fail"),
    )
    .hint(MARK_HINT)
    .failure(),
    Rule::new(
        Should,
        "panic-marked",
        page::WEB,
        "the platform counts an event that met a bug as a success, in its figures and where it would \
         try again",
        |target| marked(target, "panic"),
    )
    .hint(
        "catch what a handler throws where the server calls it, and answer the status 404 with \
         `x-fc-status: 404`: Flask `@app.errorhandler(Exception)`, Express an error handler of four \
         arguments, Go `recover`",
    )
    .probe(),
    Rule::new(
        Should,
        "error-told",
        page::WEB,
        "the caller, who gets nothing but the body, cannot tell a failure from a result",
        reports_error,
    )
    .hint(
        "answer a failure with the JSON `{\"errorMessage\": \"…\", \"errorType\": \"…\"}`, as the \
         platform's own runtimes do",
    )
    .failure(),
    Rule::new(
        Must,
        "panic-isolated",
        page::CONCURRENCY,
        "one call that meets a bug fails all the calls that run beside it",
        isolated,
    )
    .hint(
        "catch what a handler throws where the server calls it, and do not let it end the process: \
         in Node await every promise of a handler, in Go call `recover` in each goroutine that it \
         starts",
    )
    .probe(),
];

const MARK_HINT: &str = "answer an event that failed with the status 404 and the header \
                         `x-fc-status: 404`, also where the failure is one that was foreseen";

/// Sends what fails: what the probe is asked for, or the event that is known to.
fn failing(
    target: &Target,
    instance: &Instance,
    probe: &str,
) -> Result<(String, Answer), NotPassed> {
    let (done, request) = match &target.failing_event {
        Some(event) if !target.probe => (
            "sent the event that fails".to_owned(),
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
        format_args!("the answer has no `x-fc-status: 404`: {answer}"),
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
        format_args!("`errorMessage` has lost the message `a wanted \"failure\"`: {answer}"),
    )?;
    let (done, answer) = failing(target, &instance, "panic")?;
    error_message(&done, &answer).map(drop)
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
    let done =
        format!("sent {CALLS} events at a time, one that panics and others that sleep 200 ms");
    for (at, answer) in at_once(&instance, &requests)?.iter().enumerate() {
        if at == CALLS / 2 {
            failed(&format!("{done}, and read the answer to the one"), answer)?;
        } else if answer.body != b"slept" || answer.failed() {
            let done = format!("{done}, and read the answer to another, number {}", at + 1);
            return fail(&done, format_args!("not the success `slept`: {answer}"));
        }
    }
    if let Some(status) = instance.wait(Duration::ZERO) {
        return fail(&done, format_args!("the process ended ({status})"));
    }
    works(target, &instance, &done)
}
