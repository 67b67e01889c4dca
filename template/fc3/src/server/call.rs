//! The calls that run: their marker lines, the panics in them, and what a shutdown waits for.

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

/// How long a call may hold a shutdown that says nothing of its time limit: the limit that the
/// console gives a new function.
const UNSAID_TIMEOUT: Duration = Duration::from_secs(60);

/// The calls that run.
pub(crate) struct Calls(watch::Sender<Vec<Call>>);

/// A call, as a shutdown sees it.
struct Call {
    cx: Context,
    limit: Option<Duration>,
}

impl Call {
    /// When it must have ended, which is worked out only where somebody waits for it.
    fn deadline(&self) -> Instant {
        let received = self.cx.received();
        let limit = self.limit.or_else(|| self.cx.timeout());
        let said = limit.and_then(|limit| received.checked_add(limit));
        said.unwrap_or(received + UNSAID_TIMEOUT)
    }
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::default())
    }

    /// Counts a call in until its [`Running`] is dropped. Without a limit it has that of its context.
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

    /// Changes the list, and wakes nobody as long as nobody waits, which only a shutdown does.
    fn change(&self, change: impl FnOnce(&mut Vec<Call>)) {
        self.0.send_if_modified(|running| {
            change(running);
            self.0.receiver_count() > 0
        });
    }

    /// Whether a call runs.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().is_empty()
    }

    /// Waits until no call runs.
    pub(crate) async fn all_done(&self) {
        // The sender lives as long as this, so there is an end to wait for.
        let _ = self.0.subscribe().wait_for(Vec::is_empty).await;
    }

    /// Waits until calls run that must all have ended by now.
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
    /// Says how the call ended.
    pub(crate) fn ended(&mut self, failed: bool) {
        self.failed = Some(failed);
    }

    /// Takes back that the call has ended.
    pub(crate) fn goes_on(&mut self) {
        self.failed = None;
    }

    /// Does `work` as a part of the call.
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

/// Runs `future`, and makes a panic in it a failure of this call alone.
pub(crate) async fn catch_panic<T>(
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut future = pin!(future);
    poll_fn(|task| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(task)))
            .unwrap_or_else(|payload| Poll::Ready(Err(Failure::panic(&*payload))))
    })
    .await
}
