//! What `EventBridge` sends, whatever its source, and what one source says in it:
//! <https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-overview>.

use serde::{Deserialize, Serialize};

use crate::{Batch, CloudEvent, Time, lenient};

/// Events of any source. Their data is any JSON, which `data_as` reads as a type of its own.
pub type Event = Batch<CloudEvent>;

/// The data of an event of OSS, such as `oss:ObjectCreated:PutObject`. Any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    /// What happened, without the `oss:` that the type of the event has before it.
    pub event_name: Option<String>,
    /// When it happened.
    pub event_time: Option<Time>,
    /// The region of the bucket, as `cn-hangzhou`.
    pub region: Option<String>,
    /// The object and its bucket.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub oss: Oss,
}

/// An object and its bucket.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Oss {
    /// The bucket.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub bucket: Bucket,
    /// The object, after the change.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub object: Object,
    /// The rule that matched.
    pub rule_id: Option<String>,
}

/// A bucket.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Its name.
    pub name: Option<String>,
    /// Its name with account and region, as `acs:oss:cn-hangzhou:123456789:my-bucket`.
    pub arn: Option<String>,
    /// The account that owns it.
    pub owner_identity: Option<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its name in the bucket. Whether one with spaces or beyond ASCII comes encoded is not
    /// documented.
    pub key: Option<String>,
    /// Its size, in bytes.
    pub size: Option<i64>,
    /// By how many bytes it grew: negative if it shrank or was removed.
    pub delta_size: Option<i64>,
    /// The checksum of its content, in upper-case hexadecimal; `-` and the number of parts follow
    /// if it was uploaded in parts.
    pub e_tag: Option<String>,
}
