//! The output of an instance on stdout and stderr, line by line, with ways to wait for a line.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The memory, in bytes, that is kept of a log, unless the settings say otherwise.
const KEPT: usize = 256 * 1024 * 1024;

/// Receives each line of a log.
pub type LogSink = Arc<dyn Fn(&Line) + Send + Sync>;

/// What to do with the log of an instance.
#[derive(Clone)]
pub struct LogSettings {
    /// The memory of the lines that are kept, in bytes. The oldest lines go first.
    pub kept: usize,
    /// Receives each line at once, on the thread that reads the log. A slow one slows down the
    /// function, as a slow terminal does.
    pub sink: Option<LogSink>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            kept: KEPT,
            sink: None,
        }
    }
}

impl std::fmt::Debug for LogSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogSettings")
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

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
    settings: LogSettings,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Line>,
    /// The number of lines before the first one that is kept.
    gone: usize,
    writes: Vec<Vec<u8>>,
    /// The memory of the lines that are kept, in bytes.
    size: usize,
    open: usize,
}

impl Line {
    /// The memory that it takes. A flood of empty lines takes memory too.
    fn size(&self) -> usize {
        size_of::<Self>() + self.text.len()
    }
}

impl State {
    /// Adds a line. Beyond the limit, half of the log goes at once, so that each line is moved once.
    fn add(&mut self, line: Line, kept: usize) {
        self.size += line.size();
        self.lines.push(line);
        if self.size <= kept {
            return;
        }
        let mut left = self.size;
        let passed = |line: &Line| {
            left -= line.size();
            left > kept / 2
        };
        let count = self
            .lines
            .iter()
            .map(passed)
            .take_while(|more| *more)
            .count();
        let first = (count + 1).min(self.lines.len());
        let dropped: usize = self.lines.drain(..first).map(|line| line.size()).sum();
        self.size -= dropped;
        self.gone += first;
    }
}

impl Logs {
    pub(super) fn new(settings: &LogSettings) -> Self {
        Self(Arc::new(LogState {
            settings: settings.clone(),
            ..LogState::default()
        }))
    }

    /// The number of lines so far, whether they are kept or not.
    #[must_use]
    pub fn position(&self) -> usize {
        let state = self.state();
        state.gone + state.lines.len()
    }

    /// The lines from a [`position`](Self::position) on, as far as they are kept.
    #[must_use]
    pub fn since(&self, position: usize) -> Vec<Line> {
        let state = self.state();
        let first = position.saturating_sub(state.gone).min(state.lines.len());
        state.lines[first..].to_vec()
    }

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
        self.wait_from(0, limit, &mut wanted)
    }

    /// Waits for the first line from a [`position`](Self::position) on that satisfies `wanted`.
    pub fn wait_from(
        &self,
        position: usize,
        limit: Duration,
        mut wanted: impl FnMut(&Line) -> bool,
    ) -> Option<Line> {
        let mut found = None;
        let mut seen = position;
        let waiting = |state: &mut State| {
            let first = seen.saturating_sub(state.gone).min(state.lines.len());
            let new = &state.lines[first..];
            found = new.iter().find(|line| wanted(line)).cloned();
            seen = state.gone + state.lines.len();
            found.is_none() && state.open > 0
        };
        drop(
            self.0
                .grown
                .wait_timeout_while(self.state(), limit, waiting),
        );
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
            if writes {
                self.state().writes.push(buffer[..count].to_vec());
            }
            let lines = lines.split_inclusive(|byte| *byte == b'\n');
            self.add(stream, lines.map(|line| &line[..line.len() - 1]));
            if rest.len() > self.0.settings.kept {
                // A line without an end must not grow without one.
                self.add(stream, [&*rest]);
                rest.clear();
            }
        }
        if !rest.is_empty() {
            self.add(stream, [&*rest]);
        }
        Ok(())
    }

    fn add<'a>(&self, stream: Stream, lines: impl IntoIterator<Item = &'a [u8]>) {
        let LogSettings { kept, sink } = &self.0.settings;
        let lines = lines.into_iter().map(|line| Line {
            stream,
            text: String::from_utf8_lossy(line).into_owned(),
        });
        let lines: Vec<_> = lines.collect();
        // Not under the lock, since a slow reader of the lines must not block those who wait.
        if let Some(sink) = sink {
            for line in &lines {
                sink(line);
            }
        }
        let mut state = self.state();
        for line in lines {
            state.add(line, *kept);
        }
        drop(state);
        self.0.grown.notify_all();
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
    fn the_oldest_lines_go_first_and_positions_stay() {
        let seen = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&seen);
        let logs = Logs::new(&LogSettings {
            kept: 25 * (size_of::<Line>() + 4),
            sink: Some(Arc::new(move |_| *counted.lock().expect("a number") += 1)),
        });
        let lines: Vec<_> = (0..1000).map(|number| format!("{number:04}\n")).collect();
        let text = lines.concat();
        logs.follow(Stream::Stdout, io::Cursor::new(text), false);
        assert!(logs.wait_end(LIMIT));
        let lines = logs.lines();
        assert!((12..=25).contains(&lines.len()), "{}", lines.len());
        assert_eq!(lines.last().map(|line| &*line.text), Some("0999"));
        assert_eq!(logs.position(), 1000);
        let last: Vec<_> = logs.since(998).into_iter().map(|line| line.text).collect();
        assert_eq!(last, ["0998", "0999"]);
        assert_eq!(logs.since(0), lines);
        assert!(logs.since(2000).is_empty());
        assert!(
            logs.wait_from(999, LIMIT, |line| line.text == "0998")
                .is_none()
        );
        assert!(
            logs.wait_from(999, LIMIT, |line| line.text == "0999")
                .is_some()
        );
        assert_eq!(*seen.lock().expect("a number"), 1000);
    }

    #[test]
    fn a_flood_of_empty_lines_takes_no_more_memory_than_others() {
        const KEPT: usize = 10_000;
        let logs = Logs::new(&LogSettings {
            kept: KEPT,
            sink: None,
        });
        logs.follow(
            Stream::Stdout,
            io::Cursor::new(vec![b'\n'; 1_000_000]),
            false,
        );
        assert!(logs.wait_end(LIMIT));
        assert_eq!(logs.position(), 1_000_000);
        assert!(logs.lines().len() < KEPT / size_of::<Line>() + 1);
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
