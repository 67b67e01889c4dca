//! Shutdown during a call that does not end.

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

/// The pause between two signals, as if a person typed Ctrl-C twice. A second signal within a second may
/// count as the first one.
const BETWEEN_SIGNALS: Duration = Duration::from_millis(1200);

/// Longer than any check waits.
const FOR_EVER_MS: u64 = 3_600_000;

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "refuses-while-draining",
        page::LIFECYCLE,
        "an instance that is shutting down accepts new calls, which it may not finish",
        refuses,
    )
    .hint("on SIGTERM, close the listening socket first, and do not interrupt running calls")
    .probe(),
    Rule::new(
        Should,
        "drain-ends-at-deadline",
        page::LIFECYCLE,
        "a call that has already timed out delays the shutdown until the platform kills the \
         instance",
        deadline,
    )
    .hint(
        "during shutdown, wait for no call longer than its `x-fc-function-timeout` (seconds), or \
         set one limit for all: gunicorn `--graceful-timeout`, uvicorn \
         `--timeout-graceful-shutdown`, a context with a deadline for Go's `Shutdown`",
    )
    .probe(),
    Rule::new(
        Should,
        "sigterm-ends-a-blocked-call",
        page::LIFECYCLE,
        "a call that blocks its thread outlives its timeout, and the platform kills the instance \
         without cleanup",
        blocked,
    )
    .hint(
        "when the timeouts of all running calls are over, exit from a place that a blocked thread \
         does not hold up: another thread, a signal handler with `alarm`, the parent process",
    )
    .probe(),
    Rule::new(
        Should,
        "sigterm-sent-twice",
        page::LIFECYCLE,
        "a supervisor signals both the process and its process group, and running calls are lost",
        sent_twice,
    )
    .hint("ignore a second SIGTERM that comes within a second of the first")
    .probe(),
    Rule::new(
        Info,
        "second-signal-ends-at-once",
        page::LIFECYCLE,
        "a developer cannot stop the function in a terminal",
        second_signal,
    )
    .hint("exit at once on a second SIGTERM or SIGINT: `os._exit` in Python, `os.Exit` in Go")
    .probe(),
    Rule::new(
        Info,
        "second-signal-ends-a-blocked-thread",
        page::LIFECYCLE,
        "a developer cannot stop a function whose call never yields",
        second_signal_while_blocked,
    )
    .hint(
        "exit in the signal handler itself, or restore the default action of the signals after the \
         first one; do not depend on a thread or event loop that runs calls",
    )
    .probe(),
    Rule::new(
        Should,
        "stop-is-bounded-by-a-signal",
        page::LIFECYCLE,
        "nobody can stop a function whose `stop` hangs",
        signal_in_stop,
    )
    .hint("keep handling signals while `stop` runs, and exit at once on the second one")
    .probe(),
];

fn patient(target: &Target) -> Result<Instance, NotPassed> {
    let instance = target.start_with(|settings| {
        settings.timeout = Duration::from_millis(FOR_EVER_MS);
        settings
            .env
            .push(("PROBE_STOP".into(), format!("slow:{FOR_EVER_MS}")));
    })?;
    works(target, &instance, "started the function")?;
    Ok(instance)
}

/// Starts a call that waits forever, and returns once it has printed `word` and its id.
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

/// Waits until the process has exited, with any status.
fn gone(instance: &Instance, done: &str) -> Verdict {
    let limit = instance.patience();
    ensure(
        instance.wait(limit).is_some(),
        done,
        format_args!("the process did not exit within {} s", limit.as_secs()),
    )
}

/// Sends SIGTERM and waits until the function accepts no new connection but still runs.
fn drain(instance: &Instance) -> Verdict {
    let done = "sent SIGTERM during a call";
    instance.signal(Signal::Terminate).after(done)?;
    let limit = instance.patience();
    let due = Instant::now() + limit;
    while instance.connect().is_ok() {
        let late = Instant::now() >= due;
        ensure(
            !late,
            done,
            format_args!(
                "it still accepts new connections {} s later",
                limit.as_secs()
            ),
        )?;
        if instance.wait(Duration::from_millis(5)).is_some() {
            break;
        }
    }
    // An exiting process refuses connections a moment before its exit is visible. A process that
    // drains may still be in the handler of this signal.
    match instance.wait(BETWEEN_SIGNALS) {
        Some(_) => {
            not_checked("the function does not wait for running calls (see `sigterm-drains`)")
        }
        None => Ok(()),
    }
}

fn refuses(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let (running, _) = sleeping(&instance, FOR_EVER_MS)?;
    drain(&instance)?;
    let done = "sent SIGTERM during a call";
    let silent = running.is_silent().after(done)?;
    ensure(
        silent,
        done,
        "the call got a response or was cut off too early",
    )
}

fn deadline(target: &Target) -> Verdict {
    let instance = target.start()?;
    let _running = endless(&instance, "sleep", "probe sleeps", Some("1"))?;
    let done = "sent SIGTERM during a call that exceeds its timeout of 1 s";
    instance.signal(Signal::Terminate).after(done)?;
    ends(&instance, Signal::Terminate, done)
}

fn blocked(target: &Target) -> Verdict {
    let instance = target.start()?;
    let _running = endless(&instance, "block", "probe blocks", Some("1"))?;
    let done = "sent SIGTERM during a call that blocks its thread and exceeds its timeout of 1 s";
    instance.signal(Signal::Terminate).after(done)?;
    gone(&instance, done)
}

fn sent_twice(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (mut running, _) = sleeping(&instance, 500)?;
    let done = "sent SIGTERM twice within 10 ms during a call of 500 ms";
    instance.signal(Signal::Terminate).after(done)?;
    // Signals of one kind that come at once may arrive as one.
    std::thread::sleep(Duration::from_millis(10));
    instance.signal(Signal::Terminate).after(done)?;
    let answer = running.answer(instance.patience()).after(done)?;
    ensure(answer.body == b"slept", done, &answer)?;
    ends(&instance, Signal::Terminate, done)
}

fn second_signal(target: &Target) -> Verdict {
    for second in [Signal::Terminate, Signal::Interrupt] {
        let instance = patient(target)?;
        let _running = sleeping(&instance, FOR_EVER_MS)?;
        let done = format!("sent SIGTERM, then {} during a call", name(second));
        drain(&instance)?;
        instance.signal(second).after(&done)?;
        gone(&instance, &done)?;
    }
    Ok(())
}

fn second_signal_while_blocked(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let _running = endless(&instance, "block", "probe blocks", None)?;
    let done = "sent SIGTERM, then SIGINT after 1.2 s, during a call that blocks its thread";
    instance.signal(Signal::Terminate).after(done)?;
    // While everything is blocked, nothing may show that the first signal arrived, so a pause must
    // do. Two signals at once may arrive in either order, or the handler of the first may swallow
    // the second.
    if instance.wait(BETWEEN_SIGNALS).is_none() {
        instance.signal(Signal::Interrupt).after(done)?;
    }
    gone(&instance, done)
}

fn signal_in_stop(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let done = "sent SIGTERM twice, the second time during `stop`";
    instance.signal(Signal::Terminate).after(done)?;
    let logs = instance.logs();
    let stop = logs.wait_for(instance.patience(), |line| line.text.contains("probe stop"));
    if stop.is_none() {
        return not_checked(
            "the function does not run `stop` on SIGTERM (see `stop-runs-at-the-end`)",
        );
    }
    if instance.wait(BETWEEN_SIGNALS).is_none() {
        instance.signal(Signal::Terminate).after(done)?;
    }
    gone(&instance, done)
}
