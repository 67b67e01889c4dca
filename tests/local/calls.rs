//! Calls by the API, and what is said when they fail.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cargo_fc3::deployment::AsyncConfig;
use cargo_fc3::emulator::{
    Answer, Connection, Definition, End, Event, Launch, Outcome, Request, Settings, Trigger,
};

use crate::client::{LIMIT, Local, code, definition, get, request, web};

fn with_timeout(timeout: Duration) -> Definition {
    let plain = definition("one");
    Definition {
        settings: Settings {
            timeout,
            ..plain.settings.clone()
        },
        ..plain
    }
}

/// The message of a call that failed for the platform.
fn message(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    let error_type = answer.headers.get("x-fc-error-type");
    assert_eq!(error_type, Some("UnhandledInvocationError"), "{answer}");
    let body = answer.json().expect("JSON");
    body["errorMessage"].as_str().expect("a text").to_owned()
}

fn started(event: &Event) -> bool {
    matches!(event, Event::Started { .. })
}

pub(crate) fn returns_the_body() {
    let local = Local::start(Definition {
        initializer: true,
        ..definition("one")
    });
    let answer = local.call("echo one\r\n\0two");
    assert_eq!((answer.status, answer.text()), (200, "one\r\n\0two".into()));
    let id = answer.headers.get("x-fc-request-id").expect("an id");
    let event = local.wait_for("the call", |event| matches!(event, Event::Invoked(_)));
    let Event::Invoked(call) = event else {
        unreachable!("it is one");
    };
    assert_eq!((&*call.request_id, &*call.function), (id, "hello"));
    assert_eq!(
        (call.trigger, call.outcome),
        (Trigger::Sync, Outcome::Succeeded)
    );
    assert!(call.cold);
    assert_eq!(call.peak_memory.is_some(), cfg!(target_os = "linux"));
    let is_hook =
        |event: &Event| matches!(event, Event::Log { line, .. } if line.text == "hook /initialize");
    local.wait_for("the initializer", is_hook);

    let passed = request("head")
        .with("traceparent", "00-1-2-03")
        .with("x-fc-account-id", "forged");
    let qualified = Request {
        target: format!("{}?qualifier=prod", passed.target),
        ..passed
    };
    let head = local.send(&qualified).text();
    for line in [
        "x-fc-qualifier: prod\r\n",
        "x-fc-retry-count: 0\r\n",
        "x-fc-function-name: hello\r\n",
        "traceparent: 00-1-2-03\r\n",
        "content-type: application/octet-stream\r\n",
        "x-fc-account-id: 1234567890123456\r\n",
    ] {
        assert!(head.contains(line), "{head}");
    }
    assert!(!head.contains("forged"), "{head}");
    assert_eq!(local.count(started), 1);
}

pub(crate) fn failure_is_marked() {
    let local = Local::start(definition("one"));
    assert_eq!(message(&local.call("fail")), "no luck");
    let failed = Outcome::Failed {
        error_type: "Luck".into(),
        message: "no luck".into(),
    };
    let is_it = |event: &Event| matches!(event, Event::Invoked(call) if call.outcome == failed);
    local.wait_for("the failure", is_it);
    // The instance goes on.
    assert_eq!(local.told("echo on"), "on");
    assert_eq!(local.count(started), 1);
}

pub(crate) fn log_tail() {
    let local = Local::start(definition("one"));
    let tail = |event: &str| {
        let answer = local.send(&request(event).with("X-Fc-Log-Type", "Tail"));
        let log = answer.headers.get("x-fc-log-result").expect("a log");
        let log = String::from_utf8(STANDARD.decode(log).expect("Base64")).expect("text");
        let id = answer.headers.get("x-fc-request-id").expect("an id");
        (id.to_owned(), log)
    };
    for number in 1..3 {
        let (id, log) = tail(&format!("log {number}"));
        let marker = |which| format!("FC Invoke {which} RequestId: {id}\n");
        let lines = (0..number).map(|number| format!("line {number}\n"));
        let lines: Vec<_> = lines.collect();
        let expected = [marker("Start"), lines.concat(), marker("End")];
        assert_eq!(log, expected.concat());
    }
    let (_, long) = tail("log 10000");
    assert_eq!(long.len(), 4096);
    assert!(long.contains("line 9999\n"), "{long}");
    let answer = local.call("log 1");
    assert_eq!(answer.headers.get("x-fc-log-result"), None);
    let wrong = local.send(&request("log 1").with("X-Fc-Log-Type", "All"));
    assert_eq!((wrong.status, &*code(&wrong)), (400, "InvalidArgument"));
}

