//! Instances without calls: they are frozen, and stopped after a while.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Definition, End, Event, Rest};

use crate::client::{LIMIT, Local, definition};

const SHORT: Duration = Duration::from_millis(300);

fn resting(which: &str, freezes: bool, idle: Option<Duration>) -> Definition {
    Definition {
        rest: Rest { freezes, idle },
        pre_stop: true,
        initializer: true,
        ..definition(which)
    }
}

fn stopped_since_idle(event: &Event) -> bool {
    matches!(event, Event::Stopped { why: End::Idle, .. })
}

fn logged(text: &str) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Log { line, .. } if line.text == text)
}

fn is_frozen(pid: &str) -> bool {
    let mut ps = Command::new("ps");
    let said = ps.args(["-o", "stat=", "-p", pid]).output();
    said.expect("`ps` runs").stdout.starts_with(b"T")
}

pub(crate) fn wait_until_frozen(pid: &str) {
    let due = Instant::now() + LIMIT;
    while !is_frozen(pid) {
        assert!(Instant::now() < due, "it is not frozen");
        thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn idle() {
    let local = Local::start(resting("one", false, Some(SHORT)));
    let first = local.told("pid");
    local.wait_for("its end", stopped_since_idle);
    assert_eq!(local.count(logged("hook /pre-stop")), 1);
    // A long call is no rest.
    let second = local.told("sleep 1500");
    assert_ne!(second, first);
    assert_eq!(local.count(stopped_since_idle), 1);
}

pub(crate) fn wakes_up() {
    let local = Local::start(resting("one", true, None));
    let pid = local.told("pid");
    for _ in 0..3 {
        wait_until_frozen(&pid);
        assert_eq!(local.told("pid"), pid);
    }
}

/// From its initializer to its first call.
pub(crate) fn starts_frozen() {
    let local = Local::start(resting("one", true, None));
    let next = resting("tells", true, None);
    local.service.deploy(next).expect("it starts");
    let is_pid =
        |event: &Event| matches!(event, Event::Log { line, .. } if line.text.starts_with("pid "));
    let Event::Log { line, .. } = local.wait_for("its id", is_pid) else {
        unreachable!("it is one");
    };
    let pid = line.text.trim_start_matches("pid ");
    local.wait_for("the line of its initializer", logged("hook /initialize"));
    assert_eq!(local.count(logged("hook /initialize")), 1);
    wait_until_frozen(pid);
    assert_eq!(local.told("pid"), pid);
}

/// The processor time of a process, in ticks of the system.
fn processor_time(pid: &str) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process");
    let fields = stat.rsplit(')').next().expect("its fields");
    let fields = fields.split_whitespace().skip(11).take(2);
    fields
        .map(|field| field.parse::<u64>().expect("a number"))
        .sum()
}

pub(crate) fn does_not_compute() {
    let local = Local::start(resting("one", true, None));
    let pid = local.told("spin");
    wait_until_frozen(&pid);
    let before = processor_time(&pid);
    thread::sleep(SHORT);
    assert_eq!(processor_time(&pid), before);
    local.told("sleep 300");
    assert!(processor_time(&pid) > before);
}

/// The end of a call does not freeze another one.
pub(crate) fn other_call_goes_on() {
    let local = Local::start(Definition {
        concurrency: 2,
        ..resting("one", true, None)
    });
    let pid = local.told("pid");
    thread::scope(|scope| {
        let call = scope.spawn(|| local.told("sleep 1500"));
        while !call.is_finished() {
            assert_eq!(local.told("pid"), pid);
        }
        assert_eq!(call.join().expect("an answer"), pid);
    });
    wait_until_frozen(&pid);
}

pub(crate) fn frozen_is_stopped() {
    let local = Local::start(resting("one", true, Some(SHORT)));
    local.told("pid");
    local.wait_for("its end", stopped_since_idle);
    assert_eq!(local.count(logged("hook /pre-stop")), 1);

    let local = Local::start(resting("one", true, None));
    let pid = local.told("pid");
    wait_until_frozen(&pid);
    let events = local.events.clone();
    drop(local);
    let events = events.lock().expect("a list");
    assert!(events.iter().any(logged("hook /pre-stop")));
    assert!(!Path::new("/proc").join(pid).exists());
}
