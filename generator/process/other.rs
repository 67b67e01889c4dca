//! Systems without process groups, such as Windows: only the leader can be ended.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::Duration;

use super::Signal;

/// Returns after a short pause. No call on these systems waits without reaping the child, so the
/// caller must poll.
pub(crate) fn wait_until_ended(_id: u32) {
    thread::sleep(Duration::from_millis(10));
}

pub(super) fn has_ended(leader: &mut Child) -> bool {
    matches!(leader.try_wait(), Ok(Some(_)))
}

pub(super) fn signal_group(leader: &mut Child, signal: Signal) -> io::Result<()> {
    match signal {
        Signal::Freeze | Signal::Thaw => Err(io::ErrorKind::Unsupported.into()),
        Signal::Terminate | Signal::Interrupt | Signal::Kill => leader.kill(),
    }
}

pub(super) fn signal_process(leader: &mut Child, _id: u32, signal: Signal) -> io::Result<()> {
    signal_group(leader, signal)
}

pub(super) fn end_group(leader: &mut Child) -> io::Result<ExitStatus> {
    // A process that is already gone is fine.
    let _ = leader.kill();
    leader.wait()
}
