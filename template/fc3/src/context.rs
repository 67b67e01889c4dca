//! What the platform tells about a call:
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

/// One call of the platform: who is called, by which request, with how much time and memory.
///
/// It is cheap to clone. `Context::default()` stands for a call that says nothing, as a test
/// needs it.
///
/// A value is `None` when the platform left it out or empty.
#[derive(Clone, Default)]
pub struct Context(Arc<Inner>);

struct Inner {
    headers: HeaderMap,
    request_id: HeaderValue,
    received: Instant,
}

impl Default for Inner {
    fn default() -> Self {
        let request_id = HeaderValue::from_static("");
        Self {
            headers: HeaderMap::new(),
            request_id,
            received: Instant::now(),
        }
    }
}

impl Context {
    /// The context of a call that came with `headers` just now.
    #[must_use]
    pub fn new(headers: HeaderMap) -> Self {
        let request_id = headers
            .get(REQUEST_ID)
            .map_or(HeaderValue::from_static(""), safe);
        Self(Arc::new(Inner {
            headers,
            request_id,
            received: Instant::now(),
        }))
    }

    /// The id of this call, which its log lines carry; empty in a call without one.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.0.request_id.to_str().unwrap_or_default()
    }

    /// The name of the function.
    #[must_use]
    pub fn function_name(&self) -> Option<&str> {
        self.text("x-fc-function-name")
    }

    /// The region the function runs in, as `cn-hangzhou`.
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

    /// How long the call may take, from seconds.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.value("x-fc-function-timeout").map(Duration::from_secs)
    }

    /// When the platform gives up on the call: its arrival and [`timeout`](Self::timeout).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.received().checked_add(self.timeout()?)
    }

    /// The time left until [`deadline`](Self::deadline); zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        Some(self.deadline()?.saturating_duration_since(Instant::now()))
    }

    /// The version or alias that the caller named, as `LATEST`.
    #[must_use]
    pub fn qualifier(&self) -> Option<&str> {
        self.text("x-fc-qualifier")
    }

    /// The version that runs; `None` for `LATEST`.
    #[must_use]
    pub fn version_id(&self) -> Option<&str> {
        self.text("x-fc-version-id")
    }

    /// How often this event was tried before; 0 at the first try.
    #[must_use]
    pub fn retry_count(&self) -> u32 {
        self.value("x-fc-retry-count").unwrap_or(0)
    }

    /// The id of an asynchronous task.
    #[must_use]
    pub fn task_id(&self) -> Option<&str> {
        self.text("x-fc-async-task-id")
    }

    /// The project of Simple Log Service that takes the log.
    #[must_use]
    pub fn log_project(&self) -> Option<&str> {
        self.text("x-fc-service-logproject")
    }

    /// The store in [`log_project`](Self::log_project).
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

    /// The keys of the function's role, from the call, else from the environment.
    #[must_use]
    pub fn credentials(&self) -> Option<Credentials> {
        Credentials::find(|header| self.text(header), |name| std::env::var(name).ok())
    }

    /// Runs `future` as a part of this call: its log lines carry the request id, also in a task
    /// of its own, as in `tokio::spawn(cx.scope(work))`.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), future)
    }

    /// Does `work` as a part of this call: its log lines carry the request id, also on a thread of
    /// its own, as in `spawn_blocking(move || cx.in_scope(work))`.
    pub fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), work)
    }

    /// When the call came.
    pub(crate) fn received(&self) -> Instant {
        self.0.received
    }

    /// Whether both are of the same call.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The call that runs on this thread, if one does.
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
    /// Leaves the headers out, since keys are among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id())
            .field("function_name", &self.function_name())
            .field("qualifier", &self.qualifier())
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

/// A request id that cannot be taken for another part of a log line.
fn safe(id: &HeaderValue) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = id.as_bytes();
    if bytes.len() <= REQUEST_ID_LIMIT && bytes.iter().all(plain) {
        return id.clone();
    }
    let bytes = bytes.iter().take(REQUEST_ID_LIMIT);
    let safe: Vec<u8> = bytes
        .map(|byte| if plain(byte) { *byte } else { b'_' })
        .collect();
    HeaderValue::from_bytes(&safe).unwrap_or(HeaderValue::from_static(""))
}
