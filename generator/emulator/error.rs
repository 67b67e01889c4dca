//! The errors of starting and calling a function.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// The reason why a function did not start. Shown as a whole, it ends with the log of the program.
#[derive(Debug, thiserror::Error)]
#[error("{}{}", self.reason(), self.log())]
pub enum StartError {
    /// The program could not be run.
    Run {
        /// The program.
        program: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The program exited before it accepted a connection.
    Exited {
        /// The exit status.
        status: ExitStatus,
        /// The output of the program.
        logs: String,
    },
    /// The program reached its memory limit before it accepted a connection.
    OutOfMemory {
        /// The limit in MB.
        megabytes: u32,
        /// The output of the program.
        logs: String,
    },
    /// The program does not accept connections.
    NotListening {
        /// The port it was given.
        port: u16,
        /// The time limit of the start.
        limit: Duration,
        /// The output of the program.
        logs: String,
    },
    /// The program listens, but on another port.
    OtherPort {
        /// The port it listens on.
        port: u16,
        /// The port it was given.
        told: u16,
    },
    /// The program listens where only this machine reaches it.
    Loopback {
        /// The port.
        port: u16,
    },
    /// Nothing accepts connections on the port of a function that somebody else starts.
    NotAttached {
        /// The port.
        port: u16,
        /// Why it cannot be connected to.
        error: CallError,
    },
    /// No port is free, or this machine does not support a requested setting.
    Machine(#[from] io::Error),
}

impl StartError {
    /// The reason without the log of the program.
    #[must_use]
    pub fn reason(&self) -> String {
        let reason = match self {
            Self::Run { program, error } => format!("cannot run `{program}`: {error}"),
            Self::Exited { status, .. } => {
                format!("Function instance exited unexpectedly ({status})")
            }
            Self::OutOfMemory { megabytes, .. } => format!(
                "Function instance exited unexpectedly (out of memory: the limit is {megabytes} MB; \
                 raise `memorySize` in `s.yaml`, or use less)"
            ),
            Self::NotListening { port, limit, .. } => format!(
                "Function instance health check failed on port {port} in {} seconds",
                limit.as_secs()
            ),
            Self::OtherPort { port, told } => {
                format!("the function listens on port {port} instead of port {told}")
            }
            Self::Loopback { port } => format!(
                "the function listens on port {port} of a loopback address only, where the platform \
                 does not reach it; listen on 0.0.0.0"
            ),
            Self::NotAttached { port, error } => format!(
                "cannot connect to port {port} ({error}); start the function in your debugger with \
                 `FC_SERVER_PORT={port}`"
            ),
            Self::Machine(error) => {
                format!("cannot start the function on this machine: {error}")
            }
        };
        match self.logs() {
            Some("") => format!("{reason} and logged nothing"),
            _ => reason,
        }
    }

    /// What follows the reason.
    pub(super) fn log(&self) -> String {
        match self.logs() {
            None | Some("") => String::new(),
            Some(logs) => format!("; its logs:\n{logs}"),
        }
    }

    fn logs(&self) -> Option<&str> {
        match self {
            Self::Exited { logs, .. }
            | Self::OutOfMemory { logs, .. }
            | Self::NotListening { logs, .. } => Some(logs.trim_end()),
            _ => None,
        }
    }

    /// Whether the program exited because its port was still in use. After a program that closed
    /// its connections itself has exited, its port stays in use for a minute.
    #[must_use]
    pub fn is_port_in_use(&self) -> bool {
        const SAID: [&str; 3] = ["address already in use", "eaddrinuse", "connection in use"];
        let Self::Exited { logs, .. } = self else {
            return false;
        };
        let logs = logs.to_lowercase();
        SAID.iter().any(|said| logs.contains(said))
    }
}

/// The reason why a call got no response.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The function did not accept the call and respond in time. Its process may still run.
    #[error("Function time out after {} seconds", .limit.as_secs_f32())]
    TimedOut {
        /// The time limit.
        limit: Duration,
    },
    /// The process exited before it responded.
    #[error("Process exited unexpectedly before completing request ({status})")]
    Exited {
        /// The exit status.
        status: ExitStatus,
    },
    /// The connection was closed before a complete response arrived.
    #[error("the connection was closed after {received} bytes of a response")]
    Closed {
        /// The number of bytes that had arrived.
        received: usize,
    },
    /// The response is not HTTP.
    #[error("the response is not HTTP: {problem}: {received}")]
    NotHttp {
        /// The problem.
        problem: String,
        /// The beginning of the received bytes.
        received: String,
    },
    /// The response exceeds the memory limit.
    #[error("the response is larger than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke or could not be opened.
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
}
