//! The log as text: spans, records of the `log` crate, levels, and entries that are long or odd.

use crate::outside::Outside;

/// The longest entry that the platform accepts, in bytes.
const ENTRY_LIMIT: usize = 32 * 1024;

/// The part of each line after its time, which has a fixed length.
fn entries(id: &str, lines: &[String]) -> Vec<String> {
    let head = format!(" {id} ");
    let entries = lines.iter().map(|line| {
        assert!(line[23..].starts_with(&head), "{line}");
        assert_eq!(&line[10..11], "T", "{line}");
        line[23 + head.len()..].to_owned()
    });
    entries.collect()
}

fn logged(env: &[(&str, &str)], wish: &str) -> Vec<String> {
    let (id, lines) = Outside::start(env).logged(wish);
    entries(&id, &lines)
}

#[test]
fn a_line_shows_the_spans_around_it() {
    let expected = [
        "[WARN] charge{order=42 customer=\"c-7\"}: validated",
        "[INFO] charge{order=42 customer=\"c-7\"}: charged amount=5",
    ];
    assert_eq!(logged(&[], "log in spans"), expected);
}

#[test]
fn levels_apply_to_lines_and_to_spans() {
    let expected = [
        "[WARN] charge{order=42 customer=\"c-7\"}: validate: validated",
        "[INFO] charge{order=42 customer=\"c-7\"}: charged amount=5",
    ];
    assert_eq!(logged(&[("RUST_LOG", "debug")], "log in spans"), expected);
    assert_eq!(
        logged(&[("RUST_LOG", "warn")], "log in spans"),
        ["[WARN] validated"]
    );
}

#[test]
fn a_field_of_a_span_may_be_recorded_later_by_a_value_that_logs() {
    let expected = [
        "[INFO] later{again=1}: while recording",
        "[INFO] later{again=2 value=Logs}: recorded",
    ];
    assert_eq!(logged(&[], "record later"), expected);
}

#[test]
fn records_of_the_log_crate_are_logged_by_their_own_targets() {
    let wish = "use the log crate";
    let expected = ["[INFO] from log", "[INFO] from hyper"];
    assert_eq!(logged(&[], wish), expected);
    let env = [("RUST_LOG", "info,sqlx=debug,hyper=warn")];
    let expected = ["[INFO] from log", "[DEBUG] from sqlx"];
    assert_eq!(logged(&env, wish), expected);
}

#[test]
fn fields_follow_the_message() {
    let expected =
        "[INFO] fields level=\"mine\" count=7 ratio=0.5 none=NaN flag=true type=shown list=[1, 2]";
    assert_eq!(logged(&[], "log fields"), [expected]);
}

#[test]
fn an_error_shows_its_chain_once() {
    let cause = "an error occurred when formatting an argument";
    let expected = format!("[ERROR] logged error=cannot save: disk failed: {cause}");
    assert_eq!(logged(&[], "log an error"), [expected]);
}

#[test]
fn an_item_that_fails_is_logged_with_its_place_and_its_chain() {
    let outside = Outside::start(&[]);
    let called = outside.call("handle a batch");
    let lines = entries(&called.id, &outside.lines(&called.id));
    let cause = "an error occurred when formatting an argument";
    let expected = [
        format!("[ERROR] cannot save: disk failed: {cause} at=0"),
        "[INFO] handled Some(2)".to_owned(),
        "[ERROR] HandlerError: 1 of 2 items failed".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn only_the_first_line_begins_an_entry() {
    let (id, lines) = Outside::start(&[]).logged("log lines");
    assert_eq!(entries(&id, &lines[..1]), ["[WARN] first"]);
    assert_eq!(lines[1..], ["    2026-01-31 second\\r\tend"]);
}

#[test]
fn characters_that_are_not_seen_are_escaped() {
    let (id, lines) = Outside::start(&[]).logged("log what is not seen");
    let expected = "[INFO] a\\u{202e}b\\u{2028}c\\u{e0041}d\\u{9b}e \u{1f468}\u{200d}\u{1f469}";
    assert_eq!(entries(&id, &lines), [expected]);
}

#[test]
fn a_long_entry_becomes_several_between_characters() {
    let (id, lines) = Outside::start(&[]).logged("log at length");
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line.len() < ENTRY_LIMIT));
    let entries = entries(&id, &lines);
    assert!(entries.iter().all(|entry| entry.starts_with("[INFO] é")));
    assert_eq!(entries.concat().matches('é').count(), 50_000);
    assert!(entries[3].ends_with("é count=1"));
}

#[test]
fn a_panic_while_logging_fails_its_call_alone() {
    let outside = Outside::start(&[]);
    let failed = outside.call("panic while logging");
    assert!(failed.answer.failed());
    let lines = entries(&failed.id, &outside.lines(&failed.id)[..1]);
    assert!(lines[0].starts_with("[ERROR] "), "{lines:?}");
    let (id, lines) = outside.logged("log in spans");
    assert_eq!(entries(&id, &lines).len(), 2);
}

#[test]
fn unknown_settings_are_reported_and_have_defaults() {
    let outside = Outside::start(&[("FUNCTION_LOG_FORMAT", "xml"), ("RUST_LOG", "a=b=c")]);
    let warning = " - [WARN] FUNCTION_LOG_FORMAT is `xml`, but must be `text` or `json`";
    outside.wait_for(|line| line.ends_with(warning));
    let warning = " - [WARN] cannot read RUST_LOG `a=b=c`, so `info` is used: ";
    outside.wait_for(|line| line.contains(warning));
    let (id, lines) = outside.logged("log lines");
    assert_eq!(entries(&id, &lines[..1]), ["[WARN] first"]);
    let (_, lines) = outside.logged("log at a level that is off");
    assert!(lines.is_empty(), "{lines:?}");
}
