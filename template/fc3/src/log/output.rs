//! Where lines are written: to stdout, without waiting for long until somebody reads them.
//!
//! A write to a full pipe waits until there is room. While nobody reads the log, that would hold the
//! thread and with it every call. So the pipe is opened once more, for writes that return at once.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use tracing::Level;

use super::fields::Fields;
use super::{Entry, Format};

/// How long an entry waits for room before it is dropped. Later entries do not wait until somebody
/// reads again.
const PATIENCE: Duration = Duration::from_millis(100);

/// How often a waiting entry tries again.
const STEP: Duration = Duration::from_millis(1);

/// Stdout, if it is a pipe.
static PIPE: Mutex<Option<Pipe>> = Mutex::new(None);

/// Opens stdout once more, if it is a pipe.
pub(super) fn open(format: Format) {
    *pipe() = writer().map(|file| Pipe {
        file,
        format,
        kept: Vec::new(),
        dropped: 0,
    });
}

/// Writes whole lines at once. An error is ignored: a log that nobody reads must not fail a call.
pub(super) fn print(lines: &str) {
    match &mut *pipe() {
        Some(pipe) => pipe.print(lines.as_bytes()),
        None => drop(io::stdout().lock().write_all(lines.as_bytes())),
    }
}

fn pipe() -> MutexGuard<'static, Option<Pipe>> {
    PIPE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(target_os = "linux")]
fn writer() -> Option<File> {
    use std::fs::{self, OpenOptions};
    use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};

    const STDOUT: &str = "/proc/self/fd/1";
    if !fs::metadata(STDOUT).ok()?.file_type().is_fifo() {
        return None;
    }
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(libc::O_NONBLOCK);
    options.open(STDOUT).ok()
}

#[cfg(not(target_os = "linux"))]
fn writer() -> Option<File> {
    None
}

/// A pipe whose writes do not wait.
struct Pipe {
    file: File,
    format: Format,
    /// The end of what was written in part, which comes before anything else.
    kept: Vec<u8>,
    /// The number of entries that were dropped since the last notice.
    dropped: u64,
}

impl Pipe {
    fn print(&mut self, lines: &[u8]) {
        if !self.resume() {
            self.dropped += 1;
            return;
        }
        let mut rest = lines;
        let mut waited = Duration::ZERO;
        loop {
            rest = &rest[self.write(rest)..];
            if rest.is_empty() || waited >= PATIENCE {
                break;
            }
            sleep(STEP);
            waited += STEP;
        }
        if rest.len() == lines.len() {
            self.dropped += 1;
        } else {
            self.kept.extend_from_slice(rest);
        }
    }

    /// Writes what earlier entries have left, and how many were dropped. Returns whether there was room.
    fn resume(&mut self) -> bool {
        while !self.kept.is_empty() || self.dropped > 0 {
            if self.kept.is_empty() {
                self.kept = self.notice().into_bytes();
                self.dropped = 0;
            }
            let written = self.write(&self.kept);
            self.kept.drain(..written);
            if !self.kept.is_empty() {
                return false;
            }
        }
        true
    }

    fn notice(&self) -> String {
        let message = match self.dropped {
            1 => "1 log entry was dropped, since nobody read the log".to_owned(),
            dropped => format!("{dropped} log entries were dropped, since nobody read the log"),
        };
        self.format.write(&Entry {
            level: Level::WARN,
            target: module_path!(),
            message: &message,
            fields: &Fields::default(),
            spans: &[],
        })
    }

    /// Writes as much as there is room for, and returns how much that was. Lines that cannot be written
    /// at all, since nobody will ever read them, count as written.
    fn write(&self, lines: &[u8]) -> usize {
        loop {
            match (&self.file).write(lines) {
                Ok(written) => return written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return 0,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return lines.len(),
            }
        }
    }
}