pub(crate) fn timeout() {
    let local = Local::start(with_timeout(Duration::from_millis(300)));
    let first = local.told("pid");
    let said = message(&local.call("sleep 60000"));
    let expected = "Function time out after 0.3 seconds (duration: ";
    assert!(said.starts_with(expected), "{said}");
    let is_gone = |event: &Event| {
        matches!(
            event,
            Event::Stopped {
                why: End::TimedOut,
                ..
            }
        )
    };
    assert_ne!(local.told("pid"), first);
    local.wait_for("its end", is_gone);
}

pub(crate) fn exit() {
    let local = Local::start(definition("one"));
    let said = message(&local.call("exit"));
    let expected = "Process exited unexpectedly before completing request (exit status: 7)";
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(local.told("echo again"), "again");
}

/// The client has the status and a part of the response by then.
pub(crate) fn exit_in_a_response() {
    const MESSAGE: &str = "Process exited unexpectedly before completing request (exit status: 7)";
    let local = Local::start(web("one"));
    let mut connection = Connection::open(local.service.address()).expect("it listens");
    let request = get("/half").to_bytes();
    connection.send(&request, LIMIT).expect("sent");
    let answer = connection.until_closed(LIMIT).expect("it ends");
    assert!(answer.ends_with(b"half"), "{answer:?}");
    let is_told = |event: &Event| match event {
        Event::Invoked(call) => {
            matches!(&call.outcome, Outcome::Failed { message, .. } if message == MESSAGE)
        }
        _ => false,
    };
    local.wait_for("the end of the call", is_told);
    assert_eq!(local.told("echo again"), "again");
}

pub(crate) fn garbage() {
    let local = Local::start(definition("one"));
    for event in ["garbage", "headers"] {
        message(&local.call(event));
    }
    assert_eq!(local.told("echo again"), "again");
}

pub(crate) fn no_start() {
    let local = Local::start(definition("ends"));
    let answer = local.call("echo");
    assert_eq!((answer.status, &*code(&answer)), (502, "CAExited"));
    let text = answer.text();
    assert!(text.contains("exit status: 3"), "{text}");
    assert!(text.contains("no database"), "{text}");
    let is_told = |event: &Event| matches!(event, Event::NotStarted { .. });
    local.wait_for("the failure", is_told);
    let missing = Local::start(Definition {
        launch: Launch::new("/no/such/program"),
        ..definition("one")
    });
    let answer = missing.call("echo");
    assert_eq!((answer.status, &*code(&answer)), (502, "CAFileNotFound"));
}

pub(crate) fn failed_initializer() {
    let local = Local::start(Definition {
        initializer: true,
        ..definition("no-init")
    });
    // The next call tries again with a new instance.
    for attempts in 1..=2 {
        let answer = local.call("echo");
        assert_eq!(answer.status, 200);
        let error_type = answer.headers.get("x-fc-error-type");
        assert_eq!(error_type, Some("InitializationError"));
        assert_eq!(answer.json().expect("JSON")["errorMessage"], "no table");
        let failures = local.count(|event| matches!(event, Event::NotStarted { .. }));
        assert_eq!(failures, attempts);
    }
}

pub(crate) fn limits() {
    let local = Local::start(definition("one"));
    let largest = "x".repeat(32 * 1024 * 1024);
    assert_eq!(local.told(&largest), largest.len().to_string());
    let too_large = request(&format!("{largest}x"));
    for request in [too_large.clone(), too_large.chunked()] {
        let answer = local.send(&request);
        assert_eq!((answer.status, &*code(&answer)), (400, "EntityTooLarge"));
    }
    let later = |event: &str| local.send(&request(event).with("X-Fc-Invocation-Type", "Async"));
    assert_eq!(later(&largest[..128 * 1024]).status, 202);
    let answer = later(&largest[..=128 * 1024]);
    assert_eq!((answer.status, &*code(&answer)), (400, "EntityTooLarge"));
}

pub(crate) fn asynchronous() {
    let local = Local::start(Definition {
        asynchronous: AsyncConfig {
            max_retries: 1,
            on_success: Some("acs:mns:good".into()),
            on_failure: Some("acs:mns:bad".into()),
            ..AsyncConfig::default()
        },
        ..definition("one")
    });
    let delivered = |event: &str, to: &str| {
        let answer = local.send(&request(event).with("x-fc-invocation-type", "async"));
        assert_eq!((answer.status, answer.text()), (202, String::new()));
        let id = answer
            .headers
            .get("x-fc-request-id")
            .expect("an id")
            .to_owned();
        let is_it = |event: &Event| matches!(event, Event::Delivered { request_id, destination } if *request_id == id && destination == to);
        local.wait_for(to, is_it);
        let is_attempt = |event: &Event| matches!(event, Event::Invoked(call) if call.request_id == id && call.trigger == Trigger::Async);
        local.count(is_attempt)
    };
    assert_eq!(delivered("echo", "acs:mns:good"), 1);
    assert_eq!(delivered("fail", "acs:mns:bad"), 2);
}
