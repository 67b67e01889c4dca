//! Every kind, given the events of all others.

use std::collections::BTreeSet;
use std::fmt::Write;

use fuzz::{DECODERS, checks};
use serde_json::Value;

use crate::document::places;
use crate::fixtures::all;
use crate::snapshots;

/// What is accepted in spite of that is in the snapshot, and says something to the author.
pub(crate) fn no_kind_reads_anothers_event_as_nothing() {
    let mut told = String::new();
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
                        // As it would read any text.
                        continue;
                    }
                    writeln!(told, "{} reads {from}", decoder.kind).expect("memory");
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
    snapshots::is(told, "accepted.txt");
}

/// Whether what was read has items, if it is a list or holds one and nothing else; and a value of
/// the document.
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

/// Every number and every text in a document that is not empty, also in texts that hold JSON, and
/// the whole document as text.
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
