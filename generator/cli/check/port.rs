//! The port of a function with a fixed port, which other checks may need too.

use std::fs::File;
use std::time::Duration;

use crate::cli::failure::{Exit, Failure};
use crate::cli::output::done;
use crate::emulator;

/// The lock on a fixed port, against other checks on this machine.
pub(super) struct PortLock(
    #[expect(dead_code, reason = "the lock ends when it is dropped")] pub(super) Option<File>,
);

/// Waits for other checks that use the same port.
pub(super) fn lock(port: u16) -> anyhow::Result<File> {
    const LIMIT: Duration = Duration::from_secs(600);
    let cannot = |error| {
        let message = format!("cannot lock port {port} against other checks: {error}");
        Failure::new(Exit::Machine, message)
    };
    let held = emulator::lock_port(port, Duration::ZERO).map_err(cannot)?;
    if held.is_none() {
        done(
            "Waiting",
            &format!("for another check that uses port {port}"),
        );
    }
    let held = held.map_or_else(|| emulator::lock_port(port, LIMIT), |held| Ok(Some(held)));
    let held = held.map_err(cannot)?;
    held.ok_or_else(|| {
        let message = format!("another check uses port {port}");
        Failure::new(Exit::Machine, message)
            .hint("wait until it has finished")
            .into()
    })
}
