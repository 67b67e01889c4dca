//! How many instances there are, and how they come and go.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use cargo_fc3::emulator::{Connection, Definition, End, Event, Request, Settings};

use crate::client::{LIMIT, Local, definition, request};

fn started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

fn stopped(why: End) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Stopped { why: said, .. } if *said == why)
}

pub(crate) fn spread() {
    for (concurrency, instances) in [(1, 4), (2, 2), (4, 1)] {
        let local = Local::start(Definition {
            concurrency,
            ..definition("one")
        });
        let call = || local.told("sleep 1000");
        let pids: HashSet<String> = thread::scope(|scope| {
            let calls: Vec<_> = (0..4).map(|_| scope.spawn(call)).collect();
            let pids = calls.into_iter().map(|call| call.join().expect("a pid"));
            pids.collect()
        });
        assert_eq!(pids.len(), instances, "concurrency {concurrency}");
        // Those that are there are used again.
        assert!(pids.contains(&local.told("pid")));
        assert_eq!(local.count(started), instances);
    }
}

/// Twenty callers call all the time, while ten programs follow one another.
pub(crate) fn takes_over() {
    let next = |number: usize| Definition {
        concurrency: 10,
        initializer: true,
        ..definition(&number.to_string())
    };
    let local = Local::start(next(0));
    let (done, newest) = (AtomicBool::new(false), AtomicUsize::new(0));
    let call_all_the_time = || {
        let opened = Connection::open(local.service.address());
        let mut connection = opened.expect("it listens");
        let mut calls = 0;
        while !done.load(Ordering::Relaxed) {
            let least = newest.load(Ordering::SeqCst);
            let answer = connection.call(&request("which"), LIMIT);
            let answer = answer.expect("an answer");
            assert_eq!(answer.headers.get("x-fc-error-type"), None, "{answer}");
            let which: usize = answer.text().parse().expect("a number");
            assert!(which >= least, "{which} answered after {least} was there");
            calls += 1;
        }
        calls
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(call_all_the_time)).collect();
        for number in 1..=10 {
            local.service.deploy(next(number)).expect("it starts");
            newest.store(number, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20));
        }
        done.store(true, Ordering::Relaxed);
        for caller in callers {
            assert!(caller.join().expect("no call failed") > 0);
        }
    });
    assert_eq!(local.told("which"), "10");
    let replaced = local.count(stopped(End::Replaced));
    assert!(replaced >= 9, "{replaced}");
}

pub(crate) fn new_does_not_start() {
    let local = Local::start(definition("one"));
    assert_eq!(local.told("which"), "one");
    let error = local.service.deploy(definition("ends"));
    let error = error.expect_err("it ends").to_string();
    assert!(error.contains("no database"), "{error}");
    assert_eq!(local.call("which").status, 502);
    local.service.deploy(definition("two")).expect("it starts");
    assert_eq!(local.told("which"), "two");
}

pub(crate) fn nothing_is_left() {
    let local = Local::start(Definition {
        pre_stop: true,
        ..definition("one")
    });
    let pid = local.told("pid");
    let (address, events) = (local.service.address(), local.events.clone());
    drop(local);
    let events = events.lock().expect("a list");
    assert!(events.iter().any(stopped(End::Shutdown)));
    assert!(Connection::open(address).is_err(), "it still listens");
    let process = Path::new("/proc").join(pid);
    assert!(!process.exists(), "{} is left", process.display());
}

/// The process of the last instance that tells it.
fn pid_of(event: &Event) -> Option<String> {
    match event {
        Event::Log { line, .. } => line.text.strip_prefix("pid ").map(str::to_owned),
        _ => None,
    }
}

/// An edit may come a moment before the end.
pub(crate) fn nothing_is_left_of_a_replacement() {
    for which in ["hang", "hang-initializing"] {
        let local = Local::start(definition("one"));
        assert_eq!(local.told("which"), "one");
        let next = definition(which);
        local.service.deploy_soon(Definition {
            initializer: true,
            settings: Settings {
                initializer_timeout: LIMIT,
                start_limit: LIMIT,
                ..next.settings.clone()
            },
            ..next
        });
        let told = local.wait_for("the start", |event| pid_of(event).is_some());
        let pid = pid_of(&told).expect("it is one");
        let events = local.events.clone();
        drop(local);
        let process = Path::new("/proc").join(pid);
        let left = process.display();
        assert!(!process.exists(), "{left} is left of {which}");
        let events = events.lock().expect("a list");
        // It did not fail.
        let failed = |event: &Event| matches!(event, Event::NotStarted { .. });
        assert!(!events.iter().any(failed), "{events:?}");
    }
}

/// Two edits of two files, say.
pub(crate) fn deployed_at_once() {
    const THREADS: usize = 8;
    for round in 0..50 {
        let local = Local::start(definition("one"));
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut other = definition("two");
                    other.settings.function_name = "other".into();
                    start.wait();
                    local.service.deploy_soon(other);
                });
            }
        });
        let unknown = Request::new("POST", "/2023-03-30/functions/none/invocations");
        let answer = local.send(&unknown.with("Host", "localhost").body(""));
        let there = "here is `hello`, `other`\"";
        assert!(answer.text().contains(there), "round {round}: {answer}");
    }
}

/// Whatever an instance is about to do when everything ends.
pub(crate) fn nothing_is_left_of_a_start() {
    for which in ["hang", "hang-initializing", "hang-stopping"] {
        let local = Local::start(Definition {
            initializer: true,
            pre_stop: true,
            settings: Settings {
                initializer_timeout: LIMIT,
                pre_stop_timeout: LIMIT,
                start_limit: LIMIT,
                ..definition(which).settings
            },
            ..definition(which)
        });
        let address = local.service.address();
        let caller = thread::spawn(move || {
            let mut connection = Connection::open(address).expect("it listens");
            connection.call(&request("echo"), LIMIT)
        });
        let told = local.wait_for("the start", |event| pid_of(event).is_some());
        let pid = pid_of(&told).expect("it is one");
        if which == "hang-stopping" {
            let answer = caller.join().expect("no panic").expect("an answer");
            assert_eq!(answer.status, 200, "{answer}");
            local.service.deploy(definition("two")).expect("it starts");
        }
        drop(local);
        let process = Path::new("/proc").join(pid);
        assert!(
            !process.exists(),
            "{} is left of {which}",
            process.display()
        );
    }
}
