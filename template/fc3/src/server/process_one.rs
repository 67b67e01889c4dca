//! What the first process of a container has to do.
//!
//! A process whose parent has ended becomes a child of process 1, and stays in the table of processes
//! until process 1 asks for its exit status. The server cannot ask for those of all its children, since
//! it would take away a status that a handler waits for. So the server becomes another process.
#![allow(unsafe_code)]

use std::env::args_os;
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{self, Command, ExitCode, ExitStatus};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::low_level::register;

/// As process 1, starts this program again, and stays to pass signals on and to collect orphans. Returns
/// the exit code of the program that it started, and nothing if this is another process.
pub(crate) fn stand_in() -> Option<ExitCode> {
    if process::id() != 1 {
        return None;
    }
    // Where a program cannot start another one, there are no orphans.
    let server = start().ok()?;
    Some(collect(server).into())
}

/// Starts this program again, with the same arguments. Returns its process id.
fn start() -> io::Result<i32> {
    let mut arguments = args_os();
    let mut server = Command::new("/proc/self/exe");
    server.arg0(arguments.next().unwrap_or_default());
    let server = server.args(arguments).spawn()?;
    let id = i32::try_from(server.id()).map_err(io::Error::other)?;
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2] {
        let pass_on = move || {
            // SAFETY: the call reads and writes no memory of this process.
            unsafe { libc::kill(id, signal) };
        };
        // SAFETY: a signal handler may call `kill`.
        unsafe { register(signal, pass_on) }?;
    }
    Ok(id)
}

/// Collects every child that ends, until the server does. Returns its exit code, which is 128 and the
/// number of the signal if one has ended it.
fn collect(server: i32) -> u8 {
    loop {
        let mut status = 0;
        // SAFETY: `status` lives longer than the call that writes it.
        let ended = unsafe { libc::waitpid(-1, &raw mut status, 0) };
        if ended == server {
            let status = ExitStatus::from_raw(status);
            let signal = status.signal().map(|signal| 128 + signal);
            let code = status.code().or(signal);
            return code.and_then(|code| code.try_into().ok()).unwrap_or(1);
        }
        let interrupted = io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
        if ended == -1 && !interrupted {
            return 1;
        }
    }
}
