//! The context of a call: typed values from headers in any case, which may be absent or empty.

mod members;

pub(super) use members::holds;
use serde_json::{Value, json};

use super::calls::{ensure, json, question, send};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict};
use crate::emulator::{Case, Instance, Request};
use crate::platform::{header, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Should,
        "context-values",
        page::CONTEXT,
        "the handler cannot know its request id, its function or its limits",
        values,
    )
    .hint(
        "read `x-fc-request-id`, `x-fc-function-name`, `x-fc-function-memory` (MB), \
         `x-fc-function-timeout` (seconds), `x-fc-region`, `x-fc-account-id`, `x-fc-qualifier` and \
         so on from the headers of each request; parse memory and timeout as numbers",
    )
    .probe(),
    Rule::new(
        Should,
        "context-case",
        page::CONTEXT,
        "header names can come in any case, and a case-sensitive lookup loses their values",
        any_case,
    )
    .hint(
        "look headers up case-insensitively: Flask `request.headers[…]`, Go `r.Header.Get(…)`, \
         Node `req.headers[…]` with a lower-case name; convert names to lower case before you \
         compare them",
    )
    .probe(),
    Rule::new(
        Must,
        "context-absent",
        page::CONTEXT,
        "a header that the platform omits or sends empty fails the call, or is used as a value",
        absent,
    )
    .hint(
        "treat an absent or empty `x-fc-` header as no value (a probe returns `null`, or 0 for the \
         retry count): do not index headers in a way that throws, and do not parse an empty string \
         as a number",
    )
    .probe(),
    Rule::new(
        Should,
        "context-garbage",
        page::CONTEXT,
        "a value that is not a number fails the call or is read as a wrong number",
        garbage,
    )
    .hint(
        "accept `x-fc-function-memory`, `x-fc-function-timeout` and `x-fc-retry-count` only if \
         they consist of digits and fit into 64 bits; treat anything else as no value (a probe \
         returns `null`, or 0 for the retry count). JavaScript's `parseInt` and C's `atoi` read \
         `512MB` as 512",
    )
    .probe(),
    Rule::new(
        Should,
        "context-deadline",
        page::CONTEXT,
        "the handler cannot know how much time it has left",
        deadline,
    )
    .hint("record when each request arrived and add `x-fc-function-timeout`, which is in seconds")
    .probe(),
    Rule::new(
        Should,
        "context-trace",
        page::CONTEXT,
        "traces end at the function",
        trace,
    )
    .hint("pass on the `traceparent`, `tracestate` and `baggage` of each request unchanged")
    .probe(),
];

/// The context of a request, as the probe returns it.
pub(super) fn read_context(
    instance: &Instance,
    request: &Request,
    done: &str,
) -> Result<Value, NotPassed> {
    json(done, &send(instance, request, done)?)
}

/// A request that asks the probe for its context.
pub(super) fn asking(instance: &Instance) -> Request {
    question(instance, &json!({ "probe": "context" }))
}

/// A request with every header set, and the context that it must give.
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
    let done = "sent POST /invoke with all headers of the platform";
    holds(done, &read_context(&instance, &request, done)?, &expected)
}

fn any_case(target: &Target) -> Verdict {
    let instance = target.start()?;
    for (case, like) in [
        (Case::Canonical, "X-Fc-Request-Id"),
        (Case::Lower, "x-fc-request-id"),
        (Case::Upper, "X-FC-REQUEST-ID"),
    ] {
        let (request, expected) = full(&instance);
        let done = format!("sent POST /invoke with header names like `{like}`");
        let context = read_context(&instance, &request.in_case(case), &done)?;
        holds(&done, &context, &expected)?;
    }
    Ok(())
}

fn absent(target: &Target) -> Verdict {
    let instance = target.start()?;
    let unknown = json!({
        "functionName": null, "memoryMb": null, "timeoutSeconds": null, "remainingMs": null,
        "region": null, "accountId": null, "qualifier": null, "versionId": null, "retryCount": null,
        "traceParent": null, "logProject": null, "logStore": null, "taskId": null,
        "credentials": null,
    });
    let kept = [header::REQUEST_ID, header::CONTROL_PATH];
    let mut minimal = asking(&instance);
    let mut empty = minimal.clone();
    for (name, _) in asking(&instance).headers.iter() {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with(header::PREFIX) && !kept.contains(&&*lower) {
            minimal.headers.remove(name);
            empty.headers.set(name, "");
        }
    }
    let [id, path] = kept;
    let done = format!("sent POST /invoke without any `x-fc-` header except `{id}` and `{path}`");
    holds(&done, &read_context(&instance, &minimal, &done)?, &unknown)?;
    let done =
        format!("sent POST /invoke with all `x-fc-` headers empty except `{id}` and `{path}`");
    holds(&done, &read_context(&instance, &empty, &done)?, &unknown)?;
    let done = format!("sent POST /invoke without any `x-fc-` header except `{path}`");
    read_context(&instance, &minimal.without(id), &done).map(drop)
}

fn garbage(target: &Target) -> Verdict {
    let instance = target.start()?;
    let none = json!({
        "memoryMb": null, "timeoutSeconds": null, "remainingMs": null, "retryCount": null,
    });
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
        let done = format!("sent POST /invoke with `{garbage}` as memory, timeout and retry count");
        holds(&done, &read_context(&instance, &request, &done)?, &none)?;
    }
    Ok(())
}

fn deadline(target: &Target) -> Verdict {
    let instance = target.start()?;
    let request = asking(&instance).with(header::FUNCTION_TIMEOUT, "600");
    let done = "sent POST /invoke with a timeout of 600 s";
    let context = read_context(&instance, &request, done)?;
    let left = context["remainingMs"].as_u64().unwrap_or_default();
    ensure(
        (300_000..=600_000).contains(&left),
        done,
        format_args!(
            "`remainingMs` is {}; expected 600000 or slightly less",
            context["remainingMs"]
        ),
    )
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
    let done = "sent POST /invoke with `traceparent`, `tracestate` and `baggage`";
    holds(done, &read_context(&instance, &request, done)?, &expected)
}
