//! Calls of a running `dev`, which is found by its announcement and spoken to by the platform's API.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::{self, JoinHandle};

use serde_json::json;

use crate::stage::Stage;

/// Announces a `dev` of a project, as long as the file is locked.
fn announce(stage: &Stage, port: u16) -> File {
    announce_functions(stage, port, &["hello"])
}

fn announce_functions(stage: &Stage, port: u16, functions: &[&str]) -> File {
    let target = stage.dir().join("target");
    fs::create_dir_all(&target).expect("a directory");
    describe(stage, port, functions, false);
    let lock = File::create(target.join("fc3-dev.lock")).expect("a file");
    lock.try_lock().expect("nobody else has it");
    lock
}

/// What a `dev` says of itself. The file is replaced as a whole.
fn describe(stage: &Stage, port: u16, functions: &[&str], is_building: bool) {
    let target = stage.dir().join("target");
    let address = format!("127.0.0.1:{port}");
    let running = json!({ "address": address, "functions": functions, "is_building": is_building });
    fs::write(target.join("new.json"), running.to_string()).expect("a file");
    fs::rename(target.join("new.json"), target.join("fc3-dev.json")).expect("a file");
}

/// A `dev` that gives one answer, and returns the request.
struct Dev {
    port: u16,
    _lock: File,
    served: JoinHandle<String>,
}

impl Dev {
    fn start(stage: &Stage, answer: &str) -> Self {
        Self::start_with(stage, &["hello"], answer)
    }

    fn start_with(stage: &Stage, functions: &[&str], answer: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let port = listener.local_addr().expect("its address").port();
        let answer = answer.replace('\n', "\r\n");
        let served = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("a request") == 1
            {
                request.push(byte[0]);
            }
            let mut request = String::from_utf8(request).expect("text").replace('\r', "");
            let length = request
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length"))];
            stream.read_exact(&mut body).expect("the body");
            request += &String::from_utf8(body).expect("text");
            stream
                .write_all(answer.as_bytes())
                .expect("the caller reads");
            request
        });
        Self {
            port,
            _lock: announce_functions(stage, port, functions),
            served,
        }
    }

    fn request(self) -> String {
        self.served.join().expect("it served")
    }
}

/// A project that cannot be built, so that only `dev` can have answered.
fn stage(kind: &str) -> Stage {
    let stage = Stage::new(kind);
    stage.build_with("echo built >&2; exit 101");
    stage
}

#[test]
fn the_call_goes_to_the_running_one() {
    let stage = stage("event");
    // "a line\nthe last", in Base64.
    let dev = Dev::start(
        &stage,
        "HTTP/1.1 200 OK\nX-Fc-Request-Id: 1-2-3\n\
        X-Fc-Log-Result: YSBsaW5lCnRoZSBsYXN0\nContent-Length: 5\n\nreply",
    );
    let port = dev.port;
    let ended = stage.run(&["-e", "event"]);
    assert_eq!(
        (ended.reply(), &*ended.stderr),
        ("reply".to_owned(), "a line\nthe last\n")
    );
    assert_eq!(
        dev.request(),
        format!(
            "POST /2023-03-30/functions/hello/invocations HTTP/1.1\nhost: 127.0.0.1:{port}\n\
             x-fc-invocation-type: Sync\nx-fc-log-type: Tail\n\
             content-type: application/octet-stream\nContent-Length: 5\n\nevent"
        )
    );
}

#[test]
fn the_first_build_is_waited_for() {
    let stage = stage("event");
    let dev = Dev::start(&stage, "HTTP/1.1 200 OK\nContent-Length: 5\n\nreply");
    describe(&stage, dev.port, &["hello"], true);
    let mut invoke = stage.command(&["-e", "event"]).spawn().expect("it runs");
    let mut said = BufReader::new(invoke.stderr.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert_eq!(line, "Waiting for the first build of `cargo fc3 dev`\n");
    describe(&stage, dev.port, &["hello"], false);
    let output = invoke.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(0), &b"reply"[..])
    );
}

#[test]
fn a_failed_call_is_told_by_its_header() {
    let stage = stage("event");
    let failed = "HTTP/1.1 200 OK\nX-Fc-Request-Id: 1-2-3\nX-Fc-Error-Type: UnhandledInvocationError\n\
        Content-Length: 23\n\n{\"errorMessage\":\"late\"}";
    let _dev = Dev::start(&stage, failed);
    let ended = stage.run(&["-e", "event", "--json"]);
    let mut document = ended.json();
    document
        .as_object_mut()
        .expect("an object")
        .remove("duration_ms");
    let expected = json!({
        "request_id": "1-2-3", "status": "failed", "ran_by": "dev",
        "reply": "{\"errorMessage\":\"late\"}",
        "error": { "type": "UnhandledInvocationError", "message": "late" },
        "log": [],
    });
    assert_eq!((ended.code, document), (Some(1), expected));
}

