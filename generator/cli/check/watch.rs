//! What uses instances, while we look whether we shall stop.

use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::cli::failure::Failure;
use crate::emulator;
use crate::stop::Stop;

/// How often we are asked whether we shall stop.
const PAUSE: Duration = Duration::from_millis(20);

/// Does what uses instances, and ends them when we are told to stop. Whatever still waits then, as for
/// an idle connection, is left to the end of this process.
pub(super) fn watched<T: Send + 'static>(
    stop: &Stop,
    use_instances: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (sender, result) = mpsc::channel();
    let user = thread::spawn(move || {
        // The receiver is gone only if nobody wants the result any more.
        let _ = sender.send(use_instances());
    });
    loop {
        if let Err(signal) = stop.check() {
            emulator::end_all();
            return Err(signal.into());
        }
        match result.recv_timeout(PAUSE) {
            Ok(result) => {
                // A signal that came at the last moment may have cut it short.
                stop.check()?;
                return Ok(result);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match user.join() {
                Err(panic) => panic::resume_unwind(panic),
                Ok(()) => unreachable!("what does not panic sends its result"),
            },
        }
    }
}
