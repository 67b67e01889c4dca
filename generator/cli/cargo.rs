//! Cargo, as a command that builds.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use super::failure::{Exit, Failure};
use crate::stop::Stop;

/// How often a build is asked whether it has ended, and we whether we shall.
const PAUSE: Duration = Duration::from_millis(20);

/// Builds the program of a project, with cargo's progress on stderr, and gives its path. When this
/// process is told to stop, cargo and all that it started are gone before this returns.
pub(super) fn build(project: &Path, release: bool, stop: &Stop) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--locked", "--bin=bootstrap"]);
    command.arg("--message-format=json-render-diagnostics");
    command.args(release.then_some("--release"));
    command
        .current_dir(project)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    // Ctrl-C on a terminal then reaches only us, and we end the group.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(Exit::Machine, "there is no `cargo` on this machine")
            .hint("install Rust: https://rustup.rs"),
        _ => Failure::new(Exit::Machine, format!("cannot run `cargo`: {error}")),
    })?;
    let mut stdout = child.stdout.take();
    let messages = thread::spawn(move || {
        let mut messages = String::new();
        let read = stdout
            .as_mut()
            .map(|stdout| stdout.read_to_string(&mut messages));
        read.transpose().map(|_| messages)
    });
    let status = wait(&mut child, stop, || messages.is_finished())?;
    let messages = messages.join().unwrap_or_else(|_| Ok(String::new()))?;
    if !status.success() {
        let failure = Failure::new(Exit::Machine, "`cargo build` failed");
        return Err(failure
            .hint("its message is above; the first build needs the network")
            .into());
    }
    let program = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let program = program
        .filter_map(|message: Message| message.executable)
        .next_back();
    program.ok_or_else(|| anyhow::anyhow!("`cargo build` tells of no program"))
}

/// Waits until cargo has said all and ended. It is not reaped before it has said all, so that the
/// id of its group is its own as long as we may want to kill that.
fn wait(child: &mut Child, stop: &Stop, said_all: impl Fn() -> bool) -> anyhow::Result<ExitStatus> {
    loop {
        if let Err(signal) = stop.check() {
            group::kill(child);
            child.wait()?;
            group::wait(child);
            return Err(Failure::from(signal).into());
        }
        if said_all()
            && let Some(status) = child.try_wait()?
        {
            return Ok(status);
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(unix)]
mod group {
    use std::process::Child;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

    /// How long a killed compiler may take to be gone; only a disk that hangs holds it up.
    const GONE_LIMIT: Duration = Duration::from_secs(5);

    /// Kills cargo and the compilers that it has started.
    pub(super) fn kill(child: &mut Child) {
        if let Some(group) = of(child) {
            // A group that is gone already is what is wanted.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Waits until the last compiler is gone, since until then it may write.
    pub(super) fn wait(child: &Child) {
        let due = Instant::now() + GONE_LIMIT;
        let is_there = || of(child).is_some_and(|group| test_kill_process_group(group).is_ok());
        while is_there() && Instant::now() < due {
            thread::sleep(super::PAUSE);
        }
    }

    fn of(child: &Child) -> Option<Pid> {
        Pid::from_raw(child.id().try_into().ok()?)
    }
}

#[cfg(not(unix))]
mod group {
    use std::process::Child;

    pub(super) fn kill(child: &mut Child) {
        // A process that is gone already is what is wanted.
        let _ = child.kill();
    }

    pub(super) fn wait(_child: &Child) {}
}

/// What one line of cargo says, as far as it matters here:
/// <https://doc.rust-lang.org/cargo/reference/external-tools.html>.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}
