//! A signal as a value to look at, so that whoever writes can stop between two files and clean up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

/// A signal that asks this process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What `kill` sends.
    Terminate,
}

impl Signal {
    /// The exit code of a program that ends by this signal, as shells count: 128 and its number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Whether this process was asked to end.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicUsize>);

impl Stop {
    const INTERRUPT: usize = 1;
    const TERMINATE: usize = 2;

    /// One that nothing sets.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// From here on, the first SIGINT or SIGTERM no longer ends this process, but sets this. A
    /// second one ends it where it stands, for whoever does not want to wait.
    ///
    /// # Errors
    /// The system refuses the handlers.
    pub fn on_signals() -> io::Result<Self> {
        let stop = Self::default();
        let second = Arc::new(AtomicBool::new(false));
        for (number, signal, value) in [
            (SIGINT, Signal::Interrupt, Self::INTERRUPT),
            (SIGTERM, Signal::Terminate, Self::TERMINATE),
        ] {
            // They run in this order, so that the signal that arms the end is not ended by it.
            let code = signal.exit_code().into();
            register_conditional_shutdown(number, code, Arc::clone(&second))?;
            register(number, Arc::clone(&second))?;
            register_usize(number, Arc::clone(&stop.0), value)?;
        }
        Ok(stop)
    }

    /// The signal that came, if one did.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        match self.0.load(Ordering::Relaxed) {
            Self::INTERRUPT => Some(Signal::Interrupt),
            Self::TERMINATE => Some(Signal::Terminate),
            _ => None,
        }
    }

    /// Goes on only as long as no signal came.
    ///
    /// # Errors
    /// The signal that came.
    pub fn check(&self) -> Result<(), Signal> {
        self.signal().map_or(Ok(()), Err)
    }
}
