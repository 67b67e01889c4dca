//! What is left of a request's body when the answer is ready.
//!
//! The next request comes on the same connection, after the rest of this one. If the server closed the
//! connection instead, the platform would lose the event that it sends on it next, and a client that
//! sends everything before it reads would lose the answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::body::{Body as _, Incoming};
use hyper::header::EXPECT;
use tokio::time::timeout;

use crate::EVENT_LIMIT;

/// The longest time that an answer waits for the rest of its request.
const LIMIT: Duration = Duration::from_secs(10);

/// Reads and drops the rest of a body. Returns whether the connection can serve another request.
pub(crate) async fn read(mut body: Incoming, headers: &HeaderMap) -> bool {
    // A client that asks before it sends a body does not send it after an answer.
    if headers.contains_key(EXPECT) || body.size_hint().lower() > EVENT_LIMIT as u64 {
        return false;
    }
    let mut left = EVENT_LIMIT;
    let read = async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            let length = frame.data_ref().map_or(0, Bytes::len);
            let Some(still) = left.checked_sub(length) else {
                return false;
            };
            left = still;
        }
        true
    };
    timeout(LIMIT, read).await.unwrap_or(false)
}
