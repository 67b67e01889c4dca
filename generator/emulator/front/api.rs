//! The door of the API, as far as calls go: `InvokeFunction`.

use std::fmt::Write;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use super::response::{api_error, failure_body, set};
use crate::deployment::AsyncConfig;
use crate::emulator::api_error::ApiError;
use crate::emulator::function::{
    Body, ErrorType, EventCall, Function, Returned, Trigger, Watch, claim, grant, whole,
};
use crate::emulator::functions::Functions;
use crate::emulator::ids;
use crate::emulator::service::Invoked;
use crate::emulator::tasks::Tasks;
use crate::platform::{ASYNC_EVENT_LIMIT, EVENT_LIMIT, EVENT_TYPE, LATEST, header, path};

/// What a caller may pass through to the function.
const PASSED_ON: [&str; 3] = [header::TRACE_PARENT, header::TRACE_STATE, header::BAGGAGE];

/// Answers a request to a path behind [`path::API`].
pub(super) async fn answer(
    functions: &Functions,
    path: &str,
    request: Request<Incoming>,
) -> Response<Body> {
    let id = ids::invocation();
    match call(functions, path, request, id.clone()).await {
        Ok(response) => response,
        Err(error) => error.response(&id),
    }
}

/// Answers a browser that asks whether a page of an allowed origin may call with these headers.
pub(super) fn allow(asked: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allowed = HeaderValue::from_static("POST");
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, allowed);
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    response
}

async fn call(
    functions: &Functions,
    path: &str,
    request: Request<Incoming>,
    request_id: String,
) -> Result<Response<Body>, ApiError> {
    let function = find(functions, path, request.method())?;
    let (head, body) = request.into_parts();
    let event = read(body, event_limit(&head.headers)?).await?;
    let qualifier = qualifier(head.uri.query());
    if qualifier != LATEST {
        functions.ignore_qualifier(function.definition().name(), &qualifier);
    }
    let callee = Callee {
        function,
        qualifier,
        version: LATEST.to_owned(),
        checksum: None,
        policy: None,
        tasks: None,
    };
    invoke(callee, &head, event, request_id).await
}

/// The function that a call reaches.
pub(super) struct Callee {
    pub(super) function: Function,
    /// The version or alias that the call names.
    pub(super) qualifier: String,
    /// The version that it means.
    pub(super) version: String,
    /// The checksum of its code, if the caller is told.
    pub(super) checksum: Option<String>,
    /// What happens to asynchronous calls, if that is not what the function is deployed with.
    pub(super) policy: Option<AsyncConfig>,
    /// Where asynchronous calls become tasks, with the name of the function across all of Alibaba Cloud.
    pub(super) tasks: Option<(Tasks, String)>,
}

/// The largest event of a call with these headers, in bytes.
pub(super) fn event_limit(headers: &HeaderMap) -> Result<usize, ApiError> {
    Ok(if is_async(headers)? {
        ASYNC_EVENT_LIMIT
    } else {
        EVENT_LIMIT
    })
}

fn is_async(headers: &HeaderMap) -> Result<bool, ApiError> {
    choice(headers, header::INVOCATION_TYPE, ["Sync", "Async"])
}

/// Calls a function with an event.
pub(super) async fn invoke(
    callee: Callee,
    head: &Parts,
    event: Bytes,
    request_id: String,
) -> Result<Response<Body>, ApiError> {
    let Callee { function, .. } = callee;
    let is_async = is_async(&head.headers)?;
    let wants_log = choice(&head.headers, header::LOG_TYPE, ["None", "Tail"])?;
    let trigger = if is_async {
        Trigger::Async
    } else {
        Trigger::Sync
    };
    let passed_on = |name| {
        let value = head.headers.get(name)?.clone();
        Some((HeaderName::from_static(name), value))
    };
    let affinity = function.definition().affinity.clone();
    // Asynchronous calls have no session.
    let affinity = affinity.filter(|_| !is_async);
    let (session, granted) = claim(affinity.as_ref(), head, false)?;
    let call = EventCall {
        session,
        headers: PASSED_ON.into_iter().filter_map(passed_on).collect(),
        qualifier: callee.qualifier,
        wants_log,
        request_id: request_id.clone(),
        policy: callee.policy,
        ..EventCall::new(trigger, event)
    };
    if is_async {
        let id = head.headers.get(header::ASYNC_TASK_ID);
        let id = id.and_then(|id| id.to_str().ok());
        let task = callee
            .tasks
            .as_ref()
            .map(|(tasks, arn)| tasks.accept(function.definition().name(), arn, id, &call));
        let task = task.transpose()?;
        let watch = task.clone().map(|task| task as Arc<dyn Watch>);
        let run = function.invoke_watched(call, watch);
        let mut response = Response::new(whole(Bytes::new()));
        *response.status_mut() = StatusCode::ACCEPTED;
        set(&mut response, header::REQUEST_ID, &request_id);
        if let Some(task) = task {
            task.is_run_by(run);
            set(&mut response, header::ASYNC_TASK_ID, task.id());
        }
        return Ok(response);
    }
    let mut response = response(function.invoke(call).await, &callee.version)?;
    if let Some(checksum) = &callee.checksum {
        set(&mut response, header::CODE_CHECKSUM, checksum);
    }
    grant(response.headers_mut(), granted);
    Ok(response)
}

