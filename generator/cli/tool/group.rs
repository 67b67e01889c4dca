//! A program and all that it started, as one thing to end.

#[cfg(unix)]
pub(super) use unix::{kill, wait};

#[cfg(unix)]
mod unix {
    use std::process::Child;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

    /// How long a killed compiler may take to be gone; only a disk that hangs holds it up.
    const GONE_LIMIT: Duration = Duration::from_secs(5);

    /// Kills a program and what it has started, as cargo its compilers.
    pub(in super::super) fn kill(child: &mut Child) {
        if let Some(group) = of(child) {
            // A group that is gone already is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Waits until the last of them is gone, since until then it may write.
    pub(in super::super) fn wait(child: &Child) {
        let due = Instant::now() + GONE_LIMIT;
        let is_there = || of(child).is_some_and(|group| test_kill_process_group(group).is_ok());
        while is_there() && Instant::now() < due {
            thread::sleep(super::super::PAUSE);
        }
    }

    fn of(child: &Child) -> Option<Pid> {
        Pid::from_raw(child.id().try_into().ok()?)
    }
}

#[cfg(not(unix))]
pub(super) fn kill(child: &mut std::process::Child) {
    // A process that is gone already is what is wanted.
    let _ = child.kill();
}

#[cfg(not(unix))]
pub(super) fn wait(_child: &std::process::Child) {}
