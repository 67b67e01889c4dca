//! The command that starts a function: its environment, its directory, its output.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::ids;
use super::memory_limit::MemoryLimit;
use super::settings::{Launch, PortVariable, Settings};
use crate::platform::env;

/// The handler that the platform names to a custom runtime, where it means nothing.
pub(super) const HANDLER: &str = "index.handler";

/// The command, and the socket from which its writes to stdout can be read one by one.
pub(super) struct Prepared {
    pub(super) command: Command,
    pub(super) writes: Option<File>,
    /// The id of the instance.
    pub(super) instance: String,
    pub(super) memory: Option<MemoryLimit>,
}

pub(super) fn prepare(port: u16, launch: &Launch, settings: &Settings) -> io::Result<Prepared> {
    // The working directory changes before the program runs, so a relative path must not depend on
    // it.
    let given = &launch.program;
    let program = if given.components().count() > 1 {
        std::path::absolute(given)?
    } else {
        given.clone()
    };
    let instance = ids::instance();
    let (memory, prefix) = match &settings.memory_limiter {
        _ if settings.as_process_one => (None, Some(unshare()?)),
        // One that cannot be run is not left to a shell, which would report it differently.
        Some(limiter) if is_executable(&program) => {
            let limit = limiter.limit(settings.memory_mb, &instance);
            let (memory, shell) = limit.map_err(|error| cannot_limit(&error))?;
            (Some(memory), Some(shell))
        }
        _ => (None, None),
    };
    let mut command = match prefix {
        Some(mut prefix) => {
            prefix.arg(&program);
            prefix
        }
        None => Command::new(&program),
    };
    command.args(&launch.args);
    let beside = program
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let code_dir = settings
        .code_dir
        .as_deref()
        .or(beside)
        .unwrap_or(Path::new("."));
    let code_dir = std::path::absolute(code_dir)?;
    command.current_dir(&code_dir);
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .env(env::CODE_PATH, &code_dir)
        .env(env::FUNCTION_NAME, &settings.function_name)
        .env(env::FUNCTION_HANDLER, HANDLER)
        .env(env::FUNCTION_MEMORY, settings.memory_mb.to_string())
        .env(env::REGION, &settings.region)
        .env(env::ACCOUNT_ID, &settings.account_id)
        .env(env::INSTANCE_ID, &instance);
    if matches!(settings.port, PortVariable::Both | PortVariable::Server) {
        command.env(env::SERVER_PORT, port.to_string());
    }
    if matches!(
        settings.port,
        PortVariable::Both | PortVariable::CustomListen
    ) {
        command.env(env::CUSTOM_LISTEN_PORT, port.to_string());
    }
    if let Some(role) = &settings.credentials {
        command
            .env(env::ACCESS_KEY_ID, &role.access_key_id)
            .env(env::ACCESS_KEY_SECRET, &role.access_key_secret);
        if !role.security_token.is_empty() {
            command.env(env::SECURITY_TOKEN, &role.security_token);
        }
    }
    command.envs(settings.env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let writes = if settings.watch_writes {
        let (stdout, writes) = packets()?;
        command.stdout(stdout);
        Some(writes)
    } else {
        command.stdout(Stdio::piped());
        None
    };
    Ok(Prepared {
        command,
        writes,
        instance,
        memory,
    })
}

/// Whether a program can be run, as far as its file tells.
fn is_executable(program: &Path) -> bool {
    // A name without a directory is looked up.
    if program.components().count() == 1 {
        return true;
    }
    #[cfg(unix)]
    let is_allowed = |file: &Metadata| {
        const ANYBODY: u32 = 0o111;
        std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & ANYBODY != 0
    };
    #[cfg(not(unix))]
    let is_allowed = |_: &Metadata| true;
    program
        .metadata()
        .is_ok_and(|file| file.is_file() && is_allowed(&file))
}

fn cannot_limit(error: &io::Error) -> io::Error {
    let message = format!("the memory of an instance cannot be limited: {error}");
    io::Error::new(error.kind(), message)
}

/// Whether this machine can start a function as process 1 of a new PID namespace, for
/// [`Settings::as_process_one`].
#[must_use]
pub fn can_start_as_process_one() -> bool {
    unshare().is_ok()
}

/// A command prefix that runs a program as process 1 of a new PID namespace, if this machine allows
/// it.
fn unshare() -> io::Result<Command> {
    const NEW_PROCESSES: [&str; 3] = ["--pid", "--fork", "--kill-child"];
    for as_root in [&[][..], &["--user", "--map-root-user"][..]] {
        let mut tried = Command::new("unshare");
        tried.args(as_root).args(NEW_PROCESSES).arg("true");
        tried
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if tried.status().is_ok_and(|status| status.success()) {
            let mut command = Command::new("unshare");
            command.args(as_root).args(NEW_PROCESSES).arg("--");
            return Ok(command);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "`unshare --pid` does not work here",
    ))
}

/// Starts a process in the PID namespace of process `id`. Its parent ends at once, and it ends 100 ms
/// later.
pub(super) fn leave_orphan(id: u32) -> io::Result<()> {
    let id = id.to_string();
    for as_root in [&[][..], &["--user", "--preserve-credentials"][..]] {
        let mut enter = Command::new("nsenter");
        enter.args(["--target", &id, "--pid"]).args(as_root);
        enter.args(["--", "/bin/sh", "-c", "sleep 0.1 &"]);
        enter
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if enter.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
    }
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "`nsenter --pid` does not work here",
    ))
}

/// A socket pair that preserves the boundaries of writes. A pipe in packet mode would split them at
/// 4 KB.
#[cfg(target_os = "linux")]
fn packets() -> io::Result<(Stdio, File)> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair, sockopt};
    const LARGEST_WRITE: usize = 1024 * 1024;
    let (ours, theirs) = socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    sockopt::set_socket_send_buffer_size_force(&theirs, LARGEST_WRITE)
        .or_else(|_| sockopt::set_socket_send_buffer_size(&theirs, LARGEST_WRITE))?;
    Ok((theirs.into(), ours.into()))
}

#[cfg(not(target_os = "linux"))]
fn packets() -> io::Result<(Stdio, File)> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "only Linux preserves the boundaries of writes",
    ))
}
