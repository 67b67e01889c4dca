//! Asynchronous tasks and instances, as the API lists them.

use serde_json::{Value, json};

use super::functions::latest;
use super::request::{Reply, Request};
use super::{Control, LATEST};
use crate::emulator::api_error::ApiError;

pub(super) fn list(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    control
        .store
        .transact(|documents| latest(documents, function).map(drop))?;
    let page = request.page()?;
    let text = |task: &Value, field: &str| task[field].as_str().unwrap_or_default().to_owned();
    let has_payload = request.query("includePayload") == Some("true");
    let tasks = control.tasks.list(function).into_iter().filter(|task| {
        let is = |field: &str| {
            request
                .query(field)
                .is_none_or(|it| text(task, field) == it)
        };
        is("status") && is("qualifier") && text(task, "taskId").starts_with(&page.prefix)
    });
    let mut tasks: Vec<_> = tasks.collect();
    if request.query("sortOrderByTime") == Some("asc") {
        tasks.reverse();
    }
    let first = tasks
        .iter()
        .position(|task| text(task, "taskId") == page.from)
        .unwrap_or(0);
    let next = tasks
        .get(first + page.limit)
        .map(|task| text(task, "taskId"));
    let shown = tasks
        .into_iter()
        .skip(first)
        .take(page.limit)
        .map(|mut task| {
            if !has_payload && let Some(task) = task.as_object_mut() {
                task.remove("taskPayload");
                task.remove("returnPayload");
            }
            task
        });
    Ok(Reply::json(json!({
        "tasks": shown.collect::<Vec<_>>(),
        "nextToken": next,
    })))
}

pub(super) fn get(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    control
        .store
        .transact(|documents| latest(documents, function).map(drop))?;
    Ok(Reply::json(
        control.tasks.get(function, request.param("taskId"))?,
    ))
}

pub(super) fn stop(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    control
        .store
        .transact(|documents| latest(documents, function).map(drop))?;
    control.tasks.stop(function, request.param("taskId"))?;
    Ok(Reply::json(json!({})))
}

pub(super) fn instances(control: &Control, request: &Request) -> Result<Reply, ApiError> {
    let function = request.function();
    let qualifier = request.query("qualifier");
    let wanted = control.store.transact(|documents| {
        let wanted = qualifier.map(|it| super::versions::of(documents, function, it));
        latest(documents, function)?;
        Ok(wanted.transpose()?.map(|(_, version)| version))
    })?;
    let running = control.slots.instances(function).into_iter();
    let running = running.filter(|(version, _)| wanted.as_ref().is_none_or(|it| it == version));
    let shown = running.map(|(version, id)| {
        // The second part of an id is the time of its start, in seconds.
        let seconds = id
            .split('-')
            .nth(1)
            .and_then(|hex| u64::from_str_radix(hex, 16).ok());
        json!({
            "instanceId": id,
            "versionId": if version == LATEST { "0" } else { &version },
            "qualifier": version,
            "status": "Running",
            "createdTimeMs": seconds.unwrap_or_default() * 1000,
            "destroyedTimeMs": 0,
        })
    });
    Ok(Reply::json(
        json!({ "instances": shown.collect::<Vec<_>>() }),
    ))
}
