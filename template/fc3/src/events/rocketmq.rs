//! Messages of a `RocketMQ` topic, which `EventBridge` delivers:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Body, Bytes, Delivery, EventError, Payload, lenient};

/// The event: a batch of messages. Each has an envelope, unless the trigger has `eventSchema: RawData` or
/// the topic is self-hosted.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::rocketmq::Event;
///
/// let event = r#"[{
///     "topic": "orders",
///     "body": "{\"number\": 42}",
///     "systemProperties": {"UNIQ_KEY": "1", "TAGS": "new"}
/// }]"#;
/// for delivery in Event::from_event(event.into())? {
///     let message = delivery.data;
///     assert_eq!(message.id(), Some("1"));
///     let order: serde_json::Value = message.body_as()?;
///     assert_eq!(order["number"], 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
pub type Event = Batch<Delivery<Message>>;

/// One message of a topic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The name of the topic.
    pub topic: String,
    /// The body: a text, or any JSON if `EventBridge` is set to `JSON`.
    pub body: Body,
    /// The id of the message, if the topic is self-hosted.
    pub msg_id: Option<String>,
    /// The properties that `RocketMQ` set.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub system_properties: SystemProperties,
    /// The properties that the sender set.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_properties: BTreeMap<String, Value>,
}

/// The properties that `RocketMQ` set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct SystemProperties {
    /// The id that the client of the sender gave the message.
    #[serde(default, deserialize_with = "lenient::text")]
    pub uniq_key: Option<String>,
    /// The tag of the message, by which a trigger can filter.
    #[serde(default, deserialize_with = "lenient::text")]
    pub tags: Option<String>,
    /// The keys of the message, by which it can be found in `RocketMQ`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub keys: Option<String>,
    /// The number of earlier deliveries.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub reconsume_times: Option<i64>,
    /// The time at which it was read from the topic, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub consume_start_time: Option<i64>,
    /// The smallest offset in the queue.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub min_offset: Option<i64>,
    /// The largest offset in the queue.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub max_offset: Option<i64>,
    /// The region it was sent from, such as `cn-hangzhou`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub msg_region: Option<String>,
    /// The id of the `RocketMQ` instance.
    #[serde(default, deserialize_with = "lenient::text")]
    pub instance_id: Option<String>,
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
    /// The unique id of the message, if it has one. It is the same at each delivery.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        let unique = &self.system_properties.uniq_key;
        self.msg_id.as_ref().or(unique.as_ref()).map(String::as_str)
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
