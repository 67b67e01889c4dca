//! What a function can be called with, and how an event is read.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use serde::de::DeserializeOwned;

use crate::EVENT_LIMIT;
use crate::decode::{EventError, decode_json};
use crate::failure::Failure;

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
pub(crate) async fn read(mut body: Incoming) -> Result<Bytes, Failure> {
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
pub(crate) fn check_length(body: &Incoming) -> Result<(), Failure> {
    if body.size_hint().lower() > EVENT_LIMIT as u64 {
        return Err(Failure::too_large());
    }
    Ok(())
}
