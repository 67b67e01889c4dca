//! Contexts with chosen values.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::Context;

/// Begins a [`Context`] for a test.
///
/// ```
/// use std::time::Duration;
///
/// let cx = fc3::testing::context()
///     .request_id("1-a")
///     .timeout(Duration::from_secs(60))
///     .header("x-fc-region", "cn-hangzhou")
///     .build();
/// assert_eq!(cx.request_id(), "1-a");
/// assert_eq!(cx.region(), Some("cn-hangzhou"));
/// assert!(cx.remaining() <= Some(Duration::from_secs(60)));
/// ```
pub fn context() -> ContextBuilder {
    ContextBuilder(HeaderMap::new())
}

/// A [`Context`] that is being put together.
#[derive(Clone, Debug)]
#[must_use = "call `build` for the context"]
pub struct ContextBuilder(HeaderMap);

impl ContextBuilder {
    /// Sets the request id.
    ///
    /// # Panics
    /// Like all methods here, if the value cannot stand in an HTTP header.
    pub fn request_id(self, id: &str) -> Self {
        self.header("x-fc-request-id", id)
    }

    /// Sets the time limit of the call, in whole seconds. It starts when the context is built.
    ///
    /// # Panics
    /// Never.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.header("x-fc-function-timeout", &timeout.as_secs().to_string())
    }

    /// Sets any header that the platform sends, by its name, such as `x-fc-retry-count`: [context].
    ///
    /// # Panics
    /// If the name or the value cannot stand in an HTTP header.
    ///
    /// [context]: https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a valid header name");
        let value = HeaderValue::from_str(value).expect("a valid header value");
        self.0.insert(name, value);
        self
    }

    /// Makes the context, of a call that came just now.
    #[must_use]
    pub fn build(self) -> Context {
        Context::new(self.0)
    }
}
