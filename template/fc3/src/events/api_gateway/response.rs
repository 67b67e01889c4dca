//! The reply that API Gateway turns into an HTTP response:
//! <https://www.alibabacloud.com/help/en/fc/configure-an-api-gateway-trigger>.
//!
//! The gateway accepts one shape. For any other, the client receives a 503. The fields of a [`Response`]
//! are therefore private.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Bytes, IntoReply, Json, Result, to_base64};

pub use hyper::StatusCode;
pub use hyper::header::{self, HeaderName, HeaderValue};

/// The response to a request.
///
/// ```
/// use fc3::events::api_gateway::{Response, StatusCode, header};
///
/// let created = Response::json(StatusCode::CREATED, &["Ferris"])?;
/// let moved = Response::text(StatusCode::FOUND, "").header(&header::LOCATION, "/v2/users")?;
/// # Ok::<(), fc3::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    is_base64_encoded: bool,
    status_code: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Response {
    /// A response with a text.
    #[must_use]
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    /// A response with a value as JSON.
    ///
    /// # Errors
    /// JSON cannot represent the value, for example a map whose keys are not texts.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Result<Self> {
        let body = serde_json::to_string(body)?;
        Ok(Self::new(status, "application/json", body))
    }

    /// A response with bytes. Its type is `application/octet-stream`, unless you set that header.
    #[must_use]
    pub fn bytes(status: StatusCode, body: &[u8]) -> Self {
        Self {
            is_base64_encoded: true,
            ..Self::new(status, "application/octet-stream", to_base64(body))
        }
    }

    /// The same response with a header, which replaces a header with the same name.
    ///
    /// # Errors
    /// The value has characters other than visible ASCII. A line break in it would start another
    /// header.
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

/// The name with capitals, such as `Content-Type`, as the gateway's documentation writes it.
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
