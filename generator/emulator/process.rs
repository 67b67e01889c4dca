//! The process group of an instance. Several threads can wait for it, and it is never left behind.

mod handle;

use std::io;
use std::process::{ChildStderr, ChildStdout, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::{procfs, run};
use crate::process::{Group, Signal, wait_until_ended};
pub(super) use handle::Handle;

/// A running program. Its whole group is killed when the program exits or when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    shared: Arc<SharedGroup>,
    /// The id of the instance, which all processes of it have inherited.
    instance: String,
}

#[derive(Debug)]
struct SharedGroup {
    /// The process is reaped only under this lock, so that a signal never reaches a reused process
    /// id.
    group: Mutex<Group>,
    exit: Mutex<Option<ExitStatus>>,
    exited: Condvar,
}

impl Process {
    /// Starts the command as the leader of a new process group. `instance` is in its environment.
    pub(super) fn spawn(command: &mut Command, instance: String) -> io::Result<(Self, Streams)> {
        let mut running = lock(&RUNNING);
        let Some(processes) = running.as_mut() else {
            return Err(stopped());
        };
        run::announce();
        let mut group = Group::spawn(command)?;
        let streams = Streams {
            stdout: group.take_stdout(),
            stderr: group.take_stderr(),
        };
        let shared = Arc::new(SharedGroup {
            group: Mutex::new(group),
            exit: Mutex::new(None),
            exited: Condvar::new(),
        });
        let process = Self {
            shared: Arc::clone(&shared),
            instance,
        };
        processes.retain(|process| process.strong_count() > 0);
        processes.push(Arc::downgrade(&shared));
        drop(running);
        thread::spawn(move || shared.reap());
        Ok((process, streams))
    }

    /// The id of the instance, which all its processes have inherited.
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// The id of the process that was started.
    pub(super) fn id(&self) -> u32 {
        lock(&self.shared.group).id()
    }

    /// The exit status, if the process exits within `limit`.
    pub(super) fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        self.shared.wait(limit)
    }

    /// Signals one process: the leader or, with `id`, another process of the group. A freeze or
    /// thaw affects the whole group. Signalling an exited process is an error.
    pub(super) fn signal(&self, id: Option<u32>, signal: Signal) -> io::Result<()> {
        let mut group = self.alive()?;
        if matches!(signal, Signal::Freeze | Signal::Thaw) {
            return group.signal(signal);
        }
        let id = id.unwrap_or_else(|| group.id());
        group.signal_process(id, signal)
    }

    /// Thaws only the leader of a frozen group.
    pub(super) fn thaw_leader(&self) -> io::Result<()> {
        let mut group = self.alive()?;
        let leader = group.id();
        group.signal_process(leader, Signal::Thaw)
    }

    /// The group, if its id is still valid; it stays valid while this guard is held.
    fn alive(&self) -> io::Result<MutexGuard<'_, Group>> {
        let group = lock(&self.shared.group);
        if self.wait(Duration::ZERO).is_some() {
            let ended = io::Error::new(io::ErrorKind::NotFound, "the process has ended");
            return Err(ended);
        }
        Ok(group)
    }
}

impl Drop for Process {
    /// Kills the group and waits until it is gone, so that its port is free again. A process in a
    /// session of its own goes too.
    fn drop(&mut self) {
        self.shared.kill();
        self.wait(REAPED);
        procfs::kill_all(|instance| instance == self.instance);
    }
}

/// The time limit for a killed process to disappear.
const REAPED: Duration = Duration::from_secs(10);

/// The running processes, or `None` after [`end_all`].
static RUNNING: Mutex<Option<Vec<Weak<SharedGroup>>>> = Mutex::new(Some(Vec::new()));

/// Kills everything that this process started, waits until it is gone, and prevents new starts. It
/// is for a program that must end while other threads still use instances.
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
    run::end();
}

/// The error of a start when everything ends.
fn stopped() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "everything was stopped")
}

impl SharedGroup {
    fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        let exit = lock(&self.exit);
        let waited = self
            .exited
            .wait_timeout_while(exit, limit, |exit| exit.is_none());
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn kill(&self) {
        let mut group = lock(&self.group);
        if lock(&self.exit).is_none() {
            // A group that is already gone is fine.
            let _ = group.signal(Signal::Kill);
        }
    }

    /// Waits until the leader exits, kills the rest of its group, and reaps the leader.
    fn reap(&self) {
        let id = lock(&self.group).id();
        loop {
            wait_until_ended(id);
            let mut group = lock(&self.group);
            if !group.has_ended() {
                continue;
            }
            // The group id stays valid until the leader is reaped.
            let _ = group.signal(Signal::Kill);
            if let Ok(status) = group.reap() {
                *lock(&self.exit) = Some(status);
                self.exited.notify_all();
                return;
            }
        }
    }
}

/// Our ends of the pipes with a program's output.
pub(super) struct Streams {
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
