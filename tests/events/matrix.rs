//! Each kind with the events of all other kinds.

use std::collections::BTreeSet;
use std::fmt::Write;

use fuzz::{DECODERS, checks};
use serde_json::Value;

use crate::document::places;
use crate::fixtures::all;
use crate::snapshots;

/// The snapshot lists the events that are accepted nevertheless. None of them is read as an empty event.
pub(crate) fn no_event_of_another_kind_is_read_as_empty() {
    let mut accepted = String::new();
    let fixtures = all();
    for decoder in DECODERS {
        for fixture in fixtures
            .iter()
            .filter(|fixture| fixture.kind != decoder.kind)
        {
            let from = format!("{}/{}", fixture.kind, fixture.name);
            match decoder.decode(&fixture.bytes) {
                Ok(read) => {
                    let text = String::from_utf8_lossy(&fixture.bytes);
                    if checks::is_all_text(&read, &text) {
                        // The kind accepts any text.
                        continue;
                    }
                    writeln!(accepted, "{} reads {from}", decoder.kind).expect("memory");
                    assert!(
                        says_something(&fixture.document, &read),
                        "{} reads {from} as {read}",
                        decoder.kind
                    );
                }
                Err(error) => assert!(!error.to_string().is_empty(), "{} {from}", decoder.kind),
            }
        }
    }
    snapshots::is(accepted, "accepted.txt");
}

/// Whether an event that was read shares a value with the document, and has items if it consists of
/// lists.
fn says_something(sent: &Value, read: &Value) -> bool {
    let lists = match read {
        Value::Array(_) => vec![read],
        Value::Object(members) => members
            .values()
            .filter(|member| !member.is_null())
            .collect(),
        _ => return false,
    };
    let empty = |value: &&Value| value.as_array().is_some_and(Vec::is_empty);
    !lists.iter().all(empty) && !scalars(sent).is_disjoint(&scalars(read))
}

/// All numbers and texts in a document, except empty ones and including those in texts that contain
/// JSON, and the whole document as text.
fn scalars(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::from([document.to_string()]);
    for (_, value) in places(document) {
        match value {
            Value::String(text) if !text.is_empty() => {
                match serde_json::from_str::<Value>(&text) {
                    Ok(held) if held.is_object() || held.is_array() => found.extend(scalars(&held)),
                    _ => (),
                }
                found.insert(text);
            }
            Value::Number(number) => {
                found.insert(number.to_string());
            }
            _ => (),
        }
    }
    found
}
