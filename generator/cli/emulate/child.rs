//! `emulate -- COMMAND`: one command with the variables set.

use std::ffi::OsString;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::cli::failure::{Exit, Failure};
use crate::cli::output::done;
use crate::stop::Stop;
use crate::text::printable;

/// Runs a command to its end.
///
/// # Errors
/// It cannot be run, or its exit code is not 0, which becomes that of this program.
pub(super) fn run(
    words: &[OsString],
    variables: &[(&'static str, String)],
    stop: &Stop,
) -> Result<(), Failure> {
    let (program, arguments) = words.split_first().expect("clap wants a word");
    let mut command = Command::new(program);
    command.args(arguments);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    // A token of the caller does not belong to these keys.
    for name in ["SecurityToken", "ALIBABA_CLOUD_SECURITY_TOKEN"] {
        command.env_remove(name);
    }
    let shown = program.to_string_lossy();
    done("Running", &format!("`{}`", printable(&shown)));
    // It shares the terminal with this program, so that it can ask, and Ctrl-C reaches both.
    let mut child = command.spawn().map_err(|error| {
        let message = format!("cannot run `{}`: {error}", printable(&shown));
        Failure::new(Exit::Machine, message).hint("install it, or pass another command after `--`")
    })?;
    let waited = stop.poll(|| child.try_wait().transpose());
    let status = match waited {
        Ok(status) => status,
        Err(signal) => {
            end(&mut child);
            return Err(signal.into());
        }
    };
    let status = status.map_err(|error| {
        Failure::new(
            Exit::Machine,
            format!("`{}` cannot be waited for: {error}", printable(&shown)),
        )
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(Exit::Command(code(status)), String::new()))
}

/// Asks a command to end, and kills it after a while.
fn end(child: &mut Child) {
    const GRACE: Duration = Duration::from_secs(5);
    const PAUSE: Duration = Duration::from_millis(20);
    #[cfg(unix)]
    if let Some(id) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _asked = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
    let _killed = child.kill();
    let _reaped = child.wait();
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1)
}
