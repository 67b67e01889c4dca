//! Values that the platform's sources write in more than one way: a number as text, a flag as
//! text, nothing as `null`. A field names the way it is read:
//! `#[serde(default, deserialize_with = "lenient::integer")]`.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// Reads a value for which `null` means the same as its absence.
///
/// # Errors
/// Whatever is neither `null` nor a `T`.
pub fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// Reads a map of texts, in which `null` means the same as absence.
///
/// # Errors
/// Whatever is no map, or holds anything else.
pub fn texts<'de, D>(from: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    let read: BTreeMap<String, Option<String>> = or_default(from)?;
    let texts = read.into_iter();
    Ok(texts
        .filter_map(|(name, text)| Some((name, text?)))
        .collect())
}

/// Reads a list with something in it: an event that lists nothing tells of nothing, and would be
/// acknowledged unseen.
///
/// # Errors
/// Whatever is no list of `T`, or an empty one.
pub fn not_empty<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Vec::deserialize(from)?;
    if items.is_empty() {
        return Err(D::Error::custom("the list is empty"));
    }
    Ok(items)
}

/// Reads `42` or `"42"`, exactly. An empty text is none.
///
/// # Errors
/// Whatever is no integer of 64 bits.
pub fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let read = match Value::deserialize(from)? {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    let expected = || D::Error::custom("expected an integer of 64 bits, or its text");
    read.map(Some).ok_or_else(expected)
}

/// Reads `true` or `"true"`, in any case. An empty text is none.
///
/// # Errors
/// Whatever is neither true nor false.
pub fn boolean<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(flag)),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ => Err(D::Error::custom("expected true or false, or its text")),
    }
}

/// Reads `"42"` or `42`, as text.
///
/// # Errors
/// Whatever is neither a text nor a number.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("expected a text or a number")),
    }
}
