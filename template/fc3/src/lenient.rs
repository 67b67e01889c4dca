//! Readers of fields that sources write in more than one way: a number as text, a flag as text,
//! `null` instead of nothing.
//!
//! ```
//! use fc3::lenient;
//!
//! #[derive(serde::Deserialize)]
//! struct File {
//!     #[serde(default, deserialize_with = "lenient::integer")]
//!     size: Option<i64>,
//!     #[serde(default, deserialize_with = "lenient::or_default")]
//!     tags: Vec<String>,
//! }
//!
//! let file: File = fc3::decode_json(br#"{"size": "42", "tags": null}"#)?;
//! assert_eq!(file.size, Some(42));
//! assert!(file.tags.is_empty());
//! # Ok::<(), fc3::EventError>(())
//! ```
//!
//! `default` is needed if the field may be missing.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::excerpt::unexpected;

/// Reads a value that may be `null`, which gives the default.
///
/// # Errors
/// The value is neither `null` nor a `T`.
pub fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// Reads a map of texts. It leaves out a name whose value is `null`, and `null` gives an empty map.
///
/// # Errors
/// The value is not a map, or a value in it is not a text.
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

/// Reads a list that must not be empty. A handler would otherwise succeed without doing anything.
///
/// # Errors
/// The value is not a list of `T`, or the list is empty.
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

/// Reads an integer, such as `42` or `"42"`. `null` and an empty text give `None`.
///
/// # Errors
/// The value is not an integer of 64 bits.
pub fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(from)?;
    let read = match &value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    read.map(Some)
        .ok_or_else(|| wrong(&value, "a 64-bit integer, or its text"))
}

/// Reads a flag, such as `true` or `"True"`. `null` and an empty text give `None`.
///
/// # Errors
/// The value is neither true nor false.
pub fn boolean<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(flag)),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        other => Err(wrong(&other, "true or false, or its text")),
    }
}

/// Reads a text, such as `"42"`. A number such as `42` gives its text, and `null` gives `None`.
///
/// # Errors
/// The value is neither a text nor a number.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        other => Err(wrong(&other, "a text or a number")),
    }
}

fn wrong<E: Error>(value: &Value, expected: &str) -> E {
    E::invalid_value(unexpected(value), &expected)
}
