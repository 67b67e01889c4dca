//! Entries as JSON, one object a line, for those who search their log by field.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::fields::{Fields, Recorded};
use super::text::cut;
use super::{ENTRY_LIMIT, Entry};
use crate::Context;

/// The entry as one line. A field that has the name of a member, such as `level`, is left out.
///
/// A line cannot be cut in two as text can. An entry over the limit therefore loses its fields, then
/// the end of its message, and says so by `"truncated": true`.
pub(super) fn write(entry: &Entry<'_>) -> String {
    let mut line = object(entry, &entry.fields.message, false).to_string();
    let mut message = entry.fields.message.as_str();
    while line.len() >= ENTRY_LIMIT {
        line = object(entry, message, true).to_string();
        message = cut(message, message.len() / 2);
    }
    line.push('\n');
    line
}

fn object(entry: &Entry<'_>, message: &str, truncated: bool) -> Value {
    let time = humantime::format_rfc3339_millis(SystemTime::now());
    let cx = Context::current();
    let mut object = Map::new();
    object.insert("time".to_owned(), time.to_string().into());
    object.insert("level".to_owned(), entry.level.as_str().into());
    if let Some(cx) = cx.filter(|cx| !cx.request_id().is_empty()) {
        object.insert("requestId".to_owned(), cx.request_id().into());
    }
    object.insert("message".to_owned(), message.into());
    if !entry.target.is_empty() {
        object.insert("target".to_owned(), entry.target.into());
    }
    if truncated {
        object.insert("truncated".to_owned(), true.into());
        return object.into();
    }
    if !entry.spans.is_empty() {
        let spans = entry.spans.iter().map(|(name, fields)| {
            let mut span = Map::from_iter([("name".to_owned(), Value::from(*name))]);
            add(&mut span, fields);
            Value::from(span)
        });
        object.insert("spans".to_owned(), spans.collect());
    }
    add(&mut object, entry.fields);
    object.into()
}

/// Adds fields under names that are not taken.
fn add(object: &mut Map<String, Value>, fields: &Fields) {
    for (name, value) in &fields.values {
        let value = match value {
            Recorded::Value(value) => value.clone(),
            Recorded::Shown(text) => Value::from(text.as_str()),
        };
        object.entry(*name).or_insert(value);
    }
}
