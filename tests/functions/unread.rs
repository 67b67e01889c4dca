//! Answers that are ready before the body of the request is read: the connection serves the next call.

use std::time::Duration;

use cargo_fc3::emulator::{Instance, Request};

use crate::outside::Outside;

const LIMIT: Duration = Duration::from_secs(60);

const LENGTHS: [usize; 4] = [1_000, 32_000, 1_000_000, 5_000_000];

/// Sends a request of each length, and then a call on the same connection.
pub(crate) fn connections_survive(
    instance: &Instance,
    request: &Request,
    status: u16,
    next: &Request,
) {
    for length in LENGTHS {
        let mut connection = instance.connect().expect("a connection");
        for request in [request.clone(), request.clone().chunked()] {
            let request = request.body(vec![b'x'; length]);
            let answer = connection.call(&request, LIMIT);
            let answer = answer.unwrap_or_else(|why| panic!("{length} bytes: {why}"));
            assert_eq!(answer.status, status, "{length} bytes");
            assert!(!answer.closes, "{length} bytes");
            let answer = connection.call(next, LIMIT);
            let answer = answer.unwrap_or_else(|why| panic!("after {length} bytes: {why}"));
            assert_eq!(answer.status, 200, "after {length} bytes");
        }
    }
}

#[test]
fn a_request_that_is_no_event() {
    let outside = Outside::start(&[]);
    let next = outside.0.invocation(br#"{"do": "tell the state"}"#);
    for (method, path, status) in [
        ("POST", "/", 404),
        ("PUT", "/invoke", 404),
        ("POST", "/health", 200),
        ("POST", "/initialize", 200),
    ] {
        connections_survive(&outside.0, &Request::new(method, path), status, &next);
    }
}

#[test]
fn an_event_whose_init_fails() {
    let outside = Outside::start(&[("INIT", "fail slowly")]);
    let next = Request::new("GET", "/health");
    connections_survive(&outside.0, &Request::new("POST", "/invoke"), 404, &next);
}

#[test]
fn a_client_that_asks_before_it_sends_is_told_that_the_connection_ends() {
    let outside = Outside::start(&[]);
    let request = Request::new("POST", "/");
    let request = request.with("Expect", "100-continue").body(vec![b'x'; 100]);
    let head = request.head();
    let mut connection = outside.0.connect().expect("a connection");
    connection.send(head.as_bytes(), LIMIT).expect("it is sent");
    let answer = connection.answer(LIMIT).expect("an answer");
    assert_eq!((answer.status, answer.closes), (404, true));
}

#[test]
fn an_event_over_the_limit_is_told_that_the_connection_ends() {
    let outside = Outside::start(&[]);
    let head = "POST /invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 33554433\r\n\r\n";
    let mut connection = outside.0.connect().expect("a connection");
    connection.send(head.as_bytes(), LIMIT).expect("it is sent");
    let answer = connection.answer(LIMIT).expect("an answer");
    assert_eq!((answer.status, answer.closes), (413, true));
}
