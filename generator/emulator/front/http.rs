//! The door of HTTP triggers: any method and path, for a web function.

use std::net::{IpAddr, SocketAddr};

use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Request, Response, StatusCode};

use super::guard::without_port;
use super::response::{api_error, failure_body, set};
use crate::emulator::api_error::ApiError;
use crate::emulator::function::{
    Body, CallFailure, Function, HttpCall, Upload, claim, grant, whole,
};
use crate::emulator::functions::Functions;
use crate::emulator::ids;
use crate::platform::{EVENT_LIMIT, REQUEST_HEADER_LIMIT, TARGET_LIMIT, header, path};

/// The header with the address of the client, behind those that the client names itself.
const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Answers the request of a client at this address.
pub(super) async fn answer(
    functions: &Functions,
    request: Request<Incoming>,
    client: IpAddr,
) -> Response<Body> {
    let id = ids::invocation();
    match pass(functions, request, client, &id).await {
        Ok(response) => response,
        Err(error) => error.response(&id),
    }
}

async fn pass(
    functions: &Functions,
    request: Request<Incoming>,
    client: IpAddr,
    id: &str,
) -> Result<Response<Body>, ApiError> {
    let function = find(functions, request.headers())?;
    let definition = function.definition();
    let methods = definition.http.as_ref().map(|trigger| &*trigger.methods);
    pass_to(&function, methods.unwrap_or_default(), request, client, id).await
}

/// Passes a request to a function whose trigger lets these methods through.
pub(super) async fn pass_to(
    function: &Function,
    methods: &[String],
    request: Request<Incoming>,
    client: IpAddr,
    id: &str,
) -> Result<Response<Body>, ApiError> {
    let (head, body) = request.into_parts();
    let method = head.method.as_str();
    let definition = function.definition();
    if !methods.iter().any(|allowed| allowed == method) {
        let message = format!("the HTTP trigger does not let the method {method} through");
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            message,
        ));
    }
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    if target.len() > TARGET_LIMIT {
        let message = format!("the path and the query are longer than {TARGET_LIMIT} bytes");
        return Err(ApiError::invalid(message));
    }
    let sizes = head.headers.iter();
    let sizes = sizes.map(|(name, value)| name.as_str().len() + value.len());
    if sizes.sum::<usize>() > REQUEST_HEADER_LIMIT {
        let message = format!("the headers are larger than {REQUEST_HEADER_LIMIT} bytes");
        return Err(ApiError::invalid(message));
    }
    if body.size_hint().lower() > EVENT_LIMIT as u64 {
        return Err(ApiError::too_large(EVENT_LIMIT));
    }
    let (session, granted) = claim(definition.affinity.as_ref(), &head, true)?;
    let call = HttpCall {
        request_id: id.to_owned(),
        method: method.to_owned(),
        target: target.to_owned(),
        session,
        headers: passed_on(&head.headers, client),
        body: Upload::new(body, EVENT_LIMIT),
    };
    match function.pass(call).await {
        Ok(response) => {
            let mut response = returned(response, id);
            grant(response.headers_mut(), granted);
            Ok(response)
        }
        Err(failure) => failed(&failure, id),
    }
}

/// The function that a host names, as in `hello.localhost`, or else the first with an HTTP trigger.
fn find(functions: &Functions, headers: &HeaderMap) -> Result<Function, ApiError> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = without_port(host.unwrap_or_default()).to_ascii_lowercase();
    let named = host
        .strip_suffix(".localhost")
        .and_then(|name| functions.get_ignoring_case(name));
    let no_trigger =
        |message| ApiError::new(StatusCode::NOT_FOUND, "FunctionHasNoHttpTrigger", message);
    match named {
        Some(function) if function.definition().http.is_some() => Ok(function),
        Some(function) => {
            let definition = function.definition();
            let (name, path) = (definition.name(), path::invocations(definition.name()));
            Err(no_trigger(format!(
                "the function `{name}` has no HTTP trigger; call it by POST {path}"
            )))
        }
        None => functions.first_with_http().ok_or_else(|| {
            let paths = functions.names();
            let paths: Vec<_> = paths.iter().map(|name| path::invocations(name)).collect();
            no_trigger(if paths.is_empty() {
                "no function is here yet: nothing is deployed".to_owned()
            } else {
                let paths = paths.join(" or ");
                format!("no function here has an HTTP trigger; call by POST {paths}")
            })
        }),
    }
}

/// The URL at which clients reach a function with an HTTP trigger: the first one at every host, each of
/// the others at its own.
pub(super) fn url(functions: &Functions, name: &str, address: SocketAddr) -> String {
    let first = functions.first_with_http();
    if first.is_some_and(|first| first.definition().name() == name) {
        format!("http://{address}/")
    } else {
        format!("http://{name}.localhost:{}/", address.port())
    }
}

/// The headers of a client that a function sees. How the body is framed is decided for each connection.
fn passed_on(headers: &HeaderMap, client: IpAddr) -> HeaderMap {
    let is_passed_on = |name: &str| {
        !name.starts_with(header::PREFIX)
            && ![header::CONNECTION, "keep-alive", header::UPGRADE].contains(&name)
            && name != TRANSFER_ENCODING
            && name != EXPECT
            && name != FORWARDED_FOR
    };
    let passed = headers
        .iter()
        .filter(|(name, _)| is_passed_on(name.as_str()));
    let passed = passed.map(|(name, value)| (name.clone(), value.clone()));
    let mut passed: HeaderMap = passed.collect();
    let client = client.to_canonical().to_string();
    let clients = headers.get_all(FORWARDED_FOR).iter();
    let mut clients: Vec<_> = clients.map(HeaderValue::as_bytes).collect();
    clients.push(client.as_bytes());
    if let Ok(clients) = HeaderValue::from_bytes(&clients.join(&b", "[..])) {
        passed.insert(HeaderName::from_static(FORWARDED_FOR), clients);
    }
    if !headers.contains_key(FORWARDED_PROTO) {
        let http = HeaderValue::from_static("http");
        passed.insert(HeaderName::from_static(FORWARDED_PROTO), http);
    }
    passed
}

/// The response of a function, as the platform passes it on.
fn returned(mut response: Response<Body>, id: &str) -> Response<Body> {
    let headers = response.headers_mut();
    let reserved: Vec<_> = headers
        .keys()
        .filter(|name| {
            name.as_str().starts_with(header::PREFIX)
                || header::RESERVED_IN_ANSWERS.contains(&name.as_str())
                || *name == TRANSFER_ENCODING
        })
        .cloned()
        .collect();
    for name in reserved {
        headers.remove(name);
    }
    set(&mut response, header::REQUEST_ID, id);
    response
}

/// A failure as the client of an HTTP trigger sees it.
fn failed(failure: &CallFailure, id: &str) -> Result<Response<Body>, ApiError> {
    if let Some(error) = api_error(failure) {
        return Err(error);
    }
    let mut response = Response::new(whole(failure_body(failure, "")));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    set(&mut response, header::REQUEST_ID, id);
    set(
        &mut response,
        header::ERROR_TYPE,
        failure.error_type().as_str(),
    );
    set(&mut response, header::CONTENT_TYPE, "application/json");
    Ok(response)
}

/// Lets the pages of an origin read a response, as the platform does for every origin.
pub(super) fn let_read(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let yes = HeaderValue::from_static("true");
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    let readable = [
        header::REQUEST_ID,
        header::ERROR_TYPE,
        header::LOG_RESULT,
        header::DURATION,
        header::MEMORY_USAGE,
    ];
    if let Ok(readable) = HeaderValue::from_str(&readable.join(", ")) {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
}
