//! One instance of a function, which is called, frozen and stopped like on the platform.

use std::io;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::attached::Attached;
use super::command;
use super::connection::Connection;
use super::deadline::Deadline;
use super::error::CallError;
use super::logs::Logs;
use super::memory_limit::MemoryLimit;
use super::message::{Answer, Request};
use super::process::{Handle, Process};
use super::procfs;
use super::requests::{self, Hook};
use super::settings::Settings;
use crate::process::Signal;

/// A running function. Dropping it ends all of its processes.
///
/// Several threads can call it at the same time. Connections are kept open and reused.
#[derive(Debug)]
pub struct Instance {
    /// Closed before the process ends. Connections that the process closes itself would keep its
    /// port in use.
    idle: Mutex<Vec<Connection>>,
    runs: Runs,
    /// The process that receives signals, if it is not the started one.
    main: Option<u32>,
    address: SocketAddr,
    settings: Settings,
    logs: Logs,
    /// Removed after the process.
    memory: Option<MemoryLimit>,
}

/// Who has started the function.
#[derive(Debug)]
enum Runs {
    Ours(Process),
    Attached(Attached),
}

impl Instance {
    pub(super) fn new(
        process: Process,
        main: Option<u32>,
        address: SocketAddr,
        settings: &Settings,
        logs: Logs,
        memory: Option<MemoryLimit>,
    ) -> Self {
        Self {
            runs: Runs::Ours(process),
            main,
            address,
            settings: settings.clone(),
            logs,
            memory,
            idle: Mutex::default(),
        }
    }

    /// A function that somebody else has started.
    pub(super) fn attached(attached: Attached, address: SocketAddr, settings: &Settings) -> Self {
        Self {
            runs: Runs::Attached(attached),
            main: None,
            address,
            settings: settings.clone(),
            logs: Logs::default(),
            memory: None,
            idle: Mutex::default(),
        }
    }

    /// Whether somebody else has started it.
    pub(super) fn is_attached(&self) -> bool {
        matches!(self.runs, Runs::Attached(_))
    }

    /// Opens the connection of the next call, which the handle can end.
    pub(super) fn connect_held(&self, handle: &Handle) -> io::Result<()> {
        let connection = Connection::open(self.address).map_err(io::Error::other)?;
        handle.hold_stream(connection.stream()?)?;
        self.idle().push(connection);
        Ok(())
    }

    /// Whether its process has ended.
    pub(super) fn has_ended(&self) -> bool {
        match &self.runs {
            Runs::Ours(process) => process.wait(Duration::ZERO).is_some(),
            Runs::Attached(attached) => attached.has_ended(&self.idle()),
        }
    }

