//! The hooks of an instance's life: initialize, pre-stop, pre-freeze.

use serde_json::json;

use super::Level::{Info, Must};
use super::ask::{
    After, LIMIT, at_once, cut, ensure, failed, inits, question, succeeded, wait_line, works,
};
use super::{Rule, Target, Verdict};
use crate::contract::page;
use crate::local::{Body, Hook, Instance};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "initialize-answered",
        page::HOOKS,
        "an instance whose initializer is not answered with 2xx gets no calls",
        answered,
    ),
    Rule::new(
        Must,
        "initialize-once",
        page::BASICS,
        "the state that calls have built up is thrown away by a second initializer",
        once,
    )
    .probe(),
    Rule::new(
        Must,
        "initialize-again-after-failure",
        page::HOOKS,
        "the platform tries again, and an instance that remembers its failure never recovers",
        |target| again(target, "fail-once"),
    )
    .probe(),
    Rule::new(
        Must,
        "initialize-again-after-panic",
        page::HOOKS,
        "a bug at the start ends the process, or leaves a state that fails for ever",
        |target| again(target, "panic-once"),
    )
    .probe(),
    Rule::new(
        Must,
        "initialize-failure-told",
        page::HOOKS,
        "an initializer that fails with 2xx makes the platform send calls to a broken instance",
        failure_told,
    )
    .probe(),
    Rule::new(
        Must,
        "no-initializer",
        page::HOOKS,
        "without an initializer in its configuration a function is called with events at once",
        |target| works(target, &target.start()?, "sent no /initialize"),
    ),
    Rule::new(
        Must,
        "no-initializer-at-once",
        page::CONCURRENCY,
        "the first calls, which come at the same time, each run the initializer",
        lazy_at_once,
    )
    .probe(),
    Rule::new(
        Must,
        "pre-stop-answered",
        page::HOOKS,
        "the platform waits for pre-stop to its time limit, and bills it",
        pre_stop_answered,
    ),
    Rule::new(
        Must,
        "pre-stop-runs-stop",
        page::HOOKS,
        "what the instance holds is lost, or let go of twice",
        pre_stop_runs_stop,
    )
    .probe(),
    Rule::new(
        Info,
        "pre-freeze-answered",
        page::HOOKS_2,
        "functions of version 2.0 may be sent pre-freeze before each freeze",
        |target| {
            let instance = target.start()?;
            let done = "sent GET /pre-freeze";
            let answer = instance
                .call_within(&instance.hook(Hook::PreFreeze), LIMIT)
                .after(done)?;
            ensure(answer.is_success(), || format!("{done}: {answer}"))
        },
    ),
];

fn answered(target: &Target) -> Verdict {
    for body in [Body::Sized(Vec::new()), Body::Absent] {
        let instance = target.start()?;
        let done = match body {
            Body::Absent => "sent POST /initialize without a length",
            _ => "sent POST /initialize with `Content-Length: 0`",
        };
        let mut request = instance.hook(Hook::Initialize);
        request.body = body;
        let answer = instance.call_within(&request, LIMIT).after(done)?;
        ensure(answer.is_success() && !answer.failed(), || {
            format!("{done}: {answer}")
        })?;
        works(target, &instance, done)?;
    }
    Ok(())
}

fn once(target: &Target) -> Verdict {
    let instance = target.start()?;
    for done in [
        "sent POST /initialize",
        "sent POST /initialize a second time",
    ] {
        succeeded(done, &instance.initialize().after(done)?)?;
    }
    works(target, &instance, "initialized it twice")?;
    let count = inits(&instance)?;
    ensure(count == 1, || {
        format!("sent POST /initialize twice and an event: `init` ran {count} times")
    })
}

fn again(target: &Target, how: &str) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", how)])?;
    let done = format!("sent POST /initialize with PROBE_INIT={how}");
    failed(&done, &instance.initialize().after(&done)?)?;
    let done = format!("{done}, and again");
    succeeded(&done, &instance.initialize().after(&done)?)?;
    works(target, &instance, &done)?;
    let count = inits(&instance)?;
    ensure(count == 2, || format!("{done}: `init` ran {count} times"))
}

fn failure_told(target: &Target) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", "fail")])?;
    let done = "sent POST /initialize with PROBE_INIT=fail";
    failed(done, &instance.initialize().after(done)?)?;
    let done = "sent an event to an instance whose `init` fails";
    failed(done, &instance.invoke(b"an event").after(done)?)?;
    failed(done, &instance.invoke(b"an event").after(done)?)
}

fn lazy_at_once(target: &Target) -> Verdict {
    const CALLS: usize = 20;
    let instance = target.start_in(&[("PROBE_INIT", "slow:200")])?;
    let asked = json!({ "probe": "echo", "text": "first" });
    let requests = vec![question(&instance, &asked); CALLS];
    for answer in at_once(&instance, &requests)? {
        let done = "sent 20 first calls at a time";
        ensure(answer.body == b"first" && !answer.failed(), || {
            format!("{done}: {answer}")
        })?;
    }
    let count = inits(&instance)?;
    ensure(count == 1, || {
        format!("sent 20 first calls at a time: `init` ran {count} times")
    })
}

fn pre_stop(instance: &Instance, done: &str) -> Verdict {
    let answer = instance
        .call_within(&instance.hook(Hook::PreStop), LIMIT)
        .after(done)?;
    ensure(answer.is_success() && !answer.failed(), || {
        format!("{done}: {answer}")
    })
}

fn pre_stop_answered(target: &Target) -> Verdict {
    pre_stop(&target.start()?, "sent GET /pre-stop to a new instance")?;
    let instance = target.start()?;
    works(target, &instance, "started it")?;
    pre_stop(&instance, "sent GET /pre-stop")
}

fn pre_stop_runs_stop(target: &Target) -> Verdict {
    let instance = target.start()?;
    works(target, &instance, "started it")?;
    pre_stop(&instance, "sent GET /pre-stop")?;
    wait_line(&instance, "probe stop")?;
    pre_stop(&instance, "sent GET /pre-stop a second time")?;
    let logs = instance.logs().clone();
    let exit = instance.terminate(LIMIT);
    let whole = logs.wait_end(LIMIT);
    let count = logs.count("probe stop");
    ensure(exit.is_some() && whole && count == 1, || {
        format!(
            "sent GET /pre-stop twice and SIGTERM: `stop` ran {count} times ({exit:?}):\n{}",
            cut(&logs.text())
        )
    })
}
