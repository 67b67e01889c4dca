//! Contexts with chosen values.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::{Context, credentials};

/// Starts a [`Context`] for a test.
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

/// A [`Context`] under construction.
#[derive(Clone, Debug)]
#[must_use = "call `build` to make the context"]
pub struct ContextBuilder(HeaderMap);

impl ContextBuilder {
    /// Sets the request id.
    ///
    /// # Panics
    /// The id is not a valid value of an HTTP header.
    pub fn request_id(self, id: &str) -> Self {
        self.header("x-fc-request-id", id)
    }

    /// Sets the time limit of the call, in whole seconds. It starts when the context is built.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        let seconds = HeaderValue::from(timeout.as_secs());
        self.0.insert("x-fc-function-timeout", seconds);
        self
    }

    /// Sets any header that the platform sends, such as `x-fc-retry-count`. The documentation has [a list].
    ///
    /// # Panics
    /// The name or the value is not valid in an HTTP header.
    ///
    /// [a list]: https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a valid header name");
        let value = HeaderValue::from_str(value).expect("a valid header value");
        self.0.insert(name, value);
        credentials::hide(&mut self.0);
        self
    }

    /// Makes the context of a call that arrived just now.
    #[must_use]
    pub fn build(self) -> Context {
        Context::new(self.0)
    }
}
