//! A program that builds: its messages reach the user as they come, and are kept for us to read.
//! When this process is told to stop, it is gone before that is told, and on Unix all that it started.

pub(super) mod cargo;
pub(super) mod diagnosis;

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anstream::{AutoStream, ColorChoice};

use super::failure::{Exit, Failure};
use crate::process::Group;
use crate::stop::Stop;

/// How often it is looked whether the last messages have come.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a program that is only asked may take to answer. One that asks a machine which does not
/// answer could take for ever.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// How long the last words of a program that has ended may take, which a helper that it left
/// running keeps open.
const MESSAGES_GRACE: Duration = Duration::from_secs(1);
/// How much of the messages is kept, in bytes; why a build failed stands at their end.
const KEPT_BYTES: usize = 64 * 1024;

/// What a program said, and how it ended.
pub(super) struct ToolOutput {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    /// The end of its messages, which the user has seen.
    pub(super) messages: String,
}

/// Runs a program to its end. Its stdout goes where `command` says, and is given back if that is a
/// pipe. `install` tells how a machine comes by it.
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

/// Runs a program for what it says on stdout, with nothing to be seen; there is none if it cannot be
/// run, fails, or does not end.
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
    let said = collect(stdout)?;
    Ok(status.success().then_some(said))
}

/// Whether messages that are passed on may be coloured.
pub(super) fn shows_colour() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

fn spawn(command: &mut Command, install: &str) -> Result<Group, Failure> {
    command.stdin(Stdio::null());
    Group::spawn(command).map_err(|error| {
        let program = Path::new(command.get_program()).file_name();
        let program = program.unwrap_or_default().to_string_lossy();
        match error.kind() {
            ErrorKind::NotFound => Failure::new(
                Exit::Machine,
                format!("there is no `{program}` on this machine"),
            )
            .hint(install),
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

/// What a stream said, once it is over.
fn collect(stream: Option<JoinHandle<io::Result<Vec<u8>>>>) -> io::Result<String> {
    let said = stream.map(|thread| thread.join().unwrap_or_else(|_| Ok(Vec::new())));
    Ok(String::from_utf8_lossy(&said.transpose()?.unwrap_or_default()).into_owned())
}

fn is_finished<T>(stream: Option<&JoinHandle<T>>) -> bool {
    stream.is_none_or(JoinHandle::is_finished)
}

/// What a program says to the user: passed on as it comes, and its end kept.
#[derive(Default)]
struct Messages(Arc<Mutex<Vec<u8>>>);

impl Messages {
    fn pass_on(&self, mut stream: impl Read + Send + 'static) -> JoinHandle<()> {
        let kept = Arc::clone(&self.0);
        thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(read @ 1..) = stream.read(&mut part) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                // A terminal that is gone does not stop the build.
                let _ = io::stderr().write_all(&part[..read]);
                kept.extend_from_slice(&part[..read]);
                let over = kept.len().saturating_sub(KEPT_BYTES);
                kept.drain(..over);
            }
        })
    }

    /// Waits for the last words, within a limit, and gives the text without its colours.
    fn end_of_messages(&self, stream: Option<&JoinHandle<()>>) -> String {
        let deadline = Instant::now() + MESSAGES_GRACE;
        while !is_finished(stream) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        anstream::adapter::strip_str(&String::from_utf8_lossy(&kept)).to_string()
    }
}

/// Waits until a program has closed its output and ended, and ends it at the deadline. It is not reaped
/// before it has closed its output, so that the id of its group is its own as long as we may want to
/// end that.
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