    fn process(&self) -> io::Result<&Process> {
        match &self.runs {
            Runs::Ours(process) => Ok(process),
            Runs::Attached(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "somebody else has started the function",
            )),
        }
    }

    /// Calls the initializer.
    ///
    /// # Errors
    /// [`CallError`]. If the initializer fails, the result is an [`Answer`] without success.
    pub fn initialize(&self) -> Result<Answer, CallError> {
        self.call_within(
            &self.hook(Hook::Initialize),
            self.settings.initializer_limit(),
        )
    }

    /// Calls the pre-stop hook.
    ///
    /// # Errors
    /// [`CallError`]. If the hook fails, the result is an [`Answer`] without success.
    pub fn pre_stop(&self) -> Result<Answer, CallError> {
        self.call_within(&self.hook(Hook::PreStop), self.settings.pre_stop_timeout)
    }

    /// Sends an event.
    ///
    /// # Errors
    /// [`CallError`]. If the event fails, the result is an [`Answer`] that
    /// [`failed`](Answer::failed).
    pub fn invoke(&self, event: &[u8]) -> Result<Answer, CallError> {
        self.call(&self.invocation(event))
    }

    /// Sends a request within the function's timeout. Create it with
    /// [`invocation`](Self::invocation), [`client`](Self::client) or [`hook`](Self::hook), and
    /// change it as needed.
    ///
    /// The timeout covers connecting, sending and responding. When it expires, the caller gets
    /// [`CallError::TimedOut`], like a caller of the platform gets `Function time out after`, and
    /// the connection is closed. The process keeps running and accepts other calls until it is
    /// stopped, since the platform does not document what happens to the instance.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn call(&self, request: &Request) -> Result<Answer, CallError> {
        self.call_within(request, self.settings.call_limit())
    }

    /// Sends a request within a different timeout, which is enforced in the same way.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn call_within(&self, request: &Request, limit: Duration) -> Result<Answer, CallError> {
        let deadline = Deadline::within(limit.min(self.settings.patience));
        let kept = self.idle().pop();
        let called = kept
            .map_or_else(|| Connection::open_by(self.address, deadline), Ok)
            .and_then(|mut connection| {
                let answer = connection.call_by(request, deadline)?;
                Ok((answer, connection))
            });
        match called {
            Ok((answer, connection)) => {
                if !answer.closes {
                    self.idle().push(connection);
                }
                Ok(answer)
            }
            Err(error @ (CallError::Closed { .. } | CallError::Io(_))) => {
                // The connection breaks a moment before the exit of the process is visible.
                let exit = self.wait(Duration::from_millis(200));
                Err(exit.map_or(error, |status| CallError::Exited { status }))
            }
            Err(error) => Err(error),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request of an event, with all headers of the platform.
    #[must_use]
    pub fn invocation(&self, event: &[u8]) -> Request {
        requests::invocation(&self.settings, event)
    }

    /// The request of an HTTP client, as an HTTP trigger passes it to a web function.
    #[must_use]
    pub fn client(&self, method: &str, target: &str) -> Request {
        requests::client(&self.settings, method, target)
    }

    /// The request of a hook.
    #[must_use]
    pub fn hook(&self, hook: Hook) -> Request {
        requests::hook(&self.settings, hook)
    }

    /// Opens a separate connection. Idle connections of earlier calls are closed first, so that a
    /// function that serves only one connection at once can serve this one.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], [`CallError::Io`].
    pub fn connect(&self) -> Result<Connection, CallError> {
        self.idle().clear();
        Connection::open(self.address)
    }

    /// Freezes all threads of the function, like the platform does between calls.
    ///
    /// # Errors
    /// If the process has exited, or the system has no such signal.
    pub fn freeze(&self) -> io::Result<()> {
        self.signal(Signal::Freeze)
    }

    /// Thaws a frozen function.
    ///
    /// # Errors
    /// If the process has exited, or the system has no such signal.
    pub fn thaw(&self) -> io::Result<()> {
        self.signal(Signal::Thaw)
    }

    /// Thaws only the first process of a frozen function, which can happen if its processes share a
    /// CPU.
    ///
    /// # Errors
    /// If the process has exited, or the system has no such signal.
    pub fn thaw_leader(&self) -> io::Result<()> {
        self.process()?.thaw_leader()
    }

    /// Sends a signal to the function's process.
    ///
    /// # Errors
    /// If the process has exited, or the system has no such signal.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        self.process()?.signal(self.main, signal)
    }

    /// Asks the function to exit and returns its status, or `None` if it had to be killed after
    /// `limit`.
    pub fn terminate(self, limit: Duration) -> Option<ExitStatus> {
        // A process that has already exited still has a status.
        drop(self.signal(Signal::Terminate));
        self.wait(limit)
    }

    /// Waits until the process exits and returns its status. That of one that somebody else has started
    /// is never known.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        self.process().ok()?.wait(limit)
    }

    /// Whether its process has ended because it reached the memory limit.
    pub(super) fn is_out_of_memory(&self, status: ExitStatus) -> bool {
        let memory = self.memory.as_ref();
        memory.is_some_and(|memory| memory.has_ended(status, &self.logs))
    }

    /// The output of the function so far.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The address of the function on the loopback interface.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of the instance, `c-8hex-8hex-12hex`, which the function finds in its environment.
    #[must_use]
    pub fn instance_id(&self) -> &str {
        match &self.runs {
            Runs::Ours(process) => process.instance(),
            Runs::Attached(attached) => attached.instance(),
        }
    }

    /// The id of the function's process: 0 if somebody else has started it, and it is not known.
    #[must_use]
    pub fn id(&self) -> u32 {
        match &self.runs {
            Runs::Ours(process) => self.main.unwrap_or_else(|| process.id()),
            Runs::Attached(attached) => attached.id().unwrap_or(0),
        }
    }

    /// Gives the function an orphan, if it is process 1 ([`Settings::as_process_one`]): a process whose
    /// parent has ended, and which ends after 100 ms.
    ///
    /// # Errors
    /// This machine has no `nsenter`, or does not allow it.
    pub fn leave_orphan(&self) -> io::Result<()> {
        command::leave_orphan(self.id())
    }

    /// The number of children of the function that have ended, and that it has not collected.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn zombies(&self) -> io::Result<usize> {
        procfs::zombies_of(self.id())
    }

    /// The longest time to wait for any call.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.settings.patience
    }

    /// The settings that the instance was started with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
