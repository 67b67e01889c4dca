//! Shutdown: running calls finish, `stop` runs once, the process exits.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::json;

use super::calls::{
    After, ensure, fail, inits, not_checked, question, sleeping, tail, wait_line, works, works_on,
};
use super::rule::Level::{Info, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{CallError, Connection, Hook, Instance, Signal};
use crate::platform::{header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "sigterm-exits",
        page::TROUBLESHOOTING,
        "a container that does not exit on SIGTERM is killed and loses everything that it has not \
         written yet",
        |target| exits(target, false),
    )
    .hint(
        "exit soon after SIGTERM, whatever connections are open. Start the program directly, so \
         that the signal reaches it: use `exec` in a script, and `node server.js` instead of `npm \
         start`",
    ),
    Rule::new(
        Should,
        "sigterm-drains",
        page::LIFECYCLE,
        "running calls are cut off, or cleanup does not run",
        |target| drains(target, Signal::Terminate),
    )
    .hint(
        "on SIGTERM, accept no new calls, let running calls finish, clean up and exit: Go \
         `http.Server.Shutdown`, Node `server.close()`; gunicorn does this by itself",
    )
    .probe(),
    Rule::new(
        Info,
        "sigint-drains",
        page::LIFECYCLE,
        "the function shuts down differently in a terminal than on the platform",
        |target| drains(target, Signal::Interrupt),
    )
    .hint("handle SIGINT (Ctrl-C) like SIGTERM")
    .probe(),
    Rule::new(
        Should,
        "sigterm-as-process-1",
        page::TROUBLESHOOTING,
        "process 1 ignores signals that it does not handle, so the platform kills it instead",
        |target| exits(target, true),
    )
    .hint(
        "set a handler for SIGTERM: Python `signal.signal(signal.SIGTERM, …)`, Node \
         `process.on('SIGTERM', …)`, Go `signal.Notify`",
    ),
    Rule::new(
        Should,
        "sigterm-with-odd-connections",
        page::LIFECYCLE,
        "an idle connection or a half-sent request delays the exit until the process is killed",
        with_odd_connections,
    )
    .hint(
        "when the running calls have finished, close all other connections: Node \
         `server.closeAllConnections()`, Go `http.Server.Close` after `Shutdown` has timed out",
    )
    .probe(),
    Rule::new(
        Should,
        "stop-runs-at-the-end",
        page::LIFECYCLE,
        "cleanup does not run if pre-stop is not configured",
        stops,
    )
    .hint("on SIGTERM, do what GET /pre-stop does, unless it has already run")
    .probe(),
];

/// The name of a signal.
pub(super) fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "SIGINT",
        _ => "SIGTERM",
    }
}

/// Whether a program that got this signal exited as expected: with success, or by the signal
/// itself.
pub(super) fn in_order(status: ExitStatus, signal: Signal) -> bool {
    let number = if signal == Signal::Interrupt { 2 } else { 15 };
    #[cfg(unix)]
    let by = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let by = None;
    // Shells and virtual machines report a signal as the exit code 128 plus its number.
    status.success() || status.code() == Some(128 + number) || by == Some(number)
}

/// Waits until the process has exited as expected.
pub(super) fn ends(instance: &Instance, signal: Signal, done: &str) -> Verdict {
    let limit = instance.patience();
    match instance.wait(limit) {
        Some(status) if in_order(status, signal) => Ok(()),
        Some(status) => fail(
            done,
            format_args!(
                "the process exited with {status}; the log is:\n{}",
                tail(&instance.logs().text())
            ),
        ),
        None => fail(
            done,
            format_args!("the process did not exit within {} s", limit.as_secs()),
        ),
    }
}

/// Waits until the process has exited as expected and has run `stop` once.
fn exited(instance: Instance, signal: Signal, done: &str) -> Verdict {
    ends(&instance, signal, done)?;
    let (logs, limit) = (instance.logs().clone(), instance.patience());
    drop(instance);
    ensure(
        logs.wait_end(limit),
        done,
        "the process exited, but its output stayed open",
    )?;
    let count = logs.count("probe stop");
    ensure(
        count == 1,
        done,
        format_args!(
            "`stop` ran {count} times, expected once; the log is:\n{}",
            tail(&logs.text())
        ),
    )
}

