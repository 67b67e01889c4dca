//! What a queue of Simple Message Queue (SMQ, formerly MNS) delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Batch, Bytes, Delivery, EventError, Payload, decode_json, from_base64};

/// Messages, each in its envelope unless the trigger says `eventSchema: RawData`.
pub type Event = Batch<Delivery<Message>>;

/// One message of a queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What tells this message from all others of the queue: the same at each delivery.
    pub message_id: String,
    /// What was sent, as text. If the trigger says `IsBase64Decode: false`, it is still in the
    /// Base64 that its sender may have put it in.
    pub message_body: String,
    /// The id of the request to the queue, not of the call of this function.
    pub request_id: Option<String>,
}

impl Payload for Message {
    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.message_id.as_str().into())
    }
}

impl Message {
    /// The body as a type of the function's own, from JSON.
    ///
    /// # Errors
    /// A body that is no JSON of a `T`, with the path in the message.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(self.message_body.as_bytes()).map_err(|error| error.under("messageBody"))
    }

    /// The bytes of a body that is in Base64.
    ///
    /// # Errors
    /// A body that is no Base64 text.
    pub fn body_bytes(&self) -> Result<Bytes, EventError> {
        from_base64(&self.message_body).map_err(|error| error.under("messageBody"))
    }
}
