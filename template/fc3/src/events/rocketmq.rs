//! What a topic of `RocketMQ` delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Delivery, EventError, Payload, decode_json, lenient};

/// Messages, each in its envelope unless the trigger says `eventSchema: RawData` or the topic is
/// self-hosted.
pub type Event = Batch<Delivery<Message>>;

/// One message of a topic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The topic.
    pub topic: String,
    /// What was sent, as text.
    pub body: String,
    /// The message's id, if the topic is self-hosted.
    pub msg_id: Option<String>,
    /// What `RocketMQ` says about the message.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub system_properties: SystemProperties,
    /// What its sender says about it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_properties: BTreeMap<String, Value>,
}

/// What `RocketMQ` says about a message.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct SystemProperties {
    /// The id that the sender's client gave the message.
    #[serde(default, deserialize_with = "lenient::text")]
    pub uniq_key: Option<String>,
    /// The tags, by which a trigger can filter.
    #[serde(default, deserialize_with = "lenient::text")]
    pub tags: Option<String>,
    /// The keys, by which messages are found again.
    #[serde(default, deserialize_with = "lenient::text")]
    pub keys: Option<String>,
    /// How often the message was delivered before.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub reconsume_times: Option<i64>,
    /// When it was taken from the topic, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub consume_start_time: Option<i64>,
    /// The smallest offset in the queue.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub min_offset: Option<i64>,
    /// The largest offset in the queue.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub max_offset: Option<i64>,
    /// The region it was sent from, as `cn-hangzhou`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub msg_region: Option<String>,
    /// The instance.
    #[serde(default, deserialize_with = "lenient::text")]
    pub instance_id: Option<String>,
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
    /// What tells this message from all others, if anything does: the same at each delivery.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        let unique = &self.system_properties.uniq_key;
        self.msg_id.as_ref().or(unique.as_ref()).map(String::as_str)
    }

    /// The body as a type of the function's own, from JSON.
    ///
    /// # Errors
    /// A body that is no JSON of a `T`, with the path in the message.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(self.body.as_bytes()).map_err(|error| error.under("body"))
    }
}
