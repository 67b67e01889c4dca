//! What a person reads, where it is not a terminal.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::Connection;

use crate::Check;
use crate::dev::{Dev, LIMIT, request, send_signal};
use crate::stage::{Stage, processes_in};

pub(crate) const CHECKS: &[Check] = &[
    ("a_build_and_the_end_have_a_line_each", builds_and_the_end),
    ("a_reader_that_stops_holds_up_no_call", reader_stops),
];

/// A pager that is left alone, or a terminal after Ctrl-S.
fn reader_stops() {
    // More lines than a pipe has room for.
    const CALLS: usize = 1000;
    let stage = Stage::new();
    let mut command = stage.command(&[]);
    let mut dev = command.stdout(Stdio::null()).spawn().expect("the CLI runs");
    let due = Instant::now() + LIMIT;
    let address = loop {
        match stage.announced() {
            Some(address) if stage.is_deployed() => break address,
            _ => assert!(Instant::now() < due, "it does not serve"),
        }
        thread::sleep(Duration::from_millis(10));
    };
    let mut connection = Connection::open(address).expect("it listens");
    for _ in 0..CALLS {
        let answer = connection.call(&request("which"), LIMIT);
        assert_eq!(answer.expect("an answer").text(), "one");
    }
    send_signal("TERM", dev.id());
    while dev.try_wait().expect("it is ours").is_none() {
        assert!(Instant::now() < due, "it does not end");
        thread::sleep(Duration::from_millis(10));
    }
    let left = processes_in(&stage.dir());
    assert!(left.is_empty(), "{left:?} are left");
}

fn builds_and_the_end() {
    let stage = Stage::new();
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    dev.line("Building the program");
    dev.line("Built the program in ");
    dev.line("Serving `hello` at http://127.0.0.1:");
    stage.edit("two");
    dev.line("Changed `src/handler.rs`");
    dev.line("Building the program");
    dev.line("Built the program in ");
    let ended = dev.end("INT");
    assert_eq!(ended.code, Some(0), "{:?}", ended.lines);
    let last = ended.lines.last().map(String::as_str);
    assert_eq!(last, Some("Stopped all functions"), "{:?}", ended.lines);

    // Nothing is to be built the next time.
    let mut dev = Dev::start(&mut stage.command(&[]), &stage.dir());
    dev.line("Built the program in ");
    let lines = dev.lines();
    assert!(
        !lines.iter().any(|line| line.starts_with("Building")),
        "{lines:?}"
    );

    let mut dev = {
        drop(dev);
        stage.serve(&[])
    };
    stage.edit("three");
    dev.event("building");
    dev.event("built");
    let last = dev.end("TERM").events.pop();
    assert_eq!(last, Some(serde_json::json!({ "event": "ended" })));
}
