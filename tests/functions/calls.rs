//! How the runtime answers: which request is an event, what a failure says, whose keys a call has, and
//! what a call does when it is cut off.

use std::time::Duration;

use cargo_fc3::emulator::{Answer, Credentials, Request, Settings};
use serde_json::{Value, json};

use crate::outside::Outside;

const LIMIT: Duration = Duration::from_secs(60);

fn json_of(answer: &Answer) -> Value {
    answer.json().expect("JSON")
}

/// Sends an event that succeeds.
fn send(outside: &Outside, method: &str, path: &str, control: Option<&str>) -> Answer {
    let mut request = Request::new(method, path);
    if let Some(control) = control {
        request = request.with("X-Fc-Control-Path", control);
    }
    let request = request.body(r#"{"do": "log fields"}"#);
    outside.0.call(&request).expect("an answer")
}

#[test]
fn the_control_path_decides_before_the_path() {
    let outside = Outside::start(&[]);
    let answer = send(&outside, "POST", "/", Some("/invoke"));
    assert_eq!((answer.status, answer.failed()), (200, false));
    for (method, path) in [("POST", "/invoke"), ("GET", "/pre-stop")] {
        let answer = send(&outside, method, path, Some("/http-invoke"));
        assert_eq!(answer.status, 404, "{method} {path}");
        let expected = json!({
            "errorMessage": "not found: send events to POST /invoke",
            "errorType": "NotFound",
        });
        assert_eq!(json_of(&answer), expected);
    }
}

#[test]
fn without_one_the_method_and_the_path_decide() {
    let outside = Outside::start(&[]);
    for (method, path, control) in [
        ("POST", "/invoke", None),
        ("POST", "/invoke", Some("")),
        ("POST", "/initialize", None),
        ("GET", "/pre-stop", Some("?")),
        ("GET", "/health", None),
    ] {
        let answer = send(&outside, method, path, control);
        assert_eq!(
            (answer.status, answer.failed()),
            (200, false),
            "{method} {path}"
        );
    }
    for (method, path) in [("GET", "/invoke"), ("POST", "/invoke/"), ("POST", "/")] {
        let answer = send(&outside, method, path, None);
        assert_eq!(answer.status, 404, "{method} {path}");
    }
}

#[test]
fn a_failure_has_the_members_of_the_platform() {
    let outside = Outside::start(&[]);
    let answer = outside.call("fail").answer;
    let cause = "an error occurred when formatting an argument";
    let expected = json!({
        "errorMessage": format!("cannot save: disk failed: {cause}"),
        "errorType": "HandlerError",
    });
    assert_eq!((answer.status, json_of(&answer)), (404, expected));
    let panicked = json!({"errorMessage": "as you wish", "errorType": "Panic"});
    assert_eq!(json_of(&outside.call("panic").answer), panicked);
    let answer = outside.0.invoke(b"{").expect("an answer");
    let unreadable = json_of(&answer);
    assert_eq!(unreadable["errorType"], "EventError");
    assert_eq!(unreadable["path"], Value::Null);
}

/// The stated sizes of an error, in the answer and in the log.
const ANSWER_LIMIT: usize = 2 * 1024;
const LOG_LIMIT: usize = 8 * 1024;

#[test]
fn a_long_failure_keeps_its_ends_in_the_answer_and_in_the_log() {
    let outside = Outside::start(&[]);
    for wish in ["fail at length", "panic at length"] {
        let called = outside.call(wish);
        let answer = json_of(&called.answer);
        let message = answer["errorMessage"].as_str().unwrap_or_default();
        let logged = outside.lines(&called.id).concat();
        for (text, least, most) in [
            (message, ANSWER_LIMIT - 16, ANSWER_LIMIT),
            (&logged, LOG_LIMIT - 16, LOG_LIMIT + 256),
        ] {
            let length = text.len();
            assert!(least < length && length <= most, "{wish}: {length}: {text}");
            assert!(text.contains("cannot read ßß"), "{wish}: {text}");
            assert!(text.trim_end().contains("ßß: a letter"), "{wish}: {text}");
        }
    }
}

#[test]
fn a_payload_that_panics_when_it_is_dropped_fails_its_call_alone() {
    let outside = Outside::start(&[]);
    let panicked = json!({"errorMessage": "panicked", "errorType": "Panic"});
    let wish = "panic with a payload that panics";
    for _ in 0..2 {
        assert_eq!(json_of(&outside.call(wish).answer), panicked);
    }
    outside.logged("log fields");
}

/// The keys of a call whose headers lack some, with other keys in the environment or none.
fn keys(lacking: &[&str], env: &[(&str, &str)]) -> Value {
    let keys = Credentials {
        access_key_id: "id".to_owned(),
        access_key_secret: "secret".to_owned(),
        security_token: "token".to_owned(),
    };
    let env = env.iter();
    let outside = Outside::start_with(&Settings {
        credentials: Some(keys),
        env: env
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Settings::default()
    });
    let mut request = outside.0.invocation(br#"{"do": "show the keys"}"#);
    for header in lacking {
        request = request.without(header);
    }
    json_of(&outside.0.call(&request).expect("an answer"))
}

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

#[test]
fn keys_without_a_token_are_taken_from_the_environment() {
    let env = [(ID, "e-id"), (SECRET, "e-secret"), (TOKEN, "e-token")];
    assert_eq!(keys(&[], &env), json!(["id", "secret", "token"]));
    let lacking = ["x-fc-security-token"];
    assert_eq!(keys(&lacking, &env), json!(["e-id", "e-secret", "e-token"]));
}

#[test]
fn without_keys_in_the_environment_those_of_the_call_are_taken() {
    let env = [(ID, ""), (SECRET, ""), (TOKEN, "")];
    let mut lacking = vec!["x-fc-security-token"];
    assert_eq!(keys(&lacking, &env), json!(["id", "secret", null]));
    lacking.push("x-fc-access-key-id");
    assert_eq!(keys(&lacking, &env), Value::Null);
}

#[test]
fn what_a_call_drops_when_it_is_cut_off_logs_by_its_id() {
    let outside = Outside::start_with(&Settings {
        timeout: Duration::from_secs(1),
        ..Settings::default()
    });
    let request = outside.0.invocation(br#"{"do": "never end"}"#);
    let mut connection = outside.0.connect().expect("a connection");
    connection.send(&request.to_bytes(), LIMIT).expect("a call");
    outside.wait_for(|line| line.ends_with("[INFO] waiting"));
    let logs = outside.0.logs().clone();
    assert!(outside.0.terminate(LIMIT).is_some(), "{}", logs.text());
    // Its last lines are read a moment after its exit.
    assert!(logs.wait_end(LIMIT), "{}", logs.text());
    let dropped = format!(" {} [INFO] dropped", request.id());
    let lines = logs.text();
    assert!(
        lines.lines().any(|line| line.ends_with(&dropped)),
        "{lines}"
    );
}
