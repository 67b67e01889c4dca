//! Another definition of the same function takes over.

use std::sync::Arc;

use super::seats::Seat;
use super::{Fleet, Lease, closed};
use crate::emulator::function::definition::Definition;
use crate::emulator::function::failure::CallFailure;
use crate::emulator::function::journal::End;
use crate::emulator::function::member::{Member, Running};
use crate::platform::INSTANCE_LIMIT;

/// What has changed with a new definition.
struct TakenOver {
    /// The number of its instance, if there is one.
    added: Option<u64>,
    /// The instances that have nothing more to do.
    retired: Vec<Seat>,
}

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
        let begun = {
            let mut state = self.state();
            (!state.is_closed).then(|| {
                let member = Member::start(Arc::clone(&definition), self.0.journal.clone());
                (state.begin(member.clone()), member)
            })
        };
        let fleet = self.clone();
        async move {
            let (version, member) = begun.ok_or_else(closed)?;
            fleet.take_over(version, definition, member).await
        }
    }

    /// Sets another definition at once. The instances of the old one end after their calls, and the next
    /// call starts one of the new one.
    pub(in crate::emulator::function) fn redefine(&self, definition: Definition) {
        let retired = {
            let mut state = self.state();
            let version = state.redefine(Arc::new(definition));
            self.0.versions.send_replace(version);
            state.retire(End::Replaced, |seat| seat.version < version)
        };
        self.end(retired, End::Replaced);
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
                if self.state().forget_start(version) {
                    member.end(End::Replaced, self.0.journal.clone()).await;
                }
                return Ok(());
            }
        };
        let running = started.as_deref().ok();
        let set = self.set(version, Arc::clone(&definition), &member, running)?;
        let Some(TakenOver { added, retired }) = set else {
            member.end(End::Replaced, self.0.journal.clone()).await;
            return Ok(());
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

    /// Sets the definition, with an instance of it if there is one. `None` if a newer one is there.
    ///
    /// # Errors
    /// Everything ends, also what was started.
    fn set(
        &self,
        version: u64,
        definition: Arc<Definition>,
        member: &Member,
        running: Option<&Running>,
    ) -> Result<Option<TakenOver>, CallFailure> {
        let mut state = self.state();
        if !state.forget_start(version) {
            return Err(closed());
        }
        if state.version > version {
            return Ok(None);
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
        Ok(Some(TakenOver { added, retired }))
    }

    /// Starts another instance in the place of one that may still work for a client that has gone, and
    /// stops that one once the other one has started or failed.
    pub(super) fn replace_cancelled(&self, lease: Lease) {
        let started = {
            let mut state = self.state();
            let is_current = lease.version == state.version && !state.is_closed;
            let is_full = state.seats.len() >= INSTANCE_LIMIT;
            match state.seat(lease.seat) {
                Some(seat) if is_current && seat.retired.is_none() => {
                    seat.retired = Some(End::Cancelled);
                }
                // It ends for another reason.
                _ => return,
            }
            (!is_full).then(|| self.start(&mut state))
        };
        let fleet = self.clone();
        tokio::spawn(async move {
            if let Some(started) = started {
                fleet.await_start(started).await;
            }
            drop(lease);
        });
    }

    /// Waits until an instance that nobody waits for has started or failed.
    pub(super) async fn await_start(&self, id: u64) {
        let member = self.state().seat(id).map(|seat| seat.member.clone());
        let Some(member) = member else {
            return;
        };
        match member.ready().await {
            Err(failure) => {
                // One that was given up meanwhile has not failed.
                let mut state = self.state();
                let is_wanted = state.seat(id).is_some_and(|seat| seat.retired.is_none());
                drop(state);
                if is_wanted {
                    self.tell_failure(&failure);
                }
            }
            Ok(running) if running.definition().rest.freezes => {
                // Under the lock, so that no call is frozen.
                let mut state = self.state();
                if let Some(seat) = state.seat(id).filter(|seat| seat.calls == 0) {
                    seat.freezes += 1;
                    running.set_frozen(true);
                }
            }
            Ok(_) => {}
        }
    }

    /// Waits until a newer definition has taken over.
    pub(super) async fn superseded(&self, version: u64) {
        let mut versions = self.0.versions.subscribe();
        // The sender is as old as this.
        let _ = versions.wait_for(|newest| *newest > version).await;
    }
}
