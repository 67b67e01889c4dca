//! The lifecycle hooks of an instance: initialize, pre-stop, pre-freeze.
//!
//! The platform calls a hook only if it is configured for the function. A function without hooks
//! loses nothing when these rules fail.

use std::ops::RangeInclusive;

use serde_json::json;

use super::calls::{
    After, at_once, ensure, fail, failed, inits, question, succeeded, tail, wait_line, works,
};
use super::rule::Level::{Info, Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::Verdict;
use crate::emulator::{Body, Hook, Instance, Line, Request};
use crate::platform::page;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "initialize-answered",
        page::HOOKS,
        "if an initializer is configured, an instance that does not respond to it with 2xx gets no \
         calls",
        answered,
    )
    .hint(
        "respond to `POST /initialize`, which has no body, with status 200, or do not configure an \
         initializer (`instanceLifecycleConfig.initializer`)",
    ),
    Rule::new(
        Should,
        "initialize-once",
        page::BASICS,
        "a second call of the initializer discards state that earlier calls built up",
        once,
    )
    .hint(
        "remember that the initializer has succeeded, and respond to the next call with 200 at \
         once",
    )
    .probe(),
    Rule::new(
        Should,
        "initialize-again-after-failure",
        page::HOOKS,
        "if an initializer is configured, the platform retries it, and an instance that remembers \
         the failure never recovers",
        |target| again(target, "fail-once"),
    )
    .hint("remember only a success of the initializer, and run it again after a failure")
    .probe(),
    Rule::new(
        Should,
        "initialize-again-after-panic",
        page::HOOKS,
        "if an initializer is configured, a bug in it ends the process or leaves state that fails \
         forever",
        |target| again(target, "panic-once"),
    )
    .hint(
        "catch everything that the initializer throws, respond with status 404 and `x-fc-status: \
         404`, and run it again on the next call. Release any lock that the bug left held or \
         poisoned",
    )
    .probe(),
    Rule::new(
        Should,
        "initialize-failure-told",
        page::HOOKS,
        "if a failed initializer responds with 2xx, the platform sends events to a broken \
         instance, and they seem to succeed",
        failure_reported,
    )
    .hint(
        "respond to a failed initializer with status 404 and `x-fc-status: 404`, and to each event \
         in the same way until the initializer has succeeded",
    )
    .probe(),
    Rule::new(
        Must,
        "no-initializer",
        page::HOOKS,
        "if no initializer is configured, the function gets events right after its start",
        |target| {
            works(
                target,
                &target.start()?,
                "started the function without sending /initialize",
            )
        },
    )
    .hint(
        "prepare what calls need at the start or on the first call; do not wait for `POST \
         /initialize`, which comes only if it is configured",
    ),
    Rule::new(
        Should,
        "no-initializer-at-once",
        page::CONCURRENCY,
        "the first calls may come at the same time, and each of them runs the initializer",
        lazy_at_once,
    )
    .hint(
        "let the first call run the initializer and the others wait for it: use a lock, \
         `sync.Once` in Go, one shared promise in Node, `tokio::sync::OnceCell` in Rust",
    )
    .probe(),
    Rule::new(
        Should,
        "pre-stop-answered",
        page::HOOKS,
        "if pre-stop is configured but not answered, the platform waits until its timeout and \
         bills the time; the instance still stops",
        pre_stop_answered,
    )
    .hint(
        "respond to `GET /pre-stop` with status 200, or do not configure pre-stop \
         (`instanceLifecycleConfig.preStop`)",
    ),
    Rule::new(
        Should,
        "pre-stop-runs-stop",
        page::HOOKS,
        "if pre-stop is configured, cleanup does not run, or runs twice",
        pre_stop_runs_stop,
    )
    .hint(
        "clean up on `GET /pre-stop` or `SIGTERM`, whichever comes first, and remember that \
         cleanup is done",
    )
    .probe(),
    Rule::new(
        Info,
        "call-after-pre-stop",
        page::HOOKS,
        "a call that comes after cleanup uses what is closed",
        after_pre_stop,
    )
    .hint(
        "let cleanup forget the state as well, so that the next call runs the initializer again, and \
         the next `GET /pre-stop` cleans up again",
    )
    .probe(),
    Rule::new(
        Info,
        "pre-freeze-answered",
        page::HOOKS_2,
        "Function Compute 2.0 may call pre-freeze before each freeze",
        |target| hook(&target.start()?, Hook::PreFreeze, "sent GET /pre-freeze"),
    )
    .hint("respond to `GET /pre-freeze` with status 200, or do not configure pre-freeze"),
];

