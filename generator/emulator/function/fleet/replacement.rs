//! Another definition of the same function takes over.

use std::sync::Arc;

use super::seats::Seat;
use super::{Fleet, closed};
use crate::emulator::function::definition::Definition;
use crate::emulator::function::failure::CallFailure;
use crate::emulator::function::journal::End;
use crate::emulator::function::member::{Member, Running};

impl Fleet {
    /// Replaces the definition. An instance of the new one is started first, and takes over when it
    /// accepts calls; until then, calls go to the old ones, which end after their calls. If it does not
    /// start, callers are told so from now on, as they are on the platform. Of several that start at
    /// the same time, the newest one wins.
    pub(in crate::emulator::function) fn replace(
        &self,
        definition: Definition,
    ) -> impl Future<Output = Result<(), CallFailure>> + use<> {
        let definition = Arc::new(definition);
        let member = Member::start(Arc::clone(&definition), self.0.journal.clone());
        let version = {
            let mut state = self.state();
            state.newest += 1;
            state.newest
        };
        self.clone().take_over(version, definition, member)
    }

    /// Lets a definition take over once its first instance has started or failed, unless a newer one
    /// has done so before.
    async fn take_over(
        self,
        version: u64,
        definition: Arc<Definition>,
        member: Member,
    ) -> Result<(), CallFailure> {
        let started = tokio::select! {
            biased;
            started = member.ready() => started,
            () = self.superseded(version) => {
                member.end(End::Replaced, self.0.journal.clone()).await;
                return Ok(());
            }
        };
        let running = started.as_deref().ok();
        let set = self.set(version, Arc::clone(&definition), &member, running);
        let Some((added, retired)) = set else {
            member.end(End::Shutdown, self.0.journal.clone()).await;
            let is_closed = self.state().is_closed;
            return if is_closed { Err(closed()) } else { Ok(()) };
        };
        if let Some(id) = added {
            self.care_for(id, &definition, member);
        }
        self.end(retired, End::Replaced);
        if let Err(failure) = &started {
            self.tell_failure(failure);
        }
        started.map(drop)
    }

    /// Sets the definition, with an instance of it if there is one. Returns the number of that instance,
    /// and the instances that have nothing more to do, or `None` if everything ends or a newer one is
    /// there.
    fn set(
        &self,
        version: u64,
        definition: Arc<Definition>,
        member: &Member,
        running: Option<&Running>,
    ) -> Option<(Option<u64>, Vec<Seat>)> {
        let mut state = self.state();
        if state.is_closed || state.version > version {
            return None;
        }
        state.definition = definition;
        state.version = version;
        self.0.versions.send_replace(version);
        let added = running.map(|running| {
            if running.definition().rest.freezes {
                running.set_frozen(true);
            }
            state.add(member.clone())
        });
        let retired = state.retire(End::Replaced, |seat| seat.version < version);
        Some((added, retired))
    }

    /// Waits until a newer definition has taken over.
    pub(super) async fn superseded(&self, version: u64) {
        let mut versions = self.0.versions.subscribe();
        // The sender is as old as this.
        let _ = versions.wait_for(|newest| *newest > version).await;
    }
}
