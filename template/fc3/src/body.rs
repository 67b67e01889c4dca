//! The body of a message, which has one type for all sources.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Bytes, EventError, decode_text, excerpt, from_base64};

/// The body of a message: any JSON, or a text.
///
/// ```
/// use fc3::Body;
/// use serde_json::json;
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     number: u64,
/// }
///
/// for body in [Body(json!({"number": 42})), Body::from(r#"{"number": 42}"#)] {
///     assert_eq!(body.read::<Order>()?.number, 42);
/// }
/// assert_eq!(Body::from("aGVsbG8=").bytes()?, "hello");
/// # Ok::<(), fc3::EventError>(())
/// ```
///
/// Whether a body arrives as JSON, as a text that contains JSON, or as a Base64 text depends on the
/// settings of the source and on the sender. It is written as it came: a text without quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Body(pub Value);

impl Body {
    /// Reads the body as a type of your own: the JSON, the JSON in the text, or else the text itself.
    ///
    /// # Errors
    /// The body is not a `T`. The error has the path in the body.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, EventError> {
        decode_text(&self.0)
    }

    /// The bytes of a body that is a Base64 text.
    ///
    /// # Errors
    /// The body is not a Base64 text.
    pub fn bytes(&self) -> Result<Bytes, EventError> {
        let text = self.as_str().ok_or_else(|| {
            let found = excerpt::unexpected(&self.0);
            EventError::new(serde_json::Error::invalid_type(found, &"a Base64 text"))
        });
        text.and_then(from_base64)
    }

    /// The text, if the body is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// Whether the body is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// Whether the body is `null` or an empty text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_null() || self.as_str() == Some("")
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::String(text) => f.write_str(text),
            other => other.fmt(f),
        }
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl PartialEq<str> for Body {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<&str> for Body {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}
