//! The document for programs.

use serde_json::{Value, json};

use crate::stage::Stage;

/// The document of a call, without what differs from call to call.
fn document(stage: &Stage, args: &[&str], code: i32) -> Value {
    let ended = stage.run(&[args, &["--json"]].concat());
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert!(
        !ended.stderr.contains("on stdout"),
        "the log is in the document: {ended:?}"
    );
    let mut document = ended.json();
    let fields = document.as_object_mut().expect("an object");
    let duration = fields.remove("duration_ms").expect("a duration");
    assert_eq!(
        duration.is_f64(),
        fields.contains_key("reply") || fields.contains_key("reply_base64")
    );
    let log = fields["log"].as_array_mut().expect("a list");
    log.sort_by_key(Value::to_string);
    document
}

fn with_id(mut document: Value) -> Value {
    let fields = document.as_object_mut().expect("an object");
    let id = fields.remove("request_id").expect("an id");
    assert!(id.as_str().expect("a text").starts_with("1-"), "{id}");
    document
}

#[test]
fn a_reply_is_a_text_or_base64() {
    let stage = Stage::new("event");
    let mut expected = json!({
        "status": "succeeded", "ran_by": "invoke", "reply": "a\nb", "error": null,
        "log": ["on stderr", "on stdout"],
    });
    assert_eq!(with_id(document(&stage, &["-e", "a\nb"], 0)), expected);
    stage.write("binary", b"\xff\0");
    let fields = expected.as_object_mut().expect("an object");
    fields.remove("reply");
    fields.insert("reply_base64".to_owned(), json!("/wA="));
    assert_eq!(with_id(document(&stage, &["-f", "binary"], 0)), expected);
}

#[test]
fn a_failure_has_its_type_and_its_message() {
    let stage = Stage::new("event");
    let expected = json!({
        "status": "failed", "ran_by": "invoke",
        "reply": r#"{"errorMessage":"no such order","errorType":"OrderError"}"#,
        "error": { "type": "OrderError", "message": "no such order" },
        "log": ["on stderr", "on stdout"],
    });
    assert_eq!(with_id(document(&stage, &["-e", "fail"], 1)), expected);

    stage.write(".env", "MODE=exit\n");
    let expected = json!({
        "status": "failed", "ran_by": "invoke",
        "error": {
            "type": "CAExited",
            "message": "Function instance exited unexpectedly (exit status: 3)",
        },
        "log": ["cannot start"],
    });
    assert_eq!(with_id(document(&stage, &["-e", "x"], 1)), expected);
}

#[test]
fn a_response_has_its_status_and_its_headers() {
    let stage = Stage::new("web");
    let headers = [("Content-Length", "7"), ("X-Kind", "missing")];
    let expected = json!({
        "status": "succeeded", "ran_by": "invoke", "reply": "missing", "error": null,
        "http": { "status": 404, "headers": headers },
        "log": [],
    });
    let mut document = document(&stage, &["--get", "/404"], 0);
    let sent = document["http"]["headers"].as_array_mut().expect("a list");
    let names: Vec<_> = sent.split_off(2);
    assert_eq!(names[0], json!(["X-Fc-Request-Id", document["request_id"]]));
    assert_eq!(names[1][0], "Date");
    assert_eq!(with_id(document), expected);
}
