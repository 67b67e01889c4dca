//! What a timer sends whenever its time has come:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, Time, decode_json, decode_object, lenient};

/// One run that is due.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When it is due, in UTC to the second, as `2026-06-01T02:00:00Z`.
    pub trigger_time: Time,
    /// The trigger, by its name in s.yaml.
    pub trigger_name: String,
    /// The text that the trigger is set up with; empty if there is none. JSON stays a text.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub payload: String,
}

impl Event {
    /// What tells this run from all others of the function: the same at each try.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}", self.trigger_name, self.trigger_time)
    }

    /// The payload as a type of the function's own, from JSON.
    ///
    /// # Errors
    /// A payload that is no JSON of a `T`, with the path in the event.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(self.payload.as_bytes()).map_err(|error| error.under("payload"))
    }
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}
