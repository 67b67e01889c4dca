//! How bytes become values, and the error when they cannot.

mod error;

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::encoding::without_mark;
use crate::excerpt;

pub use error::EventError;

/// Reads a value in any format that has a serde deserializer, such as a part of an event.
///
/// ```
/// use fc3::decode;
/// use serde_json::json;
///
/// let event = json!({"prices": [1, "two"]});
/// let error = decode::<Vec<u64>, _>(&event["prices"]).unwrap_err();
/// assert_eq!(error.under("prices").path(), Some("prices[1]"));
/// ```
///
/// # Errors
/// The value is not a `T`. The error has the path in the value.
pub fn decode<'de, T, D>(from: D) -> Result<T, EventError>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error: fmt::Display>,
{
    decode_with(from, |error| error.to_string())
}

/// Reads a value in a format whose errors are not written for people: `describe` writes them.
///
/// # Errors
/// The value is not a `T`. The error has the path in the value.
pub fn decode_with<'de, T, D>(
    from: D,
    describe: impl FnOnce(D::Error) -> String,
) -> Result<T, EventError>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    serde_path_to_error::deserialize(from).map_err(|error| {
        let path = error.path().to_string();
        let error = EventError::new(describe(error.into_inner()));
        match path.trim_end_matches(['.', '?']) {
            // The path of the whole event, which says nothing.
            "" => error,
            path => error.at(path),
        }
    })
}

/// Reads an event that is one JSON object.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u64,
/// }
///
/// let order: Order = fc3::decode_object(br#"{"number": 42}"#)?;
/// assert_eq!(order.number, 42);
/// assert!(fc3::decode_object::<Order>(b"[42]").is_err());
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// [`decode_json`] also reads a struct from a list of its fields' values, as serde does. No source
/// sends such lists, so this function rejects them.
///
/// # Errors
/// The event is not an object, or not a `T`. The error has the path in the event.
pub fn decode_object<T: DeserializeOwned>(event: &[u8]) -> Result<T, EventError> {
    let event = without_mark(event)?;
    match event.trim_ascii_start().first() {
        Some(b'{') => parse(event),
        Some(_) => Err(EventError::new(format!(
            "expected a JSON object, found {}",
            excerpt::of_json(event)
        ))),
        None => Err(EventError::new("the event is empty")),
    }
}

/// Reads a JSON value, or the JSON in a text.
///
/// ```
/// use serde_json::json;
///
/// for value in [json!([1, 2]), json!("[1, 2]")] {
///     assert_eq!(fc3::decode_text::<[u8; 2]>(&value)?, [1, 2]);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// A text that does not contain the JSON of a `T` may itself be one: `hello` is a `String`.
///
/// # Errors
/// Neither the value nor the JSON in it is a `T`. The error has the path in that JSON.
pub fn decode_text<T: DeserializeOwned>(value: &Value) -> Result<T, EventError> {
    match value {
        Value::String(text) => {
            decode_json(text.as_bytes()).or_else(|error| decode(value).map_err(|_| error))
        }
        other => decode(other),
    }
}

/// Reads one JSON value. A byte order mark before it is skipped.
///
/// ```
/// assert_eq!(fc3::decode_json::<[u8; 2]>(b"[1, 2]")?, [1, 2]);
/// assert!(fc3::decode_json::<u8>(b"1 2").is_err());
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// # Errors
/// The JSON is not a `T`, is not in UTF-8, or more follows. The error has the path in the value.
pub fn decode_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, EventError> {
    parse(without_mark(json)?)
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, EventError> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = decode(&mut json)?;
    json.end().map_err(EventError::new)?;
    Ok(value)
}
