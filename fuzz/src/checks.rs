//! Properties that hold for any bytes. Each function panics if one does not hold.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{DECODERS, Decoder};
use fc3::{EventError, Time};

/// The error for a JSON document that is nested too deeply.
const TOO_DEEP: &str = "recursion limit exceeded";

/// No decoder panics. An error has a reason. An event that is accepted can be written, and the same
/// decoder reads the same event from that.
///
/// # Panics
/// The property does not hold.
pub fn events(event: &[u8]) {
    for decoder in &DECODERS {
        self::event(decoder, event);
    }
}

/// Checks one decoder.
///
/// # Panics
/// The property does not hold.
pub fn event(decoder: &Decoder, event: &[u8]) {
    match decoder.decode(event) {
        Ok(value) => survives(decoder, &value),
        Err(error) => explains(decoder.kind, &error),
    }
}

fn survives(decoder: &Decoder, value: &Value) {
    let kind = decoder.kind;
    let written = value.to_string();
    match decoder.decode(written.as_bytes()) {
        Ok(again) => {
            let same = again == *value || is_all_text(&again, &written);
            assert!(same, "{kind} reads {written} as {again}");
        }
        // A single item is written as a list, which is one level deeper.
        Err(error) if error.to_string().contains(TOO_DEEP) => (),
        Err(error) => panic!("{kind} rejects what it wrote: {error}: {written}"),
    }
}

/// Whether the whole event was read as one text, since some kinds accept any text.
#[must_use]
pub fn is_all_text(read: &Value, event: &str) -> bool {
    let members = read.as_object();
    members.is_some_and(|members| members.values().any(|member| member == event))
}

fn explains(kind: &str, error: &EventError) {
    assert!(!error.to_string().is_empty(), "{kind} gives no reason");
    assert_ne!(error.path(), Some(""), "{kind} gives an empty path");
}

/// If a kind accepts lists, an item has the same meaning alone, in a list, and as a text in either form.
/// The bytes are an item or a list of items.
///
/// # Panics
/// The property does not hold.
pub fn forms(items: &[u8]) {
    match serde_json::from_slice(items) {
        Ok(Value::Array(items)) => items.iter().for_each(item),
        Ok(alone) => item(&alone),
        Err(_) => (),
    }
}

fn item(item: &Value) {
    if !item.is_object() {
        return;
    }
    let text = Value::from(item.to_string());
    for decoder in &DECODERS {
        // A kind that accepts any text has no batches.
        if decoder.decode(b"no event").is_ok() {
            continue;
        }
        let Ok(expected) = decoder.decode(json!([item]).to_string().as_bytes()) else {
            continue;
        };
        for form in [item, &text, &json!([text])] {
            let read = decoder.decode(form.to_string().as_bytes());
            assert_eq!(read.as_ref(), Ok(&expected), "{}: {form}", decoder.kind);
        }
    }
}

/// Reading a time from any text does not panic. A number has the same meaning as its text, and the time
/// can be written in another format.
///
/// # Panics
/// The property does not hold.
pub fn times(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let time = Time::from(text);
    assert_eq!(time.as_str(), text, "a time is kept as it was written");
    let parsed = time.parse();
    let written = serde_json::to_string(&time).expect("a time can be written");
    let read: Time = serde_json::from_str(&written).expect("a time can be read");
    assert_eq!(read, time, "{written}");
    // `007` is not a number in JSON.
    let number = text.parse::<i64>().ok();
    if number.is_some_and(|number| number.to_string() == text) {
        let read: Time = serde_json::from_str(text).expect("a number can be a time");
        assert_eq!((&read, read.parse()), (&time, parsed.clone()));
    }
    if let Ok(instant) = parsed {
        let mut rfc3339 = String::new();
        if write!(rfc3339, "{}", humantime::format_rfc3339_nanos(instant)).is_err() {
            // This format ends with the year 9999.
            return;
        }
        let read = Time::from(rfc3339.as_str()).parse();
        assert_eq!(read, Ok(instant), "{text} is {rfc3339}");
    }
}
