//! What Simple Log Service (SLS) sends when a log store has new logs:
//! <https://www.alibabacloud.com/help/en/fc/user-guide/formats-of-event-for-different-triggers>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bytes, Context, EventError, FromEvent, decode_object, lenient};

/// Where new logs are, in one shard. The logs themselves are not in it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The `functionParameter` of the trigger, in practice texts.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub parameter: BTreeMap<String, Value>,
    /// Where the logs are.
    pub source: Source,
    /// The job of SLS that the trigger stands for.
    pub job_name: Option<String>,
    /// What tells this call from all others: the same at each try.
    pub task_id: String,
    /// When the last log of the range arrived, in seconds since 1970.
    pub cursor_time: Option<i64>,
}

/// A range of logs in one shard of a log store.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The address of SLS in the region, as `http://cn-hangzhou-intranet.log.aliyuncs.com`.
    pub endpoint: Option<String>,
    /// The project.
    pub project_name: String,
    /// The log store.
    pub logstore_name: String,
    /// The shard.
    pub shard_id: i64,
    /// Where the range begins: a Base64 text, which SLS takes as it is.
    pub begin_cursor: String,
    /// Where it ends; the log at this place is not in it.
    pub end_cursor: String,
}

impl Source {
    /// Whether these logs are the function's own. Each call writes one, so a trigger on this Logstore
    /// calls the function without end.
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
