//! What a signal does while a call blocks the thread: it sets an alarm, which ends the process.
//!
//! Only a signal handler can do that. A thread that waits for signals would need no `unsafe`. But memory is
//! slower to allocate in a process with a second thread, so every call would pay for it.
#![allow(unsafe_code)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::SIGALRM;
use signal_hook::flag::register_conditional_shutdown;
use signal_hook::low_level::{exit, register};

/// A second signal within this time, in milliseconds, is the same one: supervisors and terminals may
/// send it both to the process and to its group.
const SAME: u64 = 1000;

/// The time between a limit and the alarm. The server does not need it, unless it is blocked.
const GRACE: Duration = Duration::from_secs(5);

/// Sets the alarm when the first of `signals` arrives, and ends the process when one arrives later. With
/// each signal comes the exit code that a shell reports for a process that it has ended.
///
/// `time_left` must allocate no memory, wait for no lock, and not panic.
pub(crate) fn on<F>(signals: [(i32, i32); 2], time_left: F) -> io::Result<()>
where
    F: Fn() -> Duration + Clone + Send + Sync + 'static,
{
    let listening = Instant::now();
    let first = Arc::new(AtomicU64::new(u64::MAX));
    for (signal, status) in signals {
        let (first, time_left) = (Arc::clone(&first), time_left.clone());
        let handler = move || {
            let now = u64::try_from(listening.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
            let order = Ordering::Relaxed;
            match first.compare_exchange(u64::MAX, now, order, order) {
                Ok(_) => set(time_left()),
                Err(first) if now.saturating_sub(first) < SAME => {}
                Err(_) => exit(status),
            }
        };
        // SAFETY: like `time_left`, the handler does only what a signal handler may do.
        unsafe { register(signal, handler) }?;
    }
    // Process 1 ignores an alarm that it does not handle.
    let always = Arc::new(AtomicBool::new(true));
    register_conditional_shutdown(SIGALRM, signals[0].1, always)?;
    Ok(())
}

/// Ends the process a few seconds after `limit`. An earlier alarm is forgotten.
pub(crate) fn set(limit: Duration) {
    let after = limit.saturating_add(GRACE);
    let seconds = u32::try_from(after.as_secs()).unwrap_or(u32::MAX);
    // SAFETY: the call reads and writes no memory of this process.
    unsafe { libc::alarm(seconds) };
}
