//! HTTP requests that API Gateway sends as events:
//! <https://www.alibabacloud.com/help/en/fc/configure-an-api-gateway-trigger>.

mod response;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Bytes, EventError, FromEvent, decode_json, decode_object, from_base64, lenient};

pub use response::{HeaderName, HeaderValue, Response, StatusCode, header};

/// The event: one request.
pub type Event = Request;

/// The request of an HTTP client.
///
/// ```
/// use fc3::FromEvent;
/// use fc3::events::api_gateway::Request;
///
/// let event = r#"{
///     "path": "/v1/users/42",
///     "httpMethod": "POST",
///     "headers": {"Content-Type": "application/json"},
///     "pathParameters": {"userId": "42"},
///     "body": "{\"name\": \"Ferris\"}",
///     "isBase64Encoded": false
/// }"#;
/// let request = Request::from_event(event.into())?;
/// assert_eq!(request.path_parameters["userId"], "42");
/// assert_eq!(request.header("content-type"), Some("application/json"));
///
/// let body: serde_json::Value = request.body_as()?;
/// assert_eq!(body["name"], "Ferris");
/// # Ok::<(), fc3::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The path, such as `/v1/users/42`.
    pub path: String,
    /// The method, such as `GET`.
    pub http_method: String,
    /// The headers, including those that the gateway adds. [`Request::header`] ignores the case of a
    /// name.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub headers: BTreeMap<String, String>,
    /// The parameters of the query string.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub query_parameters: BTreeMap<String, String>,
    /// The parameters in the path, such as `userId` if the path of the API is `/v1/users/[userId]`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub path_parameters: BTreeMap<String, String>,
    /// The body as the gateway wrote it. [`Request::body_bytes`] returns it as the client sent it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub body: String,
    /// Whether the body is a Base64 text. The gateway may send the flag as text.
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub is_base64_encoded: Option<bool>,
}

impl FromEvent for Request {
    fn from_event(event: Bytes) -> Result<Self, EventError> {
        decode_object(&event)
    }
}

impl Request {
    /// The value of a header. The case of the name does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as the client sent it.
    ///
    /// # Errors
    /// The body is marked as Base64, but is not.
    pub fn body_bytes(&self) -> Result<Bytes, EventError> {
        if self.is_base64_encoded == Some(true) {
            from_base64(&self.body).map_err(|error| error.under("body"))
        } else {
            Ok(self.body.clone().into())
        }
    }

    /// Reads the body as JSON, as a type of your own.
    ///
    /// # Errors
    /// The body is not the JSON of a `T`. The error has the path in the event.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_json(&self.body_bytes()?).map_err(|error| error.under("body"))
    }
}
