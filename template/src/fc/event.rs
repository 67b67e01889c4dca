//! What a function can be called with, and how an event is read.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use serde::de::DeserializeOwned;

use super::EVENT_LIMIT;
use super::decode::{EventError, decode_json};
use super::failure::Failure;

/// A type that an event's bytes can be read as.
///
/// The platform passes the caller's bytes on untouched and names them
/// `application/octet-stream`, whatever they are: only the type knows their format.
#[diagnostic::on_unimplemented(
    message = "a function cannot take `{Self}` as its event",
    label = "not an event",
    note = "take `Bytes`, `String`, `Json<T>` or `Batch<Delivery<T>>` where `T` implements `serde::Deserialize`"
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
        assert!(error.to_string().contains("`items`"), "{error}");
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
