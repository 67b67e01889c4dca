//! Runs a build tool. Its messages reach the user at once and are kept for diagnosis. On a signal
//! to stop, the tool ends first, and on Unix everything that it started.

pub(super) mod cargo;
pub(super) mod diagnosis;
pub(super) mod lines;
mod native;

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anstream::{AutoStream, ColorChoice};

use super::failure::{Exit, Failure};
use crate::process::{Group, Signal};
use crate::stop::{Stop, StopSignal};

/// The interval for checking whether the last messages have arrived.
const PAUSE: Duration = Duration::from_millis(20);
/// The time limit of a query. A program that waits for an unreachable machine could take forever.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// The longest wait for the rest of the output of an ended program, which a child process may keep
/// open.
const MESSAGES_GRACE: Duration = Duration::from_secs(1);
/// The number of bytes that are kept of the messages. The reason for a failed build is at their
/// end.
const KEPT_BYTES: usize = 64 * 1024;

/// The output of a program and its exit status.
pub(super) struct ToolOutput {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    /// The end of its messages, which the user has already seen.
    pub(super) messages: String,
}

/// Runs a program until it ends. Its stdout goes where `command` says, and is returned if that is a
/// pipe. `install` is the hint if the program is missing.
pub(super) fn run(mut command: Command, install: &str, stop: &Stop) -> anyhow::Result<ToolOutput> {
    command.stderr(Stdio::piped());
    let mut group = spawn(&mut command, install)?;
    let stdout = group.take_stdout().map(read);
    let messages = Messages::default();
    let stderr = group.take_stderr().map(|stderr| messages.pass_on(stderr));
    let status = wait(&mut group, stop, None, || is_finished(stdout.as_ref()))?;
    Ok(ToolOutput {
        status,
        stdout: collect(stdout)?,
        messages: messages.end_of_messages(stderr.as_ref()),
    })
}

/// Runs a program silently and returns its stdout. Returns `None` if it cannot run, fails, or does
/// not end.
pub(super) fn ask(mut command: Command, stop: &Stop) -> anyhow::Result<Option<String>> {
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut group) = spawn(&mut command, "") else {
        return Ok(None);
    };
    let stdout = group.take_stdout().map(read);
    let deadline = Instant::now() + ANSWER_LIMIT;
    let status = wait(&mut group, stop, Some(deadline), || {
        is_finished(stdout.as_ref())
    })?;
    let stdout = collect(stdout)?;
    Ok(status.success().then_some(stdout))
}

/// Runs a program silently, and returns its status and its messages. A signal to stop kills it at
/// once, since some programs ignore milder signals and this one has nothing to clean up.
pub(super) fn run_quietly(
    command: &mut Command,
    stop: &Stop,
) -> io::Result<Result<(ExitStatus, String), StopSignal>> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut group = Group::spawn(command.stderr(Stdio::piped()))?;
    let mut messages = group.take_stderr().map(read);
    let ended = stop.poll(|| (is_finished(messages.as_ref()) && group.has_ended()).then_some(()));
    if let Err(signal) = ended {
        // A group that is already gone is fine.
        let _ = group.signal(Signal::Kill);
        group.reap()?;
        return Ok(Err(signal));
    }
    let status = group.reap()?;
    Ok(Ok((status, collect(messages.take())?)))
}

/// Whether forwarded messages may have colours.
pub(super) fn shows_colour() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

fn spawn(command: &mut Command, install: &str) -> Result<Group, Failure> {
    command.stdin(Stdio::null());
    Group::spawn(command).map_err(|error| {
        let program = Path::new(command.get_program()).file_name();
        let program = program.unwrap_or_default().to_string_lossy();
        match error.kind() {
            ErrorKind::NotFound => {
                Failure::new(Exit::Machine, format!("`{program}` is not installed")).hint(install)
            }
            _ => Failure::new(Exit::Machine, format!("cannot run `{program}`: {error}")),
        }
    })
}

/// Reads a stream to its end.
fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).map(|_| all)
    })
}

/// The content of a stream after its end.
fn collect(stream: Option<JoinHandle<io::Result<Vec<u8>>>>) -> io::Result<String> {
    let stdout = stream.map(|thread| thread.join().unwrap_or_else(|_| Ok(Vec::new())));
    Ok(String::from_utf8_lossy(&stdout.transpose()?.unwrap_or_default()).into_owned())
}

fn is_finished<T>(stream: Option<&JoinHandle<T>>) -> bool {
    stream.is_none_or(JoinHandle::is_finished)
}

/// The messages of a program: forwarded at once, with the end kept.
#[derive(Default)]
struct Messages(Arc<Mutex<Vec<u8>>>);

impl Messages {
    fn pass_on(&self, mut stream: impl Read + Send + 'static) -> JoinHandle<()> {
        let kept = Arc::clone(&self.0);
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(read @ 1..) = stream.read(&mut part) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                // A closed terminal does not stop the build.
                let _ = io::stderr().write_all(&part[..read]);
                kept.extend_from_slice(&part[..read]);
                let over = kept.len().saturating_sub(KEPT_BYTES);
                kept.drain(..over);
            }
        })
    }

    /// Waits for the rest of the messages, within a limit, and returns the text without colours.
    fn end_of_messages(&self, stream: Option<&JoinHandle<()>>) -> String {
        let deadline = Instant::now() + MESSAGES_GRACE;
        while !is_finished(stream) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        anstream::adapter::strip_str(&String::from_utf8_lossy(&kept)).to_string()
    }
}

/// Waits until a program has closed its output and ended, and ends it at the deadline. It is reaped
/// last, so that its group id stays valid as long as we may need to end the group.
fn wait(
    group: &mut Group,
    stop: &Stop,
    deadline: Option<Instant>,
    has_closed_output: impl Fn() -> bool,
) -> anyhow::Result<ExitStatus> {
    let status = stop.poll(|| {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(group.end());
        }
        let is_over = has_closed_output() && group.has_ended();
        is_over.then(|| group.reap())
    });
    match status {
        Ok(status) => Ok(status?),
        Err(signal) => {
            group.end()?;
            Err(Failure::from(signal).into())
        }
    }
}
