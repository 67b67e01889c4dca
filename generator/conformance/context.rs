//! What a call tells the handler: typed values, in any case, absent or empty.

use serde_json::{Value, json};

use super::Level::{Must, Should};
use super::ask::{ensure, json, question, send};
use super::{Rule, Target, Unmet, Verdict};
use crate::contract::{header, page};
use crate::local::{Case, Instance, Request};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "context-values",
        page::CONTEXT,
        "the handler does not know its request, its function or its limits",
        values,
    )
    .probe(),
    Rule::new(
        Must,
        "context-case",
        page::CONTEXT,
        "header names come in any case, and values are lost in all cases but one",
        any_case,
    )
    .probe(),
    Rule::new(
        Must,
        "context-absent",
        page::CONTEXT,
        "values that the platform leaves out or empty fail the call, or pass for values",
        absent,
    )
    .probe(),
    Rule::new(
        Should,
        "context-garbage",
        page::CONTEXT,
        "a value that is no number fails the call, or becomes a wrong number",
        garbage,
    )
    .probe(),
    Rule::new(
        Should,
        "context-deadline",
        page::CONTEXT,
        "the handler cannot tell how much time it has left",
        deadline,
    )
    .probe(),
    Rule::new(
        Should,
        "context-trace",
        page::CONTEXT,
        "traces end at the function",
        trace,
    )
    .probe(),
];

/// The context that a request has.
pub(super) fn context_of(
    instance: &Instance,
    request: &Request,
    done: &str,
) -> Result<Value, Unmet> {
    json(done, &send(instance, request, done)?)
}

/// The request for the context.
pub(super) fn asking(instance: &Instance) -> Request {
    question(instance, &json!({ "probe": "context" }))
}

/// Checks some values of a context.
pub(super) fn holds(done: &str, context: &Value, expected: &Value) -> Verdict {
    for (name, value) in expected.as_object().into_iter().flatten() {
        ensure(&context[name] == value, || {
            format!("{done}: `{name}` is {} and not {value}", context[name])
        })?;
    }
    Ok(())
}

/// A request that says everything, and what its context must be.
fn full(instance: &Instance) -> (Request, Value) {
    let request = asking(instance)
        .with(header::FUNCTION_NAME, "resize")
        .with(header::FUNCTION_MEMORY, "1024")
        .with(header::FUNCTION_TIMEOUT, "75")
        .with(header::REGION, "cn-shanghai")
        .with(header::ACCOUNT_ID, "1987654321098765")
        .with(header::QUALIFIER, "prod")
        .with(header::VERSION_ID, "7")
        .with(header::RETRY_COUNT, "3")
        .with(header::LOG_PROJECT, "project")
        .with(header::LOG_STORE, "store")
        .with(header::ASYNC_TASK_ID, "task-1");
    let context = json!({
        "requestId": request.id(),
        "functionName": "resize",
        "memoryMb": 1024,
        "timeoutSeconds": 75,
        "region": "cn-shanghai",
        "accountId": "1987654321098765",
        "qualifier": "prod",
        "versionId": "7",
        "retryCount": 3,
        "logProject": "project",
        "logStore": "store",
        "taskId": "task-1",
    });
    (request, context)
}

fn values(target: &Target) -> Verdict {
    let instance = target.start()?;
    let (request, expected) = full(&instance);
    let done = "sent every header of the platform";
    holds(done, &context_of(&instance, &request, done)?, &expected)
}

fn any_case(target: &Target) -> Verdict {
    let instance = target.start()?;
    for case in [Case::Canonical, Case::Lower, Case::Upper] {
        let (request, expected) = full(&instance);
        let done = format!("sent every header with names in {case:?} case");
        holds(
            &done,
            &context_of(&instance, &request.in_case(case), &done)?,
            &expected,
        )?;
    }
    Ok(())
}

fn absent(target: &Target) -> Verdict {
    let instance = target.start()?;
    let unknown = json!({
        "functionName": null, "memoryMb": null, "timeoutSeconds": null, "remainingMs": null,
        "region": null, "accountId": null, "qualifier": null, "versionId": null, "retryCount": 0,
        "traceParent": null, "logProject": null, "logStore": null, "taskId": null,
        "credentials": null,
    });
    let done = "sent no header of the platform but the request id and the control path";
    let mut minimal = asking(&instance);
    let mut empty = minimal.clone();
    for (name, _) in asking(&instance).headers.iter() {
        let lower = name.to_ascii_lowercase();
        let kept = lower == header::REQUEST_ID || lower == header::CONTROL_PATH;
        if lower.starts_with(header::PREFIX) && !kept {
            minimal.headers.remove(name);
            empty.headers.set(name, "");
        }
    }
    holds(done, &context_of(&instance, &minimal, done)?, &unknown)?;
    let done = "sent every header of the platform empty but these two";
    holds(done, &context_of(&instance, &empty, done)?, &unknown)?;
    let done = "sent no request id either";
    context_of(&instance, &minimal.without(header::REQUEST_ID), done).map(drop)
}

fn garbage(target: &Target) -> Verdict {
    let instance = target.start()?;
    for garbage in [
        "much",
        "-1",
        "1.5",
        "1e3",
        "99999999999999999999999",
        "512MB",
    ] {
        let request = asking(&instance)
            .with(header::FUNCTION_MEMORY, garbage)
            .with(header::FUNCTION_TIMEOUT, garbage)
            .with(header::RETRY_COUNT, garbage);
        let done = format!("sent `{garbage}` as memory, time-out and retry count");
        let context = context_of(&instance, &request, &done)?;
        holds(
            &done,
            &context,
            &json!({ "memoryMb": null, "timeoutSeconds": null }),
        )?;
        holds(
            &done,
            &context,
            &json!({ "remainingMs": null, "retryCount": 0 }),
        )?;
    }
    Ok(())
}

fn deadline(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = asking(&instance).with(header::FUNCTION_TIMEOUT, "600");
    let context = context_of(&instance, &request, "sent a time-out of 600 s")?;
    let left = context["remainingMs"].as_u64().unwrap_or_default();
    ensure((300_000..=600_000).contains(&left), || {
        format!(
            "sent a time-out of 600 s: {} ms are left",
            context["remainingMs"]
        )
    })
}

fn trace(target: &Target) -> Verdict {
    let instance = target.start()?;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = asking(&instance)
        .with(header::TRACE_PARENT, parent)
        .with(header::TRACE_STATE, "vendor=value")
        .with(header::BAGGAGE, "user=one");
    let expected =
        json!({ "traceParent": parent, "traceState": "vendor=value", "baggage": "user=one" });
    let done = "sent a W3C trace context";
    holds(done, &context_of(&instance, &request, done)?, &expected)
}
