//! A call's place at an instance.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::Fleet;
use crate::emulator::function::client::Broken;
use crate::emulator::function::failure::CallFailure;
use crate::emulator::function::journal::End;
use crate::emulator::function::member::Running;

/// The time for an exit to become visible.
const EXIT_GRACE: Duration = Duration::from_millis(200);

/// A call's place at an instance, given back at its end.
pub(in crate::emulator::function) struct Lease {
    pub(super) fleet: Fleet,
    pub(super) seat: u64,
    /// Set once the instance accepts the call.
    pub(super) running: Option<Arc<Running>>,
    /// Whether the instance was started for this call.
    pub(in crate::emulator::function) cold: bool,
}

impl Lease {
    pub(in crate::emulator::function) fn running(&self) -> &Running {
        self.running.as_ref().expect("a lease is ready")
    }

    /// The reason why a call broke off: the instance has gone, or it answers what is not HTTP.
    pub(in crate::emulator::function) async fn failure(&self, broken: Broken) -> CallFailure {
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
    pub(in crate::emulator::function) fn retire(&self, why: End) {
        self.fleet.retire(self.seat, why);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.fleet.release(self.seat);
    }
}
