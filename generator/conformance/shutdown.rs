//! The end of an instance: calls come to their end, `stop` runs once, the process exits.

use serde_json::json;

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, cut, ensure, inits, question, sleeping, works, works_on};
use super::{Rule, Target, Verdict};
use crate::contract::{header, page};
use crate::local::{Connection, Instance, Signal};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "sigterm-exits",
        page::TROUBLESHOOTING,
        "a container that does not end on SIGTERM is killed, with all that it has not written yet",
        idle_exits,
    ),
    Rule::new(
        Must,
        "sigterm-drains",
        page::LIFECYCLE,
        "calls that run are cut off, or what the instance holds is lost",
        |target| drains(target, Signal::Terminate, false),
    )
    .probe(),
    Rule::new(
        Should,
        "sigint-drains",
        page::LIFECYCLE,
        "what is tried out by hand ends otherwise than on the platform",
        |target| drains(target, Signal::Interrupt, false),
    )
    .probe(),
    Rule::new(
        Must,
        "sigterm-as-process-1",
        page::TROUBLESHOOTING,
        "process 1 ignores the signals that it does not handle, so it is killed instead",
        |target| drains(target, Signal::Terminate, true),
    )
    .probe(),
    Rule::new(
        Must,
        "sigterm-with-odd-connections",
        page::LIFECYCLE,
        "a connection that is idle or half sent holds the end until the process is killed",
        with_odd_connections,
    )
    .probe(),
    Rule::new(
        Should,
        "stop-runs-at-the-end",
        page::LIFECYCLE,
        "what an instance holds is lost when no pre-stop was configured",
        |target| {
            let instance = target.start()?;
            ensure(inits(&instance)? == 1, || "`init` did not run".into())?;
            ended(
                instance,
                Signal::Terminate,
                "sent an event, then SIGTERM",
                1,
            )
        },
    )
    .probe(),
];

/// Signals the function, which must exit with success, having run `stop` so often.
fn ended(instance: Instance, signal: Signal, done: &str, stops: usize) -> Verdict {
    instance.signal(signal)?;
    exited(instance, done, stops)
}

/// Waits for the function's success, and for so many runs of `stop`.
fn exited(instance: Instance, done: &str, stops: usize) -> Verdict {
    let exit = instance.wait(LIMIT);
    let logs = instance.logs().clone();
    drop(instance);
    let whole = logs.wait_end(LIMIT);
    ensure(exit.is_some_and(|status| status.success()) && whole, || {
        let exit = exit.map_or("no exit".into(), |status| status.to_string());
        format!("{done}: {exit}; its log:\n{}", cut(&logs.text()))
    })?;
    let count = logs.count("probe stop");
    ensure(count == stops, || {
        format!("{done}: `stop` ran {count} times and not {stops}")
    })
}

fn idle_exits(target: &Target) -> Verdict {
    let instance = target.start()?;
    let mut idle = instance.connect()?;
    works_on(&mut idle, target, &instance, "opened a connection")?;
    instance.signal(Signal::Terminate)?;
    let exit = instance.wait(LIMIT);
    ensure(exit.is_some_and(|status| status.success()), || {
        let exit = exit.map_or("no exit".into(), |status| status.to_string());
        format!("sent SIGTERM to an idle instance: {exit}")
    })
}

fn drains(target: &Target, signal: Signal, as_process_one: bool) -> Verdict {
    let instance = target.start_with(|settings| settings.as_process_one = as_process_one)?;
    let (mut running, _) = sleeping(&instance, 500)?;
    instance.signal(signal)?;
    let done = format!("sent {signal:?} while a call runs");
    let answer = running.answer(LIMIT).after(&done)?;
    ensure(answer.status == 200 && answer.body == b"slept", || {
        format!("{done}: {answer}")
    })?;
    exited(instance, &done, 1)
}

/// Connections that hold no call: idle, half a head, half a body, and nothing at all.
fn odd_connections(target: &Target, instance: &Instance) -> Result<Vec<Connection>, super::Unmet> {
    let mut idle = instance.connect()?;
    works_on(&mut idle, target, instance, "opened a connection")?;
    let request = instance
        .invocation(&[b'x'; 1000])
        .with(header::FUNCTION_TIMEOUT, "1");
    let (head, whole) = (request.head().len(), request.to_bytes());
    let mut half_head = instance.connect()?;
    half_head.send(&whole[..head / 2], LIMIT)?;
    let mut half_body = instance.connect()?;
    half_body.send(&whole[..head + 10], LIMIT)?;
    let silent = instance.connect()?;
    works(target, instance, "opened odd connections")?;
    Ok(vec![idle, half_head, half_body, silent])
}

fn with_odd_connections(target: &Target) -> Verdict {
    // Long enough that a wait for the deadline of a call that is over would be seen.
    let instance =
        target.start_with(|settings| settings.timeout = std::time::Duration::from_secs(3600))?;
    let odd = odd_connections(target, &instance)?;
    let request = question(&instance, &json!({ "probe": "sleep", "ms": 500 }));
    let request = request.with(header::FUNCTION_TIMEOUT, "20");
    let mut running = instance.connect()?;
    running.send(&request.to_bytes(), LIMIT)?;
    super::ask::wait_line(&instance, &format!("probe sleeps {}", request.id()))?;
    instance.signal(Signal::Terminate)?;
    let done = "sent SIGTERM while a call runs and other connections are idle or half sent";
    let answer = running.answer(LIMIT).after(done)?;
    ensure(answer.body == b"slept", || format!("{done}: {answer}"))?;
    exited(instance, done, 1)?;
    drop(odd);
    Ok(())
}
