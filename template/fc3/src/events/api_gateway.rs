//! What API Gateway makes of an HTTP request:
//! <https://www.alibabacloud.com/help/en/fc/configure-an-api-gateway-trigger>.

mod response;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, decode_json, decode_object, from_base64, lenient};

pub use response::{HeaderName, HeaderValue, Response, StatusCode, header};

/// One request.
pub type Event = Request;

/// A request of an HTTP client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The path, as `/v1/users/42`.
    pub path: String,
    /// The method, as `GET`.
    pub http_method: String,
    /// The headers, also those that the gateway adds; [`Request::header`] finds one in any case.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub headers: BTreeMap<String, String>,
    /// What the query says.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub query_parameters: BTreeMap<String, String>,
    /// What the path says where the path of the API has names, as `userId` of `/v1/users/[userId]`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub path_parameters: BTreeMap<String, String>,
    /// The body as the gateway wrote it; [`Request::body_bytes`] is what the client sent.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub body: String,
    /// Whether the body is in Base64. The gateway may say so by a text.
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub is_base64_encoded: Option<bool>,
}

impl FromEvent for Request {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}

impl Request {
    /// The header `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as the client sent it.
    ///
    /// # Errors
    /// A body that should be in Base64 and is not.
    pub fn body_bytes(&self) -> Result<Bytes, EventError> {
        if self.is_base64_encoded == Some(true) {
            from_base64(&self.body).map_err(|error| error.under("body"))
        } else {
            Ok(self.body.clone().into())
        }
    }

    /// The body as a type of the function's own, in JSON.
    ///
    /// # Errors
    /// A body that is no `T`, with the path in the event.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(&self.body_bytes()?).map_err(|error| error.under("body"))
    }
}
