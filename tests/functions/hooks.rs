//! `init` and `stop`: how often they run, and what becomes of the calls that wait for them.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use cargo_fc3::emulator::{Connection, Instance};

use rustix::net::sockopt::set_socket_linger;

use crate::outside::Outside;

const LIMIT: Duration = Duration::from_secs(60);

/// Sends an event, and does not wait for the answer.
fn send(instance: &Instance) -> Connection {
    let mut connection = instance.connect().expect("a connection");
    let request = instance.invocation(br#"{"do": "tell the state"}"#);
    let sent = connection.send(&request.to_bytes(), LIMIT);
    sent.expect("it is sent");
    connection
}

fn inits(outside: &Outside) -> usize {
    outside.0.logs().count("init ")
}

#[test]
fn calls_that_wait_for_init_share_its_failure() {
    let outside = Outside::start(&[("INIT", "fail slowly")]);
    let mut calls: Vec<_> = (0..50).map(|_| send(&outside.0)).collect();
    for call in &mut calls {
        let answer = call.answer(LIMIT).expect("an answer");
        let error = answer.json().expect("JSON");
        assert_eq!(error["errorType"], "InitializationError", "{error}");
        assert_eq!(error["errorMessage"], "no database", "{error}");
    }
    // A slow machine may begin another run before all calls have come.
    let runs = inits(&outside);
    assert!(runs < 10, "`init` ran {runs} times for 50 calls");
}

#[test]
fn a_caller_that_goes_away_leaves_init_to_the_next() {
    let outside = Outside::start(&[("INIT", "fail slowly")]);
    let gone: Vec<_> = (0..50).map(|_| send(&outside.0)).collect();
    are_not_waited_for(&outside, gone);
}

#[test]
fn callers_that_are_gone_start_no_init_that_blocks() {
    let outside = Outside::start(&[("INIT", "block and fail")]);
    let request = outside.0.invocation(b"{}").to_bytes();
    let send_and_reset = |_| {
        let mut stream = TcpStream::connect(outside.0.address()).expect("it connects");
        stream.write_all(&request).expect("it is sent");
        // A close without a wait for what is still to be sent resets the connection.
        set_socket_linger(&stream, Some(Duration::ZERO)).expect("it is set");
        stream
    };
    let gone: Vec<_> = (0..50).map(send_and_reset).collect();
    are_not_waited_for(&outside, gone);
}

/// The callers go away while `init` runs. It does not run for each of them before the next call.
fn are_not_waited_for<T>(outside: &Outside, callers: Vec<T>) {
    outside.wait_for(|line| line.starts_with("init "));
    drop(callers);
    let answer = send(&outside.0).answer(LIMIT).expect("an answer");
    assert!(answer.failed(), "{}", answer.text());
    let runs = inits(outside);
    assert!(runs < 10, "`init` ran {runs} times");
}

#[test]
fn a_call_after_pre_stop_gets_a_new_state() {
    let outside = Outside::start(&[]);
    let state = || outside.call("tell the state").answer.text();
    assert_eq!(state(), "1");
    for _ in 0..2 {
        assert!(!outside.0.pre_stop().expect("an answer").failed());
    }
    assert_eq!(state(), "2");
    assert!(!outside.0.pre_stop().expect("an answer").failed());
    let logs = outside.0.logs().clone();
    assert!(
        outside
            .0
            .terminate(LIMIT)
            .is_some_and(|exit| exit.success())
    );
    assert!(logs.wait_end(LIMIT), "{}", logs.text());
    assert_eq!((logs.count("stop 1"), logs.count("stop 2")), (1, 1));
}
