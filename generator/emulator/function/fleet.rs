//! The instances of a function: which one takes a call, and when one is started or stopped.

mod care;
mod lease;
mod replacement;
mod seats;
mod sessions;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::definition::Definition;
use super::failure::CallFailure;
use super::journal::{End, Event, Journal};
use super::member::{Member, SHUTDOWN_LIMIT};
use super::session::Claim;
use crate::platform::INSTANCE_LIMIT;
pub(super) use lease::Lease;
use lease::SessionOfCall;
use seats::{Seat, State};

/// All instances of a function. Clones share them.
#[derive(Clone)]
pub(super) struct Fleet(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// The number of the definition that has taken over last, for those who wait for a newer one.
    versions: watch::Sender<u64>,
    journal: Journal,
}

impl Fleet {
    pub(super) fn new(definition: Definition, journal: Journal) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(State::new(definition)),
            versions: watch::Sender::new(0),
            journal,
        }))
    }

    pub(super) fn definition(&self) -> Arc<Definition> {
        Arc::clone(&self.state().definition)
    }

    /// The number of instances that exist.
    pub(super) fn size(&self) -> usize {
        self.state().seats.len()
    }

    /// The ids of the instances that accept calls.
    pub(super) fn ids(&self) -> Vec<String> {
        let state = self.state();
        let running = state.seats.iter().filter_map(|seat| seat.member.running());
        running
            .map(|running| running.instance.instance_id().to_owned())
            .collect()
    }

    /// Finds an instance for a call, or starts one, and waits until it accepts the call.
    ///
    /// # Errors
    /// No instance could be started, there are too many, or the session of the call is over.
    pub(super) async fn lease(&self, claim: &Claim) -> Result<Lease, CallFailure> {
        let (mut lease, started) = loop {
            let (mut lease, member) = self.reserve(claim)?;
            tokio::select! {
                biased;
                started = member.ready() => {
                    lease.is_starting = false;
                    break (lease, started);
                }
                // The start of an old one may take long, or for ever.
                () = self.superseded(lease.version) => {}
            }
        };
        if lease.cold
            && let Err(failure) = &started
        {
            self.tell_failure(failure);
        }
        let running = started.map_err(|failure| {
            let is_closed = self.state().is_closed;
            if is_closed { closed() } else { failure }
        })?;
        if running.definition().rest.freezes {
            running.set_frozen(false);
        }
        lease.running = Some(running);
        if lease.cold {
            self.replace_unhealthy();
        }
        Ok(lease)
    }

    /// A place for a call at an instance that may still start. The lease gives it back, also if the
    /// caller goes away meanwhile.
    fn reserve(&self, claim: &Claim) -> Result<(Lease, Member), CallFailure> {
        let mut state = self.state();
        let over = state.retire(End::Exited, |seat| seat.member.is_over());
        self.end(over, End::Exited);
        let definition = Arc::clone(&state.definition);
        let affinity = definition.affinity.as_ref();
        let session = affinity.and_then(|affinity| Some((claim.id()?, affinity)));
        if let Some((id, affinity)) = session {
            let most = definition.calls_of_instance();
            if let Some(seat) = state.seat_of(id, affinity) {
                if seat.calls >= most {
                    return Err(CallFailure::Busy(most));
                }
                let (mut lease, member) = self.take(seat, false);
                if let Some(ticket) = state.sessions.call(id) {
                    lease.session = SessionOfCall::One {
                        ticket,
                        begins: false,
                        ends: false,
                    };
                }
                return Ok((lease, member));
            }
            if let Claim::Existing { .. } = claim {
                return Err(CallFailure::NoSession(id.to_owned()));
            }
        }
        let begins = affinity.filter(|_| *claim != Claim::None);
        let (is_closed, is_full) = (state.is_closed, state.seats.len() >= INSTANCE_LIMIT);
        let free = match begins {
            Some(affinity) => state.free_for_session(affinity),
            None => state.free(),
        };
        let (mut lease, member) = match free {
            Some(seat) => self.take(seat, false),
            None if is_closed => return Err(closed()),
            None if is_full => return Err(CallFailure::Exhausted(INSTANCE_LIMIT)),
            None => {
                let id = self.start(&mut state);
                self.take(state.seat(id).expect("it was added"), true)
            }
        };
        if let Some((id, _)) = session {
            lease.session = SessionOfCall::One {
                ticket: state.sessions.begin(id, lease.seat),
                begins: true,
                ends: false,
            };
        } else if begins.is_some() {
            state.seat(lease.seat).expect("it was taken").openings += 1;
            lease.session = SessionOfCall::Open;
        }
        Ok((lease, member))
    }

    /// Starts an instance, and returns the number of its seat.
    fn start(&self, state: &mut State) -> u64 {
        let definition = Arc::clone(&state.definition);
        let member = Member::start(Arc::clone(&definition), self.0.journal.clone());
        let id = state.add(member.clone());
        self.care_for(id, &definition, member);
        id
    }

    /// A place at a seat.
    fn take(&self, seat: &mut Seat, cold: bool) -> (Lease, Member) {
        seat.calls += 1;
        let lease = Lease {
            fleet: self.clone(),
            seat: seat.id,
            version: seat.version,
            running: None,
            session: SessionOfCall::None,
            cold,
            is_starting: cold,
        };
        (lease, seat.member.clone())
    }

    /// Takes an instance out of service after its calls.
    fn retire(&self, seat: u64, why: End) {
        let retired = self.state().retire(why, |other| other.id == seat);
        self.end(retired, why);
    }

    fn end(&self, seats: Vec<Seat>, why: End) {
        for seat in seats {
            let fleet = self.clone();
            tokio::spawn(async move {
                seat.member.end(why, fleet.0.journal.clone()).await;
            });
        }
    }

    /// Ends all instances, and waits until they are gone. None is started any more.
    pub(super) async fn shut_down(&self) {
        let (members, ending) = self.state().close();
        let ends = members.into_iter().map(|member| {
            let journal = self.0.journal.clone();
            tokio::spawn(member.end(End::Shutdown, journal))
        });
        let others = ending
            .into_iter()
            .map(|handle| spawn_blocking(move || handle.end_within(SHUTDOWN_LIMIT)));
        for end in ends.chain(others).collect::<Vec<_>>() {
            // A panic in it has been told.
            let _ = end.await;
        }
    }

    fn tell_failure(&self, failure: &CallFailure) {
        if self.state().is_closed {
            return;
        }
        self.0.journal.tell(&Event::NotStarted {
            function: self.definition().name().to_owned(),
            reason: failure.told(),
        });
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.0.journal
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure of calls while everything ends.
fn closed() -> CallFailure {
    CallFailure::not_started(
        "InternalServerError",
        "the functions here are being stopped",
    )
}
