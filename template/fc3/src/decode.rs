//! How bytes become the value that they stand for, and what is told when they cannot.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::failure::Failure;

/// Reads a value in any format that serde knows.
///
/// # Errors
/// Whatever is no `T`, with the path to the trouble.
pub fn decode<'de, T, D>(from: D) -> Result<T, EventError>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error: fmt::Display>,
{
    decode_with(from, |error| error.to_string())
}

/// Reads a value in a format whose errors are no words for a reader, and tells them by `tell`.
///
/// # Errors
/// Whatever is no `T`, with the path to the trouble.
pub fn decode_with<'de, T, D>(
    from: D,
    tell: impl FnOnce(D::Error) -> String,
) -> Result<T, EventError>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    serde_path_to_error::deserialize(from).map_err(|error| {
        let path = error.path().to_string();
        let error = EventError::new(tell(error.into_inner()));
        match path.trim_end_matches(['.', '?']) {
            // That is the whole event, which says nothing.
            "" => error,
            path => error.at(path),
        }
    })
}

/// Reads an event that is one JSON object.
///
/// For serde a list of the fields' values, in their order, is a struct as well, which no source
/// means.
///
/// # Errors
/// Whatever is no object or no `T`, with the path to the trouble.
pub fn decode_object<T: DeserializeOwned>(event: &[u8]) -> Result<T, EventError> {
    match event.trim_ascii_start().first() {
        Some(b'{') => decode_json(event),
        Some(_) => Err(EventError::new("expected an object in JSON")),
        None => Err(EventError::new("the event is empty")),
    }
}

/// Reads a JSON value, which may be a text that holds the JSON of it. As a `Value`, a text stays one.
///
/// A list is read as a struct whose fields it lists in their order.
///
/// # Errors
/// Whatever is no `T`, with the path to the trouble.
pub fn decode_text<T: DeserializeOwned>(value: &Value) -> Result<T, EventError> {
    match (decode(value), value) {
        (Err(_), Value::String(text)) => decode_json(text.as_bytes()),
        (read, _) => read,
    }
}

/// Reads a value in JSON, which nothing may follow.
///
/// # Errors
/// Whatever is no `T`, with the path to the trouble.
pub fn decode_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, EventError> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = decode(&mut json)?;
    json.end().map_err(EventError::new)?;
    Ok(value)
}

/// Why an event could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    message: String,
    path: Option<String>,
}

impl EventError {
    /// An error that says `message`.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            path: None,
        }
    }

    /// The same error at `path` in the event, as `orders[2].price`.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// The same error in a value that lies at `outer` in the event.
    #[must_use]
    pub fn under(mut self, outer: &str) -> Self {
        self.path = Some(match self.path {
            None => outer.to_owned(),
            Some(path) if path.starts_with('[') => format!("{outer}{path}"),
            Some(path) => format!("{outer}.{path}"),
        });
        self
    }

    /// Where in the event the trouble is; `None` if that is all of it.
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
