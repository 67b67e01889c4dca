//! What uses instances, while we look whether we shall stop.

use std::panic;
use std::sync::mpsc;
use std::thread;

use crate::cli::failure::Failure;
use crate::emulator;
use crate::stop::Stop;

/// Does what uses instances, and ends them when we are told to stop. Whatever still waits then, as for
/// an idle connection, is left to the end of this process.
pub(super) fn interruptible<T: Send + 'static>(
    stop: &Stop,
    use_instances: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (sender, result) = mpsc::channel();
    let user = thread::spawn(move || {
        // The receiver is gone only if nobody wants the result any more.
        let _ = sender.send(use_instances());
    });
    match stop.receive(&result) {
        Err(signal) => {
            emulator::end_all();
            Err(signal.into())
        }
        Ok(Some(result)) => {
            // A signal that came at the last moment may have cut it short.
            stop.check()?;
            Ok(result)
        }
        Ok(None) => match user.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => unreachable!("what does not panic sends its result"),
        },
    }
}
