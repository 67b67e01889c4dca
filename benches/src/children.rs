//! The processes that the bench has started. None of them outlives it, even after a failure or an
//! interrupt.

use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::panic::resume_unwind;
use std::process::{Child, Command, Output, exit};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::places;

/// The running process groups, each identified by its first process.
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// A process and all its descendants. Dropping this ends them.
pub(crate) struct Group(Child);

impl Group {
    /// Starts a command as the first process of a group.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut running = running();
        let child = command.process_group(0).spawn();
        let child = child.with_context(|| format!("cannot start {command:?}"))?;
        running.push(pid(&child));
        Ok(Self(child))
    }

    /// The first process.
    pub(crate) fn pid(&self) -> Pid {
        pid(&self.0)
    }

    /// Reads all output of the first process, and waits for its end.
    pub(crate) fn output(&mut self) -> Result<Output> {
        let (stdout, stderr) = (self.0.stdout.take(), self.0.stderr.take());
        let (stdout, stderr) = (read(stdout), read(stderr));
        let said = |reading: JoinHandle<io::Result<Vec<u8>>>| {
            reading.join().unwrap_or_else(|panic| resume_unwind(panic))
        };
        Ok(Output {
            stdout: said(stdout)?,
            stderr: said(stderr)?,
            status: self.0.wait()?,
        })
    }

    /// The first process, to read its output and wait for its end.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let pid = self.pid();
        let mut running = running();
        // This fails if all of them have ended already.
        let _ = killpg(pid, Signal::SIGKILL);
        let _ = self.0.wait();
        running.retain(|other| *other != pid);
    }
}

/// Ends all running groups and this process at the first signal that asks for it.
pub(crate) fn end_on_signals() -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // The lock is held to the end, so that nothing new is started.
            let running = running();
            for pid in running.iter() {
                let _ = killpg(*pid, Signal::SIGKILL);
                let _ = waitpid(*pid, None);
            }
            places::clear();
            exit(128 + signal);
        }
    });
    Ok(())
}

/// Reads to the end on a thread of its own.
fn read(from: Option<impl Read + Send + 'static>) -> JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut from) = from {
            from.read_to_end(&mut said)?;
        }
        Ok(said)
    })
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().expect("a process id is small"))
}

fn running() -> MutexGuard<'static, Vec<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