fn exits(target: &Target, as_process_one: bool) -> Verdict {
    let instance = target.start_with(|settings| settings.as_process_one = as_process_one)?;
    let to = if as_process_one {
        " to the function as process 1"
    } else {
        ""
    };
    let done = format!("made a call, kept its connection open and sent SIGTERM{to}");
    let mut idle = instance.connect().after("opened a connection")?;
    works_on(&mut idle, target, &instance, "opened a connection")?;
    instance.signal(Signal::Terminate).after(&done)?;
    if as_process_one && instance.wait(instance.patience()).is_some() {
        // `sigterm-exits` checks how it exits.
        return Ok(());
    }
    ends(&instance, Signal::Terminate, &done)
}

fn drains(target: &Target, signal: Signal) -> Verdict {
    let instance = target.start()?;
    let (mut running, _) = sleeping(&instance, 500)?;
    let done = format!("sent {} during a call of 500 ms", name(signal));
    instance.signal(signal).after(&done)?;
    let answer = running.answer(instance.patience()).after(&done)?;
    ensure(
        answer.status == 200 && answer.body == b"slept",
        &done,
        &answer,
    )?;
    exited(instance, signal, &done)
}

fn stops(target: &Target) -> Verdict {
    let instance = target.start()?;
    if inits(&instance)? == 0 {
        let done = "sent POST /initialize";
        let answer = instance
            .call(&instance.hook(Hook::Initialize))
            .after(done)?;
        ensure(answer.is_success(), done, &answer)?;
    }
    let done = "sent an event, then SIGTERM without GET /pre-stop";
    instance.signal(Signal::Terminate).after(done)?;
    exited(instance, Signal::Terminate, done)
}

/// Opens connections without a running call: idle, half a head, half a body, and silent.
fn odd_connections(target: &Target, instance: &Instance) -> Result<Vec<Connection>, NotPassed> {
    let limit = instance.patience();
    let done = "opened connections that are idle or have a half-sent request";
    let open = || instance.connect().after(done);
    let mut idle = open()?;
    works_on(&mut idle, target, instance, "opened a connection")?;
    let request = instance
        .invocation(&[b'x'; 1000])
        .with(header::FUNCTION_TIMEOUT, "1");
    let (head, whole) = (request.head().len(), request.to_bytes());
    let mut half_head = open()?;
    half_head.send(&whole[..head / 2], limit).after(done)?;
    let mut half_body = open()?;
    half_body.send(&whole[..head + 10], limit).after(done)?;
    let silent = open()?;
    works(target, instance, done)?;
    Ok(vec![idle, half_head, half_body, silent])
}

fn with_odd_connections(target: &Target) -> Verdict {
    // With this long timeout, a function that waits for the deadline of a finished call fails.
    let instance = target.start_with(|settings| settings.timeout = Duration::from_secs(3600))?;
    let limit = instance.patience();
    let odd = odd_connections(target, &instance)?;
    let request = question(&instance, &json!({ "probe": "sleep", "ms": 500 }));
    let request = request.with(header::FUNCTION_TIMEOUT, "20");
    let done = "sent SIGTERM during a call of 500 ms, with other connections open: idle, silent, \
                with half a head and with half a body";
    let mut running = instance.connect().after("opened a connection")?;
    running
        .send(&request.to_bytes(), limit)
        .after("sent a call of 500 ms")?;
    wait_line(&instance, &format!("probe sleeps {}", request.id()))?;
    instance.signal(Signal::Terminate).after(done)?;
    let answer = match running.answer(limit) {
        Err(CallError::Closed { .. } | CallError::Io(_)) => {
            return not_checked(
                "the function does not wait for running calls (see `sigterm-drains`)",
            );
        }
        answer => answer.after(done)?,
    };
    ensure(answer.body == b"slept", done, &answer)?;
    ends(&instance, Signal::Terminate, done)?;
    drop(odd);
    Ok(())
}
