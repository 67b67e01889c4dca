//! Messages of a topic of Simple Message Queue (SMQ, formerly MNS):
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::encoding::without_mark;
use crate::{Body, Bytes, EventError, FromEvent, decode, lenient};

/// An object with two of these fields is a message in the format `JSON`.
const SIGNS: [&str; 6] = [
    "TopicOwner",
    "TopicName",
    "Subscriber",
    "SubscriptionName",
    "MessageMD5",
    "MessageId",
];

/// The other fields. With those above, these are the names that no attribute can have when it is written.
const OTHERS: [&str; 3] = ["Message", "MessageTag", "PublishTime"];

/// The event: one message.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::mns_topic::Event;
///
/// // The format `STREAM`, then the format `JSON`.
/// let stream = Event::from_event(r#"{"number": 42}"#.into())?;
/// let json = r#"{"TopicName": "orders", "MessageId": "1", "Message": "{\"number\": 42}"}"#;
/// let json = Event::from_event(json.into())?;
/// for event in [stream, json] {
///     let order: serde_json::Value = event.message_as()?;
///     assert_eq!(order["number"], 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// The trigger chooses the format. `STREAM` has only the message and its attributes, so the other
/// fields are then `None`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// The message: a text, or any JSON.
    pub message: Body,
    /// The unique id of the message. It is the same at each delivery, and always set in the format `JSON`.
    pub message_id: Option<String>,
    /// The MD5 checksum of the message, in upper-case hexadecimal.
    #[serde(rename = "MessageMD5")]
    pub message_md5: Option<String>,
    /// The tag of the message, by which a trigger can filter.
    pub message_tag: Option<String>,
    /// The time at which it was published, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub publish_time: Option<i64>,
    /// The id of the account that owns the topic.
    pub topic_owner: Option<String>,
    /// The name of the topic.
    pub topic_name: Option<String>,
    /// The id of the account that subscribed to the topic.
    pub subscriber: Option<String>,
    /// The name of the subscription, which belongs to the trigger.
    pub subscription_name: Option<String>,
    /// The attributes of the message. The format `STREAM` has them in one attribute, `Extend`, which is a
    /// text that contains JSON.
    ///
    /// In the format `JSON`, attributes are next to the fields. An attribute with the name of a field is
    /// read as that field; if both are present, the last one counts.
    #[serde(flatten, serialize_with = "without_fields")]
    pub attributes: BTreeMap<String, Value>,
}

impl Event {
    /// Reads the message as a type of your own. The message may also be a text that contains JSON.
    ///
    /// # Errors
    /// The message is not a `T`. The error has the path in the event.
    pub fn message_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        self.message.read().map_err(|error| error.under("Message"))
    }

    /// The bytes of a message that is a Base64 text.
    ///
    /// # Errors
    /// The message is not a Base64 text.
    pub fn message_bytes(&self) -> Result<Bytes, EventError> {
        self.message.bytes().map_err(|error| error.under("Message"))
    }
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        let text = String::from_event(event)?;
        let mark = text.len() - without_mark(text.as_bytes())?.len();
        match serde_json::from_str(&text[mark..]) {
            Ok(Value::Object(fields)) if is_json_format(&fields) => from_fields(fields),
            Ok(Value::Object(parts)) => Ok(from_parts(&parts).unwrap_or_else(|| bare(text))),
            _ if text.len() == mark => Err(EventError::new("the message is empty")),
            _ => Ok(bare(text)),
        }
    }
}

/// A single sign may be a coincidence, since a message may itself be JSON.
fn is_json_format(fields: &Map<String, Value>) -> bool {
    let has = |sign: &&&str| fields.get(**sign).is_some_and(|value| !value.is_null());
    SIGNS.iter().filter(has).count() > 1
}

fn from_fields(fields: Map<String, Value>) -> Result<Event, EventError> {
    let event: Event = decode(Value::Object(fields))?;
    if event.message_id.is_none() {
        return Err(EventError::new("missing field `MessageId`").at("MessageId"));
    }
    Ok(event)
}

/// The format `STREAM` of a message with attributes.
fn from_parts(parts: &Map<String, Value>) -> Option<Event> {
    let (body, attributes) = (parts.get("body")?.as_str()?, parts.get("attrs")?);
    if parts.len() != 2 {
        return None;
    }
    Some(Event {
        attributes: Option::deserialize(attributes).ok()?.unwrap_or_default(),
        ..bare(body.to_owned())
    })
}

/// The format `STREAM` of a message without attributes.
fn bare(message: String) -> Event {
    Event {
        message: message.into(),
        ..Event::default()
    }
}

/// Leaves out attributes with the name of a field, since no name may be written twice. Only the format
/// `STREAM` can have such attributes.
fn without_fields<S: Serializer>(
    attributes: &BTreeMap<String, Value>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let free = |name: &str| !SIGNS.contains(&name) && !OTHERS.contains(&name);
    to.collect_map(attributes.iter().filter(|(name, _)| free(name)))
}
