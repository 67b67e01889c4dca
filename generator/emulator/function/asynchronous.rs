//! Asynchronous calls: accepted at once, tried again after a failure, and told to destinations.

use std::time::{Duration, Instant};

use super::Function;
use super::event_call::EventCall;
use super::journal::Event;

/// The time before the first retry, which doubles with each one. The platform retries errors of a
/// function after 1 to 2 minutes; nobody waits that long at a terminal.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

impl Function {
    /// Accepts an event. It is handled after this returns.
    pub(crate) fn invoke_later(&self, call: EventCall) {
        let function = self.clone();
        tokio::spawn(async move { function.attempt(call).await });
    }

    async fn attempt(&self, mut call: EventCall) {
        let accepted = Instant::now();
        let journal = self.fleet.journal().clone();
        loop {
            let error_type = self.invoke(call.clone()).await.error_type;
            let policy = self.definition().asynchronous.clone();
            let destination = match error_type {
                None => policy.on_success,
                Some(_) => policy.on_failure,
            };
            let pause = FIRST_PAUSE.saturating_mul(1 << call.retry_count.min(16));
            let is_left = call.retry_count < policy.max_retries
                && accepted.elapsed() + pause < policy.max_age;
            if error_type.is_some() && is_left {
                journal.tell(&Event::Retried {
                    request_id: call.request_id.clone(),
                    after: Some(pause),
                    attempts: call.retry_count + 1,
                });
                tokio::time::sleep(pause).await;
                call.retry_count += 1;
                continue;
            }
            if error_type.is_some() {
                journal.tell(&Event::Retried {
                    request_id: call.request_id.clone(),
                    after: None,
                    attempts: call.retry_count + 1,
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
