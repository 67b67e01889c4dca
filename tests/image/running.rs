//! A running image: a process in a root of its own, or a container of an engine.

use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use cargo_fc3::emulator::{Answer, CallError, Connection, Instance, Request};
use cargo_fc3::platform::{header, path};
use tempfile::TempDir;

use crate::support::project::succeed;

/// How long anything of a container may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A function that was started from its image.
pub(crate) enum Running {
    /// In this root.
    Process(Box<Instance>, TempDir),
    /// In a container.
    Container(Container),
}

impl Running {
    /// Runs the initializer.
    pub(crate) fn initialize(&self) -> Result<Answer, CallError> {
        match self {
            Self::Process(instance, _) => instance.initialize(),
            Self::Container(container) => container.call(path::INITIALIZE, b""),
        }
    }

    /// Sends an event.
    pub(crate) fn invoke(&self, event: &[u8]) -> Result<Answer, CallError> {
        match self {
            Self::Process(instance, _) => instance.invoke(event),
            Self::Container(container) => container.call(path::INVOKE, event),
        }
    }

    /// Asks it to end, and gives its exit code, which one that has to be killed has not.
    pub(crate) fn terminate(self) -> io::Result<Option<i32>> {
        match self {
            Self::Process(instance, _root) => {
                let status = instance.terminate(LIMIT);
                Ok(status.and_then(|status| status.code()))
            }
            Self::Container(container) => container.stop().map(Some),
        }
    }
}

/// A container, which is removed when this is dropped.
pub(crate) struct Container {
    engine: &'static str,
    id: String,
    address: Option<SocketAddr>,
}

impl Container {
    pub(crate) fn new(engine: &'static str, id: String) -> Self {
        let address = None;
        Self {
            engine,
            id,
            address,
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Waits until the function answers there: a port that an engine forwards is open before.
    pub(crate) fn wait_for(&mut self, address: SocketAddr) -> io::Result<()> {
        self.address = Some(address);
        let begun = Instant::now();
        loop {
            let Err(error) = self.call("/", b"") else {
                return Ok(());
            };
            if begun.elapsed() > LIMIT {
                let logs = Command::new(self.engine).args(["logs", &self.id]).output();
                let logs = logs.map(|output| crate::engine::said(&output));
                return Err(io::Error::other(format!("{error}: {logs:?}")));
            }
        }
    }

    fn call(&self, target: &str, body: &[u8]) -> Result<Answer, CallError> {
        let request = Request::new("POST", target)
            .with(header::CONTROL_PATH, target)
            .with(header::REQUEST_ID, "of-a-container")
            .body(body);
        let nowhere = || io::Error::from(io::ErrorKind::NotConnected);
        let address = self.address.ok_or_else(nowhere)?;
        Connection::open(address)?.call(&request, LIMIT)
    }

    /// Sends SIGTERM, and gives the exit code.
    fn stop(&self) -> io::Result<i32> {
        let limit = LIMIT.as_secs().to_string();
        succeed(Command::new(self.engine).args(["stop", "--time", &limit, &self.id]))?;
        let format = ["inspect", "--format", "{{.State.ExitCode}}"];
        let code = succeed(Command::new(self.engine).args(format).arg(&self.id))?;
        let code = String::from_utf8_lossy(&code.stdout).trim().parse();
        code.map_err(io::Error::other)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let remove = ["rm", "--force", &self.id];
        // One that is gone already is what is wanted.
        drop(Command::new(self.engine).args(remove).output());
    }
}
