//! What a queue of `RabbitMQ` delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Delivery, EventError, Payload, decode_text, lenient};

/// Messages, each in its envelope unless the trigger says `eventSchema: RawData`.
pub type Event = Batch<Delivery<Message>>;

/// One message of a queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Message {
    /// How it was delivered, in the words of AMQP.
    pub envelope: Routing,
    /// What was sent: any JSON, or a text.
    pub body: Value,
    /// What its sender says about it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub props: Properties,
}

/// How a message was delivered.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// The key it was sent with: in the default exchange, the name of the queue.
    pub routing_key: String,
    /// The exchange it was sent to; the default one has no name.
    pub exchange: Option<String>,
    /// The number of the delivery, which is another at the next one.
    pub delivery_tag: Option<i64>,
    /// Whether the message was delivered before.
    pub redeliver: Option<bool>,
}

/// What its sender says about a message.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    /// The id that the sender gave the message.
    pub message_id: Option<String>,
    /// The encoding of the body, as `UTF-8`.
    pub content_encoding: Option<String>,
    /// All others, by their names on the wire.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl Payload for Message {
    fn id(&self) -> Option<Cow<'_, str>> {
        self.id().map(Cow::Borrowed)
    }
}

impl Message {
    /// What tells this message from all others, if its sender said so: the same at each delivery.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.props.message_id.as_deref()
    }

    /// The body as a type of the function's own, also if it is a text that holds JSON.
    ///
    /// # Errors
    /// A body that is no `T`, with the path in the message.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_text(&self.body).map_err(|error| error.under("body"))
    }
}
