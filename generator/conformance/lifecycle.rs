//! The hooks of an instance's life: initialize, pre-stop, pre-freeze.
//!
//! The platform sends a hook only to a function whose configuration names it, so that what goes
//! wrong with one harms no other function.

use std::ops::RangeInclusive;

use serde_json::json;

use super::calls::{
    After, at_once, cut, ensure, fail, failed, inits, question, succeeded, wait_line, works,
};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::emulator::{Body, Hook, Instance, Request};
use crate::platform::page;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "initialize-answered",
        page::HOOKS,
        "where an initializer is configured, an instance that does not answer it with 2xx gets no \
         calls",
        answered,
    )
    .hint(
        "answer `POST /initialize`, which has no body, with the status 200, or configure no \
         initializer (`instanceLifecycleConfig.initializer`)",
    ),
    Rule::new(
        Should,
        "initialize-once",
        page::BASICS,
        "the state that calls have built up is thrown away by a second initializer",
        once,
    )
    .hint("remember that the initializer has succeeded, and answer 200 to the next one at once")
    .probe(),
    Rule::new(
        Should,
        "initialize-again-after-failure",
        page::HOOKS,
        "where an initializer is configured, the platform tries again, and an instance that \
         remembers its failure never recovers",
        |target| again(target, "fail-once"),
    )
    .hint("remember only that the initializer has succeeded, and run it again after a failure")
    .probe(),
    Rule::new(
        Should,
        "initialize-again-after-panic",
        page::HOOKS,
        "where an initializer is configured, a bug in it ends the process, or leaves a state that \
         fails for ever",
        |target| again(target, "panic-once"),
    )
    .hint(
        "catch what the initializer throws, answer the status 404 with `x-fc-status: 404`, and run it \
         again when it is asked for again: a lock that the bug left held or poisoned is to be let go",
    )
    .probe(),
    Rule::new(
        Should,
        "initialize-failure-told",
        page::HOOKS,
        "an initializer that fails with 2xx makes the platform send calls to a broken instance, \
         whose events then seem to succeed",
        failure_told,
    )
    .hint(
        "answer an initializer that fails, and each event until it has succeeded, with the status \
         404 and `x-fc-status: 404`",
    )
    .probe(),
    Rule::new(
        Must,
        "no-initializer",
        page::HOOKS,
        "without an initializer in its configuration a function is called with events at once",
        |target| works(target, &target.start()?, "started it and sent no /initialize"),
    )
    .hint(
        "do what calls need at the start or at the first call, and do not wait for \
         `POST /initialize`, which only comes where it is configured",
    ),
    Rule::new(
        Should,
        "no-initializer-at-once",
        page::CONCURRENCY,
        "the first calls, which may come at the same time, each run the initializer",
        lazy_at_once,
    )
    .hint(
        "let the first call run the initializer and the others wait for it: a lock around it, Go \
         `sync.Once`, one promise that all await in Node, `tokio::sync::OnceCell` in Rust",
    )
    .probe(),
    Rule::new(
        Should,
        "pre-stop-answered",
        page::HOOKS,
        "where pre-stop is configured, the platform waits for it to its time limit and bills it; \
         that it fails stops nothing",
        pre_stop_answered,
    )
    .hint(
        "answer `GET /pre-stop` with the status 200, or configure no pre-stop \
         (`instanceLifecycleConfig.preStop`)",
    ),
    Rule::new(
        Should,
        "pre-stop-runs-stop",
        page::HOOKS,
        "where pre-stop is configured, what the instance holds is lost, or let go of twice",
        pre_stop_runs_stop,
    )
    .hint(
        "let go of what the instance holds when `GET /pre-stop` or `SIGTERM` comes, whichever is \
         first, and remember that it is done",
    )
    .probe(),
    Rule::new(
        Info,
        "pre-freeze-answered",
        page::HOOKS_2,
        "functions of version 2.0 may be sent pre-freeze before each freeze",
        |target| hook(&target.start()?, Hook::PreFreeze, "sent GET /pre-freeze"),
    )
    .hint("answer `GET /pre-freeze` with the status 200, or configure none"),
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
        sent(&instance, &request, done)?;
        works(target, &instance, done)?;
    }
    Ok(())
}

