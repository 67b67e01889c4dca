//! A child program in its own process group, which ends together with everything that it started.
//!
//! The leader of the group is reaped only when its owner says so. Until then, the ids of the leader
//! and the group stay valid, so that no signal can reach another process.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::io;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus};

#[cfg(not(unix))]
use other as system;
pub(crate) use system::wait_until_ended;
#[cfg(unix)]
use unix as system;

/// A signal to a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: shut down cleanly.
    Terminate,
    /// SIGINT: shut down cleanly, like Ctrl-C.
    Interrupt,
    /// SIGSTOP: freeze.
    Freeze,
    /// SIGCONT: thaw.
    Thaw,
    /// SIGKILL: end at once.
    Kill,
}

/// A program that leads a process group. Dropping this ends nothing.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
}

impl Group {
    /// Starts the command as the leader of a new group. Ctrl-C on a terminal does not reach it.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let leader = command.spawn()?;
        Ok(Self { leader })
    }

    /// The id of the leader, which is also the id of the group.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// The leader's stdout, if it is a pipe that has not been taken yet.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.leader.stdout.take()
    }

    /// The leader's stderr, if it is a pipe that has not been taken yet.
    pub(crate) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.leader.stderr.take()
    }

    /// Signals all processes of the group.
    pub(crate) fn signal(&mut self, signal: Signal) -> io::Result<()> {
        system::signal_group(&mut self.leader, signal)
    }

    /// Signals one process of the group.
    pub(crate) fn signal_process(&mut self, id: u32, signal: Signal) -> io::Result<()> {
        system::signal_process(&mut self.leader, id, signal)
    }

    /// Whether the leader has ended. This does not reap it.
    pub(crate) fn has_ended(&mut self) -> bool {
        system::has_ended(&mut self.leader)
    }

    /// Waits for the end of the leader and reaps it.
    pub(crate) fn reap(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait()
    }

    /// Asks the group to end, kills the rest after a while, and waits until all processes are gone,
    /// since they may write until then.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        system::end_group(&mut self.leader)
    }
}
