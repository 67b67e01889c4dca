//! A number that is waited for: of chunks that may be sent, of calls that may go on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many may pass.
#[derive(Default)]
pub(super) struct Gate {
    free: Mutex<u64>,
    grown: Condvar,
}

impl Gate {
    pub(super) fn of(free: u64) -> Self {
        Self {
            free: Mutex::new(free),
            grown: Condvar::new(),
        }
    }

    /// Lets more pass.
    pub(super) fn add(&self, count: u64) {
        *lock(&self.free) += count;
        self.grown.notify_all();
    }

    /// Waits until one may pass.
    pub(super) fn pass(&self) {
        let free = self.grown.wait_while(lock(&self.free), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
    }
}

/// Locks what a panic leaves whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
