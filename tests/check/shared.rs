//! A machine that others use too, and can write to its temporary directory.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cargo_fc3::emulator::{Instance, Launch, Settings};

use crate::function::{self, PLAIN};
use crate::run::{command, scratch};

/// How long a busy machine may take.
const LIMIT: Duration = Duration::from_secs(120);

/// A port that nobody else is given soon.
fn free_port() -> u16 {
    let program = std::env::current_exe().expect("a path");
    let launch = Launch::new(program).arg("serve").arg(PLAIN);
    let instance = Instance::start(&launch, &Settings::default()).expect("it starts");
    instance.address().port()
}

/// Runs a check that locks this port, and returns its exit code and its messages.
fn check(temporary: &Path, port: u16) -> (Option<i32>, String) {
    let dir = scratch();
    let function = function::command(PLAIN);
    let port = port.to_string();
    let arguments = ["--cmd", &function, "--port", &port, "--rule", "keep-alive"];
    let mut check = command(dir.path(), &arguments);
    check.env("TMPDIR", temporary).env_remove("XDG_RUNTIME_DIR");
    let running = check.stdin(Stdio::null()).stdout(Stdio::null());
    let running = running.stderr(Stdio::piped()).spawn();
    let running = running.expect("the CLI runs");
    let id = running.id().to_string();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(running.wait_with_output()));
    let Ok(output) = ended.recv_timeout(LIMIT) else {
        let _ = Command::new("kill").args(["-s", "KILL", &id]).status();
        panic!("it hangs");
    };
    let output = output.expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

pub(crate) fn lock_of_another() {
    let port = free_port();
    let shared = scratch();
    // The names of earlier versions, which anybody could take.
    let pipe = shared.path().join(format!("cargo-fc3-port-{port}.lock"));
    let created = Command::new("mkfifo").arg(&pipe).status();
    assert!(created.expect("mkfifo runs").success());
    assert_eq!(check(shared.path(), port), (Some(0), String::new()));
    fs::remove_file(&pipe).expect("it is there");
    let target = shared.path().join("made");
    symlink(&target, &pipe).expect("a link");
    assert_eq!(check(shared.path(), port), (Some(0), String::new()));
    assert!(!target.exists(), "a link was followed");

    // The directory is only for this user.
    let user = rustix::process::geteuid().as_raw();
    let own = shared.path().join(format!("cargo-fc3-{user}"));
    let mode = fs::metadata(&own).expect("it was made").permissions();
    assert_eq!(mode.mode() & 0o777, 0o700);
    // A link in it is not followed either.
    let lock = own.join(format!("port-{port}"));
    fs::remove_file(&lock).expect("it was made");
    symlink(&target, &lock).expect("a link");
    let (code, said) = check(shared.path(), port);
    assert_eq!(code, Some(3), "{said}");
    assert!(!target.exists(), "a link was followed");

    // A directory that others may write to, or that is a link, is not used.
    fs::remove_dir_all(&own).expect("it was made");
    fs::create_dir(&own).expect("a directory");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o777)).expect("a mode");
    let refused = format!(
        "error: cannot lock port {port} against other checks: `{}` is not a directory of your own\n",
        own.display()
    );
    let (code, said) = check(shared.path(), port);
    assert_eq!(
        (code, said.starts_with(&refused)),
        (Some(3), true),
        "{said}"
    );
    assert!(fs::read_dir(&own).expect("it is there").next().is_none());
    fs::remove_dir(&own).expect("it is empty");
    fs::create_dir(&target).expect("a directory");
    symlink(&target, &own).expect("a link");
    let (code, said) = check(shared.path(), port);
    assert_eq!(
        (code, said.starts_with(&refused)),
        (Some(3), true),
        "{said}"
    );
    assert!(fs::read_dir(&target).expect("it is there").next().is_none());
}
