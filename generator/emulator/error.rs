//! Why a function did not start, or did not answer.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a function did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program could not be run at all.
    #[error("cannot run `{program}`: {error}")]
    Run {
        /// The program.
        program: String,
        /// What the system says.
        error: io::Error,
    },
    /// The program ended before it accepted a connection.
    #[error("Function instance exited unexpectedly ({status}); its logs:\n{logs}")]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote.
        logs: String,
    },
    /// The program accepts no connection.
    #[error(
        "Function instance health check failed on port {port} in {} seconds; its logs:\n{logs}",
        .limit.as_secs()
    )]
    NotListening {
        /// The port it was told.
        port: u16,
        /// How long it was waited for.
        limit: Duration,
        /// What it wrote.
        logs: String,
    },
    /// The program listens, but on another port.
    #[error("it listens on port {port}, and not on port {told}, which it was told")]
    OtherPort {
        /// The port it listens on.
        port: u16,
        /// The port it was told.
        told: u16,
    },
    /// No port is free, or what was asked for cannot be had on this machine.
    #[error("this machine cannot start it: {0}")]
    Machine(#[from] io::Error),
}

impl StartError {
    /// Whether the program ended because its port was still kept, as that of a program that has just
    /// ended is for a minute where its connections were closed from its side.
    #[must_use]
    pub fn is_of_a_used_port(&self) -> bool {
        const SAID: [&str; 3] = ["address already in use", "eaddrinuse", "connection in use"];
        let Self::Exited { logs, .. } = self else {
            return false;
        };
        let logs = logs.to_lowercase();
        SAID.iter().any(|said| logs.contains(said))
    }
}

/// Why a call got no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The function did not take the call and answer it in time. Its process may still run.
    #[error("Function time out after {} seconds", .limit.as_secs_f32())]
    TimedOut {
        /// The limit it was given.
        limit: Duration,
    },
    /// The process ended before it answered.
    #[error("Process exited unexpectedly before completing request ({status})")]
    Exited {
        /// How it ended.
        status: ExitStatus,
    },
    /// The connection was closed before a whole answer came.
    #[error("the connection was closed after {received} bytes of an answer")]
    Closed {
        /// How many bytes had come.
        received: usize,
    },
    /// What came back is not HTTP.
    #[error("the answer is not HTTP: {problem}: {received}")]
    NotHttp {
        /// What is wrong with it.
        problem: String,
        /// The beginning of what came.
        received: String,
    },
    /// More came than is kept in memory.
    #[error("over {limit} bytes of an answer came")]
    TooLong {
        /// The most that is kept, in bytes.
        limit: usize,
    },
    /// The connection broke, or could not be opened.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
}
