//! Entries as JSON, one object a line, for logs that are searched by field.

use std::fmt::Write;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::fields::{Fields, Span};
use super::{ENTRY_LIMIT, Entry, is_unseen};
use crate::Context;
use crate::excerpt::cut;

/// One line, in the order in which its members are written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    level: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    message: &'a str,
    target: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    fields: &'a Fields,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "spans")]
    spans: &'a [Span],
}

/// The entry as one line.
///
/// A line cannot be cut in two as text can. An entry over the limit therefore loses its fields, then
/// the end of its message, and says so by `"truncated": true`.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let cx = Context::current();
    let mut line = Line {
        time: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        level: entry.level.as_str(),
        request_id: cx.as_ref().map_or("", Context::request_id),
        message: entry.message,
        target: entry.target,
        truncated: false,
        fields: entry.fields,
        spans: entry.spans,
    };
    let mut text = line.to_json();
    if is_too_long(&text) {
        let none = Fields::default();
        (line.truncated, line.fields, line.spans) = (true, &none, &[]);
        text = line.to_json();
        while is_too_long(&text) {
            // How many bytes a character takes depends on its escape, so this comes close in steps.
            let share = line.message.len() * (ENTRY_LIMIT - 1) / text.len();
            line.message = cut(line.message, share);
            text = line.to_json();
        }
    }
    text.push('\n');
    text
}

impl Line<'_> {
    fn to_json(&self) -> String {
        // It cannot fail: there is memory, and every name is a string.
        let json = serde_json::to_string(self).unwrap_or_default();
        if json.bytes().all(|byte| byte < 0x7f) {
            return json;
        }
        escape_unseen(&json)
    }
}

/// Escapes what the text format escapes too. Outside of strings, JSON has only ASCII.
fn escape_unseen(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // It cannot fail: a `String` takes any text.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Whether a line with its end is over the limit.
fn is_too_long(line: &str) -> bool {
    line.len() >= ENTRY_LIMIT
}

fn spans<S: Serializer>(spans: &[Span], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        name: &'static str,
        #[serde(skip_serializing_if = "Fields::is_empty")]
        fields: &'a Fields,
    }

    to.collect_seq(spans.iter().map(|span| Shown {
        name: span.name,
        fields: &span.fields,
    }))
}
