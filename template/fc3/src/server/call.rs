//! The running calls: their marker lines, their panics, and how a shutdown waits for them.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::sleep_until;

use crate::failure::Failure;
use crate::server::signals;
use crate::{Context, log};

/// The time limit of a call whose context has none: the one that the console gives a new function.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// The running calls.
#[derive(Default)]
pub(crate) struct Calls {
    running: Mutex<Vec<Call>>,
    /// Only a shutdown waits for changes, so nobody is woken before it.
    draining: AtomicBool,
    changed: Notify,
}

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
        if self.draining.load(Ordering::Relaxed) {
            signals::end_after(self.time_left());
        }
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

    fn change(&self, change: impl FnOnce(&mut Vec<Call>)) {
        change(&mut self.running());
        if self.draining.load(Ordering::Relaxed) {
            self.changed.notify_waiters();
        }
    }

    fn running(&self) -> MutexGuard<'_, Vec<Call>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether any call runs.
    pub(crate) fn any(&self) -> bool {
        !self.running().is_empty()
    }

    /// The time until all deadlines have passed, for a signal handler: it does not wait for a lock.
    pub(crate) fn time_left(&self) -> Duration {
        let running = self.running.try_lock();
        // The lock is taken only while a call begins or ends, which is no call that blocks the thread.
        running.map_or(Duration::ZERO, |running| {
            let last = running.iter().map(Call::deadline).max();
            last.map_or(Duration::ZERO, |last| {
                last.saturating_duration_since(Instant::now())
            })
        })
    }

    /// From now on, changes wake those who wait, and the process ends after the limits of the calls.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        signals::end_after(self.time_left());
    }

    /// Waits until no call runs.
    pub(crate) async fn all_done(&self) {
        loop {
            let changed = self.changed.notified();
            if !self.any() {
                return;
            }
            changed.await;
        }
    }

    /// Waits until calls still run although all their deadlines have passed.
    pub(crate) async fn overdue(&self) {
        loop {
            let changed = self.changed.notified();
            let last = self.running().iter().map(Call::deadline).max();
            let passed = async {
                match last {
                    Some(deadline) => sleep_until(deadline.into()).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = passed => return,
                () = changed => {}
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