#[test]
fn an_error_of_the_api_is_shown() {
    let stage = stage("event");
    let refused = "HTTP/1.1 404 Not Found\nContent-Length: 48\n\n\
        {\"Code\":\"FunctionNotFound\",\"Message\":\"not here\"} ";
    let _dev = Dev::start(&stage, refused);
    let ended = stage.run(&["-e", "event"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(
        ended.stderr,
        "error: the call was refused: FunctionNotFound: not here\n\
         hint: see what `cargo fc3 dev` has printed; until a build succeeds, it has no function\n"
    );
}

#[test]
fn an_asynchronous_event_is_queued() {
    let stage = stage("event");
    let dev = Dev::start(
        &stage,
        "HTTP/1.1 202 Accepted\nX-Fc-Request-Id: 1-2-3\nContent-Length: 0\n\n",
    );
    let ended = stage.run(&["-e", "event", "--async"]);
    assert_eq!(
        (ended.reply(), &*ended.stderr),
        (String::new(), "Queued the event (request id 1-2-3)\n")
    );
    let request = dev.request();
    assert!(
        request.contains("\nx-fc-invocation-type: Async\nx-fc-log-type: None\n"),
        "{request}"
    );

    let _dev = Dev::start(
        &stage,
        "HTTP/1.1 202 Accepted\nX-Fc-Request-Id: 1-2-3\nContent-Length: 0\n\n",
    );
    assert_eq!(stage.run(&["--async", "--json"]).json()["status"], "queued");
}

#[test]
fn a_request_goes_to_the_function_as_it_is() {
    let stage = stage("web");
    let dev = Dev::start(
        &stage,
        "HTTP/1.1 503 Service Unavailable\nA: b\nContent-Length: 4\n\nbusy",
    );
    let port = dev.port;
    let ended = stage.run(&["-v", "-X", "PUT", "/a?b", "-d", "x"]);
    assert_eq!(
        (ended.code, &*ended.stdout),
        (Some(1), &b"busy"[..]),
        "{ended:?}"
    );
    assert!(
        ended.stderr.contains("< HTTP/1.1 503\n< A: b\n"),
        "{ended:?}"
    );
    let agent = concat!("cargo-fc3/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        dev.request(),
        format!(
            "PUT /a?b HTTP/1.1\nhost: 127.0.0.1:{port}\naccept: */*\nuser-agent: {agent}\n\
             content-type: application/x-www-form-urlencoded\nContent-Length: 1\n\nx"
        )
    );
}

/// The host names one of several functions.
#[test]
fn the_function_of_the_project_is_asked_among_several() {
    let stage = stage("web");
    let answer = "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
    let dev = Dev::start_with(&stage, &["hello", "other"], answer);
    let port = dev.port;
    let ended = stage.run(&["-v", "--get", "/"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let line = format!("\n  curl http://127.0.0.1:{port}/ -H 'Host: hello.localhost:{port}'\n");
    assert!(ended.stderr.contains(&line), "{ended:?}");
    let request = dev.request();
    let begin = format!("GET / HTTP/1.1\nhost: hello.localhost:{port}\n");
    assert!(request.starts_with(&begin), "{request}");
}

/// What the platform says in place of the function is no response of it.
#[test]
fn an_error_of_the_platform_is_no_response() {
    let stage = stage("web");
    for (status, said) in [
        ("403 Forbidden", "the call was refused"),
        ("502 Bad Gateway", "the function failed"),
    ] {
        let body = json!({ "RequestId": "1-2-3", "Code": "C", "Message": "m" }).to_string();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\nX-Fc-Request-Id: 1-2-3\nContent-Length: {length}\n\n{body}"
        );
        let _dev = Dev::start(&stage, &answer);
        let ended = stage.run(&["--get", "/"]);
        assert_eq!(
            (ended.code, &*ended.stdout),
            (Some(1), &b""[..]),
            "{ended:?}"
        );
        let error = format!("error: {said}: C: m\nhint: ");
        assert!(ended.stderr.starts_with(&error), "{ended:?}");
    }
}

#[test]
fn one_that_does_not_answer_is_an_error_of_the_machine() {
    let stage = stage("event");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    drop(listener);
    let _lock = announce(&stage, port);
    let ended = stage.run(&["-e", "event"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let error = format!("error: `cargo fc3 dev` on port {port} gave no response: ");
    assert!(ended.stderr.starts_with(&error), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("\nhint: see what it printed; if it has ended"),
        "{ended:?}"
    );
}

/// What a killed one has left is not believed.
#[test]
fn one_that_was_killed_is_not_called() {
    let stage = Stage::new("event");
    drop(announce(&stage, 1));
    assert_eq!(stage.run(&["-e", "event"]).reply(), "event");
}
