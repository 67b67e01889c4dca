//! The door of the API, as far as calls go: `InvokeFunction`.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use hyper::{Method, Request, Response, StatusCode};

use super::response::{ApiError, api_error, failure_body, set};
use crate::emulator::function::{
    Body, EventCall, Function, Returned, Trigger, claim, grant, whole,
};
use crate::emulator::functions::Functions;
use crate::emulator::ids;
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
    let is_async = choice(&head.headers, header::INVOCATION_TYPE, ["Sync", "Async"])?;
    let wants_log = choice(&head.headers, header::LOG_TYPE, ["None", "Tail"])?;
    let limit = if is_async {
        ASYNC_EVENT_LIMIT
    } else {
        EVENT_LIMIT
    };
    let event = read(body, limit).await?;
    let qualifier = qualifier(head.uri.query());
    if qualifier != LATEST {
        functions.ignore_qualifier(function.definition().name(), &qualifier);
    }
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
    let (session, granted) = claim(affinity.as_ref(), &head, false)?;
    let call = EventCall {
        session,
        headers: PASSED_ON.into_iter().filter_map(passed_on).collect(),
        qualifier,
        wants_log,
        request_id: request_id.clone(),
        ..EventCall::new(trigger, event)
    };
    if is_async {
        function.invoke_later(call);
        let mut response = Response::new(whole(Bytes::new()));
        *response.status_mut() = StatusCode::ACCEPTED;
        set(&mut response, header::REQUEST_ID, &request_id);
        return Ok(response);
    }
    let mut response = response(function.invoke(call).await)?;
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
async fn read(body: Incoming, limit: usize) -> Result<Bytes, ApiError> {
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

/// The version or alias in a query. Only one version is here, whatever it is called.
fn qualifier(query: Option<&str>) -> String {
    let mut fields = query.unwrap_or_default().split('&');
    let named = fields.find_map(|field| field.strip_prefix("qualifier="));
    let named = named.filter(|name| !name.is_empty());
    named.unwrap_or(LATEST).to_owned()
}

/// The response with what a function returned. Its status is 200 even if the function failed.
fn response(returned: Returned) -> Result<Response<Body>, ApiError> {
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
    set(&mut response, header::SERVICE_VERSION, LATEST);
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
