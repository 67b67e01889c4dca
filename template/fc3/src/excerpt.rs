//! Parts of texts that may be as long as the event that they come from.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde::de::Unexpected;
use serde_json::Value;

/// The largest number of characters that an error repeats of a value in an event. The caller knows
/// the value, and the log keeps what it gets.
pub(crate) const VALUE_LIMIT: usize = 200;

/// The marks around the value that serde repeats in the message of an error, and the words that follow.
const QUOTED: [(&str, &str); 5] = [
    ("string \"", "\", expected "),
    ("variant `", "`, expected "),
    ("variant `", "`, there are no "),
    ("field `", "`, expected "),
    ("field `", "`, there are no "),
];

/// The message of an error of serde, in which a long value is cut.
pub(crate) fn short_message(message: String) -> String {
    let found = QUOTED.iter().filter_map(|(before, after)| {
        let start = message.find(before)? + before.len();
        let end = start + message[start..].rfind(after)?;
        Some((start, end))
    });
    // The value may itself contain such marks and words, the rest of the message does not.
    match found.min_by_key(|(start, end)| (*start, Reverse(*end))) {
        Some((start, end)) if end - start > VALUE_LIMIT => {
            let value = beginning(&message[start..end]);
            [&message[..start], &value, &message[end..]].concat()
        }
        _ => message,
    }
}

/// A path, without its middle if the names in it are long.
pub(crate) fn short_path(path: String) -> String {
    // A character has at least one byte.
    match ends(&path, VALUE_LIMIT) {
        Cow::Borrowed(_) => path,
        Cow::Owned(short) => short,
    }
}

/// The first characters of a value, and `…` if there are more.
pub(crate) fn beginning(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(VALUE_LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// The text, without its middle if it has more than `limit` bytes. The end of an error is its root
/// cause, so that is kept.
pub(crate) fn ends(text: &str, limit: usize) -> Cow<'_, str> {
    const MARK: &str = " […] ";
    if text.len() <= limit {
        return text.into();
    }
    let half = limit.saturating_sub(MARK.len()) / 2;
    let mut last = text.len() - half;
    while !text.is_char_boundary(last) {
        last += 1;
    }
    [cut(text, half), MARK, &text[last..]].concat().into()
}

/// The beginning of `text`, of at most `limit` bytes, which ends between characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The kind of a JSON text by its first bytes, and its beginning.
pub(crate) fn of_json(json: &[u8]) -> String {
    let json = json.trim_ascii_start();
    let kind = match json {
        [] => return "nothing".to_owned(),
        [b'{', ..] => "an object",
        [b'[', ..] => "a list",
        [b'"', ..] => "a text",
        [b'-' | b'0'..=b'9', ..] => "a number",
        _ if json.starts_with(b"null") => "null",
        _ if json.starts_with(b"true") || json.starts_with(b"false") => "a boolean",
        _ => "no JSON",
    };
    // A character has at most four bytes.
    let shown = &json[..json.len().min(VALUE_LIMIT * 4 + 4)];
    let shown = String::from_utf8_lossy(shown);
    format!("{kind}: `{}`", beginning(&shown))
}

/// A JSON value as serde names what it did not expect.
pub(crate) fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Unexpected::Signed(number),
            (None, Some(number)) => Unexpected::Unsigned(number),
            (None, None) => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}