fn answered(target: &Target) -> Verdict {
    for body in [Body::Sized(Vec::new()), Body::Absent] {
        let instance = target.start()?;
        let done = match body {
            Body::Absent => "sent POST /initialize without `Content-Length`",
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
        let done = format!("sent POST /initialize, call {at} of 2");
        succeeded(&done, &instance.initialize().after(&done)?)?;
    }
    let done = "sent POST /initialize twice";
    works(target, &instance, done)?;
    ran(&instance, 1..=1, "sent POST /initialize twice and an event")
}

fn again(target: &Target, how: &str) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", how)])?;
    let done = format!("sent POST /initialize with a failing `init` (PROBE_INIT={how})");
    failed(&done, &instance.initialize().after(&done)?)?;
    let done = format!("{done}, then sent it again");
    succeeded(&done, &instance.initialize().after(&done)?)?;
    works(target, &instance, &done)?;
    ran(&instance, 2..=2, &done)
}

fn failure_reported(target: &Target) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", "fail")])?;
    let done = "sent POST /initialize with a failing `init` (PROBE_INIT=fail)";
    failed(done, &instance.initialize().after(done)?)?;
    for at in 1..=2 {
        let done = format!("{done}, then event {at}");
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
        "sent {CALLS} concurrent first events, `{asked}`, to an instance whose `init` takes 200 ms"
    );
    for answer in at_once(&instance, &requests)? {
        if answer.body != b"first" || answer.failed() {
            return fail(
                &done,
                format_args!("expected success with `first`: {answer}"),
            );
        }
    }
    // A probe that runs `init` only on /initialize runs nothing here.
    ran(&instance, 0..=1, &done)
}

/// Sends a hook, which must succeed.
fn hook(instance: &Instance, hook: Hook, done: &str) -> Verdict {
    sent(instance, &instance.hook(hook), done)
}

/// Checks how often the probe started `init`.
fn ran(instance: &Instance, times: RangeInclusive<u64>, done: &str) -> Verdict {
    let count = inits(instance)?;
    let came = format_args!("`init` ran {count} times, expected {}", times.end());
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
    works(target, &instance, "started the function")?;
    hook(&instance, Hook::PreStop, "sent a call, then GET /pre-stop")
}

fn pre_stop_runs_stop(target: &Target) -> Verdict {
    let instance = target.start()?;
    works(target, &instance, "started the function")?;
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
            format_args!("the process did not exit within {} s", limit.as_secs_f32()),
        );
    };
    let count = logs.count("probe stop");
    ensure(
        count == 1,
        done,
        format_args!(
            "`stop` ran {count} times, expected once ({exit}); the log is:\n{}",
            tail(&logs.text())
        ),
    )
}

fn after_pre_stop(target: &Target) -> Verdict {
    let instance = target.start()?;
    for times in 1..=2 {
        let done = match times {
            1 => "started the function",
            _ => "sent a call, then GET /pre-stop",
        };
        works(target, &instance, done)?;
        ran(
            &instance,
            times..=times,
            &format!("{done}, then sent a call"),
        )?;
        hook(&instance, Hook::PreStop, "sent GET /pre-stop")?;
    }
    let logs = instance.logs();
    let stops = |lines: &[Line]| {
        let stops = lines.iter().filter(|line| line.text.contains("probe stop"));
        stops.count()
    };
    let done = "twice sent a call, then GET /pre-stop";
    ensure(
        logs.wait_until(instance.patience(), |lines| stops(lines) == 2),
        done,
        format_args!(
            "`stop` ran {} times, expected once for each `init`",
            logs.count("probe stop")
        ),
    )
}
