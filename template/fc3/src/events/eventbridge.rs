//! Events that `EventBridge` delivers from any source, and the data of one source:
//! <https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-overview>.

use serde::{Deserialize, Serialize};

use crate::{Batch, CloudEvent, Time, lenient};

/// The event: a batch of cloud events from any source.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::eventbridge::{Event, ObjectChange};
///
/// let event = r#"[{
///     "id": "1",
///     "source": "acs.oss",
///     "type": "oss:ObjectCreated:PutObject",
///     "data": {"oss": {"object": {"key": "source/a.png"}}}
/// }]"#;
/// for event in Event::from_event(event.into())? {
///     let change: ObjectChange = event.data_as()?;
///     assert_eq!(change.oss.object.key.as_deref(), Some("source/a.png"));
/// }
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// A rule that transforms events sends something else: read it with `Batch<Json<T>>`.
pub type Event = Batch<CloudEvent>;

/// The data of an OSS event, such as `oss:ObjectCreated:PutObject`. Any field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    /// The name of the event, without the prefix `oss:` that its type has.
    pub event_name: Option<String>,
    /// The time of the event.
    pub event_time: Option<Time>,
    /// The region of the bucket, such as `cn-hangzhou`.
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
    /// The id of the rule that matched.
    pub rule_id: Option<String>,
}

/// A bucket.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// The name of the bucket.
    pub name: Option<String>,
    /// The name with region and account, such as `acs:oss:cn-hangzhou:123456789:my-bucket`.
    pub arn: Option<String>,
    /// The id of the account that owns it.
    pub owner_identity: Option<String>,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// The object key. The documentation does not say whether a key with spaces or with characters
    /// outside of ASCII is encoded.
    pub key: Option<String>,
    /// The size, in bytes.
    pub size: Option<i64>,
    /// The change of the size, in bytes. It is negative if the object became smaller or was removed.
    pub delta_size: Option<i64>,
    /// The checksum of the content, in upper-case hexadecimal. If the object was uploaded in parts, `-`
    /// and the number of parts follow.
    pub e_tag: Option<String>,
}
