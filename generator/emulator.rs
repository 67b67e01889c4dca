//! A local Function Compute: starts a built function and calls it like the platform does.
//!
//! Everything here blocks and runs on plain threads. An instance has few callers, and blocking code
//! reads in the order in which things happen.
//!
//! ```no_run
//! use cargo_fc3::emulator::{Instance, Launch, Settings};
//!
//! let instance = Instance::start(&Launch::new("target/release/bootstrap"), &Settings::default())?;
//! instance.initialize()?;
//! let answer = instance.invoke(b"an event")?;
//! assert!(!answer.failed(), "{}", answer.text());
//! instance.terminate(std::time::Duration::from_secs(10));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod api_error;
mod attached;
mod code;
mod command;
mod connection;
mod control;
mod deadline;
mod error;
mod framing;
mod front;
mod function;
mod function_compute;
mod functions;
mod headers;
mod ids;
mod instance;
mod kept;
mod logs;
mod memory;
mod memory_limit;
mod message;
mod port;
mod private_dir;
mod process;
mod procfs;
mod requests;
mod run;
mod service;
mod settings;
mod start;
mod tasks;
#[cfg(all(test, unix))]
mod tests;
mod timers;
mod wire;

pub use crate::process::Signal;
pub use command::can_start_as_process_one;
pub use connection::Connection;
pub(crate) use control::Control;
pub use control::operations_table;
pub use control::{Account, Inspect};
pub use error::{CallError, StartError};
pub(crate) use front::{Extension, Reply};
pub(crate) use function::{Body as ResponseBody, whole};
pub use function::{
    Definition, End, ErrorType, Event, Invocation, Keeps, Observer, Outcome, Rest, Trigger,
};
pub use function_compute::{FunctionCompute, Options};
pub use headers::{Case, Headers};
pub use instance::Instance;
pub use logs::{Line, LogSettings, LogSink, Logs, Stream};
pub use memory_limit::MemoryLimiter;
pub use message::{Answer, Body, Request};
pub(crate) use port::{is_free, lock_port};
pub(crate) use private_dir::path as private_dir;
pub use process::end_all;
pub(crate) use procfs::listener;
pub use requests::Hook;
pub use run::end_leftovers;
pub use service::{ApiFailure, Emulator, EmulatorOptions, Invoked};
pub use settings::{Credentials, Elsewhere, Launch, PortVariable, Settings};
pub use timers::{NextTimer, Timer};
