//! A handle on the process of an instance, by which another thread ends it.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use super::{Process, REAPED, SharedGroup, lock, stopped};

/// A handle on the process of an instance, by which another thread ends it, also while it starts.
/// Clones are the same handle.
#[derive(Debug, Clone, Default)]
pub(in crate::emulator) struct Handle(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
enum Held {
    /// No process has been started yet.
    #[default]
    Nothing,
    Process(Weak<SharedGroup>),
    /// A connection to a process that is not ours.
    Stream(TcpStream),
    /// None may be started any more.
    GivenUp,
}

impl Handle {
    /// Holds a process that was just started.
    ///
    /// # Errors
    /// The start was given up.
    pub(in crate::emulator) fn hold(&self, process: &Process) -> io::Result<()> {
        let mut held = lock(&self.0);
        if let Held::GivenUp = *held {
            return Err(stopped());
        }
        *held = Held::Process(Arc::downgrade(&process.shared));
        Ok(())
    }

    /// Holds a connection to a process that somebody else has started. That process goes on.
    ///
    /// # Errors
    /// The start was given up.
    pub(in crate::emulator) fn hold_stream(&self, stream: TcpStream) -> io::Result<()> {
        let mut held = lock(&self.0);
        if let Held::GivenUp = *held {
            return Err(stopped());
        }
        *held = Held::Stream(stream);
        Ok(())
    }

    /// Ends the process at once, or the start if there is no process yet.
    pub(in crate::emulator) fn give_up(&self) {
        let held = std::mem::replace(&mut *lock(&self.0), Held::GivenUp);
        match held {
            Held::Nothing | Held::GivenUp => {}
            Held::Process(process) => {
                if let Some(process) = process.upgrade() {
                    process.kill();
                }
            }
            Held::Stream(stream) => {
                // One that is closed already needs nothing.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Waits until the process has ended, and ends it after a while.
    pub(in crate::emulator) fn end_within(&self, limit: Duration) {
        let process = match &*lock(&self.0) {
            Held::Process(process) => process.upgrade(),
            Held::Nothing | Held::GivenUp | Held::Stream(_) => None,
        };
        if process
            .as_ref()
            .is_none_or(|process| process.wait(limit).is_none())
        {
            self.give_up();
        }
        if let Some(process) = process {
            process.wait(REAPED);
        }
    }

    /// Whether its process has ended.
    pub(in crate::emulator) fn is_over(&self) -> bool {
        match &*lock(&self.0) {
            Held::Nothing => false,
            Held::GivenUp | Held::Stream(_) => true,
            Held::Process(process) => process
                .upgrade()
                .is_none_or(|process| process.wait(Duration::ZERO).is_some()),
        }
    }
}
