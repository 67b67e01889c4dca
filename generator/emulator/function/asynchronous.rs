//! Asynchronous calls: accepted at once, tried again after a failure, and told to destinations.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use super::Function;
use super::event_call::{EventCall, Returned};
use super::failure::CallFailure;
use super::journal::Event;

/// The time before the first retry, which doubles with each one. The platform retries errors of a
/// function after 1 to 2 minutes; nobody waits that long at a terminal.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The same for a call that the platform had no instance for, and how long such a call is tried again:
/// [`page::RETRY`](crate::platform::page::RETRY).
const THROTTLED_PAUSE: Duration = Duration::from_millis(500);
const THROTTLED_LIMIT: Duration = Duration::from_secs(5 * 60 * 60);

/// Somebody who wants to know how an asynchronous call goes.
pub(crate) trait Watch: Send + Sync {
    /// An attempt begins, after this number of retries.
    fn began(&self, retries: u32);

    /// An attempt has ended. No other one follows the last.
    fn ended(&self, returned: &Returned, is_last: bool);
}

impl Function {
    /// Accepts an event. It is handled after this returns.
    pub(crate) fn invoke_later(&self, call: EventCall) {
        let _detached = self.invoke_watched(call, None);
    }

    /// The same for somebody who watches it. Aborting what is returned cancels the call.
    pub(crate) fn invoke_watched(
        &self,
        call: EventCall,
        watch: Option<Arc<dyn Watch>>,
    ) -> AbortHandle {
        let function = self.clone();
        let run = async move { function.attempt(call, watch.as_deref()).await };
        tokio::spawn(run).abort_handle()
    }

    async fn attempt(&self, mut call: EventCall, watch: Option<&dyn Watch>) {
        let accepted = Instant::now();
        let journal = self.fleet.journal().clone();
        let mut throttled = 0_u32;
        loop {
            if let Some(watch) = watch {
                watch.began(call.retry_count);
            }
            let returned = self.invoke(call.clone()).await;
            let error_type = returned.error_type;
            let failure = returned.body.as_ref().err();
            let is_throttled = failure.is_some_and(CallFailure::is_throttled);
            let policy = call.policy.clone();
            let policy = policy.unwrap_or_else(|| self.definition().asynchronous.clone());
            let destination = match error_type {
                None => policy.on_success,
                Some(_) => policy.on_failure,
            };
            // The retries of the policy are for errors of the function.
            let (first, before, is_left, limit) = if is_throttled {
                let limit = policy.max_age.min(THROTTLED_LIMIT);
                (THROTTLED_PAUSE, throttled, true, limit)
            } else {
                let is_left = call.retry_count < policy.max_retries;
                (FIRST_PAUSE, call.retry_count, is_left, policy.max_age)
            };
            let pause = first.saturating_mul(1 << before.min(16));
            let is_left = is_left && accepted.elapsed() + pause < limit;
            let attempts = call.retry_count + throttled + 1;
            if let Some(watch) = watch {
                watch.ended(&returned, error_type.is_none() || !is_left);
            }
            if error_type.is_some() && is_left {
                journal.tell(&Event::Retried {
                    request_id: call.request_id.clone(),
                    after: Some(pause),
                    attempts,
                });
                tokio::time::sleep(pause).await;
                if is_throttled {
                    throttled += 1;
                } else {
                    call.retry_count += 1;
                }
                continue;
            }
            if error_type.is_some() {
                journal.tell(&Event::Retried {
                    request_id: call.request_id.clone(),
                    after: None,
                    attempts,
                });
            }
            if let Some(destination) = destination {
                journal.tell(&Event::Delivered {
                    request_id: call.request_id,
                    destination,
                });
            }
            return;
        }
    }
}
