//! Events of a timer trigger, one at each scheduled time:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, Time, decode_json, decode_object, lenient};

/// The event: one scheduled run.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::timer::Event;
///
/// let event = r#"{
///     "triggerTime": "2026-06-01T02:00:00Z",
///     "triggerName": "daily",
///     "payload": "{\"job\": \"cleanup\"}"
/// }"#;
/// let event = Event::from_event(event.into())?;
/// assert_eq!(event.id(), "daily-2026-06-01T02:00:00Z");
/// let payload: serde_json::Value = event.payload_as()?;
/// assert_eq!(payload["job"], "cleanup");
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The scheduled time, in UTC and whole seconds, such as `2026-06-01T02:00:00Z`.
    pub trigger_time: Time,
    /// The name of the trigger in s.yaml.
    pub trigger_name: String,
    /// The payload from s.yaml, as text. It is empty if the trigger has none.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub payload: String,
}

impl Event {
    /// The unique id of the run in this function. It is the same at each attempt.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.trigger_name, self.trigger_time)
    }

    /// Reads the payload as JSON, as a type of your own.
    ///
    /// # Errors
    /// The payload is not the JSON of a `T`. The error has the path in the event.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(self.payload.as_bytes()).map_err(|error| error.under("payload"))
    }
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}
