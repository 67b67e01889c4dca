//! Pages of this program itself, on the same port.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use crate::emulator::function::Body;

/// The status of a web function's response, which is itself passed on as a response with status 200.
const STATUS: HeaderName = HeaderName::from_static("fc3-status");
/// The headers of a web function's response: a list of names and values as JSON, in Base64.
const HEADERS: HeaderName = HeaderName::from_static("fc3-headers");

/// Answers all requests below a path of its own. They reach no function.
pub(crate) trait Extension: Send + Sync {
    /// The beginning of its paths.
    fn prefix(&self) -> &str;

    /// Whether a request for a function comes from its page.
    fn admits(&self, headers: &HeaderMap) -> bool;

    /// Answers a request, whose body it does not see. Pages of other origins send none.
    fn answer(&self, request: &Parts) -> Reply;
}

/// The answer of an extension.
pub(crate) enum Reply {
    /// A response of its own.
    Response(Response<Body>),
    /// The request is for a web function.
    Call {
        /// The name of the function.
        function: String,
        /// The path and the query that the function sees.
        target: String,
        /// A header of the request that the function does not see.
        hides: HeaderName,
    },
}

/// Addresses a request to a web function by its host, as other clients do.
pub(super) fn address(
    request: &mut Request<Incoming>,
    function: &str,
    target: &str,
    hides: HeaderName,
) -> Option<()> {
    *request.uri_mut() = target.parse::<Uri>().ok()?;
    let headers = request.headers_mut();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let port = host.and_then(|host| host.rsplit_once(':'));
    let port = port.map_or("80", |(_, port)| port);
    let host = HeaderValue::from_str(&format!("{function}.localhost:{port}")).ok()?;
    headers.insert(HOST, host);
    headers.remove(hides);
    Some(())
}

/// Wraps the response of a web function. A script of a page could not read a redirection or all
/// headers of the response itself, and the browser would act on some of them.
pub(super) fn wrap(response: Response<Body>) -> Response<Body> {
    let (head, body) = response.into_parts();
    let headers = head.headers.iter();
    let headers = headers
        .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]));
    let headers = Value::from(headers.collect::<Vec<_>>()).to_string();
    let mut wrapped = Response::new(body);
    *wrapped.status_mut() = StatusCode::OK;
    let values = [
        (STATUS, head.status.as_str().to_owned()),
        (HEADERS, STANDARD.encode(headers)),
    ];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            wrapped.headers_mut().insert(name, value);
        }
    }
    wrapped
}
