//! Process groups of Unix.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    self, Pid, WaitId, WaitIdOptions, kill_process, kill_process_group, test_kill_process_group,
    waitid,
};

use super::Signal;

/// The interval for checking whether a process has ended.
const PAUSE: Duration = Duration::from_millis(20);
/// The time limit for a group to clean up. A container engine must unmount file systems.
const CLEAN_UP_LIMIT: Duration = Duration::from_secs(5);
/// The time limit for killed processes to disappear; only a hanging disk delays them.
const GONE_LIMIT: Duration = Duration::from_secs(5);

/// Blocks until a child of ours has ended, without reaping it.
pub(crate) fn wait_until_ended(id: u32) {
    if let Some(pid) = pid(id) {
        // The caller checks whether it has ended, even after an interruption.
        let _ = waitid(
            WaitId::Pid(pid),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        );
    }
}

pub(super) fn has_ended(leader: &mut Child) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    pid(leader.id()).is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
}

pub(super) fn signal_group(leader: &mut Child, signal: Signal) -> io::Result<()> {
    let group = pid(leader.id()).ok_or(io::ErrorKind::NotFound)?;
    Ok(kill_process_group(group, signal.into())?)
}

pub(super) fn signal_process(_leader: &mut Child, id: u32, signal: Signal) -> io::Result<()> {
    let pid = pid(id).ok_or(io::ErrorKind::NotFound)?;
    Ok(kill_process(pid, signal.into())?)
}

pub(super) fn end_group(leader: &mut Child) -> io::Result<ExitStatus> {
    // A group that is already gone is fine.
    let _ = signal_group(leader, Signal::Terminate);
    wait_for(CLEAN_UP_LIMIT, || has_ended(leader));
    // The leader is not reaped yet, so the group id is still valid.
    let _ = signal_group(leader, Signal::Kill);
    let status = leader.wait()?;
    if let Some(group) = pid(leader.id()) {
        wait_for(GONE_LIMIT, || test_kill_process_group(group).is_err());
    }
    Ok(status)
}

fn wait_for(limit: Duration, mut is_done: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !is_done() && Instant::now() < deadline {
        thread::sleep(PAUSE);
    }
}

fn pid(id: u32) -> Option<Pid> {
    Pid::from_raw(id.try_into().ok()?)
}

impl From<Signal> for process::Signal {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Terminate => Self::TERM,
            Signal::Interrupt => Self::INT,
            Signal::Freeze => Self::STOP,
            Signal::Thaw => Self::CONT,
            Signal::Kill => Self::KILL,
        }
    }
}
