//! The instances of a function as a list, and which of them takes a call.

use std::mem::take;
use std::sync::Arc;
use std::time::Instant;

use super::sessions::Sessions;
use crate::deployment::SessionAffinity;
use crate::emulator::function::definition::Definition;
use crate::emulator::function::journal::End;
use crate::emulator::function::member::Member;
use crate::emulator::process::Handle;

pub(super) struct State {
    pub(super) definition: Arc<Definition>,
    /// The number of the definition, which rises with each new one.
    pub(super) version: u64,
    /// The number of the newest definition, which may not have taken over yet.
    newest: u64,
    pub(super) seats: Vec<Seat>,
    pub(super) sessions: Sessions,
    /// The number of the next seat.
    next: u64,
    /// The first instances of definitions that have not taken over yet, with the numbers of those.
    starting: Vec<(u64, Member)>,
    /// The instances that end, and may take a while for it.
    ending: Vec<Handle>,
    /// Whether everything ends, so that no instance is started any more.
    pub(super) is_closed: bool,
}

/// An instance, and the calls that it has.
pub(super) struct Seat {
    pub(super) id: u64,
    pub(super) member: Member,
    pub(super) version: u64,
    pub(super) calls: usize,
    /// The end of its last call, or its start.
    pub(super) since: Instant,
    /// How many of its calls may begin a session.
    pub(super) openings: usize,
    /// How often it was frozen.
    pub(super) freezes: u64,
    /// Whether its health checks succeed. If not, it takes no calls.
    pub(super) is_healthy: bool,
    /// Why it takes no more calls, if it never takes one again.
    pub(super) retired: Option<End>,
}

impl State {
    pub(super) fn new(definition: Definition) -> Self {
        Self {
            definition: Arc::new(definition),
            version: 0,
            newest: 0,
            seats: Vec::new(),
            sessions: Sessions::default(),
            next: 0,
            starting: Vec::new(),
            ending: Vec::new(),
            is_closed: false,
        }
    }

    pub(super) fn add(&mut self, member: Member) -> u64 {
        let id = self.next;
        self.next += 1;
        self.seats.push(Seat {
            id,
            member,
            version: self.version,
            calls: 0,
            since: Instant::now(),
            openings: 0,
            freezes: 0,
            is_healthy: true,
            retired: None,
        });
        id
    }

    pub(super) fn seat(&mut self, id: u64) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.id == id)
    }

    /// The instance that takes the next call, if one has room for it.
    pub(super) fn free(&mut self) -> Option<&mut Seat> {
        let (version, calls) = (self.version, self.definition.calls_of_instance());
        let seats = self.seats.iter_mut();
        let free = seats.filter(|seat| seat.is_open(version) && seat.calls < calls);
        // The busiest one, so that others become idle.
        free.max_by_key(|seat| (seat.member.running().is_some(), seat.calls))
    }

    /// The instance that takes the first call of a session, if one has room for both.
    pub(super) fn free_for_session(&mut self, affinity: &SessionAffinity) -> Option<&mut Seat> {
        let (version, calls) = (self.version, self.definition.calls_of_instance());
        let (seats, sessions) = (&mut self.seats, &mut self.sessions);
        sessions.forget(affinity, |id| {
            let seat = seats.iter().find(|seat| seat.id == id);
            seat.is_some_and(|seat| seat.is_open(version))
        });
        let counts = sessions.counts();
        let count = |seat: &Seat| counts.get(&seat.id).unwrap_or(&0) + seat.openings;
        let free = seats.iter_mut().filter(|seat| {
            seat.is_open(version)
                && seat.calls < calls
                && count(seat) < affinity.sessions_per_instance
        });
        // The fullest one, so that others become idle.
        free.max_by_key(|seat| (seat.member.running().is_some(), count(seat)))
    }

    /// The instance of a session that goes on.
    pub(super) fn seat_of(
        &mut self,
        session: &str,
        affinity: &SessionAffinity,
    ) -> Option<&mut Seat> {
        let (version, id) = (self.version, self.sessions.seat(session, affinity)?);
        self.seat(id).filter(|seat| seat.is_open(version))
    }

    /// Lets seats take no more calls, and returns those that have none.
    pub(super) fn retire(&mut self, why: End, which: impl Fn(&Seat) -> bool) -> Vec<Seat> {
        let retired = self.seats.iter_mut().filter(|seat| which(seat));
        for seat in retired {
            seat.retired.get_or_insert(why);
        }
        let is_done = |seat: &mut Seat| seat.retired.is_some() && seat.calls == 0;
        let done: Vec<_> = self.seats.extract_if(.., is_done).collect();
        self.note_ends(&done);
        done
    }

    /// Keeps track of instances that end from now on.
    pub(super) fn note_ends(&mut self, seats: &[Seat]) {
        self.ending.retain(|handle| !handle.is_over());
        let handles = seats.iter().map(|seat| seat.member.handle().clone());
        self.ending.extend(handles);
    }

    /// Notes that the first instance of a newer definition starts, and returns the number of that.
    pub(super) fn begin(&mut self, member: Member) -> u64 {
        self.newest += 1;
        self.starting.push((self.newest, member));
        self.newest
    }

    /// Sets another definition without an instance, and returns its number.
    pub(super) fn redefine(&mut self, definition: Arc<Definition>) -> u64 {
        self.newest += 1;
        self.version = self.newest;
        self.definition = definition;
        self.version
    }

    /// Forgets a start that has come to its end, and returns whether it was known. If not, everything
    /// ends, and what was started ends with it.
    pub(super) fn forget_start(&mut self, version: u64) -> bool {
        let at = self
            .starting
            .iter()
            .position(|(other, _)| *other == version);
        at.map(|at| self.starting.swap_remove(at)).is_some()
    }

    /// Lets no instance start any more, and returns those that are there or start, and those that end
    /// already.
    pub(super) fn close(&mut self) -> (Vec<Member>, Vec<Handle>) {
        self.is_closed = true;
        let seats = take(&mut self.seats).into_iter().map(|seat| seat.member);
        let starting = take(&mut self.starting)
            .into_iter()
            .map(|(_, member)| member);
        (seats.chain(starting).collect(), take(&mut self.ending))
    }
}

impl Seat {
    /// Whether it takes calls of a version.
    fn is_open(&self, version: u64) -> bool {
        self.retired.is_none() && self.is_healthy && self.version == version
    }
}
