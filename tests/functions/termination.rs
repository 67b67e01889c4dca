//! SIGTERM: one is enough, whatever hangs.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use cargo_fc3::emulator::{Connection, Hook, Request, Signal};

use crate::outside::Outside;

const LIMIT: Duration = Duration::from_secs(60);

/// Sends a request, and waits for a line that shows that it is being served.
fn begin(outside: &Outside, request: &Request, line: &str) -> Connection {
    let mut connection = outside.0.connect().expect("a connection");
    let sent = connection.send(&request.to_bytes(), LIMIT);
    sent.expect("it is sent");
    outside.wait_for(|text| text.starts_with(line));
    connection
}

fn call(outside: &Outside, wish: &str) -> Request {
    let event = format!(r#"{{"do": "{wish}"}}"#);
    outside.0.invocation(event.as_bytes())
}

fn terminate(outside: &Outside) {
    let sent = outside.0.signal(Signal::Terminate);
    sent.expect("the signal is sent");
}

fn exit(outside: &Outside) -> ExitStatus {
    outside.0.wait(LIMIT).expect("it exits")
}

#[test]
fn a_call_that_blocks_its_thread_is_given_up_at_its_deadline() {
    let outside = Outside::start(&[]);
    let request = call(&outside, "block").with("x-fc-function-timeout", "1");
    let _blocked = begin(&outside, &request, "blocking");
    terminate(&outside);
    let status = exit(&outside);
    assert_eq!((status.code(), status.signal()), (Some(143), None));
}

#[test]
fn an_initializer_that_hangs_is_given_up_at_its_own_limit() {
    let outside = Outside::start(&[("INIT", "hang")]);
    let request = outside.0.hook(Hook::Initialize);
    let request = request.with("x-fc-initialization-timeout", "1");
    let _waiting = begin(&outside, &request, "init 1");
    terminate(&outside);
    assert!(exit(&outside).success());
}

#[test]
fn the_same_signal_twice_at_once_is_one_signal() {
    let outside = Outside::start(&[]);
    let request = call(&outside, "sleep");
    let start = format!("FC Invoke Start RequestId: {}", request.id());
    let mut running = begin(&outside, &request, &start);
    terminate(&outside);
    std::thread::sleep(Duration::from_millis(1));
    terminate(&outside);
    let answer = running.answer(LIMIT).expect("the call ends");
    assert_eq!(answer.text(), "null");
    assert!(exit(&outside).success());
    assert_eq!(outside.0.logs().count("stop 1"), 1);
}
