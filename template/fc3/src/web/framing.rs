//! The headers that say how an answer is sent, which the server decides and not the router.
//!
//! A router that passes on the answer of another server may copy them. Sent as they are, they would make
//! the client wait for bytes that never come, or lose some.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TE, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{HeaderMap, Method, Response, StatusCode, Version};

use crate::Error;
use crate::failure::{Failure, Kind};
use crate::server::content::Content;
use crate::server::stream::Stream;

/// The headers of one connection that an answer never has:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>.
const OF_CONNECTION: [HeaderName; 4] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
];

/// Corrects an answer to a request with this method.
///
/// # Errors
/// The status cannot end an exchange, such as 103.
pub(super) fn correct(
    mut response: Response<Content>,
    method: &Method,
) -> Result<Response<Content>, Failure> {
    let status = response.status();
    let switches = status == StatusCode::SWITCHING_PROTOCOLS;
    if status.is_informational() && !switches {
        let error = format!("a router cannot answer with status {}", status.as_u16());
        return Err(Failure::error(Kind::ReplyError, &error.into()));
    }
    // The answer of another server has its version.
    *response.version_mut() = Version::HTTP_11;
    let headers = response.headers_mut();
    for name in &OF_CONNECTION {
        headers.remove(name);
    }
    if !switches && status != StatusCode::UPGRADE_REQUIRED {
        headers.remove(UPGRADE);
        keep_close_only(headers);
    }
    // The answer to a HEAD request and a 304 have no body, and may say how long it would be.
    let is_bodiless = method == Method::HEAD || status == StatusCode::NOT_MODIFIED;
    if is_bodiless && announces(headers) {
        return Ok(response.map(|_| Content::Streamed(Stream::new(Announced))));
    }
    // The server writes the length that the body has.
    headers.remove(CONTENT_LENGTH);
    Ok(response)
}

/// Whether the headers say one length.
fn announces(headers: &HeaderMap) -> bool {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let length = lengths.next().and_then(|length| length.to_str().ok());
    let is_length = length.is_some_and(|length| length.parse::<u64>().is_ok());
    is_length && lengths.next().is_none()
}

/// A body that is announced but not sent. hyper drops the length of an empty one.
struct Announced;

impl Body for Announced {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(None)
    }
}

/// Removes what `connection` says, except `close`.
fn keep_close_only(headers: &mut HeaderMap) {
    let closes = |value: &HeaderValue| {
        let options = value.to_str().unwrap_or_default().split(',');
        options
            .map(str::trim)
            .any(|option| option.eq_ignore_ascii_case("close"))
    };
    if headers.get_all(CONNECTION).iter().any(closes) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    } else {
        headers.remove(CONNECTION);
    }
}
