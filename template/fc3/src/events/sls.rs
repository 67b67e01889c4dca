//! Events of Simple Log Service (SLS) about new logs in a Logstore:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bytes, Context, EventError, FromEvent, decode_object, lenient};

/// The event: the range of new logs in one shard. The logs themselves are not in it.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::sls::Event;
///
/// let event = r#"{
///     "source": {
///         "projectName": "my-project",
///         "logstoreName": "my-logstore",
///         "shardId": 0,
///         "beginCursor": "MTc4MDI3OTIwMDAwMA==",
///         "endCursor": "MTc4MDI3OTIwMDAwNQ=="
///     },
///     "taskId": "1"
/// }"#;
/// let event = Event::from_event(event.into())?;
/// assert_eq!(event.source.logstore_name, "my-logstore");
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The `functionParameter` of the trigger. In practice its values are texts.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub parameter: BTreeMap<String, Value>,
    /// The range of logs.
    pub source: Source,
    /// The name of the SLS job that belongs to the trigger.
    pub job_name: Option<String>,
    /// The unique id of the event. It is the same at each attempt.
    pub task_id: String,
    /// The time at which the last log of the range arrived, in seconds since 1970.
    pub cursor_time: Option<i64>,
}

/// A range of logs in one shard of a Logstore.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The address of SLS in the region, such as `http://cn-hangzhou-intranet.log.aliyuncs.com`.
    pub endpoint: Option<String>,
    /// The name of the project.
    pub project_name: String,
    /// The name of the Logstore.
    pub logstore_name: String,
    /// The number of the shard.
    pub shard_id: i64,
    /// The start of the range: a Base64 text, which the API of SLS accepts unchanged.
    pub begin_cursor: String,
    /// The end of the range. The log at this cursor is not a part of it.
    pub end_cursor: String,
}

impl Source {
    /// Whether these are the logs of the function itself. Each call writes logs, so a trigger on that
    /// Logstore would call the function without end.
    #[must_use]
    pub fn is_log_of(&self, cx: &Context) -> bool {
        cx.log_project() == Some(&self.project_name) && cx.log_store() == Some(&self.logstore_name)
    }
}

impl FromEvent for Event {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}
