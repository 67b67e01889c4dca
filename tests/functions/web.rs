//! A web function: the server decides how an answer is sent, whatever the router says about that.

use std::sync::OnceLock;
use std::time::Duration;

use cargo_fc3::emulator::{Answer, Instance, Launch, Request, Settings};

use crate::support::project::Project;
use crate::unread::connections_survive;

const LIMIT: Duration = Duration::from_secs(60);

/// The program, which is built once.
static PROGRAM: OnceLock<Launch> = OnceLock::new();

fn start() -> Instance {
    let launch = PROGRAM.get_or_init(|| {
        let files = [("src/handler.rs", include_str!("web/handler.rs"))];
        let adds = ["cargo add http-body"];
        let project = Project::render_adding("outside-web", "web", &files, &adds);
        let program = project.and_then(|project| project.build());
        program.expect("a program")
    });
    Instance::start(launch, &Settings::default()).expect("it starts")
}

fn get(instance: &Instance, path: &str) -> Answer {
    let answer = instance.call(&instance.client("GET", path));
    answer.unwrap_or_else(|why| panic!("{path}: {why}"))
}

#[test]
fn a_wrong_framing_is_corrected() {
    let instance = start();
    for (path, length) in [
        ("/chunked", Some("6")),
        ("/both", Some("6")),
        ("/long", Some("6")),
        ("/short", Some("6")),
        ("/stream", None),
        ("/version", Some("6")),
    ] {
        let answer = get(&instance, path);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, "hello\n"),
            "{path}"
        );
        assert_eq!(answer.headers.get("content-length"), length, "{path}");
        assert!(!answer.closes, "{path}");
    }
}

#[test]
fn headers_of_another_connection_are_dropped() {
    let instance = start();
    let answer = get(&instance, "/of-connection");
    for dropped in [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "upgrade",
    ] {
        assert_eq!(answer.headers.get(dropped), None, "{dropped}");
    }
    for kept in ["trailer", "proxy-authenticate"] {
        assert!(answer.headers.get(kept).is_some(), "{kept}");
    }
    let closed = get(&instance, "/close");
    assert_eq!(closed.headers.get("connection"), Some("close"));
}

#[test]
fn a_length_without_a_body_is_kept() {
    let instance = start();
    let mut connection = instance.connect().expect("a connection");
    for (method, path, status) in [("HEAD", "/long", 200), ("GET", "/unchanged", 304)] {
        let answer = connection.call(&instance.client(method, path), LIMIT);
        let answer = answer.unwrap_or_else(|why| panic!("{path}: {why}"));
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.headers.get("content-length"), Some("10"), "{path}");
        assert_eq!(answer.text(), "", "{path}");
    }
}

#[test]
fn a_mistake_in_an_answer_is_an_error_in_the_log_of_the_call() {
    let instance = start();
    let request = instance.client("GET", "/early");
    let answer = instance.call(&request).expect("an answer");
    assert_eq!(answer.status, 500);
    let expected = format!(
        "{} [ERROR] ReplyError: a router cannot answer with status 103",
        request.id()
    );
    assert_logged(&instance, &expected);

    let request = instance.client("GET", "/broken-promise");
    assert!(instance.call(&request).is_err());
    let expected = format!(
        "{} [ERROR] ReplyError: the body ended 4 bytes before the end that it announced",
        request.id()
    );
    assert_logged(&instance, &expected);
}

fn assert_logged(instance: &Instance, expected: &str) {
    let line = instance
        .logs()
        .wait_for(LIMIT, |line| line.text.contains(expected));
    assert!(line.is_some(), "{expected}: {}", instance.logs().text());
}

#[test]
fn a_router_that_prints_its_headers_shows_no_keys() {
    let instance = start();
    let mut request = instance.client("GET", "/headers");
    for name in [
        "x-fc-access-key-id",
        "x-fc-access-key-secret",
        "x-fc-security-token",
    ] {
        request = request.with(name, "a-secret-value");
    }
    let shown = instance.call(&request).expect("an answer").text();
    assert!(
        shown.contains("Sensitive") && !shown.contains("a-secret-value"),
        "{shown}"
    );
}

#[test]
fn a_route_that_ignores_the_body_keeps_the_connection() {
    let instance = start();
    let next = instance.client("GET", "/long");
    for (path, status) in [("/nowhere", 404), ("/long", 405), ("/initialize", 200)] {
        connections_survive(&instance, &Request::new("POST", path), status, &next);
    }
}
