//! Entries as text: `2026-01-31T08:00:00.000 REQUEST-ID [INFO] message field=value`.

use std::fmt::{self, Write as _};
use std::time::SystemTime;

use serde_json::Value;
use tracing::Level;

use super::fields::{Fields, Recorded};
use super::{ENTRY_LIMIT, Entry, or_dash};
use crate::Context;

/// What the lines of an entry after its first begin with. A line with a date in its first characters
/// would begin an entry of its own.
const CONTINUED: &str = "\n    ";

/// The length of `2026-01-31T08:00:00.000`: the recommended form has milliseconds and no zone.
const TIME_LENGTH: usize = 23;

/// The entry as text, or several entries where it is too long for one.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let head = head(entry.level);
    let text = one_entry(&body(entry));
    let mut lines = String::with_capacity(head.len() + text.len() + 1);
    for part in parts(&text, ENTRY_LIMIT - head.len() - 1) {
        lines.push_str(&head);
        lines.push_str(part);
        lines.push('\n');
    }
    lines
}

fn head(level: Level) -> String {
    let cx = Context::current();
    let request_id = or_dash(cx.as_ref().map_or("", Context::request_id));
    let now = humantime::format_rfc3339_millis(SystemTime::now());
    let mut head = String::with_capacity(80);
    let _ = write!(head, "{now}");
    head.truncate(TIME_LENGTH);
    let _ = write!(head, " {request_id} [{level}] ");
    head
}

/// The spans, the message and the fields.
fn body(entry: &Entry<'_>) -> String {
    let mut text = String::new();
    for (name, fields) in entry.spans {
        text.push_str(name);
        if !fields.values.is_empty() {
            let _ = write!(text, "{{{}}}", Values(fields));
        }
        text.push_str(": ");
    }
    text.push_str(&entry.fields.message);
    if !entry.fields.values.is_empty() {
        if !entry.fields.message.is_empty() {
            text.push(' ');
        }
        let _ = write!(text, "{}", Values(entry.fields));
    }
    text
}

/// Fields as `name=value`, with a space between them.
struct Values<'a>(&'a Fields);

impl fmt::Display for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.values.iter().enumerate() {
            if at > 0 {
                f.write_char(' ')?;
            }
            match value {
                Recorded::Value(Value::String(text)) => write!(f, "{name}={text:?}")?,
                Recorded::Value(value) => write!(f, "{name}={value}")?,
                Recorded::Shown(text) => write!(f, "{name}={text}")?,
            }
        }
        Ok(())
    }
}

/// `text` without what would begin another entry or hide a part of this one.
fn one_entry(text: &str) -> String {
    let mut entry = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => entry.push_str(CONTINUED),
            c if c.is_control() && c != '\t' => entry.extend(c.escape_default()),
            c => entry.push(c),
        }
    }
    entry
}

/// The beginning of `text`, of at most `limit` bytes, which ends between characters.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Cuts `text` into parts of at most `limit` bytes, between characters.
fn parts(mut text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let mut first = true;
    std::iter::from_fn(move || {
        if text.is_empty() && !first {
            return None;
        }
        first = false;
        let part = cut(text, limit);
        text = &text[part.len()..];
        Some(part)
    })
}
