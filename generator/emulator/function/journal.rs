//! What happens to functions, for whoever shows it.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::emulator::logs::{Line, LogSettings};

/// The number of bytes that are kept of an instance's log: more than the platform returns of it.
const KEPT_LOG: usize = 128 * 1024;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// An instance accepts calls.
    Started {
        /// The name of the function.
        function: String,
        /// The id of the instance.
        instance: String,
        /// The time from the start of its process to the end of its initializer.
        took: Duration,
    },
    /// A function that somebody has started, on this port, accepts calls.
    Attached {
        /// The name of the function.
        function: String,
        /// The port.
        port: u16,
    },
    /// An instance could not be started, or its initializer failed.
    NotStarted {
        /// The name of the function.
        function: String,
        /// The reason, without the log of the program, which has been told before.
        reason: String,
    },
    /// Too many health checks of an instance have failed. It takes no calls.
    Unhealthy {
        /// The name of the function.
        function: String,
        /// The id of the instance.
        instance: String,
        /// How the last check failed.
        reason: String,
    },
    /// The health checks of an instance succeed again. It takes calls.
    Healthy {
        /// The name of the function.
        function: String,
        /// The id of the instance.
        instance: String,
    },
    /// An instance has written a line.
    Log {
        /// The name of the function.
        function: String,
        /// The line.
        line: Line,
    },
    /// A call has ended.
    Invoked(Invocation),
    /// A client has deployed a function.
    Deployed {
        /// The name of the function.
        function: String,
        /// What keeps its code from starting on the platform.
        warnings: Vec<String>,
    },
    /// A client has removed a function.
    Removed {
        /// The name of the function.
        function: String,
    },
    /// A call has asked for a version or an alias. There is only one version here, so that does not
    /// matter. It is told once for each.
    QualifierIgnored {
        /// The name of the function.
        function: String,
        /// The version or the alias.
        qualifier: String,
    },
    /// An asynchronous call that failed will be tried again, or is given up.
    Retried {
        /// The id of the call.
        request_id: String,
        /// The time until the next attempt, or `None` if there is none.
        after: Option<Duration>,
        /// The number of attempts so far.
        attempts: u32,
    },
    /// The result of an asynchronous call would be sent to a destination.
    Delivered {
        /// The id of the call.
        request_id: String,
        /// The destination.
        destination: String,
    },
    /// An instance is gone.
    Stopped {
        /// The name of the function.
        function: String,
        /// The id of the instance.
        instance: String,
        /// Why it was stopped.
        why: End,
        /// Its status, or `None` if it had to be killed.
        status: Option<ExitStatus>,
    },
}

/// Why an instance was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It had no call for a while.
    Idle,
    /// The function was deployed anew.
    Replaced,
    /// A call took longer than the timeout.
    TimedOut,
    /// The client of its only call has gone, and it may still work on that.
    Cancelled,
    /// It was unhealthy, and another one takes the calls.
    Unhealthy,
    /// It reached its memory limit.
    OutOfMemory {
        /// The limit in MB.
        limit_mb: u32,
    },
    /// Its process ended by itself.
    Exited,
    /// Somebody else had started it, and has ended it.
    Detached,
    /// Everything ends.
    Shutdown,
}

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A synchronous call of the API.
    Sync,
    /// An asynchronous call of the API.
    Async,
    /// A client of the HTTP trigger, with its method and path.
    Http {
        /// The method.
        method: String,
        /// The path, with the query.
        target: String,
    },
    /// A timer trigger, by its name.
    Timer(String),
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function has handled the event.
    Succeeded,
    /// A web function has responded with this status.
    Status(u16),
    /// The function or the platform has failed, with the type of the error and its message.
    Failed {
        /// The type, as in the response's header.
        error_type: String,
        /// The message.
        message: String,
    },
    /// The caller went away before the response was complete.
    Cancelled,
}

/// A call that has ended.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The id of the call.
    pub request_id: String,
    /// The name of the function.
    pub function: String,
    /// Who made the call.
    pub trigger: Trigger,
    /// The beginning of the call.
    pub began: SystemTime,
    /// Its duration, without the start of an instance.
    pub duration: Duration,
    /// The highest memory of the instance so far, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
    /// Whether an instance was started for it.
    pub cold: bool,
    /// What it came to.
    pub outcome: Outcome,
}

/// Receives each event at once, from several threads.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// The way to tell what happens.
#[derive(Clone)]
pub(crate) struct Journal(Observer);

impl Journal {
    pub(crate) fn new(observer: Observer) -> Self {
        Self(observer)
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.0)(event);
    }

    /// The settings that make the lines of an instance events.
    pub(super) fn log_settings(&self, function: &str) -> LogSettings {
        let (journal, function) = (self.clone(), function.to_owned());
        LogSettings {
            kept: KEPT_LOG,
            sink: Some(Arc::new(move |line| {
                journal.tell(&Event::Log {
                    function: function.clone(),
                    line: line.clone(),
                });
            })),
        }
    }
}
