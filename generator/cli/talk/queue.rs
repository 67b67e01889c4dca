//! Lines on their way to the terminal or to a program.
//!
//! A thread of their own prints them. Whoever reads them may be slow, or stop to read, as a pager does;
//! calls and signals must not wait for that.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A log waits while so many lines do. The function's own log waits with it, as on the platform.
const BUSY: usize = 1024;
/// Beyond this number, lines are left out.
const MOST: usize = 16 * 1024;
/// Lines that come within this time are printed in one piece, because a function that is called all the
/// time would otherwise wait for its lines more than for anything else.
const TOGETHER: Duration = Duration::from_millis(1);

/// The lines that are not printed yet.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<String>,
    /// Whether lines are being printed.
    is_printing: bool,
    /// The number of lines that were left out.
    lost: usize,
    /// The number of threads that wait for a change. To wake up nobody takes time too.
    waits: usize,
}

impl Queue {
    /// Starts to print whole lines by a function, which gets the number of lines that were left out
    /// before them.
    pub(super) fn start(mut print: impl FnMut(usize, &str) + Send + 'static) -> Arc<Self> {
        let queue = Arc::new(Self::default());
        let printing = Arc::clone(&queue);
        thread::spawn(move || printing.print(&mut print));
        queue
    }

    /// Adds a line, without waiting.
    pub(super) fn push(&self, line: String) {
        self.add(self.state(), line);
    }

    /// Adds a line, once there is room for it.
    pub(super) fn push_in_turn(&self, line: String) {
        let state = self.wait_while(self.state(), |state| state.waiting.len() >= BUSY);
        self.add(state, line);
    }

    /// Waits until all is printed, within a limit.
    pub(super) fn flush(&self, limit: Duration) {
        let mut state = self.state();
        state.waits += 1;
        let goes_on = |state: &mut State| state.is_printing || !state.waiting.is_empty();
        let waited = self.changed.wait_timeout_while(state, limit, goes_on);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.waits -= 1;
    }

    fn print(&self, print: &mut impl FnMut(usize, &str)) {
        loop {
            drop(self.wait_while(self.state(), |state| state.waiting.is_empty()));
            thread::sleep(TOGETHER);
            let mut state = self.state();
            let count = state.waiting.len().min(BUSY);
            let lines: String = state.waiting.drain(..count).collect();
            state.is_printing = true;
            let lost = std::mem::take(&mut state.lost);
            self.wake(state);
            print(lost, &lines);
            let mut state = self.state();
            state.is_printing = false;
            self.wake(state);
        }
    }

    fn add(&self, mut state: MutexGuard<'_, State>, mut line: String) {
        if state.waiting.len() < MOST {
            line.push('\n');
            state.waiting.push_back(line);
        } else {
            state.lost += 1;
        }
        self.wake(state);
    }

    fn wait_while<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        condition: impl FnMut(&mut State) -> bool,
    ) -> MutexGuard<'a, State> {
        state.waits += 1;
        let waited = self.changed.wait_while(state, condition);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        state.waits -= 1;
        state
    }

    fn wake(&self, state: MutexGuard<'_, State>) {
        let is_awaited = state.waits > 0;
        drop(state);
        if is_awaited {
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
        let (printed, all) = mpsc::channel();
        let (reads, stuck) = mpsc::channel::<()>();
        let queue = Queue::start(move |lost, lines| {
            let _ = stuck.recv();
            printed.send((lost, lines.to_owned())).expect("it is read");
        });
        queue.push("first".to_owned());
        let begun = Instant::now();
        queue.flush(SHORT);
        assert!(begun.elapsed() >= SHORT);
        for number in 0..MOST + 10 {
            queue.push(number.to_string());
        }
        drop(reads);
        queue.flush(Duration::from_secs(60));
        let all: Vec<_> = all.try_iter().collect();
        let lost: usize = all.iter().map(|(lost, _)| lost).sum();
        assert_eq!(lost, 10);
        let text: String = all.into_iter().map(|(_, lines)| lines).collect();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("first"));
        assert!(
            lines.eq((0..MOST).map(|number| number.to_string())),
            "{text}"
        );
    }

    #[test]
    fn lines_that_come_together_are_printed_together() {
        let (printed, all) = mpsc::channel();
        let queue = Queue::start(move |_, lines| {
            printed.send(lines.len()).expect("it is read");
        });
        for _ in 0..1000 {
            queue.push("line".to_owned());
        }
        queue.flush(Duration::from_secs(60));
        let all: Vec<_> = all.try_iter().collect();
        assert_eq!(all.iter().sum::<usize>(), 5000);
        assert!(all.len() < 500, "{}", all.len());
    }
}
