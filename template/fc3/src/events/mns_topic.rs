//! What a topic of Simple Message Queue (SMQ, formerly MNS) delivers:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{Bytes, EventError, FromEvent, decode, decode_json, lenient};

/// Two of these make an object a message in the format `JSON`.
const SIGNS: [&str; 6] = [
    "TopicOwner",
    "TopicName",
    "Subscriber",
    "SubscriptionName",
    "MessageMD5",
    "MessageId",
];

/// The fields besides: with those above, all that an attribute cannot be called when it is written.
const OTHERS: [&str; 3] = ["Message", "MessageTag", "PublishTime"];

/// A message, in whichever format the trigger asks for: `STREAM` says nothing but the message and
/// its attributes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// What was published.
    pub message: String,
    /// What tells this message from all others: the same at each delivery. Always there in the format
    /// `JSON`.
    pub message_id: Option<String>,
    /// The MD5 checksum of the message, in upper-case hexadecimal.
    #[serde(rename = "MessageMD5")]
    pub message_md5: Option<String>,
    /// The tag it was published with, which a trigger can filter by.
    pub message_tag: Option<String>,
    /// When it was published, in milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub publish_time: Option<i64>,
    /// The account that owns the topic.
    pub topic_owner: Option<String>,
    /// The topic.
    pub topic_name: Option<String>,
    /// The account that subscribed to it.
    pub subscriber: Option<String>,
    /// The subscription, which stands for the trigger.
    pub subscription_name: Option<String>,
    /// The attributes it was published with: in the format `JSON` by their names, in `STREAM` as
    /// `Extend`, a text that holds JSON. In `JSON` they stand beside the fields: one with the name of a
    /// field is taken for that field, and if both are there, the last in the document counts.
    #[serde(flatten, serialize_with = "without_fields")]
    pub attributes: BTreeMap<String, Value>,
}

impl Event {
    /// The message as a type of the function's own, from JSON.
    ///
    /// # Errors
    /// A message that is no JSON of a `T`, with the path in the event.
    pub fn message_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(self.message.as_bytes()).map_err(|error| error.under("Message"))
    }
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        let text = String::from_event(event)?;
        match serde_json::from_str(&text) {
            Ok(Value::Object(fields)) if is_json_format(&fields) => from_fields(fields),
            Ok(Value::Object(parts)) => Ok(from_parts(&parts).unwrap_or_else(|| bare(text))),
            _ if text.is_empty() => Err(EventError::new("the message is empty")),
            _ => Ok(bare(text)),
        }
    }
}

/// One sign alone may be chance, in a body that is JSON itself.
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
        message,
        ..Event::default()
    }
}

/// Leaves out what a field's name hides, since no name may be there twice. Only the attributes of
/// the format `STREAM` can have one.
fn without_fields<S: Serializer>(
    attributes: &BTreeMap<String, Value>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let free = |name: &str| !SIGNS.contains(&name) && !OTHERS.contains(&name);
    to.collect_map(attributes.iter().filter(|(name, _)| free(name)))
}
