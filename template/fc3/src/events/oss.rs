//! What Object Storage Service (OSS) sends when objects change:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, Time, decode_object, lenient};

/// Changes of objects, in practice one; the list is never empty.
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
    /// What happened, as `ObjectCreated:PutObject`: without the `oss:` that the trigger's
    /// configuration has before it. New names come without notice.
    pub event_name: String,
    /// Always `acs:oss`.
    pub event_source: Option<String>,
    /// When it happened.
    pub event_time: Option<Time>,
    /// The version of this form, `1.0`.
    pub event_version: Option<String>,
    /// The object and its bucket.
    pub oss: Oss,
    /// The region of the bucket, as `cn-hangzhou`, which is also that of the function.
    pub region: Option<String>,
    /// Who asked for the change.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub request_parameters: RequestParameters,
    /// What OSS answered to that.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub response_elements: ResponseElements,
    /// As whom it was asked for.
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
    /// The version of this form, `1.0`.
    pub oss_schema_version: Option<String>,
    /// The rule of the trigger that matched.
    pub rule_id: Option<String>,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its name with account and region, as `acs:oss:cn-hangzhou:123456789:my-bucket`.
    pub arn: Option<String>,
    /// The account that owns it.
    pub owner_identity: Option<String>,
    /// Only in older events, and empty there.
    pub virtual_bucket: Option<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its name in the bucket. Whether one with spaces or beyond ASCII comes encoded is not
    /// documented.
    pub key: String,
    /// Its size, in bytes.
    pub size: Option<i64>,
    /// By how many bytes it grew: negative if it shrank or was removed.
    pub delta_size: Option<i64>,
    /// The checksum of its content, in upper-case hexadecimal; `-` and the number of parts follow
    /// if it was uploaded in parts.
    pub e_tag: Option<String>,
    /// Its headers.
    pub object_meta: Option<ObjectMeta>,
    /// Where the appended bytes begin, in an appendable object.
    pub position: Option<i64>,
    /// The first byte that was read, of a read in part.
    pub read_from: Option<i64>,
    /// The last byte that was read, of a read in part.
    pub read_to: Option<i64>,
}

/// The headers of an object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectMeta {
    /// Its media type, as `image/png`.
    pub mime_type: Option<String>,
    /// The author's own, by their names, which begin with `x-oss-meta-`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub user_meta: BTreeMap<String, String>,
    /// All others, by their names on the wire, as `cacheControl`.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

/// A request to OSS.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestParameters {
    /// The address it came from.
    #[serde(rename = "sourceIPAddress")]
    pub source_ip_address: Option<String>,
}

/// An answer of OSS.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseElements {
    /// The id of the request to OSS, not of the call of this function.
    pub request_id: Option<String>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// Its id.
    pub principal_id: Option<String>,
}
