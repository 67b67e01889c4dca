//! Messages of a queue of Simple Message Queue (SMQ, formerly MNS), which `EventBridge` delivers:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Batch, Body, Bytes, Delivery, EventError, Payload};

/// The event: a batch of messages. Each has an envelope, unless the trigger has `eventSchema: RawData`.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::mns_queue::Event;
///
/// let event = r#"[{"messageId": "1", "messageBody": "{\"number\": 42}"}]"#;
/// for delivery in Event::from_event(event.into())? {
///     let order: serde_json::Value = delivery.data.body_as()?;
///     assert_eq!(order["number"], 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
pub type Event = Batch<Delivery<Message>>;

/// One message of a queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The unique id of the message in the queue. It is the same at each delivery.
    pub message_id: String,
    /// The body: a text, or any JSON. If the trigger has `IsBase64Decode: false` and the sender encoded the
    /// body, this is still the Base64 text.
    pub message_body: Body,
    /// The id of the request to the queue. It is not the id of this call.
    pub request_id: Option<String>,
}

impl Payload for Message {
    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.message_id.as_str().into())
    }
}

impl Message {
    /// Reads the body as a type of your own. The body may also be a text that contains JSON.
    ///
    /// # Errors
    /// The body is not a `T`. The error has the path in the message.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        let read = self.message_body.read();
        read.map_err(|error| error.under("messageBody"))
    }

    /// The bytes of a body that is a Base64 text.
    ///
    /// # Errors
    /// The body is not a Base64 text.
    pub fn body_bytes(&self) -> Result<Bytes, EventError> {
        let bytes = self.message_body.bytes();
        bytes.map_err(|error| error.under("messageBody"))
    }
}
