//! The function. The bench edits this file.

use lambda_runtime::{Error, LambdaEvent, tracing};
use serde_json::Value;

pub async fn handle(call: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, cx) = call.into_parts();
    tracing::debug!(id = cx.request_id, "event received");
    Ok(event)
}
