//! What the server writes to stdout: whole lines, each in one write, before the answer is sent.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cargo_fc3::platform::LOG_ENTRY_LIMIT;

use super::gate::lock;
use super::time;
use crate::faults::Fault;

/// What a line after the first begins with, so that no date at its start begins another record.
const INDENT: &str = "    ";

/// The log.
pub(super) struct Logs {
    fault: Option<Fault>,
    /// The standard output without a buffer of ours.
    out: Arc<Mutex<Option<File>>>,
    /// Records that wait to be written in the background.
    late: Arc<Mutex<Vec<u8>>>,
}

impl Logs {
    pub(super) fn to_stdout(fault: Option<Fault>) -> Self {
        let out = io::stdout().as_fd().try_clone_to_owned().ok();
        Self {
            fault,
            out: Arc::new(Mutex::new(out.map(File::from))),
            late: Arc::default(),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Prints a line.
    pub(super) fn line(&self, text: &str) {
        write(&self.out, format!("{text}\n").as_bytes());
    }

    /// Logs a record; what is too long for one becomes several.
    pub(super) fn record(&self, id: &str, level: &str, text: &str) {
        let mut time = time::now();
        if self.has(Fault::LogsNoMillis) {
            time.truncate("yyyy-MM-ddTHH:mm:ss".len());
        }
        let begin = format!("{time} {id} [{level}] ");
        let mut rest = if self.has(Fault::LogsLinesUnindented) {
            text.to_owned()
        } else {
            text.replace('\n', &format!("\n{INDENT}"))
        };
        loop {
            let mut room = rest.len();
            if !self.has(Fault::LogsLongRecordsWhole) {
                room = room.min(LOG_ENTRY_LIMIT - begin.len() - 1);
            }
            while !rest.is_char_boundary(room) {
                room -= 1;
            }
            let next = rest.split_off(room);
            self.put(&begin, &rest);
            if next.is_empty() {
                return;
            }
            rest = next;
        }
    }

    fn put(&self, begin: &str, text: &str) {
        let line = format!("{begin}{text}\n");
        if self.has(Fault::WritesLineEndsApart) {
            let mut out = lock(&self.out);
            if let Some(out) = out.as_mut() {
                // Whoever reads the log may have gone.
                let _written = out.write_all(&line.as_bytes()[..line.len() - 1]);
                let _ended = out.write_all(b"\n");
            }
        } else if self.has(Fault::LogsInTheBackground) {
            const DELAY: Duration = Duration::from_secs(1);
            lock(&self.late).extend_from_slice(line.as_bytes());
            let (late, out) = (Arc::clone(&self.late), Arc::clone(&self.out));
            thread::spawn(move || {
                thread::sleep(DELAY);
                write(&out, &std::mem::take(&mut *lock(&late)));
            });
        } else {
            write(&self.out, line.as_bytes());
        }
    }

    /// Writes what waits, at the end.
    pub(super) fn flush(&self) {
        write(&self.out, &std::mem::take(&mut *lock(&self.late)));
    }
}

fn write(out: &Mutex<Option<File>>, bytes: &[u8]) {
    if let Some(out) = lock(out).as_mut()
        && !bytes.is_empty()
    {
        // Whoever reads the log may have gone.
        let _written = out.write_all(bytes);
    }
}
