//! How bytes become values, and the error when they cannot.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::failure::Failure;

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
    match event.trim_ascii_start().first() {
        Some(b'{') => decode_json(event),
        Some(_) => Err(EventError::new("expected a JSON object")),
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
/// If the text itself is a `T`, such as a `String` or a `Value`, it is returned as it is.
///
/// # Errors
/// Neither the value nor the JSON in it is a `T`. The error has the path in that JSON.
pub fn decode_text<T: DeserializeOwned>(value: &Value) -> Result<T, EventError> {
    match (decode(value), value) {
        (Err(_), Value::String(text)) => decode_json(text.as_bytes()),
        (read, _) => read,
    }
}

/// Reads one JSON value.
///
/// ```
/// assert_eq!(fc3::decode_json::<[u8; 2]>(b"[1, 2]")?, [1, 2]);
/// assert!(fc3::decode_json::<u8>(b"1 2").is_err());
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// # Errors
/// The JSON is not a `T`, or more follows. The error has the path in the value.
pub fn decode_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, EventError> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = decode(&mut json)?;
    json.end().map_err(EventError::new)?;
    Ok(value)
}

/// The reason why an event cannot be read, and the path of the wrong value.
///
/// ```
/// use fc3::EventError;
///
/// let error = EventError::new("expected a number").at("price").under("[2]").under("orders");
/// assert_eq!(error.path(), Some("orders[2].price"));
/// assert_eq!(error.to_string(), "expected a number (at `orders[2].price`)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    message: String,
    path: Option<String>,
}

impl EventError {
    /// An error with this message.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            path: None,
        }
    }

    /// The same error at `path` in the event, such as `orders[2].price`.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// The same error, when the value that was read is at `outer` in the event.
    #[must_use]
    pub fn under(mut self, outer: &str) -> Self {
        self.path = Some(match self.path {
            None => outer.to_owned(),
            Some(path) if path.starts_with('[') => format!("{outer}{path}"),
            Some(path) => format!("{outer}.{path}"),
        });
        self
    }

    /// The path of the wrong value; `None` if it is the whole event.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            None => f.write_str(&self.message),
            Some(path) => write!(f, "{} (at `{path}`)", self.message),
        }
    }
}

impl std::error::Error for EventError {}

impl From<EventError> for Failure {
    fn from(error: EventError) -> Self {
        Self::unreadable(error.message, error.path)
    }
}
