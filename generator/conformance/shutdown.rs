//! The end of an instance: calls come to their end, `stop` runs once, the process exits.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::json;

use super::calls::{
    After, cut, ensure, fail, inits, not_checked, question, sleeping, wait_line, works, works_on,
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
        "a container that does not end on SIGTERM is killed, with all that it has not written yet",
        |target| exits(target, false),
    )
    .hint(
        "end soon after SIGTERM, whatever connections are open, and start the program itself: by \
         `exec` in a script, `node server.js` and not `npm start`, so that the signal reaches it",
    ),
    Rule::new(
        Should,
        "sigterm-drains",
        page::LIFECYCLE,
        "calls that run are cut off, or what the instance holds is lost",
        |target| drains(target, Signal::Terminate),
    )
    .hint(
        "on SIGTERM take no new calls, let those that run end, clean up and exit: Go \
         `http.Server.Shutdown`, Node `server.close()`, gunicorn does it by itself",
    )
    .probe(),
    Rule::new(
        Info,
        "sigint-drains",
        page::LIFECYCLE,
        "what is tried out by hand ends otherwise than on the platform",
        |target| drains(target, Signal::Interrupt),
    )
    .hint("handle SIGINT (Ctrl-C) as SIGTERM")
    .probe(),
    Rule::new(
        Should,
        "sigterm-as-process-1",
        page::TROUBLESHOOTING,
        "process 1 ignores the signals that it does not handle, so it is killed instead",
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
        "a connection that is idle or half sent holds the end until the process is killed",
        with_odd_connections,
    )
    .hint(
        "when the calls that run have ended, close all other connections: Node \
         `server.closeAllConnections()`, Go `http.Server.Close` when `Shutdown` has had its time",
    )
    .probe(),
    Rule::new(
        Should,
        "stop-runs-at-the-end",
        page::LIFECYCLE,
        "what an instance holds is lost when no pre-stop was configured",
        stops,
    )
    .hint("on SIGTERM do what GET /pre-stop does, unless it was done already")
    .probe(),
];

/// A signal as people write it.
pub(super) fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::Interrupt => "SIGINT",
        _ => "SIGTERM",
    }
}

/// Whether this is the end of a program that was asked to end: with success, or as the signal
/// itself ends a program.
pub(super) fn in_order(status: ExitStatus, signal: Signal) -> bool {
    let number = if signal == Signal::Interrupt { 2 } else { 15 };
    #[cfg(unix)]
    let by = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let by = None;
    // Shells and virtual machines tell a signal by a code of 128 and its number.
    status.success() || status.code() == Some(128 + number) || by == Some(number)
}

/// Waits until the process has ended in order.
pub(super) fn ends(instance: &Instance, signal: Signal, done: &str) -> Verdict {
    let limit = instance.patience();
    match instance.wait(limit) {
        Some(status) if in_order(status, signal) => Ok(()),
        Some(status) => fail(
            done,
            format_args!(
                "it ended with {status}; its log:\n{}",
                cut(&instance.logs().text())
            ),
        ),
        None => fail(
            done,
            format_args!("it did not end within {} s", limit.as_secs()),
        ),
    }
}

/// Waits until the process has ended in order, having run `stop` once.
fn exited(instance: Instance, signal: Signal, done: &str) -> Verdict {
    ends(&instance, signal, done)?;
    let (logs, limit) = (instance.logs().clone(), instance.patience());
    drop(instance);
    ensure(
        logs.wait_end(limit),
        done,
        "it ended, and its log was held open",
    )?;
    let count = logs.count("probe stop");
    ensure(
        count == 1,
        done,
        format_args!(
            "`stop` ran {count} times and not once; its log:\n{}",
            cut(&logs.text())
        ),
    )
}

fn exits(target: &Target, as_process_one: bool) -> Verdict {
    let instance = target.start_with(|settings| settings.as_process_one = as_process_one)?;
    let to = if as_process_one {
        " to it as process 1"
    } else {
        ""
    };
    let done = format!("made a call, kept its connection open, and sent SIGTERM{to}");
    let mut idle = instance.connect().after("opened a connection")?;
    works_on(&mut idle, target, &instance, "opened a connection")?;
    instance.signal(Signal::Terminate).after(&done)?;
    if as_process_one && instance.wait(instance.patience()).is_some() {
        // How it ends is what `sigterm-exits` is about.
        return Ok(());
    }
    ends(&instance, Signal::Terminate, &done)
}

fn drains(target: &Target, signal: Signal) -> Verdict {
    let instance = target.start()?;
    let (mut running, _) = sleeping(&instance, 500)?;
    let done = format!("sent {} while a call of 500 ms runs", name(signal));
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
    let done = "sent an event, no GET /pre-stop, then SIGTERM";
    instance.signal(Signal::Terminate).after(done)?;
    exited(instance, Signal::Terminate, done)
}

/// Connections that hold no call: idle, half a head, half a body, and nothing at all.
fn odd_connections(target: &Target, instance: &Instance) -> Result<Vec<Connection>, NotPassed> {
    let limit = instance.patience();
    let done = "opened connections that are idle or half sent";
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
    // Long enough that a wait for the deadline of a call that is over would be seen.
    let instance = target.start_with(|settings| settings.timeout = Duration::from_secs(3600))?;
    let limit = instance.patience();
    let odd = odd_connections(target, &instance)?;
    let request = question(&instance, &json!({ "probe": "sleep", "ms": 500 }));
    let request = request.with(header::FUNCTION_TIMEOUT, "20");
    let done = "sent SIGTERM while a call of 500 ms runs and other connections are idle, empty, \
                half a head and half a body";
    let mut running = instance.connect().after("opened a connection")?;
    running
        .send(&request.to_bytes(), limit)
        .after("sent a call of 500 ms")?;
    wait_line(&instance, &format!("probe sleeps {}", request.id()))?;
    instance.signal(Signal::Terminate).after(done)?;
    let answer = match running.answer(limit) {
        Err(CallError::Closed { .. } | CallError::Io(_)) => {
            return not_checked("it waits for no call when it ends: see `sigterm-drains`");
        }
        answer => answer.after(done)?,
    };
    ensure(answer.body == b"slept", done, &answer)?;
    ends(&instance, Signal::Terminate, done)?;
    drop(odd);
    Ok(())
}
