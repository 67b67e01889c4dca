//! The signals, and the end of the process.

use std::io::{self, Read};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::net::Shutdown;
use rustix::process::{WaitOptions, wait};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use super::Server;
use super::gate::lock;
use crate::faults::Fault;

/// Signals that have come, a byte each.
pub(super) struct Signals(UnixStream);

impl Signals {
    /// Catches them from here on.
    pub(super) fn caught(server: &Server) -> io::Result<Self> {
        let (caught, raised) = UnixStream::pair()?;
        let skips_all = server.has(Fault::CatchesNoSignalAsProcess1) && process::id() == 1;
        for signal in [SIGTERM, SIGINT] {
            let skips_this = match signal {
                SIGTERM => server.has(Fault::LeavesSigtermToTheSystem),
                _ => server.has(Fault::LeavesSigintToTheSystem),
            };
            if !skips_all && !skips_this {
                pipe::register(signal, raised.try_clone()?)?;
            }
        }
        if skips_all {
            // Without a catcher the other end would be closed, which is no signal.
            std::mem::forget(raised);
        }
        Ok(Self(caught))
    }

    fn next(&mut self) -> io::Result<()> {
        self.0.read_exact(&mut [0])
    }

    /// Loses the signals that come while the first one is dealt with, as a program may whose handler
    /// only notes that there was one.
    fn lose_what_comes_at_once(&mut self) -> io::Result<()> {
        thread::sleep(Duration::from_millis(200));
        self.0.set_nonblocking(true)?;
        // There is mostly nothing to be lost.
        let _lost = self.0.read(&mut [0; 64]);
        self.0.set_nonblocking(false)
    }

    /// Waits for a signal and ends in order; a second one ends at once.
    pub(super) fn wait(
        mut self,
        server: &Arc<Server>,
        listener: Option<&Arc<TcpListener>>,
    ) -> io::Result<ExitCode> {
        self.next()?;
        if !server.has(Fault::CountsASignalTwice) {
            self.lose_what_comes_at_once()?;
        }
        if server.has(Fault::BlocksSignalsWithACall) {
            drop(lock(&server.blocked));
        }
        if let Some(listener) = listener
            && !server.has(Fault::AcceptsWhileItDrains)
        {
            rustix::net::shutdown(listener, Shutdown::Both)?;
        }
        let ending = Arc::clone(server);
        thread::spawn(move || end(&ending));
        loop {
            self.next()?;
            let (_, stops) = server.life.counts();
            let ignored = server.has(Fault::IgnoresASecondSignal)
                || (server.has(Fault::IgnoresSignalsInStop) && stops > 0);
            if !ignored {
                process::exit(130);
            }
        }
    }
}

fn end(server: &Server) {
    server.life.drain(server);
    if !server.has(Fault::EndsWithoutStop) {
        server.life.stop(server);
    }
    server.logs.flush();
    process::exit(i32::from(server.has(Fault::EndsWithAnError)));
}

/// Collects orphans as process 1. The server has no children of its own.
pub(super) fn collect_orphans(server: &Server) {
    if process::id() == 1 && !server.has(Fault::LeavesOrphans) {
        thread::spawn(|| {
            loop {
                // Without children, this is an error.
                if wait(WaitOptions::empty()).is_err() {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        });
    }
}
