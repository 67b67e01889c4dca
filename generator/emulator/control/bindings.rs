//! VPCs that may call a function, which are kept without an effect.

use serde_json::{Value, json};

use super::Control;
use super::functions::latest;
use super::request::{Reply, Request};
use crate::emulator::api_error::ApiError;

fn key(function: &str, vpc: &str) -> String {
    format!("vpc/{function}/{vpc}")
}

pub(super) fn create(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let body = request.object()?;
    let vpc = body
        .get("vpcId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if vpc.is_empty() || vpc.contains('/') {
        return Err(ApiError::invalid("`vpcId` must be the id of a VPC"));
    }
    control.store.transact(|documents| {
        latest(documents, function)?;
        documents.put(&key(function, vpc), &())
    })?;
    Ok(Reply::json(json!({})))
}

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    // Serverless Devs asks before it creates the function, and wants an empty list then.
    let vpcs = control
        .store
        .transact(|documents| documents.rests(&key(request.function(), "")))?;
    Ok(Reply::json(json!({ "vpcIds": vpcs })))
}

pub(super) fn delete(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let (function, vpc) = (request.function(), request.param("vpcId"));
    control.store.transact(|documents| {
        latest(documents, function)?;
        if documents.remove(&key(function, vpc))? {
            return Ok(Reply::empty());
        }
        let message = format!("the function `{function}` has no such VPC");
        Err(ApiError::not_found("VpcBindingNotFound", message))
    })
}
