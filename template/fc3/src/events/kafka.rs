//! Records of a Kafka topic, which `EventBridge` delivers:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Batch, Body, Bytes, Delivery, EventError, Payload, lenient};

/// The event: a batch of records. Each has an envelope, unless the trigger has `eventSchema: RawData`.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::kafka::Event;
///
/// let event = r#"[{"topic": "orders", "partition": 0, "offset": 7, "value": "{\"number\": 42}"}]"#;
/// for delivery in Event::from_event(event.into())? {
///     let record = delivery.data;
///     assert_eq!(record.id(), "orders-0-7");
///     let order: serde_json::Value = record.value_as()?;
///     assert_eq!(order["number"], 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
pub type Event = Batch<Delivery<Record>>;

/// One record of a topic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// The name of the topic.
    pub topic: String,
    /// The number of the partition.
    pub partition: i32,
    /// The offset of the record in the partition.
    pub offset: i64,
    /// The time at which it was produced, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub timestamp: Option<i64>,
    /// The headers. Their format is not documented.
    pub headers: Option<Value>,
    /// The key of the record.
    #[serde(default, deserialize_with = "lenient::text")]
    pub key: Option<String>,
    /// The value, in the format that is set in `EventBridge`: a text (the default), any JSON (`Json`) or
    /// a Base64 text (`Binary`). `null` means that the key was deleted from a compacted topic.
    #[serde(default)]
    pub value: Body,
}

impl Payload for Record {
    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.id().into())
    }
}

impl Record {
    /// The unique id of the record in its cluster, `topic-partition-offset`. It is the same at each
    /// delivery.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}-{}", self.topic, self.partition, self.offset)
    }

    /// Reads the value as a type of your own. The value may also be a text that contains JSON.
    ///
    /// # Errors
    /// The value is not a `T`. The error has the path in the record.
    pub fn value_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        self.value.read().map_err(|error| error.under("value"))
    }

    /// The bytes of a value in the format `Binary`.
    ///
    /// # Errors
    /// The value is not a Base64 text.
    pub fn value_bytes(&self) -> Result<Bytes, EventError> {
        self.value.bytes().map_err(|error| error.under("value"))
    }
}
