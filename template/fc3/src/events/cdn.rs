//! What the content delivery network (CDN) sends about the domains it serves:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bytes, EventError, FromEvent, Time, decode_object, lenient};

/// What happened; the list is never empty.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Event {
    /// Each thing that happened.
    #[serde(deserialize_with = "lenient::not_empty")]
    pub events: Vec<Record>,
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}

/// One thing that happened to one domain.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What happened, as `LogFileCreated`. New names come without notice.
    pub event_name: String,
    /// Always `cdn`.
    pub event_source: Option<String>,
    /// The version of this form, `1.0.0`.
    pub event_version: Option<String>,
    /// The region, as `cn-hangzhou`.
    pub region: Option<String>,
    /// When it happened, as `2026-06-01T10:00:00+08:00`.
    pub event_time: Option<Time>,
    /// The id that CDN knows this event by, for support.
    pub trace_id: Option<String>,
    /// What it happened to.
    pub resource: Resource,
    /// More about it: what is set depends on the name.
    pub event_parameter: Parameter,
    /// Whose domain it is.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub user_identity: UserIdentity,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Resource {
    /// The domain that CDN serves, as `example.com`.
    pub domain: String,
}

/// What the events say, all names together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// The domain, in every documented event.
    pub domain: Option<String>,
    /// Of a log file: when it begins, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub start_time: Option<i64>,
    /// Of a log file: when it ends, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub end_time: Option<i64>,
    /// Of a log file: its size, in bytes.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub file_size: Option<i64>,
    /// Of a log file: where to fetch it, a signed URL that expires. Whoever has it can read the file.
    pub file_path: Option<String>,
    /// Of cached objects: their paths, as `/a.mp4`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub object_path: Vec<String>,
    /// Of cached objects: whether each path is a `File` or a `Directory`.
    pub object_type: Option<String>,
    /// Of cached objects: the task that was asked for.
    #[serde(default, deserialize_with = "lenient::text")]
    pub task_id: Option<String>,
    /// Of cached objects: when the task was asked for, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub create_time: Option<i64>,
    /// Of cached objects: when the task was done, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub complete_time: Option<i64>,
    /// Of a domain that started or stopped: as `online`.
    pub status: Option<String>,
    /// All others, by their names on the wire.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub ali_uid: Option<String>,
}
