//! A deployed function: calls, and the instances that serve them.

mod asynchronous;
mod call;
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
mod upload;

use std::sync::Arc;

pub(crate) use asynchronous::Watch;
pub(crate) use client::{Body, whole};
pub use definition::{Definition, Keeps, Rest};
pub(crate) use event_call::{EventCall, Returned};
pub(crate) use failure::CallFailure;
pub use failure::ErrorType;
pub(crate) use failure::TOO_LARGE;
use fleet::Fleet;
pub(crate) use http_call::HttpCall;
pub(crate) use journal::Journal;
pub use journal::{End, Event, Invocation, Observer, Outcome, Trigger};
pub(crate) use session::{BadSession, claim, grant};
pub(crate) use upload::Upload;

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

    /// The ids of the instances that accept calls.
    pub(crate) fn instance_ids(&self) -> Vec<String> {
        self.fleet.ids()
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

    /// Deploys it anew at once. The old instances end after their calls.
    pub(crate) fn redefine(&self, definition: Definition) {
        self.fleet.redefine(definition);
    }

    /// Ends all instances.
    pub(crate) async fn shut_down(&self) {
        self.fleet.shut_down().await;
    }
}
