//! A process that watches over another one, which serves: one that gives no sign of life is taken for
//! dead, and replaced.

use std::env;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use super::SERVE;
use crate::faults;

/// The variable of the process that serves.
const WORKER: &str = "WITNESS_WORKER";

/// How often it gives a sign of life, and how often these are looked for.
const TICK: Duration = Duration::from_millis(50);

/// Whether this is the process that is watched over.
pub(super) fn is_worker() -> bool {
    env::var_os(WORKER).is_some()
}

/// Gives signs of life from here on, to the other end of the standard input.
pub(super) fn live() {
    thread::spawn(|| {
        while rustix::io::write(io::stdin(), b".").is_ok() {
            thread::sleep(TICK);
        }
    });
}

/// Starts a worker, and another one for each that stood still; ends as one does that ends by itself.
pub(super) fn watch() -> io::Result<ExitCode> {
    let id = Arc::new(AtomicI32::new(0));
    for (number, signal) in [(SIGTERM, Signal::TERM), (SIGINT, Signal::INT)] {
        pass_on(number, signal, &id)?;
    }
    loop {
        let (mut worker, mut signs) = start()?;
        let started = i32::try_from(worker.id()).map_err(io::Error::other)?;
        id.store(started, Ordering::Relaxed);
        let mut last = Instant::now();
        loop {
            thread::sleep(TICK);
            if let Some(status) = worker.try_wait()? {
                let code = status.code().and_then(|code| u8::try_from(code).ok());
                return Ok(code.map_or(ExitCode::FAILURE, ExitCode::from));
            }
            let was_late = last.elapsed() > faults::IMPATIENCE;
            let mut is_alive = heard(&mut signs);
            if was_late {
                // What was heard may be older than the pause, and both may have stood still.
                thread::sleep(TICK * 2);
                is_alive = heard(&mut signs);
                if !is_alive {
                    break;
                }
            }
            if is_alive {
                last = Instant::now();
            }
        }
        worker.kill()?;
        worker.wait()?;
    }
}

/// Whether signs of life have come since the last look, which takes all of them.
fn heard(signs: &mut UnixStream) -> bool {
    signs.read(&mut [0; 64]).is_ok_and(|count| count > 0)
}

/// A worker, and where its signs of life come.
fn start() -> io::Result<(Child, UnixStream)> {
    let (signs, input) = UnixStream::pair()?;
    signs.set_nonblocking(true)?;
    let mut worker = Command::new(env::current_exe()?);
    worker
        .arg(SERVE)
        .env(WORKER, "")
        .stdin(OwnedFd::from(input));
    Ok((worker.spawn()?, signs))
}

/// Hands a signal on to the worker of this id, each time that it comes.
fn pass_on(number: i32, signal: Signal, id: &Arc<AtomicI32>) -> io::Result<()> {
    let (mut caught, raised) = UnixStream::pair()?;
    pipe::register(number, raised)?;
    let id = Arc::clone(id);
    thread::spawn(move || {
        while caught.read_exact(&mut [0]).is_ok() {
            if let Some(worker) = Pid::from_raw(id.load(Ordering::Relaxed)) {
                // It may have ended already, which is what is wanted.
                let _passed = kill_process(worker, signal);
            }
        }
    });
    Ok(())
}
