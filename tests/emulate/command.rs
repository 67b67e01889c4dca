//! `cargo fc3 emulate`, as a shell runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[cfg(target_os = "linux")]
use crate::process::Process;
use crate::stage::cli;

fn emulate(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(cli());
    command
        .arg("emulate")
        .args(args)
        .env("XDG_RUNTIME_DIR", home);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A directory for announcements that only this test uses.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.path(), private).expect("a mode");
    home
}

fn run(args: &[&str]) -> Output {
    emulate(home().path(), args).output().expect("the CLI runs")
}

#[test]
fn a_command_has_the_variables_and_its_exit_code() {
    let said = run(&[
        "--",
        "sh",
        "-c",
        "echo $FC_CLIENT_CUSTOM_ENDPOINT $AccountID; exit 7",
    ]);
    assert_eq!(said.status.code(), Some(7), "{}", text(&said.stderr));
    let line = text(&said.stdout);
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    assert!(line.ends_with("1234567890123456\n"), "{line}");
    let killed = run(&["--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(killed.status.code(), Some(128 + 9));
    let missing = run(&["--", "no-such-program"]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(text(&missing.stderr).contains("cannot run `no-such-program`"));
}

#[test]
fn the_variables_of_a_running_one_are_printed_and_written() {
    let home = home();
    let none = emulate(home.path(), &["--env"])
        .output()
        .expect("the CLI runs");
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("no `cargo fc3 emulate` runs"));

    let mut running = emulate(home.path(), &["--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the CLI runs");
    let stdout = running.stdout.take().expect("a pipe");
    let printed: Vec<_> = BufReader::new(stdout)
        .lines()
        .take(7)
        .map(|it| it.expect("a line"))
        .collect();
    assert!(printed[0].starts_with("export FC_CLIENT_CUSTOM_ENDPOINT=http://127.0.0.1:"));
    let stderr = running.stderr.take().expect("a pipe");
    // It is announced once this line is there.
    let mut stderr = BufReader::new(stderr).lines();
    let line = stderr.next().expect("a line").expect("text");
    assert!(line.contains("Listening"), "{line}");

    let found = emulate(home.path(), &["--env"])
        .output()
        .expect("the CLI runs");
    assert_eq!(
        text(&found.stdout),
        printed.join("\n") + "\n",
        "{}",
        text(&found.stderr)
    );
    let file = home.path().join(".env");
    std::fs::write(&file, "MINE=1\n").expect("written");
    let flag = format!("--env={}", file.display());
    let wrote = emulate(home.path(), &[&flag])
        .output()
        .expect("the CLI runs");
    assert!(wrote.status.success(), "{}", text(&wrote.stderr));
    let written = std::fs::read_to_string(&file).expect("text");
    assert!(
        written.starts_with("MINE=1\nFC_CLIENT_CUSTOM_ENDPOINT=http"),
        "{written}"
    );

    let id =
        rustix::process::Pid::from_raw(running.id().try_into().expect("an id")).expect("an id");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
    let status = running.wait().expect("an end");
    assert_eq!(status.code(), Some(128 + 15));
    let none = emulate(home.path(), &["--env"])
        .output()
        .expect("the CLI runs");
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn a_taken_port_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let said = run(&["--port", &port, "--", "true"]);
    assert_eq!(said.status.code(), Some(3));
    let words = text(&said.stderr);
    assert!(
        words.contains("cannot listen") && words.contains("`--port`"),
        "{words}"
    );
}

#[test]
fn without_signatures_it_warns() {
    let said = run(&["--auth", "off", "--", "true"]);
    assert!(said.status.success());
    assert!(text(&said.stderr).contains("requests need no signature"));
}

#[cfg(target_os = "linux")]
#[test]
fn two_addresses_may_have_the_same_port() {
    let first = Process::start(&[]);
    let port = first.client.address.port().to_string();
    let home = home();
    let args = ["--listen", "127.0.0.2", "--port", &port];
    let mut second = emulate(home.path(), &args);
    second.env_remove("XDG_RUNTIME_DIR");
    let mut second = second
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the CLI runs");
    let stdout = second.stdout.take().expect("a pipe");
    let line = BufReader::new(stdout).lines().next();
    let line = line.expect("a line").expect("text");
    assert!(
        line.ends_with(&format!("http://127.0.0.2:{port}")),
        "{line}"
    );
    second.kill().expect("killed");
    second.wait().expect("an end");
}
