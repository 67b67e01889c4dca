//! The values that the platform sends with a call:
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1>.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::Credentials;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-fc-request-id");

/// The longest request id that is kept, in bytes; the platform's own have 36.
const REQUEST_ID_LIMIT: usize = 128;

tokio::task_local! {
    static CURRENT: Context;
}

/// One call of the function: its request id, its deadline, and what the platform says about the function.
///
/// ```
/// fn log(cx: &fc3::Context) {
///     if let Some(left) = cx.remaining() {
///         tracing::info!(retries = cx.retry_count(), "{} ms left", left.as_millis());
///     }
/// }
/// ```
///
/// A clone is cheap and stands for the same call. A value is `None` if the platform sends it empty or
/// not at all. `Context::default()` has no values; a test makes one with values by
/// [`testing::context`](crate::testing::context()).
#[derive(Clone, Default)]
pub struct Context(Arc<Inner>);

struct Inner {
    headers: HeaderMap,
    request_id: HeaderValue,
    received: Instant,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            headers: HeaderMap::new(),
            request_id: HeaderValue::from_static(""),
            received: Instant::now(),
        }
    }
}

impl Context {
    /// The context of a call that arrived with `headers` just now.
    pub(crate) fn new(headers: HeaderMap) -> Self {
        let request_id = headers
            .get(REQUEST_ID)
            .map_or(HeaderValue::from_static(""), safe);
        Self(Arc::new(Inner {
            headers,
            request_id,
            received: Instant::now(),
        }))
    }

    /// The id of this call, which its log lines show; empty if the call has none.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.0.request_id.to_str().unwrap_or_default()
    }

    /// The name of the function.
    #[must_use]
    pub fn function_name(&self) -> Option<&str> {
        self.text("x-fc-function-name")
    }

    /// The region that the function runs in, such as `cn-hangzhou`.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.text("x-fc-region")
    }

    /// The id of the account that owns the function.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.text("x-fc-account-id")
    }

    /// The memory of the instance, in MB.
    #[must_use]
    pub fn memory_mb(&self) -> Option<u32> {
        self.value("x-fc-function-memory")
    }

    /// The time limit of the call.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.value("x-fc-function-timeout").map(Duration::from_secs)
    }

    /// The time at which the platform ends the call: its arrival plus the [`timeout`](Self::timeout).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.received().checked_add(self.timeout()?)
    }

    /// The time left until the [`deadline`](Self::deadline); zero after it.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        Some(self.deadline()?.saturating_duration_since(Instant::now()))
    }

    /// The version or alias that was called, such as `LATEST`.
    #[must_use]
    pub fn qualifier(&self) -> Option<&str> {
        self.text("x-fc-qualifier")
    }

    /// The version of the function; `None` for `LATEST`.
    #[must_use]
    pub fn version_id(&self) -> Option<&str> {
        self.text("x-fc-version-id")
    }

    /// The number of earlier attempts with this event; 0 at the first attempt.
    #[must_use]
    pub fn retry_count(&self) -> u32 {
        self.value("x-fc-retry-count").unwrap_or(0)
    }

    /// The id of the asynchronous task, if the call is one.
    #[must_use]
    pub fn task_id(&self) -> Option<&str> {
        self.text("x-fc-async-task-id")
    }

    /// The project in Simple Log Service that stores the function's log.
    #[must_use]
    pub fn log_project(&self) -> Option<&str> {
        self.text("x-fc-service-logproject")
    }

    /// The Logstore of the [`log_project`](Self::log_project).
    #[must_use]
    pub fn log_store(&self) -> Option<&str> {
        self.text("x-fc-service-logstore")
    }

    /// The W3C `traceparent` of the caller: <https://www.w3.org/TR/trace-context/>.
    #[must_use]
    pub fn trace_parent(&self) -> Option<&str> {
        self.text("traceparent")
    }

    /// The W3C `tracestate` of the caller.
    #[must_use]
    pub fn trace_state(&self) -> Option<&str> {
        self.text("tracestate")
    }

    /// The W3C `baggage` of the caller.
    #[must_use]
    pub fn baggage(&self) -> Option<&str> {
        self.text("baggage")
    }

    /// The temporary keys of the function's role, from the call or else from the environment.
    ///
    /// `None` if the function has no role.
    #[must_use]
    pub fn credentials(&self) -> Option<Credentials> {
        Credentials::find(|header| self.text(header), |name| std::env::var(name).ok())
    }

    /// Runs a future as a part of this call, so that its log lines show the request id.
    ///
    /// ```
    /// # async fn handle(cx: &fc3::Context) {
    /// let work = async { tracing::info!("in a task of its own") };
    /// tokio::spawn(cx.scope(work)).await.unwrap();
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), future)
    }

    /// Calls a closure as a part of this call, so that its log lines show the request id.
    ///
    /// ```
    /// # async fn handle(cx: &fc3::Context) {
    /// let cx = cx.clone();
    /// let work = move || cx.in_scope(|| tracing::info!("on a thread of its own"));
    /// tokio::task::spawn_blocking(work).await.unwrap();
    /// # }
    /// ```
    pub fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), work)
    }

    /// The time limit of the initializer.
    pub(crate) fn initialization_timeout(&self) -> Option<Duration> {
        let seconds = self.value("x-fc-initialization-timeout");
        seconds.map(Duration::from_secs)
    }

    /// The headers of the call.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The time at which the call arrived.
    pub(crate) fn received(&self) -> Instant {
        self.0.received
    }

    /// Whether both stand for the same call.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The call that runs on this thread, if any.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    fn text(&self, header: &str) -> Option<&str> {
        let text = self.0.headers.get(header)?.to_str().ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn value<T: FromStr>(&self, header: &str) -> Option<T> {
        self.text(header)?.parse().ok()
    }
}

impl fmt::Debug for Context {
    /// Leaves the headers out, since they contain keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id())
            .field("function_name", &self.function_name())
            .field("qualifier", &self.qualifier())
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

/// The request id without characters that could be mistaken for another part of a log line.
fn safe(id: &HeaderValue) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = id.as_bytes();
    if bytes.len() <= REQUEST_ID_LIMIT && bytes.iter().all(plain) {
        return id.clone();
    }
    let safe = bytes
        .iter()
        .map(|byte| if plain(byte) { *byte } else { b'_' });
    let safe: Vec<u8> = safe.take(REQUEST_ID_LIMIT).collect();
    HeaderValue::from_bytes(&safe).unwrap_or(HeaderValue::from_static(""))
}
