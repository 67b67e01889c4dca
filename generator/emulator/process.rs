//! One program in a process group of its own: signalled, waited for, and never left behind.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

/// A signal to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end in order.
    Terminate,
    /// SIGINT: end in order, as from a keyboard.
    Interrupt,
    /// SIGSTOP: what a freeze does.
    Freeze,
    /// SIGCONT: what a thaw does.
    Thaw,
    /// SIGKILL: end at once.
    Kill,
}

/// A running program. Its whole group is killed when the program ends, or when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Reaped only under this lock, so that a signal never meets a process id used anew.
    child: Mutex<Child>,
    exit: Mutex<Option<ExitStatus>>,
    exited: Condvar,
}

impl Process {
    /// Starts the command as the leader of a new process group.
    pub(super) fn spawn(command: &mut Command) -> io::Result<(Self, Streams)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut running = lock(&RUNNING);
        let Some(processes) = running.as_mut() else {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "all was ended"));
        };
        let mut child = command.spawn()?;
        let streams = Streams {
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
        };
        let shared = Arc::new(Shared {
            child: Mutex::new(child),
            exit: Mutex::new(None),
            exited: Condvar::new(),
        });
        let process = Self {
            shared: Arc::clone(&shared),
        };
        processes.retain(|process| process.strong_count() > 0);
        processes.push(Arc::downgrade(&shared));
        drop(running);
        thread::spawn(move || shared.reap());
        Ok((process, streams))
    }

    /// The id of the process that was started.
    pub(super) fn id(&self) -> u32 {
        lock(&self.shared.child).id()
    }

    /// How the process ended, if it ends within `limit`.
    pub(super) fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        self.shared.wait(limit)
    }

    /// Signals one process, the leader or, with `id`, another of the group; a freeze and a thaw are
    /// for all of the group. A process that has ended takes no signal.
    pub(super) fn signal(&self, id: Option<u32>, signal: Signal) -> io::Result<()> {
        os::signal(&mut *self.alive()?, id, signal)
    }

    /// Lets the leader of a frozen group go on, and no other process of it.
    pub(super) fn thaw_leader(&self) -> io::Result<()> {
        os::thaw_leader(&mut *self.alive()?)
    }

    /// The process as long as it has its id, which it keeps while this is held.
    fn alive(&self) -> io::Result<MutexGuard<'_, Child>> {
        let child = lock(&self.shared.child);
        if self.wait(Duration::ZERO).is_some() {
            let ended = io::Error::new(io::ErrorKind::NotFound, "the process has ended");
            return Err(ended);
        }
        Ok(child)
    }
}

impl Drop for Process {
    /// Kills the group and waits until it is gone, so that its port is free again.
    fn drop(&mut self) {
        self.shared.kill();
        self.wait(REAPED);
    }
}

/// How long a process that was killed is waited for.
const REAPED: Duration = Duration::from_secs(10);

/// What runs, or nothing once [`end_all`] was called.
static RUNNING: Mutex<Option<Vec<Weak<Shared>>>> = Mutex::new(Some(Vec::new()));

/// Kills whatever was started in this process, waits until it is gone, and lets nothing be started
/// any more: for a program that was told to end while others of its threads still use instances.
pub fn end_all() {
    let running = lock(&RUNNING).take();
    let running = running.iter().flatten().filter_map(Weak::upgrade);
    let running: Vec<_> = running.collect();
    for process in &running {
        process.kill();
    }
    for process in &running {
        process.wait(REAPED);
    }
}

impl Shared {
    fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        let exit = lock(&self.exit);
        let waited = self
            .exited
            .wait_timeout_while(exit, limit, |exit| exit.is_none());
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn kill(&self) {
        let mut child = lock(&self.child);
        if lock(&self.exit).is_none() {
            os::kill_group(&mut child);
        }
    }

    fn reap(&self) {
        let id = lock(&self.child).id();
        loop {
            os::until_ended(id);
            let mut child = lock(&self.child);
            if let Some(status) = os::collect(&mut child) {
                *lock(&self.exit) = Some(status);
                self.exited.notify_all();
                return;
            }
        }
    }
}

/// The ends of a program's output that are read here.
pub(super) struct Streams {
    pub(super) stdout: Option<std::process::ChildStdout>,
    pub(super) stderr: Option<std::process::ChildStderr>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
mod os {
    use std::io;
    use std::process::{Child, ExitStatus};

    use rustix::process::{self, Pid, WaitId, WaitIdOptions};

    use super::Signal;

    /// Blocks until the process has ended, and leaves it to be reaped.
    pub(super) fn until_ended(id: u32) {
        if let Some(pid) = pid(id) {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            // Interrupted or not, what follows looks whether it has ended.
            let _ = process::waitid(WaitId::Pid(pid), options);
        }
    }

    /// Reaps the process if it has ended, after what it left in its group is gone: the group's
    /// id is its own as long as it is not reaped.
    pub(super) fn collect(child: &mut Child) -> Option<ExitStatus> {
        let pid = pid(child.id())?;
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        process::waitid(WaitId::Pid(pid), options).ok()??;
        kill_group(child);
        child.wait().ok()
    }

    pub(super) fn kill_group(child: &mut Child) {
        if let Some(pid) = pid(child.id()) {
            // A group that is gone already is what is wanted.
            let _ = process::kill_process_group(pid, process::Signal::KILL);
        }
    }

    pub(super) fn signal(child: &mut Child, id: Option<u32>, signal: Signal) -> io::Result<()> {
        let number = match signal {
            Signal::Terminate => process::Signal::TERM,
            Signal::Interrupt => process::Signal::INT,
            Signal::Freeze => process::Signal::STOP,
            Signal::Thaw => process::Signal::CONT,
            Signal::Kill => process::Signal::KILL,
        };
        if matches!(signal, Signal::Freeze | Signal::Thaw) {
            let group = pid(child.id()).ok_or(io::ErrorKind::NotFound)?;
            return Ok(process::kill_process_group(group, number)?);
        }
        let pid = pid(id.unwrap_or(child.id())).ok_or(io::ErrorKind::NotFound)?;
        Ok(process::kill_process(pid, number)?)
    }

    pub(super) fn thaw_leader(child: &mut Child) -> io::Result<()> {
        let leader = pid(child.id()).ok_or(io::ErrorKind::NotFound)?;
        Ok(process::kill_process(leader, process::Signal::CONT)?)
    }

    fn pid(id: u32) -> Option<Pid> {
        Pid::from_raw(id.try_into().ok()?)
    }
}

#[cfg(not(unix))]
mod os {
    use std::io;
    use std::process::{Child, ExitStatus};
    use std::time::Duration;

    use super::Signal;

    /// There is no call that waits and leaves the lock free, so the look that follows is repeated.
    pub(super) fn until_ended(_id: u32) {
        std::thread::sleep(Duration::from_millis(10));
    }

    pub(super) fn collect(child: &mut Child) -> Option<ExitStatus> {
        child.try_wait().ok()?
    }

    pub(super) fn kill_group(child: &mut Child) {
        // A process that is gone already is what is wanted.
        drop(child.kill());
    }

    pub(super) fn thaw_leader(_child: &mut Child) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn signal(child: &mut Child, _id: Option<u32>, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Freeze | Signal::Thaw => Err(io::ErrorKind::Unsupported.into()),
            Signal::Terminate | Signal::Interrupt | Signal::Kill => child.kill(),
        }
    }
}
