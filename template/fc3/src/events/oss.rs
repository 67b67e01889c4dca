//! Events of Object Storage Service (OSS) about objects that changed:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, Time, decode_object, lenient};

/// The event: a list of changes that is never empty. In practice it has one change.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::oss::Event;
///
/// let event = r#"{"events": [{
///     "eventName": "ObjectCreated:PutObject",
///     "oss": {"bucket": {"name": "my-bucket"}, "object": {"key": "source/a.png", "size": 122539}}
/// }]}"#;
/// for change in Event::from_event(event.into())?.events {
///     assert_eq!(change.event_name, "ObjectCreated:PutObject");
///     assert_eq!(change.oss.object.key, "source/a.png");
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Event {
    /// The changes.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub events: Vec<Record>,
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The name of the event, such as `ObjectCreated:PutObject`, without the prefix `oss:` that the
    /// trigger's configuration uses. OSS may add names at any time.
    pub event_name: String,
    /// Always `acs:oss`.
    pub event_source: Option<String>,
    /// The time of the event.
    pub event_time: Option<Time>,
    /// The version of the format, `1.0`.
    pub event_version: Option<String>,
    /// The object and its bucket.
    pub oss: Oss,
    /// The region of the bucket and of the function, such as `cn-hangzhou`.
    pub region: Option<String>,
    /// The request that changed the object.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub request_parameters: RequestParameters,
    /// The answer of OSS to that request.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub response_elements: ResponseElements,
    /// The account that sent that request.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_identity: UserIdentity,
}

/// An object and its bucket.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Oss {
    /// The bucket.
    pub bucket: Bucket,
    /// The object, after the change.
    pub object: Object,
    /// The version of the format, `1.0`.
    pub oss_schema_version: Option<String>,
    /// The id of the trigger's rule that matched.
    pub rule_id: Option<String>,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// The name of the bucket.
    pub name: String,
    /// The name with region and account, such as `acs:oss:cn-hangzhou:123456789:my-bucket`.
    pub arn: Option<String>,
    /// The id of the account that owns it.
    pub owner_identity: Option<String>,
    /// An empty text, which only older events have.
    pub virtual_bucket: Option<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// The object key. The documentation does not say whether a key with spaces or with characters
    /// outside of ASCII is encoded.
    pub key: String,
    /// The size, in bytes.
    pub size: Option<i64>,
    /// The change of the size, in bytes. It is negative if the object became smaller or was removed.
    pub delta_size: Option<i64>,
    /// The checksum of the content, in upper-case hexadecimal. If the object was uploaded in parts, `-`
    /// and the number of parts follow.
    pub e_tag: Option<String>,
    /// The headers that are stored with the object.
    pub object_meta: Option<ObjectMeta>,
    /// The offset of the appended bytes, in an appendable object.
    pub position: Option<i64>,
    /// The offset of the first byte that was read, if only a part was read.
    pub read_from: Option<i64>,
    /// The offset of the last byte that was read, if only a part was read.
    pub read_to: Option<i64>,
}

/// The headers that are stored with an object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectMeta {
    /// The media type, such as `image/png`.
    pub mime_type: Option<String>,
    /// The headers that users define. Their names begin with `x-oss-meta-`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub user_meta: BTreeMap<String, String>,
    /// All other headers, by the names that the event uses, such as `cacheControl`.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

/// A request to OSS.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestParameters {
    /// The IP address of the sender.
    #[serde(rename = "sourceIPAddress")]
    pub source_ip_address: Option<String>,
}

/// The answer of OSS to a request.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseElements {
    /// The id of the request to OSS. It is not the id of this call.
    pub request_id: Option<String>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// The id of the account.
    pub principal_id: Option<String>,
}
