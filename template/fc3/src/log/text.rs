//! Entries as text: `2026-01-31T08:00:00.000 REQUEST-ID [INFO] message field=value`.

use std::fmt::{self, Write};
use std::time::SystemTime;

use tracing::Level;

use super::{ENTRY_LIMIT, Entry, is_unseen, or_dash};
use crate::Context;
use crate::excerpt::cut;

/// The start of every line of an entry except the first. A line that starts with a date would count as
/// another entry.
const CONTINUED: &str = "\n    ";

/// The length of `2026-01-31T08:00:00.000`: the recommended form has milliseconds and no zone.
const TIME_LENGTH: usize = 23;

/// The entry as text, or several entries if it is too long for one.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let mut text = head(entry.level);
    let head = text.len();
    // It cannot fail: a `String` takes any text.
    let _ = body(&mut OneEntry(&mut text), entry);
    if text.len() >= ENTRY_LIMIT {
        let (head, body) = text.split_at(head);
        text = parts(head, body);
    } else {
        text.push('\n');
    }
    text
}

fn head(level: Level) -> String {
    let cx = Context::current();
    let request_id = or_dash(cx.as_ref().map_or("", Context::request_id));
    let now = humantime::format_rfc3339_millis(SystemTime::now());
    let mut head = String::with_capacity(256);
    let _ = write!(head, "{now}");
    head.truncate(TIME_LENGTH);
    let _ = write!(head, " {request_id} [{level}] ");
    head
}

/// The spans, the message and the fields.
fn body(text: &mut impl Write, entry: &Entry<'_>) -> fmt::Result {
    for span in entry.spans {
        text.write_str(span.name)?;
        if !span.fields.is_empty() {
            write!(text, "{{{}}}", span.fields)?;
        }
        text.write_str(": ")?;
    }
    text.write_str(entry.message)?;
    if !entry.message.is_empty() && !entry.fields.is_empty() {
        text.write_char(' ')?;
    }
    write!(text, "{}", entry.fields)
}

/// Appends text without what would begin another entry or hide a part of this one.
struct OneEntry<'a>(&'a mut String);

impl Write for OneEntry<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '\n' => self.0.push_str(CONTINUED),
                c @ ('\t' | ' '..='~') => self.0.push(c),
                c if is_unseen(c) => self.0.extend(c.escape_default()),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

/// Cuts a long body into entries between characters, each with its head.
fn parts(head: &str, mut body: &str) -> String {
    let limit = ENTRY_LIMIT - head.len() - 1;
    let mut lines = String::new();
    while !body.is_empty() {
        let part = cut(body, limit);
        lines.extend([head, part, "\n"]);
        body = &body[part.len()..];
    }
    lines
}