fn once(target: &Target) -> Verdict {
    let instance = target.start()?;
    for at in 1..=2 {
        let done = format!("sent POST /initialize, time {at} of 2");
        succeeded(&done, &instance.initialize().after(&done)?)?;
    }
    let done = "sent POST /initialize twice";
    works(target, &instance, done)?;
    ran(&instance, 1..=1, "sent POST /initialize twice and an event")
}

fn again(target: &Target, how: &str) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", how)])?;
    let done = format!("sent POST /initialize, whose `init` does not succeed (PROBE_INIT={how})");
    failed(&done, &instance.initialize().after(&done)?)?;
    let done = format!("{done}, and sent it again");
    succeeded(&done, &instance.initialize().after(&done)?)?;
    works(target, &instance, &done)?;
    ran(&instance, 2..=2, &done)
}

fn failure_told(target: &Target) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", "fail")])?;
    let done = "sent POST /initialize, whose `init` fails (PROBE_INIT=fail)";
    failed(done, &instance.initialize().after(done)?)?;
    for at in 1..=2 {
        let done = format!("{done}, and then event {at}");
        failed(&done, &instance.invoke(b"an event").after(&done)?)?;
    }
    Ok(())
}

fn lazy_at_once(target: &Target) -> Verdict {
    const CALLS: usize = 20;
    let instance = target.start_in(&[("PROBE_INIT", "slow:200")])?;
    let asked = json!({ "probe": "echo", "text": "first" });
    let requests = vec![question(&instance, &asked); CALLS];
    let done = format!(
        "sent the first {CALLS} events, `{asked}`, at a time to an instance whose `init` takes 200 ms"
    );
    for answer in at_once(&instance, &requests)? {
        if answer.body != b"first" || answer.failed() {
            return fail(&done, format_args!("not the success `first`: {answer}"));
        }
    }
    // A probe that initializes by /initialize alone has nothing to run here.
    ran(&instance, 0..=1, &done)
}

/// Sends a hook, which must be answered with success.
fn hook(instance: &Instance, hook: Hook, done: &str) -> Verdict {
    sent(instance, &instance.hook(hook), done)
}

/// Checks how often `init` was begun.
fn ran(instance: &Instance, times: RangeInclusive<u64>, done: &str) -> Verdict {
    let count = inits(instance)?;
    let came = format_args!("`init` ran {count} times in the place of {}", times.end());
    ensure(times.contains(&count), done, came)
}

fn sent(instance: &Instance, request: &Request, done: &str) -> Verdict {
    let answer = instance.call_within(request, instance.patience());
    let answer = answer.after(done)?;
    ensure(answer.is_success() && !answer.failed(), done, &answer)
}

fn pre_stop_answered(target: &Target) -> Verdict {
    let new = target.start()?;
    hook(&new, Hook::PreStop, "sent GET /pre-stop to a new instance")?;
    drop(new);
    let instance = target.start()?;
    works(target, &instance, "started it")?;
    hook(&instance, Hook::PreStop, "sent a call, then GET /pre-stop")
}

fn pre_stop_runs_stop(target: &Target) -> Verdict {
    let instance = target.start()?;
    works(target, &instance, "started it")?;
    hook(&instance, Hook::PreStop, "sent GET /pre-stop")?;
    wait_line(&instance, "probe stop")?;
    hook(&instance, Hook::PreStop, "sent GET /pre-stop a second time")?;
    let logs = instance.logs().clone();
    let limit = instance.patience();
    let exit = instance.terminate(limit);
    let whole = logs.wait_end(limit);
    let done = "sent GET /pre-stop twice and SIGTERM";
    let Some(exit) = exit.filter(|_| whole) else {
        return fail(
            done,
            format_args!("it did not end within {} s", limit.as_secs_f32()),
        );
    };
    let count = logs.count("probe stop");
    ensure(
        count == 1,
        done,
        format_args!(
            "`stop` ran {count} times, not once, to the end ({exit}); it logged:\n{}",
            cut(&logs.text())
        ),
    )
}
