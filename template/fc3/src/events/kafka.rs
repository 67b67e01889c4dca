//! What a topic of Kafka delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Bytes, Delivery, EventError, Payload, decode_text, from_base64, lenient};

/// Records, each in its envelope unless the trigger says `eventSchema: RawData`.
pub type Event = Batch<Delivery<Record>>;

/// One record of a topic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// The topic.
    pub topic: String,
    /// The partition of the topic.
    pub partition: i32,
    /// The record's place in the partition.
    pub offset: i64,
    /// When it was produced, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub timestamp: Option<i64>,
    /// The headers, in a form that is not documented.
    pub headers: Option<Value>,
    /// The key.
    #[serde(default, deserialize_with = "lenient::text")]
    pub key: Option<String>,
    /// What was produced: a text; or, as the format is set in `EventBridge`, any JSON (`Json`) or a
    /// Base64 text (`Binary`). `null`, or nothing, is a deletion in a compacted topic.
    #[serde(default)]
    pub value: Value,
}

impl Payload for Record {
    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.id().into())
    }
}

impl Record {
    /// The id of the record in its cluster, `topic-partition-offset`: the same at each delivery.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}-{}", self.topic, self.partition, self.offset)
    }

    /// The value as a type of the function's own, also if it is a text that holds JSON.
    ///
    /// # Errors
    /// A value that is no `T`, with the path in the record.
    pub fn value_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_text(&self.value).map_err(|error| error.under("value"))
    }

    /// The bytes of a value in the format `Binary`.
    ///
    /// # Errors
    /// A value that is no Base64 text.
    pub fn value_bytes(&self) -> Result<Bytes, EventError> {
        from_base64(&self.value_as::<String>()?).map_err(|error| error.under("value"))
    }
}
