//! The running calls: their marker lines, their panics, and how a shutdown waits for them.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep_until;

use crate::failure::Failure;
use crate::{Context, log};

/// The time limit of a call whose context has none: the one that the console gives a new function.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// The running calls.
pub(crate) struct Calls(watch::Sender<Vec<Call>>);

/// A call, as a shutdown sees it.
struct Call {
    cx: Context,
    limit: Option<Duration>,
}

impl Call {
    /// The time by which the call must have ended. It is computed only during a shutdown.
    fn deadline(&self) -> Instant {
        let received = self.cx.received();
        let limit = self.limit.or_else(|| self.cx.timeout());
        let deadline = limit.and_then(|limit| received.checked_add(limit));
        deadline.unwrap_or(received + DEFAULT_TIMEOUT)
    }
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::default())
    }

    /// Adds a call, until its [`Running`] is dropped. Without a limit, that of its context counts.
    pub(crate) fn begin(
        self: &Arc<Self>,
        cx: &Context,
        limit: Option<Duration>,
        marker: Option<&'static str>,
    ) -> Running {
        let call = Call {
            cx: cx.clone(),
            limit,
        };
        self.change(|running| running.push(call));
        if let Some(name) = marker {
            log::marker(name, "Start", cx.request_id(), "");
        }
        Running {
            calls: Arc::clone(self),
            cx: cx.clone(),
            marker,
            failed: None,
        }
    }

    /// Changes the list. Only a shutdown waits for changes, so nobody is woken before it.
    fn change(&self, change: impl FnOnce(&mut Vec<Call>)) {
        self.0.send_if_modified(|running| {
            change(running);
            self.0.receiver_count() > 0
        });
    }

    /// Whether any call runs.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().is_empty()
    }

    /// Waits until no call runs.
    pub(crate) async fn all_done(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.0.subscribe().wait_for(Vec::is_empty).await;
    }

    /// Waits until calls still run although all their deadlines have passed.
    pub(crate) async fn overdue(&self) {
        let mut running = self.0.subscribe();
        loop {
            let last = running.borrow_and_update().iter().map(Call::deadline).max();
            let passed = async {
                match last {
                    Some(deadline) => sleep_until(deadline.into()).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = passed => return,
                _ = running.changed() => {}
            }
        }
    }
}

/// A call that runs until this is dropped.
pub(crate) struct Running {
    calls: Arc<Calls>,
    cx: Context,
    marker: Option<&'static str>,
    failed: Option<bool>,
}

impl Running {
    /// Notes how the call ended.
    pub(crate) fn ended(&mut self, failed: bool) {
        self.failed = Some(failed);
    }

    /// Notes that the call has not ended yet.
    pub(crate) fn goes_on(&mut self) {
        self.failed = None;
    }

    /// Calls `work` as a part of the call.
    pub(crate) fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        self.cx.in_scope(work)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(name) = self.marker {
            let error = match self.failed {
                Some(false) => "",
                Some(true) => ", Error: Unhandled function error",
                None => ", Error: Invocation canceled by client",
            };
            log::marker(name, "End", self.cx.request_id(), error);
        }
        self.calls.change(|running| {
            if let Some(own) = running.iter().position(|call| call.cx.is(&self.cx)) {
                running.swap_remove(own);
            }
        });
    }
}

/// Runs a future, and turns a panic in it into a failure of this call alone.
pub(crate) async fn catch_panic<T>(
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut future = pin!(future);
    poll_fn(|task| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(task)))
            .unwrap_or_else(|payload| Poll::Ready(Err(Failure::panic(payload))))
    })
    .await
}
