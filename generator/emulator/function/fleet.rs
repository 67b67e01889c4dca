//! The instances of a function: which one takes a call, and when one is started or stopped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use super::definition::Definition;
use super::event_call::Broken;
use super::failure::CallFailure;
use super::journal::{End, Event, Journal};
use super::member::{Member, Running};
use crate::platform::INSTANCE_LIMIT;

/// The time for an exit to become visible.
const EXIT_GRACE: Duration = Duration::from_millis(200);

/// All instances of a function. Clones share them.
#[derive(Clone)]
pub(super) struct Fleet(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    journal: Journal,
}

struct State {
    definition: Arc<Definition>,
    /// The number of the definition, which rises with each new one.
    version: u64,
    seats: Vec<Seat>,
    /// The number of the next seat.
    next: u64,
}

/// An instance, and the calls that it has.
struct Seat {
    id: u64,
    member: Member,
    version: u64,
    calls: usize,
    /// The end of its last call, or its start.
    since: Instant,
    /// Why it takes no more calls, if it takes none.
    retired: Option<End>,
}

impl Fleet {
    pub(super) fn new(definition: Definition, journal: Journal) -> Self {
        let state = State {
            definition: Arc::new(definition),
            version: 0,
            seats: Vec::new(),
            next: 0,
        };
        Self(Arc::new(Inner {
            state: Mutex::new(state),
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

    /// Replaces the definition. An instance of the new one is started first, and takes over when it
    /// accepts calls; until then, calls go to the old ones, which end after their calls. If it does not
    /// start, callers are told so from now on, as they are on the platform.
    pub(super) async fn replace(&self, definition: Definition) -> Result<(), CallFailure> {
        let definition = Arc::new(definition);
        let member = Member::start(Arc::clone(&definition), self.0.journal.clone());
        let started = member.ready().await;
        let retired = {
            let mut state = self.state();
            state.definition = definition;
            state.version += 1;
            if let Ok(running) = &started {
                if running.definition().rest.freezes {
                    running.set_frozen(true);
                }
                let id = state.add(member);
                self.watch(id);
            }
            let version = state.version;
            state.retire(End::Replaced, |seat| seat.version < version)
        };
        self.end(retired, End::Replaced);
        if let Err(failure) = &started {
            self.tell_failure(failure);
        }
        started.map(drop)
    }

    /// Finds an instance for a call, or starts one, and waits until it accepts the call.
    ///
    /// # Errors
    /// No instance could be started, or there are too many.
    pub(super) async fn lease(&self) -> Result<Lease, CallFailure> {
        let (seat, member, cold) = self.reserve()?;
        // It gives the seat back, also if the caller goes away while the instance starts.
        let mut lease = Lease {
            fleet: self.clone(),
            seat,
            running: None,
            cold,
        };
        let started = member.ready().await;
        if cold && let Err(failure) = &started {
            self.tell_failure(failure);
        }
        let running = started?;
        if running.definition().rest.freezes {
            running.set_frozen(false);
        }
        lease.running = Some(running);
        Ok(lease)
    }

    fn reserve(&self) -> Result<(u64, Member, bool), CallFailure> {
        let mut state = self.state();
        let over = state.retire(End::Exited, |seat| seat.member.is_over());
        self.end(over, End::Exited);
        let concurrency = state.definition.concurrency;
        let version = state.version;
        let takes_calls = |seat: &&mut Seat| {
            seat.retired.is_none() && seat.version == version && seat.calls < concurrency
        };
        // The busiest one, so that others become idle.
        let free = state.seats.iter_mut().filter(takes_calls);
        if let Some(seat) = free.max_by_key(|seat| (seat.member.running().is_some(), seat.calls)) {
            seat.calls += 1;
            return Ok((seat.id, seat.member.clone(), false));
        }
        if state.seats.len() >= INSTANCE_LIMIT {
            return Err(CallFailure::Exhausted(INSTANCE_LIMIT));
        }
        let member = Member::start(Arc::clone(&state.definition), self.0.journal.clone());
        let id = state.add(member.clone());
        state.seats.last_mut().expect("it was added").calls = 1;
        drop(state);
        self.watch(id);
        Ok((id, member, true))
    }

    /// Takes an instance out of service after its calls.
    fn retire(&self, seat: u64, why: End) {
        let retired = self.state().retire(why, |other| other.id == seat);
        self.end(retired, why);
    }

    /// Ends a call of a seat.
    fn release(&self, seat: u64) {
        let mut state = self.state();
        let Some(at) = state.seats.iter().position(|other| other.id == seat) else {
            return;
        };
        let seat = &mut state.seats[at];
        seat.calls -= 1;
        seat.since = Instant::now();
        if seat.calls > 0 {
            return;
        }
        if let Some(why) = seat.retired {
            let seat = state.seats.swap_remove(at);
            drop(state);
            self.end(vec![seat], why);
        } else if let Some(running) = seat.member.running()
            && running.definition().rest.freezes
        {
            // Under the lock, so that no new call is frozen.
            running.set_frozen(true);
        }
    }

    fn end(&self, seats: Vec<Seat>, why: End) {
        for seat in seats {
            let fleet = self.clone();
            tokio::spawn(async move {
                seat.member.end(why, fleet.0.journal.clone()).await;
            });
        }
    }

    /// Stops an instance that has had no call for as long as the definition says.
    fn watch(&self, id: u64) {
        let fleet = self.clone();
        tokio::spawn(async move {
            let Some(idle) = fleet.definition().rest.idle else {
                return;
            };
            let mut left = idle;
            loop {
                tokio::time::sleep(left).await;
                let Some(rested) = fleet.rested(id) else {
                    return;
                };
                left = idle.saturating_sub(rested);
                if left.is_zero() {
                    fleet.retire(id, End::Idle);
                    return;
                }
            }
        });
    }

    /// For how long a seat has had no call. `None` if it is gone.
    fn rested(&self, id: u64) -> Option<Duration> {
        let state = self.state();
        let seat = state.seats.iter().find(|seat| seat.id == id)?;
        Some(if seat.calls == 0 {
            seat.since.elapsed()
        } else {
            Duration::ZERO
        })
    }

    /// Ends all instances, and waits until they are gone.
    pub(super) async fn shut_down(&self) {
        let seats = std::mem::take(&mut self.state().seats);
        let ends = seats.into_iter().map(|seat| {
            let journal = self.0.journal.clone();
            tokio::spawn(seat.member.end(End::Shutdown, journal))
        });
        for end in ends.collect::<Vec<_>>() {
            // A panic in it has been told.
            let _ = end.await;
        }
    }

    fn tell_failure(&self, failure: &CallFailure) {
        self.0.journal.tell(&Event::NotStarted {
            function: self.definition().name().to_owned(),
            reason: failure.to_string(),
        });
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.0.journal
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, member: Member) -> u64 {
        let id = self.next;
        self.next += 1;
        self.seats.push(Seat {
            id,
            member,
            version: self.version,
            calls: 0,
            since: Instant::now(),
            retired: None,
        });
        id
    }

    /// Lets seats take no more calls, and returns those that have none.
    fn retire(&mut self, why: End, which: impl Fn(&Seat) -> bool) -> Vec<Seat> {
        let retired = self.seats.iter_mut().filter(|seat| which(seat));
        for seat in retired {
            seat.retired.get_or_insert(why);
        }
        let is_done = |seat: &mut Seat| seat.retired.is_some() && seat.calls == 0;
        self.seats.extract_if(.., is_done).collect()
    }
}

/// A call's place at an instance, given back at its end.
pub(super) struct Lease {
    fleet: Fleet,
    seat: u64,
    /// Set once the instance accepts the call.
    running: Option<Arc<Running>>,
    /// Whether the instance was started for this call.
    pub(super) cold: bool,
}

impl Lease {
    pub(super) fn running(&self) -> &Running {
        self.running.as_ref().expect("a lease is ready")
    }

    /// The reason why a call broke off: the instance has gone, or it answers what is not HTTP.
    pub(super) async fn failure(&self, broken: Broken) -> CallFailure {
        let running = self.running.clone().expect("a lease is ready");
        // The connection breaks a moment before the exit of the process is visible.
        let exit = spawn_blocking(move || running.instance.wait(EXIT_GRACE)).await;
        match exit {
            Ok(Some(status)) => {
                self.retire(End::Exited);
                CallFailure::Exited(status)
            }
            Ok(None) | Err(_) => CallFailure::BadResponse(broken.0),
        }
    }

    /// Takes the instance out of service, after the other calls that it has.
    pub(super) fn retire(&self, why: End) {
        self.fleet.retire(self.seat, why);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.fleet.release(self.seat);
    }
}
