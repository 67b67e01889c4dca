//! Failures: marked for the platform, told to the caller, and survived.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{After, at_once, ensure, error_message, failed, question, works};
use super::{Rule, Target, Verdict};
use crate::contract::{STATUS_FAILED, header, page};
use crate::local::{Answer, Instance};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "error-marked",
        page::WEB,
        "the platform counts a failed event as a success, and never tries it again",
        |target| marked(target, "fail"),
    )
    .probe(),
    Rule::new(
        Must,
        "panic-marked",
        page::WEB,
        "the platform counts an event that met a bug as a success, or loses the instance",
        |target| marked(target, "panic"),
    )
    .probe(),
    Rule::new(
        Should,
        "error-told",
        page::WEB,
        "the caller, who gets nothing but the body, cannot tell a failure from a result",
        told,
    )
    .probe(),
    Rule::new(
        Must,
        "panic-isolated",
        page::CONCURRENCY,
        "one call that meets a bug fails all the calls that run beside it",
        isolated,
    )
    .probe(),
];

fn failing(instance: &Instance, probe: &str) -> Result<(String, Answer), super::Unmet> {
    let done = format!("sent an event that asks to {probe}");
    let request = question(
        instance,
        &json!({ "probe": probe, "message": "a wanted \"failure\"" }),
    );
    let answer = instance.call(&request).after(&done)?;
    Ok((done, answer))
}

fn marked(target: &Target, probe: &str) -> Verdict {
    let instance = target.start()?;
    let (done, answer) = failing(&instance, probe)?;
    failed(&done, &answer)?;
    let status = answer.headers.get(header::STATUS);
    ensure(
        answer.status == 404 && status == Some(STATUS_FAILED),
        || format!("{done}: neither 404 nor `x-fc-status: 404`: {answer}"),
    )?;
    works(target, &instance, &done)
}

fn told(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (done, answer) = failing(&instance, "fail")?;
    let message = error_message(&done, &answer)?;
    ensure(message.contains("a wanted \"failure\""), || {
        format!("{done}: its message is lost: {answer}")
    })?;
    let (done, answer) = failing(&instance, "panic")?;
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
    for (at, answer) in at_once(&instance, &requests)?.iter().enumerate() {
        let done = format!("sent 20 calls at a time, one of which panics; number {at}");
        if at == CALLS / 2 {
            failed(&done, answer)?;
        } else {
            ensure(answer.body == b"slept" && !answer.failed(), || {
                format!("{done}: {answer}")
            })?;
        }
    }
    ensure(instance.wait(std::time::Duration::ZERO).is_none(), || {
        "the process ended".into()
    })?;
    works(
        target,
        &instance,
        "sent 20 calls at a time, one of which panics",
    )
}
