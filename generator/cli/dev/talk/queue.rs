//! Lines on their way to the terminal or to a program.
//!
//! A thread of their own prints them. Whoever reads them may be slow, or stop to read, as a pager does;
//! calls and signals must not wait for that.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cli::output::message;

/// A log waits while so many lines do. The function's own log waits with it, as on the platform.
const BUSY: usize = 1024;
/// Beyond this number, lines are left out.
const MOST: usize = 16 * 1024;

type Print = Box<dyn FnOnce() + Send>;

/// The lines that are not printed yet.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Print>,
    /// Whether a line is being printed.
    is_printing: bool,
    /// The number of lines that were left out.
    lost: usize,
}

impl Queue {
    /// Starts to print.
    pub(super) fn start() -> Arc<Self> {
        let queue = Arc::new(Self::default());
        let printing = Arc::clone(&queue);
        thread::spawn(move || printing.print());
        queue
    }

    /// Adds a line, without waiting.
    pub(super) fn push(&self, print: impl FnOnce() + Send + 'static) {
        let mut state = self.state();
        if state.waiting.len() < MOST {
            state.waiting.push_back(Box::new(print));
        } else {
            state.lost += 1;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Adds a line, once there is room for it.
    pub(super) fn push_in_turn(&self, print: impl FnOnce() + Send + 'static) {
        let state = self.state();
        let is_busy = |state: &mut State| state.waiting.len() >= BUSY;
        let waited = self.changed.wait_while(state, is_busy);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.push(print);
    }

    /// Waits until all is printed, within a limit.
    pub(super) fn flush(&self, limit: Duration) {
        let goes_on = |state: &mut State| state.is_printing || !state.waiting.is_empty();
        let waited = self
            .changed
            .wait_timeout_while(self.state(), limit, goes_on);
        drop(waited);
    }

    fn print(&self) {
        loop {
            let is_empty = |state: &mut State| state.waiting.is_empty();
            let state = self.changed.wait_while(self.state(), is_empty);
            let mut state = state.unwrap_or_else(PoisonError::into_inner);
            let Some(print) = state.waiting.pop_front() else {
                continue;
            };
            state.is_printing = true;
            let lost = std::mem::take(&mut state.lost);
            drop(state);
            self.changed.notify_all();
            if lost > 0 {
                message(format_args!(
                    "{lost} lines are left out: nobody read them in time"
                ));
            }
            print();
            self.state().is_printing = false;
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_line_that_nobody_reads_holds_up_nobody() {
        const SHORT: Duration = Duration::from_millis(50);
        let queue = Queue::start();
        let (reads, stuck) = mpsc::channel::<()>();
        queue.push(move || {
            let _ = stuck.recv();
        });
        let (printed, all) = mpsc::channel();
        for number in 0..MOST + 10 {
            let printed = printed.clone();
            queue.push(move || printed.send(number).expect("it is read"));
        }
        let begun = Instant::now();
        queue.flush(SHORT);
        assert!(begun.elapsed() >= SHORT);
        drop(reads);
        queue.flush(Duration::from_secs(60));
        drop(printed);
        let all: Vec<_> = all.iter().collect();
        assert_eq!(all.first(), Some(&0));
        assert!(all.is_sorted() && (MOST - 1..=MOST).contains(&all.len()));
    }
}
