//! A shutdown that meets a call which does not end.

use std::time::{Duration, Instant};

use serde_json::json;

use super::calls::{After, ensure, not_checked, question, sleeping, wait_line, works};
use super::rule::Level::{Info, Should};
use super::rule::Rule;
use super::shutdown::{ends, name};
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Connection, Instance, Signal};
use crate::platform::{header, page};

/// How long a program has to take a signal before the next one comes, as from a keyboard.
const BETWEEN_SIGNALS: Duration = Duration::from_millis(300);

/// Longer than any check waits.
const FOR_EVER_MS: u64 = 3_600_000;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "refuses-while-draining",
        page::LIFECYCLE,
        "an instance that is about to end takes new calls, which it may not finish",
        refuses,
    )
    .hint("on SIGTERM close the listening socket first, and end no call that runs")
    .probe(),
    Rule::new(
        Should,
        "drain-ends-at-deadline",
        page::LIFECYCLE,
        "a call that the platform gave up on holds the instance until it is killed",
        deadline,
    )
    .hint(
        "while ending, wait for no call longer than its `x-fc-function-timeout` (seconds), or set \
         one limit: gunicorn `--graceful-timeout`, uvicorn `--timeout-graceful-shutdown`, a \
         context with a deadline for Go's `Shutdown`",
    )
    .probe(),
    Rule::new(
        Info,
        "second-signal-ends-at-once",
        page::LIFECYCLE,
        "who tries a function out by hand cannot end it",
        second_signal,
    )
    .hint("exit at once on a second SIGTERM or SIGINT: `os._exit` in Python, `os.Exit` in Go")
    .probe(),
    Rule::new(
        Info,
        "second-signal-ends-a-blocked-thread",
        page::LIFECYCLE,
        "a call that never yields cannot be ended by hand",
        second_signal_while_blocked,
    )
    .hint(
        "end the process in the signal handler itself, or give signals back their default action \
         once the first has come: no thread or event loop of calls may be needed",
    )
    .probe(),
    Rule::new(
        Should,
        "stop-is-bounded-by-a-signal",
        page::LIFECYCLE,
        "a `stop` that hangs cannot be ended",
        signal_in_stop,
    )
    .hint("keep listening to signals while `stop` runs, and exit at once on the second one")
    .probe(),
];

fn patient(target: &Target) -> Result<Instance, NotPassed> {
    let instance = target.start_with(|settings| {
        settings.timeout = Duration::from_millis(FOR_EVER_MS);
        settings
            .env
            .push(("PROBE_STOP".into(), format!("slow:{FOR_EVER_MS}")));
    })?;
    works(target, &instance, "started it")?;
    Ok(instance)
}

/// A call that was asked to wait for ever, known to run once it has printed `word` and its id.
fn endless(
    instance: &Instance,
    probe: &str,
    word: &str,
    timeout: Option<&str>,
) -> Result<Connection, NotPassed> {
    let asked = json!({ "probe": probe, "ms": FOR_EVER_MS });
    let done = format!("sent {asked}");
    let mut request = question(instance, &asked);
    if let Some(timeout) = timeout {
        request = request.with(header::FUNCTION_TIMEOUT, timeout);
    }
    let mut connection = instance.connect().after(&done)?;
    let sent = connection.send(&request.to_bytes(), instance.patience());
    sent.after(&done)?;
    wait_line(instance, &format!("{word} {}", request.id()))?;
    Ok(connection)
}

/// Waits for the end of the process, however it ends.
fn gone(instance: &Instance, done: &str) -> Verdict {
    let limit = instance.patience();
    ensure(
        instance.wait(limit).is_some(),
        done,
        format_args!("it did not end within {} s", limit.as_secs()),
    )
}

/// Sends SIGTERM and waits until the function takes no new connection and still runs.
fn drain(instance: &Instance) -> Verdict {
    let done = "sent SIGTERM while a call runs";
    instance.signal(Signal::Terminate).after(done)?;
    let limit = instance.patience();
    let due = Instant::now() + limit;
    while instance.connect().is_ok() {
        let late = Instant::now() >= due;
        ensure(
            !late,
            done,
            format_args!("it takes new connections {} s later", limit.as_secs()),
        )?;
        if instance.wait(Duration::from_millis(5)).is_some() {
            break;
        }
    }
    // A process that is ending refuses connections a moment before its end is known, and one that
    // is not may still be in the handler of this signal.
    match instance.wait(BETWEEN_SIGNALS) {
        Some(_) => not_checked("it waits for no call when it ends: see `sigterm-drains`"),
        None => Ok(()),
    }
}

fn refuses(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let (running, _) = sleeping(&instance, FOR_EVER_MS)?;
    drain(&instance)?;
    let done = "sent SIGTERM while a call runs";
    let silent = running.is_silent().after(done)?;
    ensure(
        silent,
        done,
        "the call was answered or cut off before its time",
    )
}

fn deadline(target: &Target) -> Verdict {
    let instance = target.start()?;
    let _running = endless(&instance, "sleep", "probe sleeps", Some("1"))?;
    let done = "sent SIGTERM while a call runs past its time-out of 1 s";
    instance.signal(Signal::Terminate).after(done)?;
    ends(&instance, Signal::Terminate, done)
}

fn second_signal(target: &Target) -> Verdict {
    for second in [Signal::Terminate, Signal::Interrupt] {
        let instance = patient(target)?;
        let _running = sleeping(&instance, FOR_EVER_MS)?;
        let done = format!("sent SIGTERM, then {} while a call runs", name(second));
        drain(&instance)?;
        instance.signal(second).after(&done)?;
        gone(&instance, &done)?;
    }
    Ok(())
}

fn second_signal_while_blocked(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let _running = endless(&instance, "block", "probe blocks", None)?;
    let done = "sent SIGTERM, and SIGINT 300 ms later, while a call blocks its thread";
    instance.signal(Signal::Terminate).after(done)?;
    // Nothing need show that the first signal was taken while all else is blocked. Two that come at
    // once may be seen in either order, or the second may be lost to the handler of the first.
    if instance.wait(BETWEEN_SIGNALS).is_none() {
        instance.signal(Signal::Interrupt).after(done)?;
    }
    gone(&instance, done)
}

fn signal_in_stop(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let done = "sent SIGTERM twice, the second time while `stop` runs";
    instance.signal(Signal::Terminate).after(done)?;
    let logs = instance.logs();
    let stop = logs.wait_for(instance.patience(), |line| line.text.contains("probe stop"));
    if stop.is_none() {
        return not_checked("it runs no `stop` on SIGTERM: see `stop-runs-at-the-end`");
    }
    instance.signal(Signal::Terminate).after(done)?;
    gone(&instance, done)
}
