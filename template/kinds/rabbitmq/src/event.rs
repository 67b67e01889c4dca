//! What a queue of `RabbitMQ` delivers, by way of `EventBridge`:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fc::{Batch, Delivery, EventError, decode_text, lenient};

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    struct Order {
        number: u64,
    }

    fn message(body: &Value) -> Message {
        let message = json!({"envelope": {"routingKey": "my-queue"}, "body": body});
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn a_body_is_the_same_as_json_and_as_text() {
        let body = json!({"number": 42});
        for body in [body.to_string().into(), body] {
            let order: Order = message(&body).body_as().unwrap();
            assert_eq!(order.number, 42, "{body}");
        }
        let error = message(&json!({"number": "x"})).body_as::<Order>();
        assert_eq!(error.unwrap_err().path(), Some("body.number"));
    }

    #[test]
    fn a_message_may_hold_nothing_but_not_lack_its_body() {
        assert_eq!(message(&Value::Null).body, Value::Null);
        let lacking = json!({"envelope": {"routingKey": "my-queue"}});
        let error = serde_json::from_value::<Message>(lacking).unwrap_err();
        assert!(error.to_string().contains("`body`"), "{error}");
    }
}
