//! A shutdown that meets a call which does not end.

use std::time::{Duration, Instant};

use super::Level::{Must, Should};
use super::ask::{LIMIT, ensure, fail, question, sleeping, wait_line, works};
use super::{Rule, Target, Unmet, Verdict};
use crate::contract::{header, page};
use crate::local::{Instance, Signal};

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
    .probe(),
    Rule::new(
        Should,
        "drain-ends-at-deadline",
        page::LIFECYCLE,
        "a call that the platform gave up on holds the instance until it is killed",
        deadline,
    )
    .probe(),
    Rule::new(
        Should,
        "second-signal-ends-at-once",
        page::LIFECYCLE,
        "who tries a function out by hand cannot end it",
        second_signal,
    )
    .probe(),
    Rule::new(
        Should,
        "second-signal-ends-a-blocked-thread",
        page::LIFECYCLE,
        "a call that never yields cannot be ended by hand",
        second_signal_while_blocked,
    )
    .probe(),
    Rule::new(
        Must,
        "stop-is-bounded-by-a-signal",
        page::LIFECYCLE,
        "a `stop` that hangs cannot be ended",
        signal_in_stop,
    )
    .probe(),
];

fn patient(target: &Target) -> Result<Instance, Unmet> {
    let instance = target.start_with(|settings| {
        settings.timeout = Duration::from_millis(FOR_EVER_MS);
        settings
            .env
            .push(("PROBE_STOP".into(), format!("slow:{FOR_EVER_MS}")));
    })?;
    works(target, &instance, "started it")?;
    Ok(instance)
}

/// Waits until the function takes no new connection.
fn until_refused(instance: &Instance) -> Verdict {
    let due = Instant::now() + LIMIT;
    while instance.connect().is_ok() {
        if let Some(exit) = instance.wait(Duration::from_millis(5)) {
            return fail(format!(
                "sent SIGTERM while a call runs: it ended at once ({exit})"
            ));
        }
        ensure(Instant::now() < due, || {
            "sent SIGTERM while a call runs: new connections are still accepted".into()
        })?;
    }
    Ok(())
}

fn refuses(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let (running, _) = sleeping(&instance, FOR_EVER_MS)?;
    instance.signal(Signal::Terminate)?;
    until_refused(&instance)?;
    ensure(running.is_silent()?, || {
        "sent SIGTERM: the call that runs was cut off".into()
    })
}

fn deadline(target: &Target) -> Verdict {
    let instance = target.start()?;
    let sleep = serde_json::json!({ "probe": "sleep", "ms": FOR_EVER_MS });
    let request = question(&instance, &sleep).with(header::FUNCTION_TIMEOUT, "1");
    let mut running = instance.connect()?;
    running.send(&request.to_bytes(), LIMIT)?;
    wait_line(&instance, &format!("probe sleeps {}", request.id()))?;
    instance.signal(Signal::Terminate)?;
    let exit = instance.wait(LIMIT);
    ensure(exit.is_some_and(|status| status.success()), || {
        format!("sent SIGTERM while a call runs past its time-out of 1 s: {exit:?}")
    })
}

fn second_signal(target: &Target) -> Verdict {
    for second in [Signal::Terminate, Signal::Interrupt] {
        let instance = patient(target)?;
        let _running = sleeping(&instance, FOR_EVER_MS)?;
        instance.signal(Signal::Terminate)?;
        until_refused(&instance)?;
        instance.signal(second)?;
        ensure(instance.wait(LIMIT).is_some(), || {
            format!("sent SIGTERM and {second:?} while a call runs: it did not end")
        })?;
    }
    Ok(())
}

fn second_signal_while_blocked(target: &Target) -> Verdict {
    let instance = patient(target)?;
    let block = serde_json::json!({ "probe": "block", "ms": FOR_EVER_MS });
    let request = question(&instance, &block);
    let mut running = instance.connect()?;
    running.send(&request.to_bytes(), LIMIT)?;
    wait_line(&instance, &format!("probe blocks {}", request.id()))?;
    // Two signals of one sort may arrive as one.
    instance.signal(Signal::Terminate)?;
    instance.signal(Signal::Interrupt)?;
    ensure(instance.wait(LIMIT).is_some(), || {
        "sent SIGTERM and SIGINT while a call blocks its thread: it did not end".into()
    })
}

fn signal_in_stop(target: &Target) -> Verdict {
    let instance = patient(target)?;
    instance.signal(Signal::Terminate)?;
    wait_line(&instance, "probe stop")?;
    instance.signal(Signal::Terminate)?;
    ensure(instance.wait(LIMIT).is_some(), || {
        "sent SIGTERM twice, the second while `stop` runs: it did not end".into()
    })
}
