//! Edits while many clients call all the time.

use std::collections::HashSet;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use cargo_fc3::emulator::Connection;

use crate::Check;
use crate::dev::{Dev, LIMIT, request};
use crate::stage::Stage;

pub(crate) const CHECKS: &[Check] = &[("edits_while_clients_call", edits)];

const CLIENTS: usize = 20;

/// The number of edits, which the weekly job raises.
fn count() -> usize {
    let set = std::env::var("CARGO_FC3_EDITS");
    set.map_or(10, |count| {
        count.parse().expect("CARGO_FC3_EDITS is a number")
    })
}

fn edits() {
    let stage = Stage::new();
    stage.edit("0");
    let dev = stage.serve(&[]);
    // What is open once everything has been used.
    assert_eq!(dev.told("which"), "0");
    let (done, newest) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let client = || call_all_the_time(&dev, &done, &newest);
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        for number in 1..=count() {
            stage.edit(&number.to_string());
            dev.wait_for("the next program", || {
                (dev.told("which") == number.to_string()).then_some(())
            });
            newest.store(number, Ordering::SeqCst);
        }
        done.store(true, Ordering::Relaxed);
        for client in clients {
            assert!(client.join().expect("no call failed") > 0);
        }
    });
    // A file that is just being written may count as an edit of its own.
    assert!(dev.count("changed") >= count());
    assert!(dev.count("built") > count());
    assert_eq!(dev.count("not_started"), 0);

    // What ran the old programs is gone.
    let alive = |dev: &Dev| {
        let ids = |kind: &str| -> HashSet<String> {
            let events = dev.events();
            let events = events.iter().filter(|event| event["event"] == kind);
            events
                .map(|event| event["instance"].as_str().expect("an id").to_owned())
                .collect()
        };
        ids("started").difference(&ids("stopped")).count()
    };
    dev.wait_for("the end of the old instances", || {
        let (alive, processes) = (alive(&dev), dev.children().len());
        (alive == processes && alive <= (CLIENTS + 1).div_ceil(5)).then_some(())
    });
    // Each has its port, `dev` has one, and nothing else in the project listens.
    let listeners = dev.listeners();
    assert_eq!(listeners, dev.children().len() + 1);
    let open = fs::read_dir(format!("/proc/{}/fd", dev.id()));
    let open = open.map_or(0, Iterator::count);
    assert!(open < 100, "{open} files are open");
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

fn call_all_the_time(dev: &Dev, done: &AtomicBool, newest: &AtomicUsize) -> usize {
    let mut connection = Connection::open(dev.address()).expect("it listens");
    let mut calls = 0;
    while !done.load(Ordering::Relaxed) {
        let least = newest.load(Ordering::SeqCst);
        let answer = connection
            .call(&request("slow 30"), LIMIT)
            .expect("an answer");
        let failed = answer.headers.get("x-fc-error-type").is_some();
        assert!(answer.status == 200 && !failed, "{answer}");
        let which: usize = answer.text().parse().expect("a number");
        assert!(which >= least, "{which} answered after {least} was there");
        calls += 1;
    }
    calls
}
