//! One instance of a function: called, frozen and ended as the platform does it.

use std::io;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::connection::Connection;
use super::deadline::Deadline;
use super::error::CallError;
use super::logs::Logs;
use super::message::{Answer, Request};
use super::process::Process;
use super::requests::{self, Hook};
use super::settings::Settings;
use crate::process::Signal;

/// A running function. All of its processes end with it.
///
/// It can be called from several threads at a time; connections are kept and used again.
#[derive(Debug)]
pub struct Instance {
    /// Closed before the process ends, so that its port is not kept by connections that it closed.
    idle: Mutex<Vec<Connection>>,
    process: Process,
    /// The process that signals go to, where it is not the one that was started.
    main: Option<u32>,
    address: SocketAddr,
    settings: Settings,
    logs: Logs,
}

impl Instance {
    pub(super) fn new(
        process: Process,
        main: Option<u32>,
        address: SocketAddr,
        settings: &Settings,
        logs: Logs,
    ) -> Self {
        Self {
            process,
            main,
            address,
            settings: settings.clone(),
            logs,
            idle: Mutex::default(),
        }
    }

    /// Runs the initializer.
    ///
    /// # Errors
    /// [`CallError`]. An initializer that fails is an [`Answer`] without success.
    pub fn initialize(&self) -> Result<Answer, CallError> {
        self.call_within(
            &self.hook(Hook::Initialize),
            self.settings.initializer_timeout,
        )
    }

    /// Runs the pre-stop hook.
    ///
    /// # Errors
    /// [`CallError`]. A hook that fails is an [`Answer`] without success.
    pub fn pre_stop(&self) -> Result<Answer, CallError> {
        self.call_within(&self.hook(Hook::PreStop), self.settings.pre_stop_timeout)
    }

    /// Sends an event.
    ///
    /// # Errors
    /// [`CallError`]. An event that the function fails is an [`Answer`] that
    /// [`failed`](Answer::failed).
    pub fn invoke(&self, event: &[u8]) -> Result<Answer, CallError> {
        self.call(&self.invocation(event))
    }

    /// Sends a request, as one of [`invocation`](Self::invocation), [`client`](Self::client) or
    /// [`hook`](Self::hook) and changed at will, within the function's time-out.
    ///
    /// The time-out is one limit for connecting, sending and answering. When it passes, the caller
    /// gets [`CallError::TimedOut`], as the platform's caller gets its `Function time out after`,
    /// and the connection is closed and not used again. The process lives on and takes other calls
    /// until it is stopped: what the platform does with the instance then is not documented.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn call(&self, request: &Request) -> Result<Answer, CallError> {
        self.call_within(request, self.settings.timeout)
    }

    /// Sends a request within another time-out, which is enforced in the same way.
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
                // The connection breaks a moment before the end of the process is known.
                let exit = self.process.wait(Duration::from_millis(200));
                Err(exit.map_or(error, |status| CallError::Exited { status }))
            }
            Err(error) => Err(error),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request of an event, with all that the platform sends beside it.
    #[must_use]
    pub fn invocation(&self, event: &[u8]) -> Request {
        requests::invocation(&self.settings, event)
    }

    /// The request of an HTTP client, as it reaches a web function through an HTTP trigger.
    #[must_use]
    pub fn client(&self, method: &str, target: &str) -> Request {
        requests::client(&self.settings, method, target)
    }

    /// The request of a hook.
    #[must_use]
    pub fn hook(&self, hook: Hook) -> Request {
        requests::hook(&self.settings, hook)
    }

    /// Opens a connection of one's own. Those that were kept from earlier calls are closed first, so
    /// that a function which serves one connection at a time can serve this one.
    ///
    /// # Errors
    /// [`CallError::TimedOut`], [`CallError::Io`].
    pub fn connect(&self) -> Result<Connection, CallError> {
        self.idle().clear();
        Connection::open(self.address)
    }

    /// Stops all of the function's threads, as the platform does between calls.
    ///
    /// # Errors
    /// When the process has ended, or the system has no such signal.
    pub fn freeze(&self) -> io::Result<()> {
        self.signal(Signal::Freeze)
    }

    /// Lets a frozen function run again.
    ///
    /// # Errors
    /// When the process has ended, or the system has no such signal.
    pub fn thaw(&self) -> io::Result<()> {
        self.signal(Signal::Thaw)
    }

    /// Lets the first process of a frozen function run again, and no other, as it may come about
    /// where they share a processor.
    ///
    /// # Errors
    /// When the process has ended, or the system has no such signal.
    pub fn thaw_leader(&self) -> io::Result<()> {
        self.process.thaw_leader()
    }

    /// Signals the function's process.
    ///
    /// # Errors
    /// When the process has ended, or the system has no such signal.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        self.process.signal(self.main, signal)
    }

    /// Asks the function to end and gives how it ended, or nothing when it has to be killed
    /// because `limit` passed.
    pub fn terminate(self, limit: Duration) -> Option<ExitStatus> {
        // A process that has ended already has an exit status to give.
        drop(self.signal(Signal::Terminate));
        self.wait(limit)
    }

    /// Waits for the end of the process and gives how it ended.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<ExitStatus> {
        self.process.wait(limit)
    }

    /// What the function wrote so far.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// Where the function listens, by way of this machine's loopback.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of the function's process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.main.unwrap_or_else(|| self.process.id())
    }

    /// The longest that any call is waited for.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.settings.patience
    }

    /// The settings that it was started with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
