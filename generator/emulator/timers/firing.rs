//! The timers of all functions, which fire by the clock of this machine.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use super::Timer;
use super::timetable::{Due, NextTimer, Timetable};

/// The longest time between two looks at the clock, which may be set, and which goes on while the
/// machine sleeps.
const LOOK: Duration = Duration::from_secs(1);

/// All timers. Clones share them.
#[derive(Clone, Default)]
pub(in crate::emulator) struct Timers(Arc<Inner>);

#[derive(Default)]
struct Inner {
    table: Mutex<Timetable>,
    /// Tells that the table has changed.
    changed: Notify,
    fires: AtomicBool,
}

impl Timers {
    pub(in crate::emulator) fn set(&self, timers: Vec<(String, Timer)>) {
        self.table().set(timers, SystemTime::now());
        self.0.changed.notify_one();
    }

    /// When each of them fires next, or would if timers fired.
    pub(in crate::emulator) fn list(&self) -> Vec<NextTimer> {
        let mut table = self.table();
        if !self.0.fires.load(Ordering::Relaxed) {
            let _passed = table.look(SystemTime::now());
        }
        table.list()
    }

    /// Fires timers from now on, until the runtime ends: tells `send` what is due.
    pub(in crate::emulator) async fn fire(self, send: impl Fn(Due)) {
        if self.0.fires.swap(true, Ordering::Relaxed) {
            return;
        }
        let _passed = self.table().look(SystemTime::now());
        loop {
            let now = SystemTime::now();
            let (due, next) = {
                let mut table = self.table();
                (table.look(now), table.next())
            };
            for due in due {
                send(due);
            }
            let left = next.map_or(Duration::MAX, |next| {
                next.duration_since(now).unwrap_or_default().min(LOOK)
            });
            // What is due was called; a change begins the wait again.
            let _ = tokio::time::timeout(left, self.0.changed.notified()).await;
        }
    }

    fn table(&self) -> MutexGuard<'_, Timetable> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