fn find(functions: &Functions, path: &str, method: &Method) -> Result<Function, ApiError> {
    let name = path
        .strip_prefix("functions/")
        .and_then(|rest| rest.strip_suffix("/invocations"))
        .filter(|name| !name.contains('/'));
    let Some(name) = name else {
        let path = path::invocations("NAME");
        let message = format!("only calls of functions are served here: POST {path}");
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "PathNotSupported",
            message,
        ));
    };
    if method != Method::POST {
        let message = format!("a function is called by POST, not by {method}");
        return Err(ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            message,
        ));
    }
    functions.get(name).ok_or_else(|| {
        let names = functions.names();
        let name: String = name.chars().take(64).collect();
        let message = if names.is_empty() {
            format!("the function `{name}` is not here yet: nothing is deployed")
        } else {
            let names = names.join("`, `");
            format!("the function `{name}` is not here; here is `{names}`")
        };
        ApiError::new(StatusCode::NOT_FOUND, "FunctionNotFound", message)
    })
}

/// Whether a header has the second of two values. Without the header, it has the first.
fn choice(headers: &HeaderMap, name: &str, values: [&str; 2]) -> Result<bool, ApiError> {
    let given = headers
        .get(name)
        .map_or(values[0].as_bytes(), HeaderValue::as_bytes);
    let is = |value: &str| given.eq_ignore_ascii_case(value.as_bytes());
    if is(values[0]) || is(values[1]) {
        return Ok(is(values[1]));
    }
    let [first, second] = values;
    let message = format!("the header `{name}` must be `{first}` or `{second}`");
    Err(ApiError::invalid(message))
}

/// The event, within a limit. A body that declares a larger length is not read.
pub(super) async fn read(body: Incoming, limit: usize) -> Result<Bytes, ApiError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(ApiError::too_large(limit));
    }
    let read = Limited::new(body, limit).collect().await;
    read.map(Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() {
            ApiError::too_large(limit)
        } else {
            ApiError::invalid(format!("the body broke off: {error}"))
        }
    })
}

/// Reads a body to its end without keeping it, so that its sender reads the response, and is not cut off.
pub(super) async fn discard(mut body: Incoming, limit: usize) {
    let mut left = limit;
    while let Some(Ok(frame)) = body.frame().await {
        let size = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// The version or alias in a query. Only one version is here, whatever it is called.
pub(super) fn qualifier(query: Option<&str>) -> String {
    let mut fields = query.unwrap_or_default().split('&');
    let named = fields.find_map(|field| field.strip_prefix("qualifier="));
    let named = named.filter(|name| !name.is_empty());
    named.unwrap_or(LATEST).to_owned()
}

/// What a function returned, as a value.
pub(in crate::emulator) fn invoked(returned: Returned) -> Result<Invoked, ApiError> {
    let body = match returned.body {
        Ok(body) => body.to_vec(),
        Err(failure) => match api_error(&failure) {
            Some(error) => return Err(error),
            None => failure_body(&failure, "").into_bytes(),
        },
    };
    Ok(Invoked {
        body,
        error_type: returned.error_type.map(ErrorType::as_str),
        request_id: returned.invocation.request_id,
        log: returned.log.unwrap_or_default(),
    })
}

/// The response with what a function returned. Its status is 200 even if the function failed.
fn response(returned: Returned, version: &str) -> Result<Response<Body>, ApiError> {
    let invocation = &returned.invocation;
    let milliseconds = invocation.duration.as_millis();
    let megabytes = invocation
        .peak_memory
        .map(|bytes| bytes.div_ceil(1024 * 1024));
    let body = match returned.body {
        Ok(body) => body,
        Err(failure) => {
            if let Some(error) = api_error(&failure) {
                return Err(error);
            }
            let mut details = format!(" (duration: {milliseconds}ms");
            if let Some(megabytes) = megabytes {
                // Writing to a text does not fail.
                let _ = write!(details, ", maxMemoryUsage: {megabytes}MB");
            }
            details.push(')');
            failure_body(&failure, &details).into()
        }
    };
    let mut response = Response::new(whole(body));
    let content_type = HeaderValue::from_static(EVENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    set(&mut response, header::REQUEST_ID, &invocation.request_id);
    set(&mut response, header::DURATION, &milliseconds.to_string());
    set(&mut response, header::SERVICE_VERSION, version);
    if let Some(megabytes) = megabytes {
        set(&mut response, header::MEMORY_USAGE, &megabytes.to_string());
    }
    if let Some(instance) = &returned.instance {
        set(&mut response, header::INSTANCE_ID, instance);
    }
    if let Some(error_type) = returned.error_type {
        set(&mut response, header::ERROR_TYPE, error_type.as_str());
    }
    if let Some(log) = &returned.log {
        set(&mut response, header::LOG_RESULT, &STANDARD.encode(log));
    }
    Ok(response)
}
