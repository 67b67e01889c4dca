//! What a function can be called with, and how an event is read.

use std::fmt;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use super::EVENT_LIMIT;
use super::failure::Failure;

/// A type that an event's bytes can be read as.
///
/// The platform passes the caller's bytes on untouched and names them
/// `application/octet-stream`, whatever they are: only the type knows their format.
#[diagnostic::on_unimplemented(
    message = "a function cannot take `{Self}` as its event",
    label = "not an event",
    note = "take `Bytes`, `String`, or `Json<T>` where `T` implements `serde::Deserialize`"
)]
pub trait FromEvent: Sized + Send {
    /// Reads `event`.
    ///
    /// # Errors
    /// Bytes that are no such event. The call fails with the message and the path in it.
    fn from_event(event: Bytes) -> Result<Self, EventError>;
}

/// An event or a reply in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl FromEvent for Bytes {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        Ok(event)
    }
}

impl FromEvent for String {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        Self::from_utf8(event.into()).map_err(|error| EventError::new(error.utf8_error()))
    }
}

impl<T: DeserializeOwned + Send> FromEvent for Json<T> {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_json(&event).map(Self)
    }
}

/// Reads a value in any format that serde knows.
///
/// # Errors
/// Whatever is no `T`, with the path to the trouble.
pub fn decode<'de, T, D>(from: D) -> Result<T, EventError>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error: fmt::Display>,
{
    serde_path_to_error::deserialize(from).map_err(|error| {
        let path = error.path().to_string();
        let error = EventError::new(error.into_inner());
        match path.trim_end_matches('?').trim_end_matches('.') {
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
    if event.trim_ascii_start().first() != Some(&b'{') {
        return Err(EventError::new("expected an object"));
    }
    decode_json(event)
}

/// Reads a JSON value, which may be a text that holds the JSON of it.
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
pub(super) fn decode_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, EventError> {
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

/// Reads a whole event of at most [`EVENT_LIMIT`] bytes.
pub(super) async fn read(mut body: Incoming) -> Result<Bytes, Failure> {
    check_length(&body)?;
    let expected = body.size_hint().exact().unwrap_or(0);
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Failure::cut_off)?.into_data() else {
            continue;
        };
        if first.is_empty() {
            // Most events arrive in one piece, which needs no copy.
            first = data;
            continue;
        }
        if whole.is_empty() {
            // Reserved memory is not used memory: it grows with what is really sent.
            whole.reserve_exact(usize::try_from(expected).unwrap_or(0));
            whole.extend_from_slice(&first);
        }
        if whole.len() + data.len() > EVENT_LIMIT {
            return Err(Failure::too_large());
        }
        whole.extend_from_slice(&data);
    }
    Ok(if whole.is_empty() {
        first
    } else {
        whole.into()
    })
}

/// Refuses a body that says beforehand that it is over [`EVENT_LIMIT`] bytes.
pub(super) fn check_length(body: &Incoming) -> Result<(), Failure> {
    if body.size_hint().lower() > EVENT_LIMIT as u64 {
        return Err(Failure::too_large());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Order {
        #[expect(dead_code, reason = "only how it is read matters here")]
        items: Vec<u32>,
    }

    #[test]
    fn an_unreadable_event_tells_where() {
        let event = Bytes::from_static(br#"{"items": [1, "two"]}"#);
        let error = Json::<Order>::from_event(event).unwrap_err();
        assert_eq!(error.path(), Some("items[1]"));
    }

    #[test]
    fn a_missing_field_is_named_by_the_message() {
        let error = Json::<Order>::from_event(Bytes::from_static(b"{}")).unwrap_err();
        assert!(error.message.contains("`items`"), "{error}");
        assert_eq!(error.path(), None);
    }

    #[test]
    fn nothing_may_follow_the_event() {
        let event = Bytes::from_static(br#"{"items": []} {}"#);
        Json::<Order>::from_event(event).unwrap_err();
    }

    #[test]
    fn text_must_be_utf_8() {
        assert_eq!(String::from_event(Bytes::from_static(b"hi")).unwrap(), "hi");
        String::from_event(Bytes::from_static(b"\xff")).unwrap_err();
    }
}
