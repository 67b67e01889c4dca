//! Runs code that uses instances while watching for a signal to stop.

use std::panic;
use std::sync::mpsc;
use std::thread;

use crate::cli::failure::Failure;
use crate::emulator;
use crate::stop::Stop;

/// Runs code that uses instances, and ends the instances on a signal to stop. Anything that still
/// waits then, for example on an idle connection, ends with this process.
pub(super) fn interruptible<T: Send + 'static>(
    stop: &Stop,
    use_instances: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (sender, result) = mpsc::channel();
    let user = thread::spawn(move || {
        // The receiver is gone only if nobody needs the result any more.
        let _ = sender.send(use_instances());
    });
    match stop.receive(&result) {
        Err(signal) => {
            emulator::end_all();
            Err(signal.into())
        }
        Ok(Some(result)) => {
            // A signal at the last moment may have cut the work short.
            stop.check()?;
            Ok(result)
        }
        Ok(None) => match user.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => unreachable!("code that does not panic sends its result"),
        },
    }
}
