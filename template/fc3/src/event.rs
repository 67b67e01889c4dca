//! The types that a function can receive, and how an event is read.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use serde::de::DeserializeOwned;

use crate::EVENT_LIMIT;
use crate::decode::{EventError, decode_json};
use crate::encoding::without_mark;
use crate::failure::Failure;

/// A type that can be read from the bytes of an event.
///
/// ```
/// use fc3::{Bytes, EventError, FromEvent};
///
/// /// An event that is a list of words.
/// struct Words(Vec<String>);
///
/// impl FromEvent for Words {
///     fn from_event(event: Bytes) -> Result<Self, EventError> {
///         let text = String::from_event(event)?;
///         Ok(Self(text.split_whitespace().map(str::to_owned).collect()))
///     }
/// }
///
/// assert_eq!(Words::from_event("two words".into())?.0, ["two", "words"]);
/// # Ok::<(), EventError>(())
/// ```
///
/// The platform sends the caller's bytes unchanged and always declares them as
/// `application/octet-stream`, so the type alone decides the format.
#[diagnostic::on_unimplemented(
    message = "a function cannot take `{Self}` as its event",
    label = "not an event",
    note = "take `Bytes`, `String`, `Json<T>` where `T` implements `serde::Deserialize`, or `Batch<Delivery<T>>` where `T` implements `fc3::Payload`"
)]
pub trait FromEvent: Sized + Send {
    /// Reads an event.
    ///
    /// # Errors
    /// The bytes are not such an event. The call fails, and its caller receives the message and the
    /// path.
    fn from_event(event: Bytes) -> Result<Self, EventError>;
}

/// An event or a reply in JSON.
///
/// ```
/// use fc3::{FromEvent, Json};
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Order {
///     items: Vec<u32>,
/// }
///
/// let Json(order): Json<Order> = Json::from_event(r#"{"items": [1, 2]}"#.into())?;
/// assert_eq!(order.items, [1, 2]);
///
/// let error = Json::<Order>::from_event(r#"{"items": [1, "two"]}"#.into()).unwrap_err();
/// assert_eq!(error.path(), Some("items[1]"));
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// The JSON of an event is in UTF-8. A byte order mark before it is skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl FromEvent for Bytes {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        Ok(event)
    }
}

impl FromEvent for String {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        Self::from_utf8(event.into()).map_err(|error| {
            let other = without_mark(error.as_bytes()).err();
            other.unwrap_or_else(|| EventError::new(error.utf8_error()))
        })
    }
}

impl<T: DeserializeOwned + Send> FromEvent for Json<T> {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_json(&event).map(Self)
    }
}

/// Reads a whole event of at most [`EVENT_LIMIT`] bytes.
///
/// A body that turns out to be larger is taken, so that nobody waits for the rest.
pub(crate) async fn read(arrived: &mut Option<Incoming>) -> Result<Bytes, Failure> {
    check_length(arrived.as_ref())?;
    let Some(body) = arrived else {
        return Ok(Bytes::new());
    };
    let expected = body.size_hint().exact().unwrap_or(0);
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    // A body of known length ends with its last frame, so there is no need to ask for another.
    while !body.is_end_stream()
        && let Some(frame) = body.frame().await
    {
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
            *arrived = None;
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

/// Rejects a body whose declared length is over [`EVENT_LIMIT`] bytes.
pub(crate) fn check_length(body: Option<&Incoming>) -> Result<(), Failure> {
    match body {
        Some(body) if body.size_hint().lower() > EVENT_LIMIT as u64 => Err(Failure::too_large()),
        _ => Ok(()),
    }
}
