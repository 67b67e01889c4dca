//! The signals that end a server.

use std::io;

/// SIGTERM and SIGINT (Ctrl-C).
#[cfg(unix)]
pub(crate) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on. Process 1 ignores signals that it does not listen for, so this is necessary
    /// in a container. A second signal ends the process at once, even while a call blocks the thread.
    pub(crate) fn listen() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use signal_hook::flag::{register, register_conditional_shutdown};
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        use tokio::signal::unix::{SignalKind, signal};

        let seen = Arc::new(AtomicBool::new(false));
        // The exit codes that a shell reports for a process that such a signal has ended.
        for (signal, status) in [(SIGTERM, 143), (SIGINT, 130)] {
            register_conditional_shutdown(signal, status, Arc::clone(&seen))?;
            register(signal, Arc::clone(&seen))?;
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the first signal.
    pub(crate) async fn first(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the first Ctrl-C. A second one ends the process.
    pub(crate) async fn first(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::spawn(async {
            let _ = tokio::signal::ctrl_c().await;
            std::process::exit(130);
        });
    }
}
