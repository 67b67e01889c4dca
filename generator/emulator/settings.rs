//! The program to start, and the settings of the function that it runs as.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::logs::LogSettings;
use super::memory_limit::MemoryLimiter;
use crate::platform::{INITIALIZER_LIMIT, PRE_STOP_LIMIT, START_LIMIT};

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl Launch {
    /// A program without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
        }
    }

    /// The same program with one more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }
}

/// Temporary credentials, like a function with a role receives.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret of the access key.
    pub access_key_secret: String,
    /// The token that belongs to the access key. A long-lived key has none, and this is empty.
    pub security_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// The variables that pass the port to the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortVariable {
    /// Both variables.
    Both,
    /// Only the variable that the platform's own runtimes read.
    Server,
    /// Only the documented variable.
    CustomListen,
    /// Neither variable: the function must use the default port.
    Neither,
}

/// What happens to a program that listens where the platform does not reach it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Elsewhere {
    /// The start waits for the right port. A loopback address is accepted.
    #[default]
    Allowed,
    /// A different port is reported at once: [`StartError::OtherPort`](super::StartError::OtherPort).
    PortReported,
    /// A loopback address is reported as well: [`StartError::Loopback`](super::StartError::Loopback).
    /// Only Linux shows it.
    Reported,
}

/// The function's settings, and how closely to watch it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The function's name.
    pub function_name: String,
    /// The id of the region.
    pub region: String,
    /// The id of the account.
    pub account_id: String,
    /// The number of the version, or nothing if it is the newest state, which is not published.
    pub version_id: String,
    /// The memory limit in MB, which the function is given.
    pub memory_mb: u32,
    /// How the memory limit is enforced, if it is.
    pub memory_limiter: Option<MemoryLimiter>,
    /// The time limit of a call. The function is given it in whole seconds.
    pub timeout: Duration,
    /// The time limit of the initializer.
    pub initializer_timeout: Duration,
    /// The time limit of the pre-stop hook.
    pub pre_stop_timeout: Duration,
    /// The time limit for the program to accept connections.
    pub start_limit: Duration,
    /// The longest time to wait for any call, whatever the other limits allow. The function does
    /// not know it.
    pub patience: Duration,
    /// The role's credentials, passed in headers and variables, or `None`.
    pub credentials: Option<Credentials>,
    /// The function's own variables. They replace variables of the platform with the same name.
    pub env: Vec<(String, String)>,
    /// The variables that pass the port.
    pub port: PortVariable,
    /// The fixed port of the function, which is also passed to it. With `None`, a free port is
    /// chosen.
    pub fixed_port: Option<u16>,
    /// The port of a function that runs already, in a debugger: it is called there, and neither
    /// started nor stopped. Calls and the initializer have no time limit.
    pub attached: Option<u16>,
    /// What happens to a program that listens elsewhere.
    pub elsewhere: Elsewhere,
    /// The working directory. With `None`, the program's own directory.
    pub code_dir: Option<PathBuf>,
    /// Whether to record each `write` to stdout separately: see
    /// [`Logs::writes`](super::Logs::writes). Only Linux supports this; on other systems, the start
    /// fails.
    pub watch_writes: bool,
    /// Whether the program is process 1 of a new PID namespace, like in an instance. This needs
    /// Linux's `unshare` command and the permission to use it.
    pub as_process_one: bool,
    /// How much of its log is kept, and who receives it.
    pub log: LogSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            function_name: "function".into(),
            region: "cn-hangzhou".into(),
            account_id: "1234567890123456".into(),
            version_id: String::new(),
            memory_mb: 512,
            memory_limiter: None,
            timeout: Duration::from_secs(60),
            initializer_timeout: INITIALIZER_LIMIT,
            pre_stop_timeout: PRE_STOP_LIMIT,
            start_limit: START_LIMIT,
            patience: Duration::MAX,
            credentials: None,
            env: Vec::new(),
            port: PortVariable::Both,
            fixed_port: None,
            attached: None,
            elsewhere: Elsewhere::default(),
            code_dir: None,
            watch_writes: false,
            as_process_one: false,
            log: LogSettings::default(),
        }
    }
}

impl Settings {
    /// The longest time that a call takes, which the function may not know.
    pub(super) fn call_limit(&self) -> Duration {
        self.unless_attached(self.timeout)
    }

    /// The longest time that the initializer takes.
    pub(super) fn initializer_limit(&self) -> Duration {
        self.unless_attached(self.initializer_timeout)
    }

    fn unless_attached(&self, limit: Duration) -> Duration {
        const FOREVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        self.attached.map_or(limit, |_| FOREVER)
    }
}
