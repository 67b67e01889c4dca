//! Runs a build tool whose output is read line by line while it runs.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{MESSAGES_GRACE, PAUSE, spawn, wait};
use crate::cli::failure::Failure;
use crate::stop::Stop;

/// The longest wait for a program that has closed its output before its end is checked less often.
/// It usually ends within a millisecond, and the next build of `dev` should not wait for more.
const END_SOON: Duration = Duration::from_millis(50);

/// A line of a program's output, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) enum Line {
    /// A line of stdout.
    Stdout(String),
    /// A line of stderr.
    Stderr(String),
    /// A line of stderr that the next one replaces on a terminal, such as a progress bar.
    Transient(String),
}

/// Runs a program until it ends, and passes on each line of its output as it comes. `install` is the
/// hint if the program is missing.
pub(in crate::cli) fn run(
    mut command: Command,
    install: &str,
    stop: &Stop,
    mut take: impl FnMut(Line),
) -> anyhow::Result<ExitStatus> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = spawn(&mut command, install)?;
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = group.take_stdout() {
        send_lines(stdout, sender.clone(), |line, _| Line::Stdout(line));
    }
    if let Some(stderr) = group.take_stderr() {
        send_lines(stderr, sender, |line, is_transient| {
            let kind = if is_transient {
                Line::Transient
            } else {
                Line::Stderr
            };
            kind(line)
        });
    }
    let mut ended = None;
    loop {
        if let Err(signal) = stop.check() {
            group.end()?;
            return Err(Failure::from(signal).into());
        }
        match receiver.recv_timeout(PAUSE) {
            Ok(line) => take(line),
            Err(RecvTimeoutError::Disconnected) => break,
            // A program that it started, such as a compiler cache, may keep its output open.
            Err(RecvTimeoutError::Timeout) if group.has_ended() => {
                if ended.get_or_insert_with(Instant::now).elapsed() > MESSAGES_GRACE {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    let closed = Instant::now();
    while !group.has_ended() && closed.elapsed() < END_SOON {
        thread::sleep(Duration::from_millis(1));
    }
    wait(&mut group, stop, None, || true)
}

/// Sends the lines of a stream. The flag of `line` is set for one that ends in a carriage return.
fn send_lines(
    mut stream: impl Read + Send + 'static,
    sender: Sender<Line>,
    line: impl Fn(String, bool) -> Line + Send + 'static,
) {
    thread::spawn(move || {
        let mut lines = Splitter::default();
        let mut part = [0; 8192];
        loop {
            let read = match stream.read(&mut part) {
                Ok(read @ 1..) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => break,
            };
            for (text, is_transient) in lines.split(&part[..read]) {
                // Nobody reads when the build was stopped.
                let _ = sender.send(line(text, is_transient));
            }
        }
        if let Some(rest) = lines.rest() {
            let _ = sender.send(line(rest, false));
        }
    });
}

/// Splits a stream into lines.
#[derive(Default)]
struct Splitter(Vec<u8>);

impl Splitter {
    /// The lines that end in this part of the stream. The flag is set for one that ends in a
    /// carriage return without a newline.
    fn split(&mut self, part: &[u8]) -> Vec<(String, bool)> {
        let mut lines = Vec::new();
        for byte in part {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.0);
                let line = line.strip_suffix(b"\r").unwrap_or(&line);
                lines.push((text(line), false));
                continue;
            }
            if let Some(line) = self.0.strip_suffix(b"\r") {
                lines.push((text(line), true));
                self.0.clear();
            }
            self.0.push(*byte);
        }
        lines
    }

    /// The last line, if no newline ended it.
    fn rest(self) -> Option<String> {
        (!self.0.is_empty()).then(|| text(&self.0))
    }
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Splitter;

    #[test]
    fn a_line_ends_in_a_newline_and_a_replaced_one_in_a_carriage_return() {
        let mut splitter = Splitter::default();
        let mut lines = splitter.split(b"one\n\nBuilding 1/2\rBuild");
        lines.extend(splitter.split(b"ing 2/2\r"));
        lines.extend(splitter.split(b"done\r\nrest"));
        let expected = [
            ("one", false),
            ("", false),
            ("Building 1/2", true),
            ("Building 2/2", true),
            ("done", false),
        ];
        assert_eq!(lines, expected.map(|(line, flag)| (line.to_owned(), flag)));
        assert_eq!(splitter.rest().as_deref(), Some("rest"));
    }
}
