//! Changes that have begun and are not reported yet.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long nothing must happen before a change is reported. It is the time between the writes of
/// one editor or tool, and the author waits for it after each edit.
const QUIET: Duration = Duration::from_millis(25);
/// How long a file may be missing or empty before that is a change. Editors and git replace files.
const REPLACED: Duration = Duration::from_millis(150);
/// The longest wait for the end of changes, and for git.
const LONGEST: Duration = Duration::from_secs(3);

/// Files that may have changed.
#[derive(Debug)]
pub(super) struct Pending {
    since: Instant,
    /// When nothing has happened for long enough.
    pub(super) quiet: Instant,
    /// Those that events were about, in this order.
    pub(super) files: Vec<PathBuf>,
    /// Whether any other file may have changed too.
    pub(super) is_any: bool,
}

impl Pending {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            since: now,
            quiet: now,
            files: Vec::new(),
            is_any: false,
        }
    }

    /// Adds files. The time of quiet begins again.
    pub(super) fn add(&mut self, files: Vec<PathBuf>, is_any: bool) {
        self.wait();
        self.is_any |= is_any;
        for file in files {
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
    }

    pub(super) fn wait(&mut self) {
        self.quiet = (Instant::now() + QUIET).min(self.since + LONGEST);
    }

    /// Whether the changes have gone on for so long that their end is not waited for.
    pub(super) fn is_overdue(&self) -> bool {
        self.since.elapsed() >= LONGEST
    }

    /// Whether a file that is missing or empty may still be replaced by another.
    pub(super) fn may_be_replaced(&self) -> bool {
        self.since.elapsed() < REPLACED
    }
}
