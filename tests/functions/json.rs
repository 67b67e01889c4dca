//! The log as JSON: one object a line.

use serde_json::{Value, json};

use crate::outside::Outside;

/// The longest line that the platform accepts, in bytes.
const LINE_LIMIT: usize = 32 * 1024;

fn start() -> Outside {
    Outside::start(&[("FUNCTION_LOG_FORMAT", "json")])
}

/// The entries of a call, without their times.
fn entries(outside: &Outside, id: &str) -> Vec<Value> {
    let mut entries = outside.entries(id);
    for entry in &mut entries {
        let time = entry.as_object_mut().and_then(|entry| entry.remove("time"));
        let time = time.as_ref().and_then(Value::as_str).unwrap_or_default();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}: {entry}");
    }
    entries
}

#[test]
fn an_entry_has_the_call_the_fields_and_the_spans() {
    let outside = start();
    let (id, lines) = outside.logged("log in spans");
    let entry = |level: &str, message: &str, fields: Value| {
        let mut entry = json!({
            "level": level,
            "requestId": id,
            "message": message,
            "target": "bootstrap::handler",
            "spans": [{"name": "charge", "fields": {"order": 42, "customer": "c-7"}}],
        });
        if !fields.is_null() {
            entry["fields"] = fields;
        }
        entry
    };
    let expected = [
        entry("WARN", "validated", Value::Null),
        entry("INFO", "charged", json!({"amount": 5})),
    ];
    assert_eq!(entries(&outside, &id), expected);
    assert!(lines[0].starts_with(r#"{"time":""#), "{}", lines[0]);
}

#[test]
fn fields_keep_their_types_and_hide_no_member() {
    let outside = start();
    let (id, _) = outside.logged("log fields");
    let entry = &entries(&outside, &id)[0];
    assert_eq!(entry["level"], "INFO");
    let expected = json!({
        "level": "mine",
        "count": 7,
        "ratio": 0.5,
        "none": "NaN",
        "flag": true,
        "type": "shown",
        "list": "[1, 2]",
    });
    assert_eq!(entry["fields"], expected);
}

#[test]
fn a_record_of_the_log_crate_has_its_own_target() {
    let outside = start();
    let (id, _) = outside.logged("use the log crate");
    let entry = |message: &str, target: &str| json!({"level": "INFO", "requestId": id, "message": message, "target": target});
    let expected = [
        entry("from log", "bootstrap::handler"),
        entry("from hyper", "hyper"),
    ];
    assert_eq!(entries(&outside, &id), expected);
}

#[test]
fn an_error_is_its_chain() {
    let outside = start();
    let (id, _) = outside.logged("log an error");
    let entry = &entries(&outside, &id)[0];
    let expected = "cannot save: disk failed: an error occurred when formatting an argument";
    assert_eq!(entry["fields"]["error"], expected);
}

#[test]
fn characters_that_are_not_seen_are_escaped() {
    let outside = start();
    let (id, lines) = outside.logged("log what is not seen");
    let expected = "a\u{202e}b\u{2028}c\u{e0041}d\u{9b}e \u{1f468}\u{200d}\u{1f469}";
    assert_eq!(entries(&outside, &id)[0]["message"], expected);
    let written = r#""a\u202eb\u2028c\udb40\udc41d\u009be "#;
    assert!(lines[0].contains(written), "{}", lines[0]);
}

#[test]
fn a_panic_is_an_entry() {
    let outside = start();
    let called = outside.call("panic");
    let entries = entries(&outside, &called.id);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let (level, target) = (&entries[0]["level"], &entries[0]["target"]);
    assert_eq!((level, target), (&json!("ERROR"), &json!("panic")));
    assert_eq!(entries[0]["requestId"], called.id);
    let message = entries[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("src/handler.rs"), "{message}");
    assert!(message.contains("\nas you wish"), "{message}");
}

#[test]
fn a_long_entry_loses_its_fields_and_the_end_of_its_message() {
    let outside = start();
    for (wish, character, at_least) in [
        ("log at length", 'é', 15_000),
        ("log escapes at length", '\u{1}', 5_000),
    ] {
        let (id, lines) = outside.logged(wish);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() < LINE_LIMIT, "{} bytes", lines[0].len());
        let entry = &entries(&outside, &id)[0];
        assert_eq!(entry["truncated"], true);
        assert_eq!(entry["requestId"], id);
        assert_eq!(entry["fields"], Value::Null);
        let message = entry["message"].as_str().unwrap_or_default();
        assert!(message.chars().all(|c| c == character));
        let count = message.chars().count();
        assert!(count > at_least, "{count} characters are left");
    }
}

#[test]
fn a_long_field_leaves_the_message() {
    let outside = start();
    let (id, lines) = outside.logged("log a long field");
    assert!(lines[0].len() < LINE_LIMIT);
    let entry = &entries(&outside, &id)[0];
    assert_eq!(
        (&entry["message"], &entry["truncated"]),
        (&json!("short"), &json!(true))
    );
}

#[test]
fn all_that_is_logged_outside_of_calls_is_json_too() {
    let outside = start();
    let (id, _) = outside.logged("log fields");
    let lines = outside.0.logs().lines().into_iter();
    let others = lines.filter(|line| !line.text.starts_with("FC ") && !line.text.contains(&id));
    let others: Vec<Value> = others
        .map(|line| serde_json::from_str(&line.text).expect("JSON"))
        .collect();
    let message = others[0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("listening on port "), "{others:?}");
    assert_eq!(others[0]["requestId"], Value::Null);
}
