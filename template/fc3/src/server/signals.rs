//! The signals that end a server.

#[cfg(unix)]
mod alarm;

use std::io;
use std::time::Duration;

/// SIGTERM and SIGINT (Ctrl-C).
#[cfg(unix)]
pub(crate) struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on. Process 1 ignores signals that it does not listen for, so this is necessary
    /// in a container.
    ///
    /// After the first signal, the process ends even if a call blocks the thread, when its `time_left` is
    /// over. A second signal ends it at once.
    pub(crate) fn listen<F>(time_left: F) -> io::Result<Self>
    where
        F: Fn() -> Duration + Clone + Send + Sync + 'static,
    {
        use signal_hook::consts::{SIGINT, SIGTERM};
        use tokio::signal::unix::{SignalKind, signal};

        // The exit codes that a shell reports for a process that such a signal has ended.
        alarm::on([(SIGTERM, 143), (SIGINT, 130)], time_left)?;
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

/// Ends the process some seconds after `limit` at the latest, even if something blocks the thread.
#[cfg(unix)]
pub(crate) fn end_after(limit: Duration) {
    alarm::set(limit);
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen<F: Fn() -> Duration>(_time_left: F) -> io::Result<Self> {
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

/// Only Unix has the alarm that this needs.
#[cfg(not(unix))]
pub(crate) fn end_after(_limit: Duration) {}
