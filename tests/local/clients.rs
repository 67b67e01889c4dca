//! Clients that go away, and clients that send too much: neither is the fault of the function.

use std::process::Command;

use cargo_fc3::emulator::{Connection, Definition, End, Event, Outcome, Request, Rest};

use crate::client::{LIMIT, Local, code, get, request, web};
use crate::rest::wait_until_frozen;

fn post(path: &str) -> Request {
    Request::new("POST", path).with("Host", "localhost")
}

fn started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

fn stopped(event: &Event) -> bool {
    matches!(event, Event::Stopped { why, .. } if *why == End::Cancelled)
}

fn failed(event: &Event) -> bool {
    matches!(event, Event::Invoked(call) if matches!(call.outcome, Outcome::Failed { .. }))
}

fn cancelled(event: &Event) -> bool {
    matches!(event, Event::Invoked(call) if call.outcome == Outcome::Cancelled)
}

/// Sends a request, and goes away once the function has printed a line.
fn leave(local: &Local, request: &Request, line: &str) {
    let mut connection = Connection::open(local.service.address()).expect("it listens");
    connection.send(&request.to_bytes(), LIMIT).expect("sent");
    let is_line = |event: &Event| match event {
        Event::Log { line: logged, .. } => logged.text.starts_with(line),
        _ => false,
    };
    local.wait_for(line, is_line);
    drop(connection);
    local.wait_for("the end of the call", cancelled);
}

/// A body whose size is not known before.
pub(crate) fn sends_too_much() {
    const LIMIT_OF_BODY: usize = 32 * 1024 * 1024;
    let local = Local::start(web("one"));
    assert_eq!(local.told("which"), "one");
    let large = post("/upload").body(vec![b'x'; LIMIT_OF_BODY + 1]);
    let answer = local.send(&large.chunked());
    assert_eq!((answer.status, &*code(&answer)), (400, "EntityTooLarge"));
    let Event::Invoked(call) = local.wait_for("the end of the call", failed) else {
        unreachable!("it is one");
    };
    let expected = Outcome::Failed {
        error_type: "EntityTooLarge".into(),
        message: format!("the body is larger than {LIMIT_OF_BODY} bytes"),
    };
    assert_eq!(call.outcome, expected);
    assert_eq!(local.told("which"), "one");
    assert_eq!(local.count(started), 1);
}

pub(crate) fn leaves_an_upload() {
    let local = Local::start(web("one"));
    assert_eq!(local.told("which"), "one");
    let half = post("/").with("Content-Length", "100").body("a half");
    let chunk = post("/upload").with("Transfer-Encoding", "chunked");
    let chunk = chunk.body("6\r\na half\r\n");
    for (calls, request) in (1..).zip([half, chunk]) {
        let mut connection = Connection::open(local.service.address()).expect("it listens");
        connection.send(&request.to_bytes(), LIMIT).expect("sent");
        drop(connection);
        let all = || (local.count(cancelled) == calls).then_some(());
        local.wait_until("the end of the call", all);
    }
    assert_eq!(local.count(failed), 0);
    assert_eq!(local.told("which"), "one");
}

/// An instance that serves one call at a time may still work on the one that was given up, so the
/// platform puts another one in its place.
pub(crate) fn leaves_the_only_call() {
    for (request, line) in [
        (request("sleep 60000"), "FC Invoke Start"),
        (get("/slow"), "slow"),
    ] {
        let local = Local::start(web("one"));
        let answer = local.send(&get("/pid"));
        let first = answer.text();
        leave(&local, &request, line);
        let second = local.send(&get("/pid")).text();
        assert_ne!(second, first);
        local.wait_for("the end of the instance", stopped);
        assert_eq!(local.send(&get("/pid")).text(), second);
        assert_eq!(local.count(started), 2);
        assert_eq!(local.count(failed), 0);
    }
}

/// With other calls at the same instance, or with a health check, the instance stays.
pub(crate) fn leaves_one_of_several() {
    for definition in [
        Definition {
            concurrency: 2,
            ..web("one")
        },
        Definition {
            health: Some(crate::health::check()),
            ..web("one")
        },
    ] {
        let local = Local::start(definition);
        let pid = local.send(&get("/pid")).text();
        leave(&local, &get("/slow"), "slow");
        assert_eq!(local.send(&get("/pid")).text(), pid);
        assert_eq!(local.count(started), 1);
        assert_eq!(local.count(stopped), 0);
    }
}

/// The instance that takes the place waits for its first call as others do.
pub(crate) fn leaves_the_only_call_of_a_frozen_one() {
    let local = Local::start(Definition {
        rest: Rest {
            freezes: true,
            idle: None,
        },
        ..web("tells")
    });
    let first = local.told("pid");
    leave(&local, &get("/slow"), "slow");
    let second = local.wait_until("another instance", || {
        pids(&local).into_iter().find(|pid| *pid != first)
    });
    wait_until_frozen(&second);
    assert_eq!(local.told("pid"), second);
}

pub(crate) fn leaves_a_start() {
    for request in [request("echo"), get("/")] {
        let local = Local::start(web("hang"));
        leave(&local, &request, "pid ");
        assert_eq!(local.count(failed), 0);
        assert_eq!(local.count(stopped), 0);
        // Nobody waits for the start any more, and its failure is told all the same.
        let is_told = |event: &Event| matches!(event, Event::NotStarted { .. });
        assert_eq!(local.count(is_told), 0);
        let pid = pids(&local).remove(0);
        let killed = Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.expect("`kill` runs").success());
        local.wait_for("the failure of the start", is_told);
    }
}

/// The ids of the processes that have told theirs, in order.
fn pids(local: &Local) -> Vec<String> {
    let events = local.events.lock().expect("a list");
    let pids = events.iter().filter_map(|event| match event {
        Event::Log { line, .. } => line.text.strip_prefix("pid "),
        _ => None,
    });
    pids.map(str::to_owned).collect()
}
