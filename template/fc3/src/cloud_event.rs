//! Cloud events, the envelope of whatever comes through `EventBridge`:
//! <https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-overview>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::batch::FromItem;
use crate::decode::{decode, decode_object, decode_text};
use crate::{EventError, Time};

/// What an envelope says about the event in it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Envelope {
    /// Together with `source`, what tells this event from all others: the same in each retry.
    pub id: String,
    /// Who sent it, as `acs.oss`, `acs:alikafka` or `MNS-<function>-<trigger>`.
    pub source: String,
    /// What happened, as `oss:ObjectCreated:PutObject`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The version of the specification of cloud events, `1.0`.
    #[serde(rename = "specversion")]
    pub spec_version: Option<String>,
    /// The media type of the data.
    #[serde(rename = "datacontenttype")]
    pub data_content_type: Option<String>,
    /// Where the data's schema is.
    #[serde(rename = "dataschema")]
    pub data_schema: Option<String>,
    /// What it happened to, as an ARN in one of several dialects.
    pub subject: Option<String>,
    /// When it happened.
    pub time: Option<Time>,
    /// The account that owns the event bus.
    #[serde(rename = "aliyunaccountid")]
    pub account_id: Option<String>,
    /// The account that the event began in.
    #[serde(rename = "aliyunoriginalaccountid")]
    pub original_account_id: Option<String>,
    /// The event bus it came by.
    #[serde(rename = "aliyuneventbusname")]
    pub event_bus_name: Option<String>,
    /// The region it came from, as `cn-hangzhou`.
    #[serde(rename = "aliyunregionid")]
    pub region_id: Option<String>,
    /// The address it was published from.
    #[serde(rename = "aliyunpublishaddr")]
    pub publish_address: Option<String>,
    /// When `EventBridge` received it.
    #[serde(rename = "aliyunpublishtime")]
    pub publish_time: Option<Time>,
    /// All other attributes, by their names on the wire.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// An event in its envelope.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CloudEvent {
    /// What is said about it.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// What happened, in the words of its source.
    pub data: Value,
}

/// What a source delivered, in an envelope (`eventSchema: CloudEvents`) or bare (`RawData`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery<T> {
    /// The envelope, unless it came without.
    pub envelope: Option<Envelope>,
    /// What was delivered.
    pub data: T,
}

impl CloudEvent {
    /// The data as a type of the function's own. It may be a text that holds the JSON.
    ///
    /// # Errors
    /// Data that is no such value, with the path in the event.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_text(&self.data).map_err(|error| error.under("data"))
    }
}

/// What a [`Delivery`] can hold: any type that serde can read.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u64,
/// }
///
/// impl fc3::Payload for Order {}
/// ```
pub trait Payload: DeserializeOwned + Send {
    /// The id of the message: the same each time it is delivered.
    ///
    /// `None` (the default) leaves it to the envelope.
    fn id(&self) -> Option<Cow<'_, str>> {
        None
    }
}

impl Payload for Value {}

impl<T: Payload> Delivery<T> {
    /// The id of the message, else that of its envelope: the same each time it is delivered.
    ///
    /// `None` if the message has no id and came without an envelope.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        let envelope = self.envelope.as_ref();
        let envelope_id = || envelope.map(|envelope| envelope.id.as_str().into());
        self.data.id().or_else(envelope_id)
    }
}

/// As it came: with its envelope, or bare.
impl<T: Serialize> Serialize for Delivery<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Enveloped<'a, T> {
            #[serde(flatten)]
            envelope: &'a Envelope,
            data: &'a T,
        }

        let data = &self.data;
        match &self.envelope {
            Some(envelope) => Enveloped { envelope, data }.serialize(to),
            None => data.serialize(to),
        }
    }
}

impl FromItem for CloudEvent {
    fn from_item(item: Value) -> Result<Self, EventError> {
        let Value::Object(mut attributes) = item else {
            return Err(EventError::new(
                "expected a cloud event, which is an object",
            ));
        };
        let data = attributes.remove("data").unwrap_or_default();
        let envelope = decode(Value::Object(attributes))?;
        Ok(Self { envelope, data })
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        Some(self.envelope.id.as_str().into())
    }
}

impl<T: Payload> FromItem for Delivery<T> {
    fn from_item(item: Value) -> Result<Self, EventError> {
        if !is_enveloped(&item) {
            let (envelope, data) = (None, fields(item)?);
            return Ok(Self { envelope, data });
        }
        let CloudEvent { envelope, data } = CloudEvent::from_item(item)?;
        Ok(Self {
            envelope: Some(envelope),
            data: fields(data).map_err(|error| error.under("data"))?,
        })
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        self.id()
    }
}

/// Whether there is any sign of an envelope. One that lacks an attribute is then told so, which
/// would be hidden if it were read as bare data.
fn is_enveloped(item: &Value) -> bool {
    let signs = ["specversion", "source", "type", "data"];
    signs.iter().any(|sign| item.get(sign).is_some())
}

fn fields<T: DeserializeOwned>(data: Value) -> Result<T, EventError> {
    match data {
        Value::Object(_) => decode(data),
        Value::String(text) => decode_object(text.as_bytes()),
        _ => Err(EventError::new("expected an object")),
    }
}
