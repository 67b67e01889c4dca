//! A stop signal as a value, so that code can stop between two files and clean up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

/// Ctrl-C and the signal of `kill`, which every system has.
const COMMON: [i32; 2] = [SIGINT, SIGTERM];

/// The interval for checking for a signal while waiting.
const PAUSE: Duration = Duration::from_millis(20);

/// A signal that asks this process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopSignal(u8);

impl StopSignal {
    /// The exit code of a program that ends by this signal, like in shells: 128 plus its number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        128 + self.0
    }
}

/// The signals that end a process which does not handle them, also as numbers. Those that mean an
/// error of the program itself are left out, and so is SIGPIPE, which Rust ignores.
fn signals() -> impl Iterator<Item = (i32, u8)> {
    #[cfg(unix)]
    let more = {
        use signal_hook::consts::{
            SIGABRT, SIGALRM, SIGHUP, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2,
            SIGVTALRM, SIGXCPU, SIGXFSZ,
        };
        [
            SIGHUP, SIGQUIT, SIGABRT, SIGALRM, SIGIO, SIGPROF, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2,
            SIGVTALRM, SIGXCPU, SIGXFSZ,
        ]
    };
    #[cfg(not(unix))]
    let more = [];
    // SIGSTKFLT, SIGPWR and the real-time signals, which no library has names for.
    let of_linux = [16, 30].into_iter().chain(34..=64);
    let of_linux = of_linux.filter(|_| cfg!(target_os = "linux"));
    let all = COMMON.into_iter().chain(more).chain(of_linux);
    all.filter_map(|signal| Some((signal, u8::try_from(signal).ok()?)))
}

/// Not every system has all of them.
fn unless_missing<T>(signal: i32, registered: io::Result<T>) -> io::Result<()> {
    match registered {
        Err(error) if COMMON.contains(&signal) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Whether this process was asked to end: the number of the signal, or zero.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicUsize>);

impl Stop {
    /// A value that no signal sets.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// From here on, the first such signal only sets this value. A second one ends the process at
    /// once, for a user who does not want to wait.
    ///
    /// # Errors
    /// If the system rejects the handlers.
    pub fn on_signals() -> io::Result<Self> {
        let stop = Self::default();
        let second = Arc::new(AtomicBool::new(false));
        for (signal, number) in signals() {
            let code = StopSignal(number).exit_code().into();
            // The handlers run in this order, so that the first signal does not end the process.
            let registered = register_conditional_shutdown(signal, code, Arc::clone(&second))
                .and_then(|_| register(signal, Arc::clone(&second)))
                .and_then(|_| register_usize(signal, Arc::clone(&stop.0), number.into()));
            unless_missing(signal, registered)?;
        }
        Ok(stop)
    }

    /// From here on, such signals only set this value, however many they are. It is for a program
    /// that has started others, of which nothing must stay.
    ///
    /// # Errors
    /// If the system rejects the handlers.
    pub fn on_all_signals() -> io::Result<Self> {
        let stop = Self::default();
        for (signal, number) in signals() {
            let registered = register_usize(signal, Arc::clone(&stop.0), number.into());
            unless_missing(signal, registered)?;
        }
        Ok(stop)
    }

    /// Sets the value as a signal does.
    #[cfg(test)]
    pub(crate) fn set(&self, signal: u8) {
        self.0.store(signal.into(), Ordering::Relaxed);
    }

    /// The signal that arrived, if any.
    #[must_use]
    pub fn signal(&self) -> Option<StopSignal> {
        match u8::try_from(self.0.load(Ordering::Relaxed)) {
            Ok(0) | Err(_) => None,
            Ok(number) => Some(StopSignal(number)),
        }
    }

    /// Makes attempts, a moment apart, until one has a value.
    ///
    /// # Errors
    /// The signal that came before that.
    pub fn poll<T>(&self, mut attempt: impl FnMut() -> Option<T>) -> Result<T, StopSignal> {
        loop {
            self.check()?;
            if let Some(value) = attempt() {
                return Ok(value);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits for a value, or for the end of all its senders.
    ///
    /// # Errors
    /// The signal that came before that.
    pub fn receive<T>(&self, receiver: &Receiver<T>) -> Result<Option<T>, StopSignal> {
        loop {
            self.check()?;
            match receiver.recv_timeout(PAUSE) {
                Ok(value) => return Ok(Some(value)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Fails if a signal has arrived.
    ///
    /// # Errors
    /// The signal that arrived.
    pub fn check(&self) -> Result<(), StopSignal> {
        self.signal().map_or(Ok(()), Err)
    }
}
