//! What a queue of Simple Message Queue (SMQ, formerly MNS) delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fc::{Batch, Bytes, Delivery, EventError, decode_json, from_base64};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Order {
        order: u64,
    }

    fn message(body: &str) -> Message {
        Message {
            message_id: "1".to_owned(),
            message_body: body.to_owned(),
            request_id: None,
        }
    }

    #[test]
    fn a_body_may_be_json() {
        let body = message(r#"{"order": 42}"#);
        assert_eq!(body.body_as::<Order>().unwrap().order, 42);
        let wrong = message(r#"{"order": "x"}"#);
        let error = wrong.body_as::<Order>().unwrap_err();
        assert_eq!(error.path(), Some("messageBody.order"));
    }

    #[test]
    fn a_body_in_base64_gives_its_bytes() {
        assert_eq!(message("VEVTVA==").body_bytes().unwrap(), "TEST");
        let error = message("TEST!").body_bytes().unwrap_err();
        assert_eq!(error.path(), Some("messageBody"));
    }
}
