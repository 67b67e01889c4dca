//! Timer triggers, which fire by the clock of this machine.

use std::thread;
use std::time::{Duration, SystemTime};

use cargo_fc3::deployment::{TimerTrigger, TriggerConfig, TriggerKind};
use cargo_fc3::emulator::{Event, Timer, Trigger};
use serde_json::Value;

use crate::client::{Local, definition};

/// A timer of a function that fires every second.
fn every_second(function: &str, name: &str) -> (String, Timer) {
    let trigger = TriggerConfig {
        name: name.to_owned(),
        kind: TriggerKind::Timer(TimerTrigger {
            expression: Some("* * * * * *".to_owned()),
            payload: "some text".to_owned(),
            enabled: true,
        }),
    };
    let timer = Timer::new(&trigger).expect("a schedule");
    (function.to_owned(), timer.expect("a timer"))
}

/// The event that a function has printed.
fn printed(event: &Event) -> Option<Value> {
    let Event::Log { line, .. } = event else {
        return None;
    };
    serde_json::from_str(line.text.strip_prefix("timer ")?).ok()
}

fn fired(name: &str) -> impl Fn(&Event) -> bool {
    move |event| printed(event).is_some_and(|event| event["triggerName"] == name)
}

pub(crate) fn fire() {
    let local = Local::start(definition("one"));
    let begun = SystemTime::now();
    let timers = [("hello", "first"), ("gone", "second")];
    let timers = timers.map(|(function, name)| every_second(function, name));
    local.service.set_timers(timers.to_vec());
    let listed = local.service.timers();
    let names = listed
        .iter()
        .map(|timer| (&*timer.function, &*timer.trigger));
    let expected = [("hello", "first"), ("gone", "second")];
    assert_eq!(names.collect::<Vec<_>>(), expected);
    for timer in &listed {
        let next = timer.next.expect("a moment");
        let after = next.duration_since(begun).expect("it is to come");
        assert!(after <= Duration::from_secs(60), "{after:?}");
    }
    // Long enough for one moment to pass.
    thread::sleep(Duration::from_millis(1100));
    assert_eq!(local.count(|_| true), 0, "nothing fires yet");

    local.service.fire_timers();
    let called = local.wait_for("a call", |event| matches!(event, Event::Invoked(_)));
    let Event::Invoked(call) = called else {
        unreachable!("it is one");
    };
    assert_eq!(call.trigger, Trigger::Timer("first".to_owned()));
    let event = printed(&local.wait_for("its event", fired("first"))).expect("an event");
    assert_eq!(event["payload"], "some text");

    // Others take their place at once.
    local
        .service
        .set_timers(vec![every_second("hello", "third")]);
    let before = local.count(fired("first"));
    local.wait_for("the other", fired("third"));
    // One may have been under way.
    assert!(local.count(fired("first")) <= before + 1);
    local.service.set_timers(Vec::new());
    assert_eq!(local.service.timers(), []);
}
