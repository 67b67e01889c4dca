//! Messages of a `RabbitMQ` queue, which `EventBridge` delivers:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Body, Bytes, Delivery, EventError, Payload, lenient};

/// The event: a batch of messages. Each has an envelope, unless the trigger has `eventSchema: RawData`.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::rabbitmq::Event;
///
/// let event = r#"[{"envelope": {"routingKey": "orders"}, "body": {"number": 42}}]"#;
/// for delivery in Event::from_event(event.into())? {
///     let message = delivery.data;
///     assert_eq!(message.envelope.routing_key, "orders");
///     let order: serde_json::Value = message.body_as()?;
///     assert_eq!(order["number"], 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
pub type Event = Batch<Delivery<Message>>;

/// One message of a queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Message {
    /// The delivery, as AMQP describes it. This is not the envelope of `EventBridge`.
    pub envelope: Routing,
    /// The body: any JSON, or a text.
    pub body: Body,
    /// The properties that the sender set.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub props: Properties,
}

/// The delivery of a message.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// The routing key. In the default exchange, this is the name of the queue.
    pub routing_key: String,
    /// The name of the exchange, which is empty for the default exchange.
    pub exchange: Option<String>,
    /// The number of the delivery. A redelivery has another one.
    pub delivery_tag: Option<i64>,
    /// Whether this is a redelivery.
    pub redeliver: Option<bool>,
}

/// The properties that the sender of a message set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    /// The id of the message.
    pub message_id: Option<String>,
    /// The encoding of the body, such as `UTF-8`.
    pub content_encoding: Option<String>,
    /// All other properties, by the names that the event uses.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl Payload for Message {
    fn id(&self) -> Option<Cow<'_, str>> {
        self.id().map(Cow::Borrowed)
    }
}

impl Message {
    /// The unique id of the message, if the sender set one. It is the same at each delivery.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.props.message_id.as_deref()
    }

    /// Reads the body as a type of your own. The body may also be a text that contains JSON.
    ///
    /// # Errors
    /// The body is not a `T`. The error has the path in the message.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        self.body.read().map_err(|error| error.under("body"))
    }

    /// The bytes of a body that is a Base64 text.
    ///
    /// # Errors
    /// The body is not a Base64 text.
    pub fn body_bytes(&self) -> Result<Bytes, EventError> {
        self.body.bytes().map_err(|error| error.under("body"))
    }
}
