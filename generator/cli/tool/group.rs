//! A program and all that it started, as one thing to end.

use std::io;
use std::process::{Child, ExitStatus};

/// Ends a program, and on Unix what it has started, as cargo its compilers, and waits until all of it
/// is gone, since until then it may write.
pub(super) fn end(child: &mut Child) -> io::Result<ExitStatus> {
    #[cfg(unix)]
    unix::end_in_order(child);
    // A process that is gone already is what is wanted.
    let _ = child.kill();
    let status = child.wait()?;
    #[cfg(unix)]
    unix::wait_for_the_rest(child);
    Ok(status)
}

#[cfg(unix)]
mod unix {
    use std::process::Child;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{
        Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
    };

    use super::super::PAUSE;

    /// How long a program may take to clean up. A container engine has mounts to undo.
    const CLEAN_UP_LIMIT: Duration = Duration::from_secs(5);
    /// How long a killed compiler may take to be gone; only a disk that hangs holds it up.
    const GONE_LIMIT: Duration = Duration::from_secs(5);

    /// Tells all of them to end, and kills those that have not after a while. The program itself is
    /// not reaped yet, so that the id of its group stays its own.
    pub(super) fn end_in_order(child: &Child) {
        let Some(group) = group(child) else { return };
        // A group that is gone already is what is wanted.
        let _ = kill_process_group(group, Signal::TERM);
        let due = Instant::now() + CLEAN_UP_LIMIT;
        while !has_ended(group) && Instant::now() < due {
            thread::sleep(PAUSE);
        }
        let _ = kill_process_group(group, Signal::KILL);
    }

    /// Waits until the last of those that it has started is gone.
    pub(super) fn wait_for_the_rest(child: &Child) {
        let Some(group) = group(child) else { return };
        let due = Instant::now() + GONE_LIMIT;
        while test_kill_process_group(group).is_ok() && Instant::now() < due {
            thread::sleep(PAUSE);
        }
    }

    /// Whether the first of a group has ended, which is left as it is.
    fn has_ended(group: Pid) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(group), options), Ok(None))
    }

    fn group(child: &Child) -> Option<Pid> {
        Pid::from_raw(child.id().try_into().ok()?)
    }
}
