//! Events of the content delivery network (CDN) about the domains that it serves:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bytes, EventError, FromEvent, Time, decode_object, lenient};

/// The event: a list that is never empty.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::cdn::Event;
///
/// let event = r#"{"events": [{
///     "eventName": "CachedObjectsRefreshed",
///     "resource": {"domain": "example.com"},
///     "eventParameter": {"objectPath": ["/a.mp4"], "taskId": 42}
/// }]}"#;
/// let event = Event::from_event(event.into())?;
/// let record = &event.events[0];
/// assert_eq!(record.resource.domain, "example.com");
/// assert_eq!(record.event_parameter.object_path, ["/a.mp4"]);
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Event {
    /// The events in the list.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub events: Vec<Record>,
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}

/// One event of one domain.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The name of the event, such as `LogFileCreated`. CDN may add names at any time.
    pub event_name: String,
    /// Always `cdn`.
    pub event_source: Option<String>,
    /// The version of the format, `1.0.0`.
    pub event_version: Option<String>,
    /// The region, such as `cn-hangzhou`.
    pub region: Option<String>,
    /// The time of the event, such as `2026-06-01T10:00:00+08:00`.
    pub event_time: Option<Time>,
    /// The id of the event at CDN, for questions to support.
    pub trace_id: Option<String>,
    /// The resource that the event is about.
    pub resource: Resource,
    /// The details. Which of them are set depends on the name of the event.
    pub event_parameter: Parameter,
    /// The account that owns the domain.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_identity: UserIdentity,
}

/// The resource that an event is about.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Resource {
    /// The domain that CDN serves, such as `example.com`.
    pub domain: String,
}

/// The details of an event. All events share this type.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// The domain. Every documented event has it.
    pub domain: Option<String>,
    /// The start of a log file, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub start_time: Option<i64>,
    /// The end of a log file, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub end_time: Option<i64>,
    /// The size of a log file, in bytes.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub file_size: Option<i64>,
    /// The signed URL of a log file, which expires. Anybody who has it can read the file.
    pub file_path: Option<String>,
    /// The paths of cached objects, such as `/a.mp4`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub object_path: Vec<String>,
    /// The type of the paths of cached objects, `File` or `Directory`.
    pub object_type: Option<String>,
    /// The id of the task that changed cached objects.
    #[serde(default, deserialize_with = "lenient::text")]
    pub task_id: Option<String>,
    /// The start of that task, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub create_time: Option<i64>,
    /// The end of that task, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub complete_time: Option<i64>,
    /// The status of a domain that was started or stopped, such as `online`.
    pub status: Option<String>,
    /// All other details, by the names that the event uses.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// The id of the account.
    #[serde(default, deserialize_with = "lenient::text")]
    pub ali_uid: Option<String>,
}
