//! What API Gateway makes an HTTP response of:
//! <https://www.alibabacloud.com/help/en/fc/configure-an-api-gateway-trigger>.
//!
//! It knows one shape, and for any other the client gets a 503. So there is no other way to make a
//! [`Response`] than those below.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Bytes, IntoReply, Json, Result, to_base64};

pub use hyper::StatusCode;
pub use hyper::header::{self, HeaderName, HeaderValue};

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    is_base64_encoded: bool,
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Response {
    /// A response with a text, in UTF-8.
    #[must_use]
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    /// A response with a value, in JSON.
    ///
    /// # Errors
    /// A value that JSON cannot hold, as a map whose keys are no texts.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Result<Self> {
        let body = serde_json::to_string(body)?;
        Ok(Self::new(status, "application/json", body))
    }

    /// A response with bytes, as `application/octet-stream` unless a header says more.
    #[must_use]
    pub fn bytes(status: StatusCode, body: &[u8]) -> Self {
        Self {
            is_base64_encoded: true,
            ..Self::new(status, "application/octet-stream", to_base64(body))
        }
    }

    /// The same response with a header, in place of one of that name.
    ///
    /// # Errors
    /// A value that is not all visible ASCII: a line break in it would begin another header.
    pub fn header(mut self, name: &HeaderName, value: &str) -> Result<Self> {
        let value = HeaderValue::from_str(value)?.to_str()?.to_owned();
        self.headers.insert(title_case(name), value);
        Ok(self)
    }

    fn new(status: StatusCode, content_type: &str, body: String) -> Self {
        let content_type = (title_case(&header::CONTENT_TYPE), content_type.to_owned());
        Self {
            is_base64_encoded: false,
            status_code: status.as_u16(),
            headers: BTreeMap::from([content_type]),
            body,
        }
    }
}

impl IntoReply for Response {
    fn into_reply(self) -> Result<Bytes> {
        Json(self).into_reply()
    }
}

/// A name as the gateway's documentation writes it, as `Content-Type`.
fn title_case(name: &HeaderName) -> String {
    let mut begins = true;
    let letters = name.as_str().chars().map(|letter| {
        let upper = std::mem::replace(&mut begins, letter == '-');
        if upper {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    });
    letters.collect()
}
