//! A call's place at an instance.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use super::Fleet;
use super::sessions::Ticket;
use crate::emulator::function::client::Broken;
use crate::emulator::function::failure::CallFailure;
use crate::emulator::function::journal::End;
use crate::emulator::function::member::Running;
use crate::emulator::function::session::{Claim, Told};
use crate::platform::header;
use hyper::Response;

/// The time for an exit to become visible.
const EXIT_GRACE: Duration = Duration::from_millis(200);

/// A call's place at an instance, given back at its end.
pub(in crate::emulator::function) struct Lease {
    pub(super) fleet: Fleet,
    pub(super) seat: u64,
    /// The number of the definition that it was started with.
    pub(super) version: u64,
    /// Set once the instance accepts the call.
    pub(super) running: Option<Arc<Running>>,
    pub(super) session: SessionOfCall,
    /// Whether the instance was started for this call.
    pub(in crate::emulator::function) cold: bool,
    /// Whether it was started for this call, and the call waits for that.
    pub(super) is_starting: bool,
}

/// The session of a call.
pub(super) enum SessionOfCall {
    None,
    /// The function may begin one.
    Open,
    One {
        ticket: Ticket,
        /// Whether it begins with the call.
        begins: bool,
        /// Whether it ends with the call.
        ends: bool,
    },
}

impl Lease {
    pub(in crate::emulator::function) fn running(&self) -> &Running {
        self.running.as_ref().expect("a lease is ready")
    }

    /// The reason why a call broke off: the instance has gone, or it answers what is not HTTP.
    pub(in crate::emulator::function) async fn failure(&self, broken: Broken) -> CallFailure {
        let running = self.running.clone().expect("a lease is ready");
        // The connection breaks a moment before the exit of the process is visible.
        let failure = spawn_blocking(move || running.failure(EXIT_GRACE));
        match failure.await {
            Ok(Some(failure)) => {
                self.retire(End::Exited);
                failure
            }
            Ok(None) | Err(_) => CallFailure::BadResponse(broken.0),
        }
    }

    /// Begins the session that a function tells in the head of its response, or ends the one that it was
    /// asked to end.
    pub(in crate::emulator::function) fn answered<B>(
        &mut self,
        claim: &Claim,
        response: &Response<B>,
    ) {
        match claim {
            Claim::Begin(Told::Header) => {
                let id = response.headers().get(header::MCP_SESSION_ID);
                if let Some(id) = id.and_then(|id| id.to_str().ok()) {
                    self.begin_session(id, false);
                }
            }
            Claim::Existing { ends: true, .. } => {
                if let SessionOfCall::One { ends, .. } = &mut self.session {
                    *ends = response.status().is_success();
                }
            }
            _ => {}
        }
    }

    /// Begins the session that a function tells. `ends` is whether it lasts only as long as the call.
    pub(in crate::emulator::function) fn begin_session(&mut self, id: &str, ends: bool) {
        let mut state = self.fleet.state();
        if let SessionOfCall::Open = self.session
            && let Some(seat) = state.seat(self.seat)
        {
            seat.openings -= 1;
            self.session = SessionOfCall::One {
                ticket: state.sessions.begin(id, self.seat),
                begins: true,
                ends,
            };
        }
    }

    /// Gives up the call, since its client has gone. Its connection is closed, but the function may
    /// go on with it.
    pub(in crate::emulator::function) fn cancel(self) {
        let definition = self.running().definition();
        // An instance that serves one call at a time must not get another one meanwhile:
        // `page::CLIENT_GONE`.
        if definition.calls_of_instance() == 1 && definition.health.is_none() {
            let fleet = self.fleet.clone();
            fleet.replace_cancelled(self);
        }
    }

    /// Takes the instance out of service, after the other calls that it has.
    pub(in crate::emulator::function) fn retire(&self, why: End) {
        self.fleet.retire(self.seat, why);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.fleet.release(self);
        if self.is_starting {
            // The client has gone. The start goes on, and its end is told as that of any other.
            let (fleet, seat) = (self.fleet.clone(), self.seat);
            tokio::spawn(async move { fleet.await_start(seat).await });
        }
    }
}

impl Fleet {
    /// Ends a call.
    fn release(&self, lease: &Lease) {
        let mut state = self.state();
        if let SessionOfCall::One {
            ticket,
            begins,
            ends,
        } = &lease.session
        {
            // A session begins only if its first call reaches an instance.
            let is_void = *begins && lease.running.is_none();
            state.sessions.end_call(ticket, *ends || is_void);
        }
        let Some(at) = state.seats.iter().position(|seat| seat.id == lease.seat) else {
            return;
        };
        let seat = &mut state.seats[at];
        if let SessionOfCall::Open = lease.session {
            seat.openings -= 1;
        }
        seat.calls -= 1;
        seat.since = Instant::now();
        if seat.calls > 0 {
            return;
        }
        if let Some(why) = seat.retired {
            let seats = vec![state.seats.swap_remove(at)];
            state.note_ends(&seats);
            drop(state);
            self.end(seats, why);
        } else if let Some(running) = seat.member.running()
            && running.definition().rest.freezes
        {
            seat.freezes += 1;
            // Under the lock, so that no new call is frozen.
            running.set_frozen(true);
        }
    }
}
