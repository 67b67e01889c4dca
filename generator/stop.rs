//! A stop signal as a value, so that code can stop between two files and clean up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

/// The signals that ask this process to end, by their numbers, which are the same on all systems:
/// Ctrl-C, the signal of `kill` and, if it exists, the signal of a closed terminal.
const SIGNALS: &[u8] = if cfg!(unix) { &[2, 15, 1] } else { &[2, 15] };
const _: () = assert!(SIGINT == 2 && SIGTERM == 15);

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
        for &number in SIGNALS {
            let code = StopSignal(number).exit_code().into();
            let signal = number.into();
            // The handlers run in this order, so that the first signal does not end the process.
            register_conditional_shutdown(signal, code, Arc::clone(&second))?;
            register(signal, Arc::clone(&second))?;
            register_usize(signal, Arc::clone(&stop.0), number.into())?;
        }
        Ok(stop)
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
