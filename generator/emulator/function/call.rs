//! A call in progress, which tells its end.

use std::time::{Duration, Instant, SystemTime};

use super::Function;
use super::failure::CallFailure;
use super::fleet::Lease;
use super::journal::{Event, Invocation, Journal, Outcome, Trigger};
use super::session::Claim;

/// A call in progress. If it is dropped, its client has gone away.
pub(super) struct Call {
    journal: Journal,
    request_id: String,
    function: String,
    trigger: Trigger,
    began: SystemTime,
    clock: Instant,
    /// The time of the call, once the function has responded.
    duration: Option<Duration>,
    /// The place at an instance, once it has one.
    lease: Option<Lease>,
    is_over: bool,
}

impl Call {
    pub(super) fn begin(function: &Function, request_id: &str, trigger: Trigger) -> Self {
        Self {
            journal: function.fleet.journal().clone(),
            request_id: request_id.to_owned(),
            function: function.definition().name().to_owned(),
            trigger,
            began: SystemTime::now(),
            clock: Instant::now(),
            duration: None,
            lease: None,
            is_over: false,
        }
    }

    /// Waits for an instance that accepts the call. The platform counts from there.
    ///
    /// # Errors
    /// No instance accepts the call.
    pub(super) async fn find_instance(
        &mut self,
        function: &Function,
        claim: &Claim,
    ) -> Result<(), CallFailure> {
        self.lease = Some(function.fleet.lease(claim).await?);
        self.clock = Instant::now();
        Ok(())
    }

    /// Its place at an instance.
    pub(super) fn lease(&self) -> &Lease {
        self.lease.as_ref().expect("it has an instance")
    }

    pub(super) fn lease_mut(&mut self) -> &mut Lease {
        self.lease.as_mut().expect("it has an instance")
    }

    /// The id of the instance, if it has one.
    pub(super) fn instance(&self) -> Option<String> {
        let lease = self.lease.as_ref()?;
        Some(lease.running().instance.instance_id().to_owned())
    }

    /// The function has responded. What follows is no part of the call.
    pub(super) fn stop_clock(&mut self) {
        self.duration = Some(self.clock.elapsed());
    }

    /// Tells the end, and gives the instance back.
    pub(super) fn end(mut self, outcome: Outcome) -> Invocation {
        self.is_over = true;
        let invocation = self.ended(outcome);
        self.journal.tell(&Event::Invoked(invocation.clone()));
        invocation
    }

    fn ended(&self, outcome: Outcome) -> Invocation {
        let lease = self.lease.as_ref();
        Invocation {
            request_id: self.request_id.clone(),
            function: self.function.clone(),
            trigger: self.trigger.clone(),
            began: self.began,
            duration: self.duration.unwrap_or_else(|| self.clock.elapsed()),
            peak_memory: lease.and_then(|lease| lease.running().peak_memory()),
            cold: lease.is_some_and(|lease| lease.cold),
            outcome,
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let invocation = self.ended(Outcome::Cancelled);
        if let Some(lease) = self.lease.take() {
            lease.cancel();
        }
        self.journal.tell(&Event::Invoked(invocation));
    }
}
