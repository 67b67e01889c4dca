//! Cloud events, the form in which `EventBridge` delivers the events of all sources:
//! <https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-overview>.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::batch::FromItem;
use crate::decode::{decode, decode_object, decode_text};
use crate::{EventError, Time, excerpt};

/// The attributes of a cloud event, without its data.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Envelope {
    /// The id of the event, unique within its `source`. It is the same at each delivery.
    pub id: String,
    /// The sender, such as `acs.oss`, `acs:alikafka` or `MNS-<function>-<trigger>`.
    pub source: String,
    /// The type of the event, such as `oss:ObjectCreated:PutObject`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The version of the `CloudEvents` specification, `1.0`.
    #[serde(rename = "specversion")]
    pub spec_version: Option<String>,
    /// The media type of the data, such as `application/json`.
    #[serde(rename = "datacontenttype")]
    pub data_content_type: Option<String>,
    /// The address of the data's schema.
    #[serde(rename = "dataschema")]
    pub data_schema: Option<String>,
    /// The resource that the event is about, as an ARN in one of several notations.
    pub subject: Option<String>,
    /// The time of the event.
    pub time: Option<Time>,
    /// The account that owns the event bus.
    #[serde(rename = "aliyunaccountid")]
    pub account_id: Option<String>,
    /// The account in which the event occurred.
    #[serde(rename = "aliyunoriginalaccountid")]
    pub original_account_id: Option<String>,
    /// The name of the event bus that delivered it.
    #[serde(rename = "aliyuneventbusname")]
    pub event_bus_name: Option<String>,
    /// The region it came from, such as `cn-hangzhou`.
    #[serde(rename = "aliyunregionid")]
    pub region_id: Option<String>,
    /// The IP address from which it was published.
    #[serde(rename = "aliyunpublishaddr")]
    pub publish_address: Option<String>,
    /// The time at which `EventBridge` received it.
    #[serde(rename = "aliyunpublishtime")]
    pub publish_time: Option<Time>,
    /// All other attributes, by the names that the event uses.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// A cloud event: an envelope with data.
///
/// ```
/// use fc3::{Batch, CloudEvent, FromEvent};
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u64,
/// }
///
/// let event = r#"{"id": "1", "source": "acs.shop", "type": "shop:Order", "data": {"number": 42}}"#;
/// let events: Batch<CloudEvent> = Batch::from_event(event.into())?;
/// let event = &events.0[0];
/// assert_eq!(event.envelope.ty, "shop:Order");
/// let order: Order = event.data_as()?;
/// assert_eq!(order.number, 42);
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CloudEvent {
    /// The attributes.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// The data, in the form that its source defines.
    pub data: Value,
}

/// A message, with an envelope (`eventSchema: CloudEvents`) or without one (`RawData`).
///
/// ```
/// use fc3::{Batch, Delivery, FromEvent, Payload};
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u64,
/// }
///
/// impl Payload for Order {}
///
/// for event in [
///     r#"[{"id": "1", "source": "acs.shop", "type": "shop:Order", "data": {"number": 42}}]"#,
///     r#"[{"number": 42}]"#,
/// ] {
///     let orders: Batch<Delivery<Order>> = Batch::from_event(event.into())?;
///     assert_eq!(orders.0[0].data.number, 42);
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery<T> {
    /// The envelope, if the message came with one.
    pub envelope: Option<Envelope>,
    /// The message.
    pub data: T,
}

impl CloudEvent {
    /// Reads the data as a type of your own. The data may also be a text that contains JSON.
    ///
    /// # Errors
    /// The data is not a `T`. The error has the path in the event.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_text(&self.data).map_err(|error| error.under("data"))
    }
}

/// A message that a [`Delivery`] can contain: any type that serde can read.
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
    /// The unique id of the message. It is the same at each delivery.
    ///
    /// With `None`, the default, the id of the envelope is used.
    fn id(&self) -> Option<Cow<'_, str>> {
        None
    }
}

impl Payload for Value {}

impl<T: Payload> Delivery<T> {
    /// The unique id of the message, else that of its envelope. It is the same at each delivery.
    ///
    /// `None` if the message has no id and came without an envelope.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        let envelope = self.envelope.as_ref();
        let envelope_id = || envelope.map(|envelope| envelope.id.as_str().into());
        self.data.id().or_else(envelope_id)
    }
}

/// In the form in which it came: with its envelope or without one.
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
        open(item).map_err(|error| error.noting(TRANSFORMED))
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
        let CloudEvent { envelope, data } = open(item)?;
        Ok(Self {
            envelope: Some(envelope),
            data: fields(data).map_err(|error| error.under("data"))?,
        })
    }

    fn id(&self) -> Option<Cow<'_, str>> {
        self.id()
    }
}

/// What to do if a rule sends something else than the event.
const TRANSFORMED: &str = "an event that a rule transforms is no cloud event: use `Batch<Json<T>>`";

fn open(item: Value) -> Result<CloudEvent, EventError> {
    let mut attributes = match item {
        Value::Object(attributes) => attributes,
        other => return Err(wrong(&other, "a cloud event, a JSON object")),
    };
    let data = attributes.remove("data").unwrap_or_default();
    let envelope = decode(Value::Object(attributes))?;
    Ok(CloudEvent { envelope, data })
}

/// Whether the item has any attribute of an envelope. An envelope without its required attributes is
/// then an error that names them, instead of a message with the wrong fields.
fn is_enveloped(item: &Value) -> bool {
    let signs = ["specversion", "source", "type", "data"];
    signs.iter().any(|sign| item.get(sign).is_some())
}

fn fields<T: DeserializeOwned>(data: Value) -> Result<T, EventError> {
    match data {
        Value::Object(_) => decode(data),
        Value::String(text) => decode_object(text.as_bytes()),
        other => Err(wrong(&other, "a JSON object")),
    }
}

fn wrong(value: &Value, expected: &str) -> EventError {
    let found = excerpt::unexpected(value);
    EventError::new(serde_json::Error::invalid_type(found, &expected))
}
