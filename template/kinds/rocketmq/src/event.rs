//! What a topic of `RocketMQ` delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fc::{Batch, Delivery, EventError, decode_json, lenient};

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(properties: Value) -> Message {
        let mut message = json!({"topic": "my-topic", "body": "TEST"});
        message["systemProperties"] = properties;
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn properties_are_what_they_mean_and_not_how_they_are_written() {
        let message = message(json!({
            "MAX_OFFSET": "8",
            "CONSUME_START_TIME": 1_780_279_200_396_u64,
            "TRACE_ON": "true",
            "BORN_HOST": "192.0.2.10",
        }));
        let properties = &message.system_properties;
        assert_eq!(properties.max_offset, Some(8));
        assert_eq!(properties.consume_start_time, Some(1_780_279_200_396));
        assert_eq!(properties.others["TRACE_ON"], "true");
        assert_eq!(properties.others["BORN_HOST"], "192.0.2.10");
        assert_eq!(properties.others.len(), 2);
    }

    #[test]
    fn the_servers_id_goes_before_the_senders() {
        let mut message = message(json!({"UNIQ_KEY": "of-sender"}));
        assert_eq!(message.id(), Some("of-sender"));
        message.msg_id = Some("of-server".to_owned());
        assert_eq!(message.id(), Some("of-server"));
    }

    #[test]
    fn an_error_in_the_body_tells_where() {
        #[derive(Debug, Deserialize)]
        struct Order {
            #[expect(dead_code, reason = "only how it is read matters here")]
            number: u64,
        }

        let mut message = message(Value::Null);
        assert_eq!(message.body, "TEST");
        message.body = r#"{"number": "x"}"#.to_owned();
        let error = message.body_as::<Order>().unwrap_err();
        assert_eq!(error.path(), Some("body.number"));
    }
}
