//! The output of an instance on stdout and stderr, line by line, with ways to wait for a line.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The number of bytes that are kept of a log.
const KEPT: usize = 256 * 1024 * 1024;

/// The stream of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Stdout,
    /// The standard error.
    Stderr,
}

/// One line, without its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The stream of the line.
    pub stream: Stream,
    /// The text, with U+FFFD instead of bytes that are not UTF-8.
    pub text: String,
}

/// The log of one instance. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Logs(Arc<LogState>);

#[derive(Debug, Default)]
struct LogState {
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Line>,
    writes: Vec<Vec<u8>>,
    /// The number of bytes written so far.
    size: usize,
    open: usize,
}

impl Logs {
    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.state().lines.clone()
    }

    /// All text so far, each line with its newline.
    #[must_use]
    pub fn text(&self) -> String {
        self.state()
            .lines
            .iter()
            .flat_map(|line| [line.text.as_str(), "\n"])
            .collect()
    }

    /// Counts the lines so far that contain a text.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.state()
            .lines
            .iter()
            .filter(|line| line.text.contains(text))
            .count()
    }

    /// Each `write` to stdout so far, if [`Settings::watch_writes`] is set.
    ///
    /// [`Settings::watch_writes`]: super::Settings::watch_writes
    #[must_use]
    pub fn writes(&self) -> Vec<Vec<u8>> {
        self.state().writes.clone()
    }

    /// Waits for the first line, old or new, that satisfies `wanted`.
    pub fn wait_for(&self, limit: Duration, mut wanted: impl FnMut(&Line) -> bool) -> Option<Line> {
        let mut found = None;
        let mut seen = 0;
        self.wait_until(limit, |lines| {
            found = lines[seen..].iter().find(|line| wanted(line)).cloned();
            seen = lines.len();
            found.is_some()
        });
        found
    }

    /// Waits until the lines so far satisfy `enough`. Returns false if the limit passes or no more
    /// lines can come.
    pub fn wait_until(&self, limit: Duration, mut enough: impl FnMut(&[Line]) -> bool) -> bool {
        let mut satisfied = false;
        let waiting = |state: &mut State| {
            satisfied = enough(&state.lines);
            !satisfied && state.open > 0
        };
        drop(
            self.0
                .grown
                .wait_timeout_while(self.state(), limit, waiting),
        );
        satisfied
    }

    /// Waits until both streams are closed and every line has been read.
    #[must_use]
    pub fn wait_end(&self, limit: Duration) -> bool {
        let waited = self
            .0
            .grown
            .wait_timeout_while(self.state(), limit, |state| state.open > 0);
        waited.is_ok_and(|(state, _)| state.open == 0)
    }

    /// Reads a stream to its end on a separate thread.
    ///
    /// With `writes`, each read is recorded as one write, which requires a source that preserves
    /// the boundaries of writes.
    pub(super) fn follow(&self, stream: Stream, source: impl Read + Send + 'static, writes: bool) {
        self.state().open += 1;
        let logs = self.clone();
        thread::spawn(move || {
            // An error is also an end: nothing more can be read.
            let _ended = logs.read(stream, source, writes);
            logs.state().open -= 1;
            logs.0.grown.notify_all();
        });
    }

    fn read(&self, stream: Stream, mut source: impl Read, writes: bool) -> io::Result<()> {
        let mut buffer = vec![0; 1024 * 1024];
        let mut rest = Vec::new();
        loop {
            let count = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            rest.extend_from_slice(&buffer[..count]);
            let whole = rest
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
            let lines = rest.drain(..whole).collect::<Vec<_>>();
            let mut state = self.state();
            state.size = state.size.saturating_add(count);
            if state.size > KEPT {
                // A flood of output is read, so that the writer is not blocked, but not kept.
                rest.clear();
                continue;
            }
            if writes {
                state.writes.push(buffer[..count].to_vec());
            }
            state
                .lines
                .extend(lines.split_inclusive(|byte| *byte == b'\n').map(|line| {
                    let text = String::from_utf8_lossy(&line[..line.len() - 1]).into_owned();
                    Line { stream, text }
                }));
            drop(state);
            self.0.grown.notify_all();
        }
        if !rest.is_empty() {
            let text = String::from_utf8_lossy(&rest).into_owned();
            self.state().lines.push(Line { stream, text });
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[test]
    fn lines_are_whole_and_the_end_is_seen() {
        let logs = Logs::default();
        logs.follow(Stream::Stdout, "one\ntwo".as_bytes(), false);
        assert!(logs.wait_end(LIMIT));
        assert_eq!(logs.text(), "one\ntwo\n");
        assert!(logs.wait_for(LIMIT, |line| line.text == "two").is_some());
        assert!(logs.wait_for(LIMIT, |line| line.text == "three").is_none());
    }

    #[test]
    fn a_wait_ends_with_the_line_that_comes() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        let logs = Logs::default();
        logs.follow(Stream::Stderr, reader, false);
        let waiting = thread::spawn({
            let logs = logs.clone();
            move || logs.wait_for(LIMIT, |line| line.text == "here")
        });
        io::Write::write_all(&mut writer, b"here\n").expect("written");
        let line = waiting.join().expect("joined").expect("a line");
        assert_eq!(line.stream, Stream::Stderr);
    }
}
