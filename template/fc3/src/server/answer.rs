//! The answers that the server itself gives:
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/web-functions>.

use bytes::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::failure::Failure;
use crate::server::content::Content;

/// The header by which the platform learns whether the function failed. The caller of an event
/// function sees neither the status nor the headers.
const STATUS: HeaderName = HeaderName::from_static("x-fc-status");

const SUCCEEDED: HeaderValue = HeaderValue::from_static("200");
const FAILED: HeaderValue = HeaderValue::from_static("404");

/// A success. Its body is all that the caller receives.
pub(crate) fn success(body: impl Into<Bytes>) -> Response<Content> {
    let mut response = Response::new(Content::Whole(body.into()));
    response.headers_mut().insert(STATUS, SUCCEEDED);
    response
}

/// A failure, as JSON with `errorMessage` and `errorType`.
pub(crate) fn failure(status: StatusCode, failure: &Failure) -> Response<Content> {
    let mut response = Response::new(Content::Whole(failure.to_json()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(STATUS, FAILED);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        // Nobody knows how much more would come.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The answer of an event function to a request that is not an event: a health check or a mistake.
pub(crate) fn not_an_event<B>(request: &Request<B>) -> Response<Content> {
    if request.uri().path() == "/health" {
        return success("");
    }
    failure(StatusCode::NOT_FOUND, &Failure::not_found())
}

/// Adds the header to a router's answer to an event, unless the router has set it.
#[cfg(feature = "web")]
pub(crate) fn mark<B>(response: &mut Response<B>) {
    let mark = if response.status().is_success() {
        SUCCEEDED
    } else {
        FAILED
    };
    response.headers_mut().entry(STATUS).or_insert(mark);
}

/// Whether the answer says that the function failed.
pub(crate) fn is_failure<B>(response: &Response<B>) -> bool {
    response
        .headers()
        .get(STATUS)
        .is_some_and(|mark| *mark != SUCCEEDED)
}
