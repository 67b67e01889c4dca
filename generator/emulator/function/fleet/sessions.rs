//! The sessions of a function, and the instance of each.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::deployment::SessionAffinity;

/// All sessions by their ids. Those that are over may still be there.
#[derive(Default)]
pub(super) struct Sessions {
    all: HashMap<String, Session>,
    /// The number of the next one.
    next: u64,
}

struct Session {
    /// Tells it from another one with the same id.
    number: u64,
    seat: u64,
    calls: usize,
    began: Instant,
    /// The end of its last call, or its beginning.
    used: Instant,
}

/// A call of a session.
pub(super) struct Ticket {
    id: String,
    number: u64,
}

impl Sessions {
    /// The seat of a session that goes on.
    pub(super) fn seat(&self, id: &str, affinity: &SessionAffinity) -> Option<u64> {
        let session = self.all.get(id)?;
        session.goes_on(affinity).then_some(session.seat)
    }

    /// Begins a session, in the place of one with the same id.
    pub(super) fn begin(&mut self, id: &str, seat: u64) -> Ticket {
        let number = self.next;
        self.next += 1;
        let now = Instant::now();
        let session = Session {
            number,
            seat,
            calls: 0,
            began: now,
            used: now,
        };
        self.all.insert(id.to_owned(), session);
        self.call(id).expect("it was begun")
    }

    /// Begins a call of a session.
    pub(super) fn call(&mut self, id: &str) -> Option<Ticket> {
        let session = self.all.get_mut(id)?;
        session.calls += 1;
        Some(Ticket {
            id: id.to_owned(),
            number: session.number,
        })
    }

    /// Ends a call, and with it the session if it says so.
    pub(super) fn end_call(&mut self, ticket: &Ticket, ends: bool) {
        let Some(session) = self.all.get_mut(&ticket.id) else {
            return;
        };
        if session.number != ticket.number {
            return;
        }
        session.calls -= 1;
        session.used = Instant::now();
        if ends {
            self.all.remove(&ticket.id);
        }
    }

    /// Forgets the sessions that are over, also since their seat is not open any more.
    pub(super) fn forget(&mut self, affinity: &SessionAffinity, is_open: impl Fn(u64) -> bool) {
        let goes_on = |session: &Session| session.goes_on(affinity) && is_open(session.seat);
        self.all.retain(|_, session| goes_on(session));
    }

    /// The number of sessions of each seat that has one.
    pub(super) fn counts(&self) -> HashMap<u64, usize> {
        let mut counts = HashMap::new();
        for session in self.all.values() {
            *counts.entry(session.seat).or_default() += 1;
        }
        counts
    }

    /// Whether a seat has a session that goes on.
    pub(super) fn has(&self, seat: u64, affinity: Option<&SessionAffinity>) -> bool {
        let mut of_seat = self.all.values().filter(|session| session.seat == seat);
        affinity.is_some_and(|affinity| of_seat.any(|session| session.goes_on(affinity)))
    }
}

impl Session {
    fn goes_on(&self, affinity: &SessionAffinity) -> bool {
        let rested = match self.calls {
            0 => self.used.elapsed(),
            _ => Duration::ZERO,
        };
        self.began.elapsed() < affinity.lifetime && rested < affinity.idle
    }
}
