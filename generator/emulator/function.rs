//! A deployed function: calls, and the instances that serve them.

mod asynchronous;
mod client;
mod definition;
mod event_call;
mod failure;
mod fleet;
mod health;
mod http_call;
mod journal;
mod member;
mod session;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

pub(crate) use client::{Body, whole};
pub use definition::{Definition, Rest};
pub(crate) use event_call::{EventCall, Returned};
pub(crate) use failure::CallFailure;
pub use failure::ErrorType;
use fleet::{Fleet, Lease};
pub(crate) use http_call::HttpCall;
pub(crate) use journal::Journal;
pub use journal::{End, Event, Invocation, Observer, Outcome, Trigger};
pub(crate) use session::{BadSession, claim, grant};

/// A deployed function. Clones are the same function.
#[derive(Clone)]
pub(crate) struct Function {
    fleet: Fleet,
}

impl Function {
    pub(crate) fn new(definition: Definition, journal: Journal) -> Self {
        Self {
            fleet: Fleet::new(definition, journal),
        }
    }

    pub(crate) fn definition(&self) -> Arc<Definition> {
        self.fleet.definition()
    }

    /// The number of instances that exist.
    pub(crate) fn instances(&self) -> usize {
        self.fleet.size()
    }

    /// Deploys it anew. Calls go to the old instances until a new one accepts them.
    ///
    /// # Errors
    /// The new one does not start. Callers are told so from now on.
    pub(crate) fn replace(
        &self,
        definition: Definition,
    ) -> impl Future<Output = Result<(), CallFailure>> + use<> {
        self.fleet.replace(definition)
    }

    /// Ends all instances.
    pub(crate) async fn shut_down(&self) {
        self.fleet.shut_down().await;
    }
}

/// A call that goes on, until it is told.
struct Record {
    journal: Journal,
    request_id: String,
    function: String,
    trigger: Trigger,
    began: SystemTime,
    clock: Instant,
    /// The time of the call, once the function has responded.
    duration: Option<Duration>,
    cold: bool,
}

impl Record {
    fn begin(function: &Function, request_id: &str, trigger: Trigger) -> Self {
        Self {
            journal: function.fleet.journal().clone(),
            request_id: request_id.to_owned(),
            function: function.definition().name().to_owned(),
            trigger,
            began: SystemTime::now(),
            clock: Instant::now(),
            duration: None,
            cold: false,
        }
    }

    /// The instance is there; the platform counts from here.
    fn has(&mut self, lease: &Lease) {
        self.cold = lease.cold;
        self.clock = Instant::now();
    }

    /// The function has responded. What follows is no part of the call.
    fn stop_clock(&mut self) {
        self.duration = Some(self.clock.elapsed());
    }

    fn end(self, lease: Option<&Lease>, outcome: Outcome) -> Invocation {
        let invocation = Invocation {
            request_id: self.request_id,
            function: self.function,
            trigger: self.trigger,
            began: self.began,
            duration: self.duration.unwrap_or_else(|| self.clock.elapsed()),
            peak_memory: lease.and_then(|lease| lease.running().peak_memory()),
            cold: self.cold,
            outcome,
        };
        self.journal.tell(&Event::Invoked(invocation.clone()));
        invocation
    }
}
