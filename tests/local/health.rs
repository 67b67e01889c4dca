//! Health checks: at the start of an instance, and from then on.

use std::thread;
use std::time::Duration;

use cargo_fc3::deployment::HealthCheck;
use cargo_fc3::emulator::{Definition, End, Event, Rest};

use crate::client::{Local, code, definition};

pub(crate) fn check() -> HealthCheck {
    HealthCheck {
        path: "/ready".into(),
        initial_delay: Duration::ZERO,
        period: Duration::from_millis(50),
        timeout: Duration::from_secs(3),
        failures: 3,
        successes: 2,
    }
}

fn checked(which: &str, health: HealthCheck) -> Definition {
    Definition {
        health: Some(health),
        ..definition(which)
    }
}

fn unhealthy(event: &Event) -> bool {
    matches!(event, Event::Unhealthy { .. })
}

pub(crate) fn fails_at_start() {
    let local = Local::start(checked("sick", check()));
    for calls in 1..=2 {
        let answer = local.call("echo");
        assert_eq!(
            (answer.status, &*code(&answer)),
            (502, "FunctionNotStarted")
        );
        let message = "check function health failed with status code: 500";
        assert!(answer.text().contains(message), "{answer}");
        let failures = local.count(|event| matches!(event, Event::NotStarted { .. }));
        assert_eq!(failures, calls);
    }

    let delay = Duration::from_millis(400);
    let local = Local::start(checked(
        "one",
        HealthCheck {
            initial_delay: delay,
            ..check()
        },
    ));
    assert_eq!(local.told("echo late"), "late");
    let started = local.wait_for("the start", |event| matches!(event, Event::Started { .. }));
    assert!(matches!(started, Event::Started { took, .. } if took >= delay));
}

pub(crate) fn fails_later() {
    for (status, timeout, says) in [
        (500, 3, "status code: 500"),
        (0, 1, "no response within 1 seconds"),
        (
            1,
            3,
            "the response is not HTTP: invalid HTTP version parsed",
        ),
    ] {
        let local = Local::start(checked(
            "one",
            HealthCheck {
                timeout: Duration::from_secs(timeout),
                ..check()
            },
        ));
        let first = local.told(&format!("health {status}"));
        let Event::Unhealthy { reason, .. } = local.wait_for("the failure", unhealthy) else {
            unreachable!("it is one");
        };
        assert_eq!(reason, format!("GET /ready, 3 times in a row: {says}"));
        assert_ne!(local.told("pid"), first);
        let replaced = |event: &Event| {
            matches!(
                event,
                Event::Stopped {
                    why: End::Unhealthy,
                    ..
                }
            )
        };
        local.wait_for("its end", replaced);
    }
}

pub(crate) fn recovers() {
    let local = Local::start(Definition {
        concurrency: 2,
        ..checked("one", check())
    });
    // A call that it has keeps it, and its health is still asked for.
    let pid = thread::scope(|scope| {
        let call = scope.spawn(|| local.told("sick-for 1500"));
        local.wait_for("the failure", unhealthy);
        call.join().expect("a pid")
    });
    local.wait_for("the recovery", |event| {
        matches!(event, Event::Healthy { .. })
    });
    assert_eq!(local.told("pid"), pid);
    assert_eq!(
        local.count(|event| matches!(event, Event::Started { .. })),
        1
    );
}

pub(crate) fn frozen() {
    let local = Local::start(Definition {
        rest: Rest {
            freezes: true,
            idle: None,
        },
        ..checked(
            "one",
            HealthCheck {
                timeout: Duration::from_secs(1),
                ..check()
            },
        )
    });
    let count = || local.told("checks").parse::<usize>().expect("a number");
    let before = count();
    // Long enough for three checks that get no response.
    thread::sleep(Duration::from_secs(4));
    assert_eq!(local.count(unhealthy), 0);
    local.told("sleep 1000");
    assert!(count() > before + 1, "nothing was checked during a call");
}
