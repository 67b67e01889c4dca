//! What is started, and the function that it pretends to be.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

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

/// Temporary credentials, as a function with a role is given them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret of the access key.
    pub access_key_secret: String,
    /// The token that belongs to both.
    pub security_token: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// Which variables tell the function its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortVariable {
    /// Both of them.
    Both,
    /// Only the one that the platform's own runtimes read.
    Server,
    /// Only the one that the documentation names.
    CustomListen,
    /// None: the function must take the default port.
    Neither,
}

/// The function's settings, and how closely it is watched.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The function's name.
    pub function_name: String,
    /// The id of the region.
    pub region: String,
    /// The id of the account.
    pub account_id: String,
    /// The memory limit in MB. It is told, not enforced.
    pub memory_mb: u32,
    /// How long a call may take, in whole seconds when it is told.
    pub timeout: Duration,
    /// How long the initializer may take.
    pub initializer_timeout: Duration,
    /// How long the pre-stop hook may take.
    pub pre_stop_timeout: Duration,
    /// How long the program may take to accept connections.
    pub start_limit: Duration,
    /// The longest that any call is waited for, whatever the other limits allow. The function is
    /// not told.
    pub patience: Duration,
    /// The role's credentials, in headers and variables, or none.
    pub credentials: Option<Credentials>,
    /// The function's own variables; they replace the platform's of the same name.
    pub env: Vec<(String, String)>,
    /// Which variables tell the port.
    pub port: PortVariable,
    /// The port that the function listens on whatever it is told; it is told the same. A free one
    /// is chosen when there is none.
    pub fixed_port: Option<u16>,
    /// Whether a program that listens on another port than it is told is told of at once
    /// ([`StartError::OtherPort`](super::StartError::OtherPort)), and not waited for.
    pub find_port: bool,
    /// The working directory; the program's own directory when there is none.
    pub code_dir: Option<PathBuf>,
    /// Whether each `write` to stdout is kept apart: see [`Logs::writes`](super::Logs::writes).
    /// Only Linux can; elsewhere the start fails.
    pub watch_writes: bool,
    /// Whether the program is process 1 of a namespace of its own, as in an instance. It needs
    /// the `unshare` command of Linux and the right to use it.
    pub as_process_one: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            function_name: "function".into(),
            region: "cn-hangzhou".into(),
            account_id: "1234567890123456".into(),
            memory_mb: 512,
            timeout: Duration::from_secs(60),
            initializer_timeout: INITIALIZER_LIMIT,
            pre_stop_timeout: PRE_STOP_LIMIT,
            start_limit: START_LIMIT,
            patience: Duration::MAX,
            credentials: None,
            env: Vec::new(),
            port: PortVariable::Both,
            fixed_port: None,
            find_port: false,
            code_dir: None,
            watch_writes: false,
            as_process_one: false,
        }
    }
}
