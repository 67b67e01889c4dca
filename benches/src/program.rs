//! A program to start: a function, or a peer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The command that starts a server.
#[derive(Clone)]
pub(crate) struct Program {
    /// Its name in tables.
    pub(crate) name: &'static str,
    line: Vec<OsString>,
    variables: Vec<(&'static str, OsString)>,
    directory: Option<PathBuf>,
}

impl Program {
    /// A program that takes no arguments.
    pub(crate) fn new(name: &'static str, program: impl Into<OsString>) -> Self {
        Self {
            name,
            line: vec![program.into()],
            variables: Vec::new(),
            directory: None,
        }
    }

    /// The same with another name.
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The same with one more argument.
    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.line.push(arg.into());
        self
    }

    /// The same with one more variable.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The same in another directory.
    pub(crate) fn within(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// The same, under a tool that watches it.
    pub(crate) fn under(mut self, tool: &[OsString]) -> Self {
        self.line.splice(0..0, tool.iter().cloned());
        self
    }

    /// The file that is started.
    pub(crate) fn file(&self) -> &Path {
        Path::new(&self.line[0])
    }

    /// The command, without variables of this machine that would change the figures.
    pub(crate) fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.line[0]);
        command
            .args(&self.line[1..])
            .env_remove("FC_CUSTOM_LISTEN_PORT")
            .env_remove("FUNCTION_LOG_MARKERS")
            .env_remove("RUST_LOG")
            .env_remove("TOKIO_WORKER_THREADS")
            .env("FC_SERVER_PORT", port.to_string());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }
}
